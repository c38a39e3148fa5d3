"""Who is meant by a name, as much of it as was asked for at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.kernel.ids import UserId
from bot.people.model import Person


@dataclass(frozen=True)
class Directory:
    """A name that is not in it leads to nobody. `groups` by @handle and by id, without disabled ones."""

    people: Mapping[UserId, Person] = field(default_factory=dict)
    emails: Mapping[str, UserId] = field(default_factory=dict)
    groups: Mapping[str, Sequence[UserId]] = field(default_factory=dict)
