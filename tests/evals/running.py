"""One case from its file to the draft that people would read, and what is to be said of it."""

import io
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot import logs
from bot.llm import prompts
from bot.llm.model import Declined
from bot.llm.prompts import Prompts
from bot.postmortems import head
from bot.postmortems.added import Added
from bot.postmortems.draft import draft
from bot.postmortems.evidence import Evidence, gathered
from bot.postmortems.model import Postmortem
from bot.postmortems.weaving import Weaving
from tests.evals import completers
from tests.evals.casefiles import CaseFile
from tests.evals.completers import Witness
from tests.evals.disguise import disguised
from tests.evals.documents import plain
from tests.evals.judge import Judge, leaks
from tests.evals.recording import RECORDINGS
from tests.evals.scores import Score
from tests.evals.staging import Staged, staged

PLAIN, DISGUISED = "plain", "disguised"
STABLE_UP_TO = 300  # messages: beyond that a second run with a model takes long
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Job:
    case: CaseFile
    completer: str = "offline"
    noise: int = 0
    variant: str = PLAIN
    seed: int = 1
    recordings: Path = RECORDINGS
    record: bool = False
    is_repeated: bool = True  # a second time, to see whether the same comes of it


@dataclass(frozen=True)
class Drafted:
    """`markdown`: as it is delivered. `added`: what a model added, if one did."""

    markdown: str
    added: Added | None
    why_none: str
    witness: Witness | None


async def run(job: Job, known_prompts: Prompts | None = None) -> Score:
    mask = disguised(job.case, job.seed) if job.variant == DISGUISED else None
    case = mask.case if mask else job.case
    shipped = known_prompts or prompts.load()
    stage = staged(case, job.noise, job.seed)
    with overheard() as log, measured() as took:
        drafted = await _drafted(job, stage, shipped)
    score = Score(job.case.slug, job.variant, job.noise, job.completer, seconds=took.seconds, megabytes=took.megabytes)
    judge = Judge(stage, gathered(stage.sources).record.computed, mask.true_names if mask else frozenset())
    offline = await _drafted(replace(job, completer="offline"), stage, shipped)
    claims = len(drafted.added.claims) if drafted.added else 0
    score.faults = judge.judged(drafted.markdown, offline.markdown, claims)
    score.leaks = leaks("the log", log.getvalue(), stage)
    score.why_none = drafted.why_none
    score.events, score.found = coverage(stage, drafted.markdown)
    _count(score, drafted, stage)
    if job.is_repeated and job.completer != "openai" and (job.completer == "offline" or job.noise <= STABLE_UP_TO):
        again = await _drafted(job, staged(case, job.noise, job.seed), shipped)
        score.is_stable = again.markdown == drafted.markdown
    return score


def _count(score: Score, drafted: Drafted, stage: Staged) -> None:
    if drafted.witness:
        score.leaks += leaks("what was sent", drafted.witness.everything(), stage)
        score.calls, score.unrecorded = len(drafted.witness.asked), len(drafted.witness.missing())
    if drafted.added:
        score.stood = len(drafted.added.claims)
        score.made = score.stood + len(drafted.added.dropped)
        score.tokens_in, score.tokens_out = drafted.added.tokens_in, drafted.added.tokens_out


async def _drafted(job: Job, stage: Staged, shipped: Prompts) -> Drafted:
    """The way that `WriteDraft` and `AskModel` go, without their transactions."""
    written = Postmortem(incident_id=stage.record.incident.id, resolved_at=stage.case.resolved)
    made = draft(stage.record, stage.organisation)
    written.write(made.markdown, made.owner, made.questions, stage.case.resolved)
    if job.completer == "offline":
        written.no_model_because = "no model is configured"
        return Drafted(head.document(written), None, written.no_model_because, None)
    async with completers.asking(job.completer, stage, job.recordings, record=job.record) as model:
        added, why = await _added(model, gathered(stage.sources), shipped)
    if added:
        made = draft(stage.record, stage.organisation, added)
        written.extend(made.markdown, made.questions, added.model_dump(mode="json"))
    else:
        written.no_model_because = why
    return Drafted(head.document(written), added, why, model)


async def _added(model: Witness, evidence: Evidence, shipped: Prompts) -> tuple[Added | None, str]:
    try:
        woven = await Weaving(model, shipped, evidence).weave()
    except Declined as why:
        return None, why.reason
    return woven.added, ""


def coverage(stage: Staged, markdown: str) -> tuple[int, int]:
    """How many key events there are, and how many stand in the draft with their time and all their words."""
    lines = [" ".join(plain(line).split()) for line in markdown.split("\n")]
    wanted = [event for event in stage.case.given if event.is_key]

    def stands(text: str, at: str) -> bool:
        return any(text in line and at in line for line in lines)

    found = [one for one in wanted if stands(" ".join(one.text.split()), f"{one.at:%Y-%m-%d %H:%M:%S}")]
    return len(wanted), len(found)


@contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as the bot's log would have it."""
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up("debug", "json", stream=stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
        structlog.configure(**kept)


@dataclass
class Took:
    seconds: float = 0.0
    megabytes: float = 0.0


@contextmanager
def measured() -> Iterator[Took]:
    """Time and the most memory that this process held, all of it; 0 where the system does not tell."""
    took = Took()
    _forget_peak()
    began = time.monotonic()
    try:
        yield took
    finally:
        took.seconds, took.megabytes = time.monotonic() - began, peak_megabytes()


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_megabytes() -> float:
    if not STATUS.exists():
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) / 1024 if found else 0.0
