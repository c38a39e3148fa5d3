"""Questions of catching up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import col

from bot.catchup.model import CaughtUp, TitleLook
from bot.incidents.model import Incident, RoleHolding
from bot.incidents.terms import LIVE, Role
from bot.kernel.db import Snapshot
from bot.kernel.ids import IncidentId, UserId


async def last_look(snap: Snapshot, incident: IncidentId, user: UserId) -> datetime | None:
    """When did this person last ask what happened?"""
    found = await snap.session.get(CaughtUp, (incident, user))
    return found.at if found else None


async def title_look(snap: Snapshot, incident: IncidentId) -> TitleLook | None:
    """What was thought of its title?"""
    return await snap.session.get(TitleLook, incident)


async def titles_to_look_at(snap: Snapshot) -> Sequence[int]:
    """Whose titles has nobody looked at, or were to be looked at again by now? Only of what somebody commands."""
    asked = select(col(Incident.id)).join(
        RoleHolding,
        (col(RoleHolding.incident_id) == col(Incident.id))
        & (col(RoleHolding.role) == Role.IC)
        & col(RoleHolding.until).is_(None),
    )
    asked = asked.outerjoin(TitleLook, col(TitleLook.incident_id) == col(Incident.id)).where(
        col(Incident.status).in_(LIVE),
        col(Incident.channel).is_not(None),
        or_(col(TitleLook.incident_id).is_(None), col(TitleLook.look_at) <= snap.now),
    )
    return (await snap.session.execute(asked.order_by(col(Incident.id)).limit(100))).scalars().all()


async def next_title_look(snap: Snapshot) -> datetime | None:
    """When is a title to be looked at again?"""
    asked = select(func.min(col(TitleLook.look_at))).where(col(TitleLook.look_at).is_not(None))
    found: datetime | None = (await snap.session.execute(asked)).scalar()
    return found
