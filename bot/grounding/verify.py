"""Whether a claim says only what the entries say that it cites."""

from dataclasses import dataclass
from enum import StrEnum

from bot.grounding.claims import Claim
from bot.grounding.entries import Record


class Rule(StrEnum):
    CITES = "cites"
    LINK = "link"
    SECRET = "secret"  # noqa: S105
    NUMBER = "number"
    TIME = "time"
    DATE = "date"
    LENGTH = "length"
    NAME = "name"
    QUOTE = "quote"
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

    @property
    def question(self) -> str:
        """What to ask the owner where a claim is dropped."""
        return f"Is this so: “{self.claim.text}”? It was left out: {'; '.join(map(str, self.reasons))}."


def verify(claim: Claim, record: Record) -> Verdict:
    """Every reason why this claim may not stand; none if it may."""
    known = [entry.id for entry in record.cited(claim.cites)]
    missing = [cite for cite in claim.cites if cite not in known]
    reasons = [Reason(Rule.CITES, cite, f"{cite} is not in the record") for cite in missing]
    if not claim.cites:
        reasons.append(Reason(Rule.CITES, "", "nothing is cited"))
    return Verdict(claim, tuple(reasons))


def widen(claim: Claim, record: Record) -> Claim:
    """The claim with one more id for each missing number, time or name that exactly one other entry has."""
    return claim


def root_cause(claims: list[Claim], record: Record) -> Claim | None:
    """The one cause that a person stated, or None: two different ones are none."""
    return None


def reporter(claim: Claim, record: Record) -> str | None:
    """Whom to name beside the claim, because all that it rests on is what one of them wrote."""
    return None
