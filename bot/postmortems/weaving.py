"""Asking a model for claims, and letting stand only those that say what the record says."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Entry
from bot.grounding.stems import stems
from bot.grounding.verify import Verdict, reporter, root_cause, verify, widen
from bot.llm.answers import Lessons, Overview, Repair, Response, Shape
from bot.llm.model import Answer, Call, Declined, Kind, LanguageModel
from bot.llm.prompts import Prompts, Task
from bot.postmortems.added import Added, Dropped, Part, Source, Stood
from bot.postmortems.condensing import Condensed, condense
from bot.postmortems.evidence import Evidence

WITHIN = timedelta(seconds=50)  # all of it: the draft is there within a minute of the resolution
SHARE_OF_READING = 0.5  # of that time, to read a long channel in parts
SHARE_OF_MENDING = 0.2  # of that time, kept for the one round of repair
# One sentence that asks. What only ends with a question mark can say anything.
_QUESTION = re.compile(
    r"(?:what|when|where|who|whom|whose|which|why|how|was|were|is|are|did|does|do|has|have|had|could|can)\b[^.!?;:]{5,200}\?",
    re.IGNORECASE,
)
MOST_QUESTIONS = 5
MOST_SPEAKING = 40  # entries to which a question is held
# What the prompts ask for. A model that says more is not believed the better for it.
MOST: Mapping[Part, int] = {
    Part.SUMMARY: 5, Part.IMPACT: 5, Part.DETECTION: 3, Part.RESPONSE: 10, Part.MITIGATION: 4, Part.FACTORS: 6,
    Part.ROOT_CAUSE: 1, Part.HYPOTHESES: 3, Part.WENT_WELL: 3, Part.WENT_BADLY: 3, Part.LUCKY: 3, Part.ACTIONS: 4,
}  # fmt: skip
SHAPES: Mapping[Task, type[Shape]] = {Task.OVERVIEW: Overview, Task.RESPONSE: Response, Task.LESSONS: Lessons}
PARTS: Mapping[Task, Sequence[Part]] = {
    Task.OVERVIEW: (Part.SUMMARY, Part.IMPACT),
    Task.RESPONSE: (Part.DETECTION, Part.RESPONSE, Part.MITIGATION),
    Task.LESSONS: (
        Part.FACTORS, Part.ROOT_CAUSE, Part.HYPOTHESES, Part.WENT_WELL, Part.WENT_BADLY, Part.LUCKY, Part.ACTIONS,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Woven:
    """`calls`: all that was sent, for the audit, whatever came of it."""

    added: Added
    calls: Sequence[Call]


@dataclass
class Weaving:
    """One draft's dealings with the model."""

    model: LanguageModel
    prompts: Prompts
    evidence: Evidence
    calls: list[Call] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    tokens: list[tuple[int, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def weave(self, within: timedelta = WITHIN) -> Woven:
        """Raises Declined, with what was sent all the same, if the model said nothing at all."""
        until = _now() + within.total_seconds()
        read = await condense(self, until - within.total_seconds() * (1 - SHARE_OF_READING))
        parts = await self._answers(read, until - within.total_seconds() * SHARE_OF_MENDING)
        failed = {str(task): one for task, one in parts.items() if isinstance(one, Declined)}
        if len(failed) == len(parts):
            raise _as_one(list(failed.values()), self.calls)
        given = [said for answer in parts.values() if not isinstance(answer, Declined) for said in _claims(answer)]
        verdicts = await self._mended(await asyncio.to_thread(self._checked, given), until)
        why_failed = {task: why.reason for task, why in failed.items()}
        added = await asyncio.to_thread(self._added, verdicts, parts, why_failed, read)
        return Woven(added, tuple(self.calls))

    async def ask(self, task: Task, shape: type[Shape], until: float, **inputs: str) -> Shape:
        """One question. Raises Declined."""
        left = until - _now()
        if left <= 0:
            raise Declined("there was no time left", Kind.TIMEOUT)
        prompt = self.prompts[task]
        try:
            answer: Answer[Shape] = await self.model.complete(prompt.ask(inputs, timedelta(seconds=left)), shape)
        except Declined as why:
            self.calls += why.calls
            raise
        self.calls += answer.calls
        self.models.add(answer.model)
        self.tokens.append((answer.tokens_in, answer.tokens_out))
        self.asked.append(f"{task} v{prompt.version}")
        return answer.value

    # --- the parts of the draft

    async def _answers(self, read: Condensed, until: float) -> dict[Task, Shape | Declined]:
        """Side by side; one that fails costs its own parts only."""
        found = await asyncio.gather(*(self._answer(task, read, until) for task in SHAPES))
        return dict(zip(SHAPES, found, strict=True))

    async def _answer(self, task: Task, read: Condensed, until: float) -> Shape | Declined:
        try:
            try:
                return await self._part(task, read.lines, until)
            except Declined as why:
                if why.kind is not Kind.TOO_LONG:
                    raise
            return await self._part(task, every_other(read.lines), until)
        except Declined as why:
            return why

    async def _part(self, task: Task, lines: Sequence[str], until: float) -> Shape:
        return await self.ask(task, SHAPES[task], until, incident=self.known, entries="\n".join(lines))

    @property
    def known(self) -> str:
        """What code knows of the incident, for a prompt."""
        return "\n".join(computed.said for computed in self.evidence.record.computed)

    # --- whether they stand

    def _checked(self, given: Iterable[tuple[Part, Claim]]) -> list[tuple[Part, Verdict]]:
        """Takes seconds with a long record, so it is done beside the loop: no page waits for it."""
        record = self.evidence.record
        return [(part, verify(widen(claim, record), record)) for part, claim in given]

    async def _mended(self, verdicts: list[tuple[Part, Verdict]], until: float) -> list[tuple[Part, Verdict]]:
        """One round of repair. What cannot be mended stays as it failed."""
        failing = [n for n, (_, verdict) in enumerate(verdicts) if not verdict.stands]
        if not failing:
            return verdicts
        claims = "\n".join(_failing(n, verdicts[n][1]) for n in failing)
        entries = "\n".join(one.line for one in self._near([verdicts[n][1].claim for n in failing]))
        try:
            answer = await self.ask(Task.REPAIR, Repair, until, claims=claims, entries=entries)
        except Declined:
            return verdicts
        assert isinstance(answer, Repair)
        better = dict(verdicts_of(answer, failing))
        mended = await asyncio.to_thread(self._checked, [(verdicts[n][0], claim) for n, claim in better.items()])
        again = dict(zip(better, mended, strict=True))
        return [again.get(n, verdict) for n, verdict in enumerate(verdicts)]

    def _near(self, claims: Iterable[Claim]) -> list[Entry]:
        """What the failing claims cite, and what stands right beside it on the record."""
        cited = {cite for claim in claims for cite in claim.cites}
        readable = self.evidence.record.readable
        near = {n + step for n, one in enumerate(readable) if one.id in cited for step in (-1, 0, 1)}
        return [one for n, one in enumerate(readable) if n in near]

    # --- what is kept

    def _added(
        self, verdicts: Sequence[tuple[Part, Verdict]], parts: Mapping[Task, Shape | Declined],
        failed: dict[str, str], read: Condensed,
    ) -> Added:  # fmt: skip
        stood = [(part, verdict.claim) for part, verdict in verdicts if verdict.stands]
        fallen = [(part, verdict) for part, verdict in verdicts if not verdict.stands]
        lessons = parts[Task.LESSONS]
        questions = lessons.questions[:MOST_QUESTIONS] if isinstance(lessons, Lessons) else []
        sums = [sum(counts) for counts in zip(*self.tokens, strict=True)] or [0, 0]
        return Added(
            model=", ".join(sorted(self.models)), prompts=sorted(set(self.asked)), claims=self._stood(stood),
            dropped=[self._dropped(part, verdict) for part, verdict in fallen],
            questions=[self._shown(question) for question in questions if self._may_ask(question)], failed=failed,
            read=read.told, hidden=dict(self.evidence.redaction.counts), tokens_in=sums[0], tokens_out=sums[1],
        )  # fmt: skip

    def _stood(self, stood: Sequence[tuple[Part, Claim]]) -> list[Stood]:
        claimed = next((claim for part, claim in stood if part is Part.ROOT_CAUSE), None)
        cause = root_cause(claimed, self.evidence.record).claim
        kept = []
        for part, claim in stood:
            if part is Part.ROOT_CAUSE and claim is not cause:
                part = Part.FACTORS  # it stands, and is not the one cause
            kept.append(self._kept(part, claim))
        return kept

    def _kept(self, part: Part, claim: Claim) -> Stood:
        return Stood(
            part=part, text=self._shown(claim.text), basis=claim.basis, sources=self._sources(claim),
            reporter=reporter(claim, self.evidence.record),
        )  # fmt: skip

    def _dropped(self, part: Part, verdict: Verdict) -> Dropped:
        why = "; ".join(map(str, verdict.reasons))
        return Dropped(part=part, text=verdict.claim.text, why=why, sources=self._sources(verdict.claim))

    def _sources(self, claim: Claim) -> list[Source]:
        return [self._source(one) for one in self.evidence.record.cited(claim.cites)]

    def _source(self, one: Entry) -> Source:
        place = int(one.id[1:]) if one.id.startswith("E") else None
        return Source(id=one.id, place=place, link=self.evidence.links.get(one.id))

    def _shown(self, words: str) -> str:
        return self.evidence.redaction.restore(words)

    def _may_ask(self, question: str) -> bool:
        """A question claims nothing, but it may not smuggle anything in: it is held to the entries that speak of it."""
        if not _QUESTION.fullmatch(question.strip()):
            return False
        claim = Claim(cites=self._speaking_of(question), text=question, basis=Basis.INFERRED)
        return verify(claim, self.evidence.record).stands

    def _speaking_of(self, question: str) -> list[str]:
        """The entries that share the most words with it, the first ones of those that share as many."""
        asked = stems(question)
        shared = [(len(asked & stems(one.text)), one.id) for one in self.evidence.record.readable]
        best = sorted((one for one in shared if one[0]), key=lambda one: -one[0])
        return [name for _, name in best[:MOST_SPEAKING]]


def _now() -> float:
    return asyncio.get_running_loop().time()


def every_other(lines: Sequence[str]) -> list[str]:
    """Half of them, evenly, with the first and the last."""
    return [line for n, line in enumerate(lines) if n % 2 == 0 or n == len(lines) - 1]


def verdicts_of(answer: Repair, failing: Sequence[int]) -> Iterable[tuple[int, Claim]]:
    """The mended claims by the number they were given; numbers that were not asked for are none."""
    return [(one.number, one.claim) for one in answer.mended if one.claim and one.number in failing]


def _claims(answer: Shape) -> list[tuple[Part, Claim]]:
    """Each claim of an answer with where it belongs, as many as were asked for."""
    found = []
    for name in type(answer).model_fields:
        if name in set(Part):
            said = getattr(answer, name)
            listed = said if isinstance(said, list) else [said] * (said is not None)
            found += [(Part(name), claim) for claim in listed[: MOST[Part(name)]]]
    return found


def _failing(number: int, verdict: Verdict) -> str:
    cites, why = ", ".join(verdict.claim.cites), "; ".join(map(str, verdict.reasons))
    return f"{number} | cites {cites or 'nothing'} | {verdict.claim.text} | failed: {why}"


def _as_one(failed: Sequence[Declined], calls: Sequence[Call]) -> Declined:
    """Three of the same are told once."""
    reasons = dict.fromkeys(why.reason for why in failed)
    return Declined("; ".join(reasons), failed[0].kind, calls)
