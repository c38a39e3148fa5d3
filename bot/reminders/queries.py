"""Questions about reminders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bot.incidents.model import Incident, TimelineEntry
from bot.kernel.db import Snapshot
from bot.kernel.ids import IncidentId
from bot.reminders.model import Kind, Reminder


async def due(snap: Snapshot) -> Sequence[int]:
    """Which incidents must be looked at again by now? The worst first, then the newest."""
    asked = select(col(Incident.id)).where(col(Incident.review_at) <= snap.now)
    asked = asked.order_by(col(Incident.severity), col(Incident.id).desc()).limit(100)
    return (await snap.session.execute(asked)).scalars().all()


async def next_due(snap: Snapshot) -> datetime | None:
    """When must the next one be looked at?"""
    asked = select(func.min(col(Incident.review_at))).where(col(Incident.review_at).is_not(None))
    return (await snap.session.execute(asked)).scalar()


async def upcoming(snap: Snapshot, limit: int) -> Sequence[Incident]:
    """Which incidents must be looked at next? The soonest first."""
    asked = select(Incident).where(col(Incident.review_at).is_not(None)).order_by(col(Incident.review_at))
    return (await snap.session.execute(asked.limit(limit))).scalars().all()


async def shown(snap: Snapshot, incident: IncidentId) -> dict[Kind, Reminder]:
    """What has been said of this incident, the latest of each kind?"""
    asked = select(Reminder).where(col(Reminder.incident_id) == incident)
    return {found.kind: found for found in (await snap.session.execute(asked)).scalars()}


async def reminder(snap: Snapshot, incident: IncidentId, kind: Kind) -> Reminder | None:
    """What was said last of this kind?"""
    asked = select(Reminder).where(col(Reminder.incident_id) == incident, col(Reminder.kind) == kind)
    return (await snap.session.execute(asked)).scalar_one_or_none()


async def acts(snap: Snapshot, incident: IncidentId, since: datetime) -> Sequence[TimelineEntry]:
    """What did people do since then? The last one first."""
    asked = select(TimelineEntry).where(
        col(TimelineEntry.incident_id) == incident,
        col(TimelineEntry.recorded_at) >= since,
        col(TimelineEntry.by).is_not(None),
    )
    return (await snap.session.execute(asked.order_by(col(TimelineEntry.place).desc()).limit(50))).scalars().all()
