"""O4: what must hold in the database once all is quiet; and what the log may not say."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import SQLModel, col

from bot.engine.outbox import LEASE
from bot.escalations.model import Cause, Escalation, Outcome, Page, Stage
from bot.incidents.model import Incident, RoleHolding, TimelineEntry
from bot.incidents.terms import Fact
from bot.kernel.db import Database, Snapshot
from bot.kernel.effect import OwedEffect, State
from bot.sandbox.server import Slack

T = TypeVar("T", bound=SQLModel)
TOLD = {Fact.TOLD_LOST, Fact.PAGE_FAILED}
# Commits of two replicas on one incident stand in the order of their locks; their times were read before.
OUT_OF_ORDER = timedelta(seconds=5)
BUGS = ("Traceback", "effect_failed", "sweep_failed", "effect_not_settled", "loss_not_told", "listener_failed")


async def broken(db: Database, slack: Slack) -> list[str]:
    """Which invariants do not hold?"""
    async with db.snapshot() as snap:
        entries = await _all(snap, TimelineEntry)
        effects = await _all(snap, OwedEffect)
        return [
            *_timelines(entries),
            *_roles(await _all(snap, RoleHolding)),
            *_escalations(await _all(snap, Escalation)),
            *_pages(await _all(snap, Page), slack),
            *_effects(effects, entries, snap.now),
        ]


def bugs_in(log: Sequence[str]) -> list[str]:
    return [line.strip()[:400] for line in log if any(sign in line for sign in BUGS)]


async def moments(db: Database, fact: Fact) -> dict[str, list[float]]:
    """When facts of this kind were committed, by the title of their incident."""
    found: dict[str, list[float]] = {}
    async with db.snapshot() as snap:
        asked = select(col(Incident.title), col(TimelineEntry.recorded_at)).join(
            TimelineEntry, col(TimelineEntry.incident_id) == col(Incident.id)
        )
        for title, at in await snap.session.execute(asked.where(col(TimelineEntry.fact) == fact)):
            found.setdefault(title, []).append(at.timestamp())
    return {title: sorted(times) for title, times in found.items()}


async def overdue(db: Database, at: datetime) -> list[str]:
    """What was due at this moment and is neither committed nor handed over yet."""
    async with db.snapshot() as snap:
        steps = select(Escalation).where(col(Escalation.due_at) <= at)
        effects = select(OwedEffect).where(col(OwedEffect.state) == State.OWED, col(OwedEffect.due_at) <= at)
        return [
            *(f"escalation {one.id}" for one in (await snap.session.execute(steps)).scalars()),
            *(f"{one.kind} {one.last_error}" for one in (await snap.session.execute(effects)).scalars()),
        ]


async def standing(db: Database, title: str) -> list[str]:
    """How things stand with the incident of this title: for whoever reads why a run failed."""
    async with db.snapshot() as snap:
        found = (await snap.session.execute(select(Incident).where(col(Incident.title) == title))).scalars().first()
        if found is None:
            return [f"there is no incident {title}"]
        told = [f"{found.name}: {found.status}, unheeded {found.unheeded}, channel {found.channel}"]
        for table in (Escalation, Page, OwedEffect, TimelineEntry):
            rows = [row.model_dump() for row in await _all(snap, table)]
            told += [f"{table.__name__} {_short(row)}" for row in rows if row["incident_id"] == found.id]
    return told


def _short(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{key}={value}" for key, value in row.items() if value not in (None, "", [], {}) and key != "policy"
    )


async def _all(snap: Snapshot, table: type[T]) -> list[T]:
    found: Any = (await snap.session.execute(select(table))).scalars().all()
    return list(found)


def _timelines(entries: Sequence[TimelineEntry]) -> list[str]:
    found = []
    for number in {entry.incident_id for entry in entries}:
        mine = sorted((entry for entry in entries if entry.incident_id == number), key=lambda entry: entry.place)
        if [entry.place for entry in mine] != list(range(1, len(mine) + 1)):
            found.append(f"INC-{number}: places {[entry.place for entry in mine]}")
        for one, after in itertools.pairwise(mine):
            if after.recorded_at < one.recorded_at - OUT_OF_ORDER:
                found.append(f"INC-{number}: place {after.place} is older than the one before")
    return found


def _roles(holdings: Sequence[RoleHolding]) -> list[str]:
    held = Counter((one.incident_id, one.role) for one in holdings if one.until is None)
    return [f"INC-{number}: {times} hold {role}" for (number, role), times in held.items() if times > 1]


def _escalations(escalations: Sequence[Escalation]) -> list[str]:
    running = Counter(
        one.incident_id for one in escalations if one.stage is not Stage.ENDED and one.cause is not Cause.BY_HAND
    )
    return [f"INC-{number}: {times} escalations at once" for number, times in running.items() if times > 1]


def _pages(pages: Sequence[Page], slack: Slack) -> list[str]:
    found = []
    for page in pages:
        if (page.outcome is Outcome.ACCEPTED) != (page.ts is not None):
            found.append(f"page {page.id}: {page.outcome}, {page.ts}")
        if page.ts and page.channel and page.ts not in slack.channel(page.channel).messages:
            found.append(f"page {page.id}: Slack knows no message {page.ts}")
    return found


def _effects(effects: Sequence[OwedEffect], entries: Sequence[TimelineEntry], now: datetime) -> list[str]:
    told = {entry.incident_id for entry in entries if entry.fact in TOLD}
    found = []
    for one in effects:
        if one.state is State.CLAIMED and one.lease_until and one.lease_until + LEASE < now:
            found.append(f"{one.kind} is held since {one.lease_until.astimezone(UTC):%H:%M:%S}")
        if one.state in (State.OWED, State.CLAIMED):
            found.append(f"{one.kind} of INC-{one.incident_id} is owed still: {one.last_error}")
        if one.state is State.LOST and one.incident_id and one.incident_id not in told:
            found.append(f"{one.kind} of INC-{one.incident_id} was lost without a word: {one.last_error}")
    return found
