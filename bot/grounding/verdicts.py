"""What comes of checking a claim: it stands, or the reasons why not."""

from dataclasses import dataclass
from enum import StrEnum

from bot.grounding.claims import Claim


class Rule(StrEnum):
    CITES = "cites"
    LINK = "link"
    SECRET = "secret"  # noqa: S105
    PERSON = "person"
    NUMBER = "number"
    TIME = "time"
    DATE = "date"
    LENGTH = "length"
    NAME = "name"
    QUOTE = "quote"
    PLACE = "place"  # the right words, said of something else
    CAUSE = "cause"
    NEGATION = "negation"
    CERTAINTY = "certainty"
    EXTENT = "extent"
    OPPOSITE = "opposite"
    ORDER = "order"
    OUTCOME = "outcome"
    BLAME = "blame"
    SUPPORT = "support"


@dataclass(frozen=True)
class Reason:
    """Why a claim may not stand. `why` is a sentence without its full stop, for the repair round and for people."""

    rule: Rule
    token: str  # the words in question, "" if it is the whole claim
    why: str  # "`96%` is not in E3, E7"

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Verdict:
    claim: Claim
    reasons: tuple[Reason, ...]

    @property
    def stands(self) -> bool:
        return not self.reasons
