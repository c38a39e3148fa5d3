"""Questions about postmortems."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from bot.incidents.model import Incident
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import IncidentId
from bot.postmortems.model import Postmortem, PostmortemState


async def undrafted(snap: Snapshot) -> Sequence[int]:
    """Which incidents were resolved since we looked?"""
    asked = select(col(Incident.id)).where(col(Incident.undrafted))
    asked = asked.order_by(col(Incident.severity), col(Incident.id)).limit(100)
    return (await snap.session.execute(asked)).scalars().all()


async def never(snap: Snapshot) -> datetime | None:
    """When will one be due by itself? Never: only a resolution makes one due, and that wakes us."""
    return None


async def of(snap: Snapshot, number: int) -> Postmortem | None:
    """Which postmortem is this?"""
    return await snap.session.get(Postmortem, number)


async def all_of(snap: Snapshot, incident: IncidentId) -> Sequence[Postmortem]:
    """Which postmortems has this incident had? The last one first."""
    asked = select(Postmortem).where(col(Postmortem.incident_id) == incident)
    return (await snap.session.execute(asked.order_by(col(Postmortem.id).desc()))).scalars().all()


async def counting(tx: Transaction, incident: IncidentId) -> Sequence[Postmortem]:
    """Which of them are not superseded?"""
    asked = select(Postmortem).where(
        col(Postmortem.incident_id) == incident, col(Postmortem.state) != PostmortemState.SUPERSEDED
    )
    return (await tx.session.execute(asked.order_by(col(Postmortem.id)))).scalars().all()
