"""Questions about incidents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from bot.incidents.model import Incident, Insider, RoleHolding, TimelineEntry
from bot.incidents.terms import LIVE, Role, Roll
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId


async def locked(tx: Transaction, incident: IncidentId) -> Incident:
    """This incident, ours alone until the transaction ends."""
    found = await tx.lock(Incident, incident)
    if found is None:
        raise Refused(f"There is no incident {incident}. `/incident list` shows those there are.")
    return found


async def at_hand(tx: Transaction, incident: IncidentId) -> Incident | None:
    """This incident, ours alone until the transaction ends; None while somebody else has it. For sweeps, which come
    again: one that waited would hold up everybody's pages for whoever stands still with a lock in hand."""
    asked = select(Incident).where(col(Incident.id) == incident).with_for_update(skip_locked=True)
    return (await tx.session.execute(asked.execution_options(populate_existing=True))).scalar_one_or_none()


async def incident(snap: Snapshot, number: IncidentId) -> Incident | None:
    """Which incident has this number?"""
    return await snap.session.get(Incident, number)


async def in_channel(snap: Snapshot, channel: ChannelId) -> Incident | None:
    """Whose channel is this?"""
    return (await snap.session.execute(select(Incident).where(col(Incident.channel) == channel))).scalar_one_or_none()


async def roll(snap: Snapshot, incident: IncidentId) -> Roll:
    """Who holds which role now?"""
    asked = select(RoleHolding).where(col(RoleHolding.incident_id) == incident, col(RoleHolding.until).is_(None))
    return {held.role: held.user for held in (await snap.session.execute(asked)).scalars()}


async def holding(tx: Transaction, incident: IncidentId, role: Role) -> RoleHolding | None:
    """Who holds this role, for since when?"""
    asked = select(RoleHolding).where(
        col(RoleHolding.incident_id) == incident, col(RoleHolding.role) == role, col(RoleHolding.until).is_(None)
    )
    return (await tx.session.execute(asked)).scalar_one_or_none()


async def holdings(snap: Snapshot, incident: IncidentId) -> Sequence[RoleHolding]:
    """Who held which role, and when, from the first to the last?"""
    asked = select(RoleHolding).where(col(RoleHolding.incident_id) == incident)
    return (await snap.session.execute(asked.order_by(col(RoleHolding.since), col(RoleHolding.id)))).scalars().all()


async def timeline(snap: Snapshot, incident: IncidentId) -> Sequence[TimelineEntry]:
    """What happened, in the order in which it happened?"""
    asked = select(TimelineEntry).where(col(TimelineEntry.incident_id) == incident)
    return (await snap.session.execute(asked.order_by(col(TimelineEntry.at), col(TimelineEntry.place)))).scalars().all()


async def entries_of(tx: Transaction, channel: ChannelId, ts: MessageTs) -> Sequence[TimelineEntry]:
    """Which entries keep this message? As they are now, and nobody else changes them until the transaction ends."""
    asked = select(TimelineEntry).where(
        col(TimelineEntry.source_channel) == channel, col(TimelineEntry.source_ts) == ts
    )
    for incident in sorted({entry.incident_id for entry in (await tx.session.execute(asked)).scalars()}):
        await locked(tx, incident)  # one lock order everywhere
    fresh = asked.execution_options(populate_existing=True)
    return (await tx.session.execute(fresh)).scalars().all()


async def kept(tx: Transaction, incident: IncidentId, channel: ChannelId, ts: MessageTs) -> TimelineEntry | None:
    """Which entry of this incident, which is locked, keeps this message?"""
    asked = select(TimelineEntry).where(
        col(TimelineEntry.incident_id) == incident,
        col(TimelineEntry.source_channel) == channel,
        col(TimelineEntry.source_ts) == ts,
    )
    return (await tx.session.execute(asked)).scalar_one_or_none()


async def just_declared(tx: Transaction, since: datetime) -> Sequence[Incident]:
    """What has been declared since then that somebody may be about to declare again? Private ones are no answer."""
    asked = select(Incident).where(
        col(Incident.declared_at) >= since, col(Incident.status).in_(LIVE), col(Incident.is_private).is_(False)
    )
    return (await tx.session.execute(asked.order_by(col(Incident.id)))).scalars().all()


async def may_see(snap: Snapshot, incident: Incident, user: UserId) -> bool:
    """May this person know of the incident at all?"""
    asked = select(col(Incident.id)).where(col(Incident.id) == incident.id, visible_to(user))
    return (await snap.session.execute(asked)).first() is not None


def visible_to(user: UserId) -> ColumnElement[bool]:
    """Public incidents, and private ones whose channel this person is in. Every list goes through here."""
    inside = select(col(Insider.incident_id)).where(col(Insider.user) == user)
    return or_(col(Incident.is_private).is_(False), col(Incident.id).in_(inside))


async def private(snap: Snapshot, limit: int = 200) -> Sequence[Incident]:
    """Which private incidents have a channel? The newest first."""
    asked = select(Incident).where(col(Incident.is_private), col(Incident.channel).is_not(None))
    return (await snap.session.execute(asked.order_by(col(Incident.id).desc()).limit(limit))).scalars().all()


async def insiders(snap: Snapshot, incident: IncidentId) -> Sequence[UserId]:
    """Who is, or shall be, in its channel?"""
    asked = select(col(Insider.user)).where(col(Insider.incident_id) == incident).order_by(col(Insider.user))
    return (await snap.session.execute(asked)).scalars().all()


async def roles_of(snap: Snapshot, user: UserId) -> dict[IncidentId, list[Role]]:
    """Which roles does this person hold, and where?"""
    asked = select(col(RoleHolding.incident_id), col(RoleHolding.role)).where(
        col(RoleHolding.user) == user, col(RoleHolding.until).is_(None)
    )
    held: dict[IncidentId, list[Role]] = {}
    for incident, role in await snap.session.execute(asked.order_by(col(RoleHolding.id))):
        held.setdefault(incident, []).append(role)
    return held


async def live(snap: Snapshot, user: UserId, limit: int = 50) -> Sequence[Incident]:
    """What is going on now that this person may see? The worst first."""
    asked = select(Incident).where(col(Incident.status).in_(LIVE), visible_to(user))
    asked = asked.order_by(col(Incident.severity), col(Incident.id).desc()).limit(limit)
    return (await snap.session.execute(asked)).scalars().all()


async def how_many_live(snap: Snapshot, user: UserId) -> int:
    """How much is going on that this person may see?"""
    asked = select(func.count()).select_from(Incident).where(col(Incident.status).in_(LIVE), visible_to(user))
    return int((await snap.session.execute(asked)).scalar_one())


async def latest(snap: Snapshot, limit: int) -> Sequence[Incident]:
    """Which incidents were declared last, whoever may see them? Not for people's eyes: see `recent`."""
    return (await snap.session.execute(select(Incident).order_by(col(Incident.id).desc()).limit(limit))).scalars().all()


async def recent(snap: Snapshot, user: UserId, limit: int = 10) -> Sequence[Incident]:
    """What is over and may be seen by this person? The newest first."""
    asked = select(Incident).where(col(Incident.status).not_in(LIVE), visible_to(user))
    return (await snap.session.execute(asked.order_by(col(Incident.id).desc()).limit(limit))).scalars().all()
