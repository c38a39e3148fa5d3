"""What a model added to a draft, as it is kept with it: the claims that stood, and what became of the others."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.grounding.claims import Basis


class Part(StrEnum):
    """Where in the draft a claim belongs. The values are the fields of the model's answers."""

    SUMMARY = "summary"
    IMPACT = "impact"
    DETECTION = "detection"
    RESPONSE = "response"
    MITIGATION = "mitigation"
    FACTORS = "factors"
    ROOT_CAUSE = "root_cause"
    HYPOTHESES = "hypotheses"
    WENT_WELL = "went_well"
    WENT_BADLY = "went_badly"
    LUCKY = "lucky"
    ACTIONS = "suggested_actions"


class Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Source(Kept):
    """An entry that a claim rests on. `place` is that of a timeline entry; a message has only its link."""

    id: str
    place: int | None
    link: str | None


class Stood(Kept):
    """A claim that says only what its sources say. `reporter`: all of it rests on one of them, who is no responder."""

    part: Part
    text: str
    basis: Basis
    sources: Sequence[Source]
    reporter: str | None = None


class Dropped(Kept):
    """A claim that went further than its sources. Its words are kept to be looked at, and never stand in the draft:
    there a question is asked in its place."""

    part: Part
    text: str
    why: str
    sources: Sequence[Source]


class Added(Kept):
    """`failed`: why parts of the answer are missing, by the prompt's task. `read`: what of the channel was read."""

    model: str
    prompts: Sequence[str]
    claims: Sequence[Stood]
    dropped: Sequence[Dropped]
    questions: Sequence[str]
    failed: dict[str, str]
    read: str
    hidden: dict[str, int]
    tokens_in: int = 0
    tokens_out: int = 0

    def of(self, part: Part) -> list[Stood]:
        return [claim for claim in self.claims if claim.part is part]

    @property
    def counted(self) -> str:
        """For the draft's head."""
        stood, dropped = len(self.claims), len(self.dropped)
        if not dropped:
            return f"all {stood} of its claims stood" if stood else "it claimed nothing"
        return f"{stood} of its {stood + dropped} claims stood, {dropped} {'was' if dropped == 1 else 'were'} dropped"
