"""Questions about status updates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from bot.incidents.model import Incident
from bot.incidents.terms import LIVE
from bot.kernel.db import Snapshot
from bot.updates.model import StatusUpdate


async def of(snap: Snapshot, update: int) -> StatusUpdate | None:
    """Which update is this?"""
    return await snap.session.get(StatusUpdate, update)


async def newly_overdue(snap: Snapshot) -> Sequence[int]:
    """In which incidents is an update overdue, and the card does not say so yet?"""
    asked = select(col(Incident.id)).where(*_unshown(), col(Incident.next_update_due_at) <= snap.now)
    return (await snap.session.execute(asked.order_by(col(Incident.severity)).limit(100))).scalars().all()


async def next_overdue(snap: Snapshot) -> datetime | None:
    """When will the next update be overdue?"""
    return (await snap.session.execute(select(func.min(col(Incident.next_update_due_at))).where(*_unshown()))).scalar()


def _unshown() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Incident.status).in_(LIVE),
        col(Incident.overdue_shown).is_(False),
        col(Incident.next_update_due_at).is_not(None),
    )
