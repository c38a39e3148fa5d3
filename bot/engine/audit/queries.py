"""What the audits ask. Once a minute, beside all that goes on: each is answered by a partial index, or from one look
at what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from bot.engine.audit.model import AuditAlarm
from bot.engine.outbox import LEASE
from bot.engine.queries import EARLIER_OPEN
from bot.incidents.model import LIVE_ROWS, Incident
from bot.incidents.terms import Severity
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.delivery import Delivery
from bot.kernel.effect import OPEN, OwedEffect, State, Urgency
from bot.kernel.ids import IncidentId

LATE = timedelta(seconds=60)  # what is due is begun within a second or two; this is no longer a busy moment
PAGE_LATE = timedelta(minutes=5)  # whatever the reason, a page that old reached nobody
NAMED = 50  # incidents of one finding

# As the partial indexes are written (see the outbox's OPEN).
LEFT = text("delivery.state = 'received'")
GOING_ON = text(f"incident.{LIVE_ROWS}")


@dataclass(frozen=True)
class Late:
    count: int
    oldest: timedelta
    incidents: tuple[IncidentId, ...] = ()


async def unsent(snap: Snapshot) -> Late:
    """Which effects, pages apart, are first in their lane and due, and nobody takes them up?"""
    due = and_(col(OwedEffect.state) == State.OWED, col(OwedEffect.due_at) < snap.now - LATE)
    return await _effects(snap, col(OwedEffect.due_at), due, col(OwedEffect.urgency) != Urgency.PAGE, ~_behind())


async def unsent_pages(snap: Snapshot) -> Late:
    """Which pages are due and nobody takes them up, or are not through after minutes?"""
    due = and_(col(OwedEffect.state) == State.OWED, col(OwedEffect.due_at) < snap.now - LATE)
    old = col(OwedEffect.created_at) < snap.now - PAGE_LATE
    is_page = col(OwedEffect.urgency) == Urgency.PAGE
    return await _effects(snap, col(OwedEffect.created_at), is_page, or_(due, old))


async def stale_leases(snap: Snapshot) -> Late:
    """Which effects does somebody hold whose lease ran out long ago?"""
    until = col(OwedEffect.lease_until)
    return await _effects(snap, until, col(OwedEffect.state) == State.CLAIMED, until < snap.now - 2 * LEASE)


async def left_deliveries(snap: Snapshot) -> Late:
    """Which deliveries should have been taken up again, and were not?"""
    due = col(Delivery.due_at)
    asked = select(func.count(), func.min(due)).select_from(Delivery).where(LEFT, due < snap.now - LATE)
    count, oldest = (await snap.session.execute(asked)).one()
    return Late(count, snap.now - oldest if count else timedelta(0))


async def open_effects(snap: Snapshot) -> dict[Urgency, int]:
    """How much is owed, by urgency?"""
    asked = select(col(OwedEffect.urgency), func.count()).where(OPEN).group_by(col(OwedEffect.urgency))
    return {Urgency(urgency): count for urgency, count in await snap.session.execute(asked)}


async def open_incidents(snap: Snapshot) -> dict[Severity, int]:
    """How many incidents are going on, public and private together, by severity?"""
    asked = select(col(Incident.severity), func.count()).where(GOING_ON)
    by_severity = await snap.session.execute(asked.group_by(col(Incident.severity)))
    return {Severity(severity): count for severity, count in by_severity}


async def public(snap: Snapshot, numbers: Sequence[IncidentId]) -> Sequence[IncidentId]:
    """Which of these incidents may be named to everybody?"""
    asked = select(col(Incident.id)).where(col(Incident.id).in_(numbers), col(Incident.is_private).is_(False))
    return (await snap.session.execute(asked.order_by(col(Incident.id)))).scalars().all()


async def alarm(snap: Snapshot, name: str) -> AuditAlarm | None:
    """What is known of this check?"""
    return await snap.session.get(AuditAlarm, name)


async def not_green(snap: Snapshot) -> Sequence[AuditAlarm]:
    """Which checks were red when last audited?"""
    return (await snap.session.execute(select(AuditAlarm).where(col(AuditAlarm.audits) > 0))).scalars().all()


async def one_at_a_time(tx: Transaction) -> None:
    """Replicas audit side by side; what they found is recorded one after the other."""
    await tx.line_up("audit")


async def _effects(snap: Snapshot, since: Mapped[Any], *which: ColumnElement[bool]) -> Late:
    asked = select(func.count(), func.min(since)).select_from(OwedEffect).where(OPEN, *which)
    count, oldest = (await snap.session.execute(asked)).one()
    if not count:
        return Late(0, timedelta(0))
    of = col(OwedEffect.incident_id)
    named = select(of).where(OPEN, *which, of.is_not(None)).order_by(since).limit(NAMED)
    incidents = dict.fromkeys((await snap.session.execute(named)).scalars())
    return Late(count, snap.now - oldest, tuple(IncidentId(number) for number in incidents if number))


def _behind() -> ColumnElement[bool]:
    """It waits for one before it in its lane, which Slack may have put off."""
    earlier = aliased(OwedEffect, name="earlier")
    return (
        select(col(earlier.id))
        .where(
            col(earlier.lane) == col(OwedEffect.lane),
            col(earlier.id) < col(OwedEffect.id),
            EARLIER_OPEN,
        )
        .exists()
    )
