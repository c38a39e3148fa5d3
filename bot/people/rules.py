"""Whether what the policies name means somebody who can be reached."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.people.directory import Directory, Known
from bot.targets import Kind, Target

REINSTALL = "Reinstall the app with the output of `tocsin manifest`."


@dataclass(frozen=True)
class Place:
    """Where in the policies somebody is named."""

    policy: str
    level: int | None  # from 1; None: when all levels are used up
    target: Target

    @property
    def where(self) -> str:
        return f"level {self.level}" if self.level else "when_exhausted"

    def __str__(self) -> str:
        return f"{self.policy}, {self.where}: {self.target}"


@dataclass(frozen=True)
class Unresolved(Place):
    """`why` is a sentence, and what to do where we know it."""

    why: str


def places(organisation: Organisation) -> Iterator[Place]:
    """Everybody who is named, in the order of the file."""
    for name, policy in organisation.policies.items():
        for number, level in enumerate(policy.levels, start=1):
            yield from (Place(name, number, target) for target in level.notify)
        if policy.when_exhausted:
            yield from (Place(name, None, target) for target in policy.when_exhausted.notify)


def channels_named(organisation: Organisation) -> list[str]:
    """The channels that the policies name, each once."""
    found = (channel_of(place.target, organisation) for place in places(organisation))
    return list(dict.fromkeys(name for name in found if name))


def channel_of(target: Target, organisation: Organisation) -> str | None:
    """The channel that is meant: its name with its #, or its id."""
    if target.kind is Kind.ANNOUNCE:
        return organisation.announce
    return target.name if target.kind is Kind.CHANNEL else None


def unresolved(
    organisation: Organisation, directory: Directory, channels: Mapping[str, str | None], allowed: Set[str]
) -> Iterator[Unresolved]:
    """Who is named and cannot be reached. A list that Slack has not given us yet says nothing.

    `channels`: the trouble with each that was looked at. `allowed`: the app's scopes; none if we do not know them.
    """
    for place in places(organisation):
        why = _trouble(place.target, organisation, directory, channels, allowed)
        if why:
            yield Unresolved(place.policy, place.level, place.target, why)


def _trouble(
    target: Target,
    organisation: Organisation,
    directory: Directory,
    channels: Mapping[str, str | None],
    allowed: Set[str],
) -> str | None:
    match target.kind:
        case Kind.USER if "people" in directory.learned:
            return _of_person(directory.person(UserId(target.name)), "Nobody in the workspace has this id.")
        case Kind.EMAIL if "people" in directory.learned:
            found, missing = directory.by_email(target.name), "Nobody in the workspace has this address."
            if found is None and allowed and "users:read.email" not in allowed:
                missing = f"Tocsin may not see addresses. {REINSTALL}"
            return _of_person(found, missing)
        case Kind.GROUP if {"people", "groups"} <= directory.learned:
            return _of_group(target.name, directory, allowed)
        case Kind.CHANNEL | Kind.ANNOUNCE:
            return channels.get(channel_of(target, organisation) or "")
    return None


def _of_person(person: Known | None, missing: str) -> str | None:
    if person is None:
        return missing
    if person.is_gone:
        return f"{person.name}'s account is deactivated."
    if person.is_bot:
        return f"{person.name} is an app, and nobody reads its messages."
    return f"{person.name} belongs to another organisation." if person.is_stranger else None


def _of_group(name: str, directory: Directory, allowed: Set[str]) -> str | None:
    members = directory.members_of(name)
    if members is None and allowed and "usergroups:read" not in allowed:
        return f"Tocsin may not see user groups. {REINSTALL}"
    if members is None:
        return "There is no such user group, or it is disabled."
    return None if members else "Nobody in this user group can be paged: add somebody to it."
