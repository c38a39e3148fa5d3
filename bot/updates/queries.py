"""Questions about status updates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from bot.incidents.model import Incident
from bot.kernel.db import Snapshot
from bot.updates.model import StatusUpdate


async def of(snap: Snapshot, update: int) -> StatusUpdate | None:
    """Which update is this?"""
    return await snap.session.get(StatusUpdate, update)


async def newly_overdue(snap: Snapshot) -> Sequence[int]:
    """In which incidents, live or not, is an update overdue, and the card does not say so yet?"""
    asked = select(col(Incident.id)).where(*_unshown(), col(Incident.next_update_due_at) <= snap.now)
    return (await snap.session.execute(asked.order_by(col(Incident.severity)).limit(100))).scalars().all()


async def next_overdue(snap: Snapshot) -> datetime | None:
    """When will the next update be overdue?"""
    return (await snap.session.execute(select(func.min(col(Incident.next_update_due_at))).where(*_unshown()))).scalar()


async def upcoming(snap: Snapshot, limit: int) -> Sequence[Incident]:
    """In which incidents will an update be overdue next? The soonest first."""
    asked = select(Incident).where(*_unshown()).order_by(col(Incident.next_update_due_at)).limit(limit)
    return (await snap.session.execute(asked)).scalars().all()


def _unshown() -> tuple[ColumnElement[bool], ...]:
    """As ix_incident_update_due has it, or SQLite would not use it. One that is over awaits none."""
    return (~col(Incident.overdue_shown), col(Incident.next_update_due_at).is_not(None))
