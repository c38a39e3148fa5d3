"""What a model said about an incident and stands, as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.grounding.claims import Basis


@dataclass(frozen=True)
class Stood:
    """A claim that stands. `sources`: the ids of its entries, each with where it can be read."""

    text: str
    basis: Basis
    sources: tuple[tuple[str, str | None], ...]


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
