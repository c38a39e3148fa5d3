"""Questions about follow-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from bot.followups.model import FollowUp, FollowUpState
from bot.followups.rules import Counts
from bot.incidents.model import Incident
from bot.incidents.queries import visible_to
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import IncidentId, UserId


@dataclass(frozen=True)
class Scope:
    """Which follow-ups are meant. Everything that is None matters not."""

    owner: UserId | None = None
    incident: IncidentId | None = None
    service: str | None = None  # words in what the incident affected


async def of(snap: Snapshot, number: int) -> FollowUp | None:
    """Which follow-up is this?"""
    return await snap.session.get(FollowUp, number)


async def fresh(tx: Transaction, number: int) -> FollowUp | None:
    """The same as it is now. Its incident is locked first: one lock order everywhere."""
    return await tx.session.get(FollowUp, number, populate_existing=True)


async def all_of(snap: Snapshot, incident: IncidentId) -> Sequence[FollowUp]:
    """Which follow-ups has this incident? In the order in which they were made."""
    asked = select(FollowUp).where(col(FollowUp.incident_id) == incident)
    return (await snap.session.execute(asked.order_by(col(FollowUp.id)))).scalars().all()


async def listed(snap: Snapshot, scope: Scope, user: UserId, limit: int, skip: int) -> Sequence[tuple[FollowUp, str]]:
    """Which are open that this person may see, each with its incident's title? The most overdue first."""
    asked = (
        select(FollowUp, col(Incident.title))
        .join(Incident, col(Incident.id) == col(FollowUp.incident_id))
        .where(col(FollowUp.state) == FollowUpState.OPEN, *_within(scope, user))
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
    )
    return [(row[0], row[1]) for row in await snap.session.execute(asked.limit(limit).offset(skip))]


async def counts(snap: Snapshot, scope: Scope, user: UserId, today: date) -> Counts:
    """How many of them are open, overdue, done and dropped?"""
    late = and_(col(FollowUp.state) == FollowUpState.OPEN, col(FollowUp.due_on) < today)
    asked = (
        select(col(FollowUp.state), func.count(), func.count().filter(late))
        .join(Incident, col(Incident.id) == col(FollowUp.incident_id))
        .where(*_within(scope, user))
        .group_by(col(FollowUp.state))
    )
    found = {row[0]: (row[1], row[2]) for row in await snap.session.execute(asked)}
    (opened, overdue), (done, _), (dropped, _) = (found.get(state, (0, 0)) for state in FollowUpState)
    return Counts(opened, overdue, done, dropped)


def _within(scope: Scope, user: UserId) -> list[ColumnElement[bool]]:
    wanted = [visible_to(user)]
    if scope.owner:
        wanted.append(col(FollowUp.owner) == scope.owner)
    if scope.incident:
        wanted.append(col(FollowUp.incident_id) == scope.incident)
    if scope.service:
        wanted.append(col(Incident.affected).icontains(scope.service, autoescape=True))
    return wanted


async def overdue(snap: Snapshot, today: date) -> Sequence[tuple[FollowUp, Incident]]:
    """What is overdue, of public incidents? The longest first."""
    asked = (
        select(FollowUp, Incident)
        .join(Incident, col(Incident.id) == col(FollowUp.incident_id))
        .where(col(FollowUp.state) == FollowUpState.OPEN, col(FollowUp.due_on) < today,
               col(Incident.is_private).is_(False))
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
    )  # fmt: skip
    return [(row[0], row[1]) for row in await snap.session.execute(asked)]


async def due(snap: Snapshot) -> Sequence[int]:
    """Which must be looked at by now?"""
    asked = select(col(FollowUp.id)).where(col(FollowUp.look_at) <= snap.now)
    found = (await snap.session.execute(asked.order_by(col(FollowUp.look_at)).limit(100))).scalars()
    return [row for row in found if row]


async def next_due(snap: Snapshot) -> datetime | None:
    """When must the next one be looked at?"""
    asked = select(func.min(col(FollowUp.look_at))).where(col(FollowUp.look_at).is_not(None))
    return (await snap.session.execute(asked)).scalar()
