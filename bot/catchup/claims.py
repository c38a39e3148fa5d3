"""Asking a model about an incident under way: claims, of which those stand that say what the record says. There is no
round of repair here: people wait for the answer, and what falls is only missing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.catchup.heard import Heard, Source, Stood
from bot.grounding.claims import Basis, Claim
from bot.grounding.entries import Entry, utc
from bot.grounding.verify import verify, widen
from bot.incidents.model import Incident
from bot.kernel.ids import IncidentId
from bot.llm.answers import CatchUp, Shape, StatusUpdate, Title
from bot.llm.ledger.changes import keep
from bot.llm.model import Call, Declined, Kind
from bot.llm.prompts import Task
from bot.postmortems.condensing import fitting
from bot.postmortems.evidence import Evidence, gathered
from bot.postmortems.gathering import sources
from bot.postmortems.weaving import Weaving
from bot.world import World

SHAPES: Mapping[Task, type[Shape]] = {Task.CATCHUP: CatchUp, Task.STATUS_UPDATE: StatusUpdate, Task.TITLE: Title}
PRIVATE = "private incidents are not sent to a model"
NOTHING_NEW = "there is nothing new that it could read"


def unavailable(world: World, incident: Incident) -> str | None:
    """Why the model would not be asked about this incident, in a clause; None if it would."""
    if incident.is_private and not world.organisation.ai.private:
        return PRIVATE
    away = world.model.unavailable()
    return away.reason if away else None


async def ask(
    world: World, incident: Incident, task: Task, after: datetime | None, within: timedelta, **inputs: str
) -> Heard:
    """What stands of a model's answer. `after`: only what was recorded after it is shown. Whatever was sent is kept.
    Raises Declined."""
    why = unavailable(world, incident)
    if why:
        raise Declined(why, Kind.NOT_CONFIGURED)
    assert world.slack.me, "nobody asks before we have signed in"
    async with world.db.snapshot() as snap:
        read = await sources(snap, incident.id, world.organisation, world.slack.me.url)
    evidence = await asyncio.to_thread(gathered, read)
    new = {f"E{one.place}" for one in read.case.standing if after is None or one.recorded_at > after}
    shown = [one for one in evidence.record.readable if _is_new(one, new, after)]
    if not shown:
        raise Declined(NOTHING_NEW, Kind.NOT_CONFIGURED)
    weaving = Weaving(world.model, world.prompts, evidence)
    known = f"now: {utc(snap.now)}\nstatus: {incident.status.spoken}\n{weaving.known}"
    room = world.prompts[task].room(world.model) - world.model.tokens(known)
    lines = fitting(weaving, [one.line for one in shown], room)
    try:
        until = asyncio.get_running_loop().time() + within.total_seconds()
        answer = await weaving.ask(
            task, SHAPES[task], until, incident=known, entries="\n".join(lines) or "(nothing)", **inputs
        )
    finally:
        await _keep(world, incident.id, weaving.calls)
    return _held(answer, evidence, len(lines), len(shown), ", ".join(sorted(weaving.models)))


def _is_new(one: Entry, new: set[str], after: datetime | None) -> bool:
    return one.id in new if one.id.startswith("E") else after is None or one.at > after


async def _keep(world: World, number: IncidentId, calls: Sequence[Call]) -> None:
    if calls:
        async with world.db.transaction() as tx:
            keep(tx, number, calls)


def _held(answer: Shape, evidence: Evidence, read: int, held: int, model: str) -> Heard:
    """Each claim held against the record; what is said twice counts once."""
    stood: dict[str, list[Stood]] = {}
    said, told = 0, set[str]()
    questions: list[str] = []
    for name in type(answer).model_fields:
        found = getattr(answer, name)
        for one in found if isinstance(found, list) else [found] * (found is not None):
            if isinstance(one, str):
                questions += [evidence.redaction.restore(one)] if _may_ask(one, evidence) else []
                continue
            said += one.text not in told
            verdict = verify(widen(one, evidence.record), evidence.record)
            if verdict.stands and one.text not in told:
                told.add(one.text)
                stood.setdefault(name, []).append(_stood(verdict.claim, evidence))
    return Heard(stood, questions, said, read, held, model)


def _stood(claim: Claim, evidence: Evidence) -> Stood:
    cited = tuple(Source(one.id, one.at, evidence.links.get(one.id)) for one in evidence.record.cited(claim.cites))
    return Stood(evidence.redaction.restore(claim.text), claim.basis, cited)


def _may_ask(question: str, evidence: Evidence) -> bool:
    """A question claims nothing, but may not smuggle anything in."""
    claim = Claim(cites=[one.id for one in evidence.record.readable], text=question, basis=Basis.INFERRED)
    return verify(claim, evidence.record).stands
