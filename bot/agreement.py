"""Whether the parts of the organisation's file agree with each other, once each is sound by itself."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from bot.fields import SeverityKey, spelled
from bot.policies import Policy, Route
from bot.targets import Kind, Target
from bot.yamlfile import KeyPath

if TYPE_CHECKING:
    from bot.organisation import Organisation

SEVERITIES: tuple[str, ...] = get_args(SeverityKey)
QUICK = timedelta(seconds=60)  # below this, Slack's own pace may be the slower one

Finding = tuple[KeyPath, str]


def disagreements(organisation: "Organisation") -> Iterator[Finding]:
    """What cannot be used: where, and the mend."""
    for path, targets in lists(organisation.policies):
        yield from doubles(path, targets)
        if organisation.announce is None:
            yield from unannounced(path, targets)
    for index, route in enumerate(organisation.routing):
        if route.policy not in organisation.policies:
            yield ("routing", index, "policy"), unknown_policy(route.policy, list(organisation.policies))


def doubts(organisation: "Organisation") -> Iterator[Finding]:
    """What can be used, and is hardly meant."""
    for path, length in short_lengths(organisation.policies):
        yield path, f"is {spelled(length)}. Under 60s the next page may come before Slack delivered this one."
    for key, terms in organisation.severities.items():
        if terms.page and organisation.policy_for(key, is_private=False) is None:
            yield (
                ("severities", key, "page"),
                f"is true, but nobody is paged: no route takes {key} and no policy is named default.",
            )
    for index in unreachable(organisation.routing):
        yield (
            ("routing", index),
            "can never match: the routes above it take all of its incidents. Move it up, or remove it.",
        )


def lists(policies: Mapping[str, Policy]) -> Iterator[tuple[KeyPath, Sequence[Target]]]:
    """Every list of targets with its place."""
    for name, policy in policies.items():
        for index, level in enumerate(policy.levels):
            yield ("policies", name, "levels", index, "notify"), level.notify
        if policy.when_exhausted:
            yield ("policies", name, "when_exhausted", "notify"), policy.when_exhausted.notify


def doubles(path: KeyPath, targets: Sequence[Target]) -> Iterator[Finding]:
    for index, target in enumerate(targets):
        if target in targets[:index]:
            yield (*path, index), f'"{target}" is already in this list. Remove one of the two.'


def unannounced(path: KeyPath, targets: Sequence[Target]) -> Iterator[Finding]:
    for index, target in enumerate(targets):
        if target.kind is Kind.ANNOUNCE:
            yield (
                (*path, index),
                '"announce" is the announcements channel, and announce is null. Name a channel, such as "#incidents".',
            )


def unknown_policy(name: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(name.lower(), known, n=1)
    if nearest:
        return f'there is no policy "{name}". Did you mean {nearest[0]}?'
    listed = f"Write one of: {', '.join(known)}." if known else "Write it under policies."
    return f'there is no policy "{name}". {listed}'


def short_lengths(policies: Mapping[str, Policy]) -> Iterator[tuple[KeyPath, timedelta]]:
    for name, policy in policies.items():
        for index, level in enumerate(policy.levels):
            if level.ack_within < QUICK:
                yield ("policies", name, "levels", index, "ack_within"), level.ack_within
        if policy.when_exhausted and policy.when_exhausted.every < QUICK:
            yield ("policies", name, "when_exhausted", "every"), policy.when_exhausted.every


def unreachable(routing: Sequence[Route]) -> Iterator[int]:
    """Routes whose every incident is taken by a route before them."""
    for index, route in enumerate(routing):
        before = routing[:index]
        if all(
            any(earlier.takes(key, is_private=route.private) for earlier in before)
            for key in route.severity or SEVERITIES
        ):
            yield index
