"""Whom many names mean, asked for at once: from then on it is a look, and nothing waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.kernel.ids import UserId
from bot.people.model import Person, UserGroup


class Somebody(NamedTuple):
    """As much of a person as says whether and how they can be reached: hundreds are looked up for one batch of
    pages."""

    id: UserId
    name: str
    email: str = ""
    is_bot: bool = False
    is_gone: bool = False
    is_stranger: bool = False

    @property
    def is_able(self) -> bool:
        """As of a `Person`."""
        return not (self.is_gone or self.is_bot or self.is_stranger)


Known = Person | Somebody


@dataclass(frozen=True)
class Directory:
    """What we know of the people and groups that were asked for. Made by `queries.directory`."""

    people: Mapping[UserId, Known]  # those asked for by id or e-mail, and the members of the groups
    emails: Mapping[str, UserId]
    groups: Mapping[str, UserGroup]  # by handle with its @, and by id; those that are disabled are not here
    learned: frozenset[str]
    """Which lists Slack has given us: before that, a name that is not there says nothing."""

    @classmethod
    def of(cls, people: Iterable[Known], groups: Iterable[UserGroup], learned: frozenset[str]) -> "Directory":
        # An address or a handle may have had an owner before: who can be reached is meant, and so goes last.
        known = sorted(people, key=lambda person: person.is_able)
        there = sorted((group for group in groups if not group.is_gone), key=lambda group: group.updated_at)
        return cls(
            {person.id: person for person in known},
            {person.email: person.id for person in known if person.email},
            {name: group for group in there for name in (f"@{group.handle}", group.id)},
            learned,
        )

    def person(self, user: UserId) -> Known | None:
        return self.people.get(user)

    def by_email(self, email: str) -> Known | None:
        """Whose address this is, be they able or not."""
        user = self.emails.get(email.lower())
        return self.people.get(user) if user else None

    def group(self, name: str) -> UserGroup | None:
        return self.groups.get(name.lower() if name.startswith("@") else name)

    def able(self, users: Iterable[str]) -> list[UserId]:
        """Those of them who can take part in an incident, in this order."""
        found = (self.people.get(UserId(user)) for user in users)
        return [person.id for person in found if person and person.is_able]

    def members_of(self, name: str) -> list[UserId] | None:
        """The members who can take part. None: there is no such group, or it is disabled."""
        group = self.group(name)
        return None if group is None else self.able(group.members)
