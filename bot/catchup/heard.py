"""What a model said about an incident and stands, as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.grounding.claims import Basis


@dataclass(frozen=True)
class Source:
    """An entry of the timeline (E12), or a message of the channel (M3), and where it can be read."""

    id: str
    at: datetime
    link: str | None


@dataclass(frozen=True)
class Stood:
    """A claim that stands, with what it rests on."""

    text: str
    basis: Basis
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Heard:
    """What a model said and stands, by the field of its answer. `read` of `held` entries were shown to it."""

    stood: Mapping[str, Sequence[Stood]]
    questions: Sequence[str]
    said: int
    read: int
    held: int
    model: str

    @property
    def count(self) -> int:
        return sum(len(claims) for claims in self.stood.values())

    def of(self, *fields: str) -> list[Stood]:
        return [claim for field in fields for claim in self.stood.get(field, ())]
