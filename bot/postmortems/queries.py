"""Questions about postmortems."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bot.incidents.model import Incident
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import IncidentId
from bot.postmortems.model import Postmortem, PostmortemState, PostmortemVersion, ReviewDigest


async def versions(snap: Snapshot, postmortem: int) -> Sequence[PostmortemVersion]:
    """What has each section said that people edited, from the first to the last?"""
    asked = select(PostmortemVersion).where(col(PostmortemVersion.postmortem_id) == postmortem)
    ordered = asked.order_by(col(PostmortemVersion.place), col(PostmortemVersion.number))
    return (await snap.session.execute(ordered)).scalars().all()


async def latest(tx: Transaction, incident: IncidentId) -> Postmortem | None:
    """The last postmortem of this incident, which is locked, as it is now."""
    asked = select(Postmortem).where(col(Postmortem.incident_id) == incident).order_by(col(Postmortem.id).desc())
    return (await tx.session.execute(asked.limit(1).execution_options(populate_existing=True))).scalar_one_or_none()


async def fresh(tx: Transaction, number: int) -> Postmortem | None:
    """This one as it is now. Its incident is locked first."""
    return await tx.session.get(Postmortem, number, populate_existing=True)


async def due(snap: Snapshot) -> Sequence[int]:
    """Which must somebody be reminded of by now, perhaps?"""
    asked = select(col(Postmortem.id)).where(col(Postmortem.look_at) <= snap.now)
    found = (await snap.session.execute(asked.order_by(col(Postmortem.look_at)).limit(100))).scalars()
    return [row for row in found if row]


async def next_due(snap: Snapshot) -> datetime | None:
    """When must the next one be looked at?"""
    asked = select(func.min(col(Postmortem.look_at))).where(col(Postmortem.look_at).is_not(None))
    return (await snap.session.execute(asked)).scalar()


async def digest_of(snap: Snapshot, at: datetime) -> ReviewDigest | None:
    """Was the digest of this moment made?"""
    return await snap.session.get(ReviewDigest, at)


async def unpublished(snap: Snapshot) -> Sequence[tuple[Postmortem, Incident]]:
    """Which postmortems of public incidents are still to be published by some day? The first due first."""
    asked = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(
            col(Postmortem.state).in_([PostmortemState.DRAFT, PostmortemState.IN_REVIEW, PostmortemState.REVIEWED]),
            col(Postmortem.due_on).is_not(None), col(Incident.is_private).is_(False),
        )
        .order_by(col(Postmortem.due_on), col(Postmortem.id))
    )  # fmt: skip
    return [(row[0], row[1]) for row in await snap.session.execute(asked)]


async def published_since(snap: Snapshot, since: datetime) -> Sequence[tuple[Postmortem, Incident]]:
    """Which of public incidents were published since then? The newest first."""
    asked = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(col(Postmortem.published_at) >= since, col(Postmortem.state) == PostmortemState.PUBLISHED,
               col(Incident.is_private).is_(False))
        .order_by(col(Postmortem.published_at).desc())
    )  # fmt: skip
    return [(row[0], row[1]) for row in await snap.session.execute(asked)]


async def written(snap: Snapshot) -> Sequence[tuple[Postmortem, Incident]]:
    """Which postmortems count and are written? The newest incident first."""
    asked = (
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == col(Postmortem.incident_id))
        .where(col(Postmortem.drafted_at).is_not(None), col(Postmortem.state) != PostmortemState.SUPERSEDED)
        .order_by(col(Incident.id).desc(), col(Postmortem.id).desc())
    )
    return [(row[0], row[1]) for row in await snap.session.execute(asked)]


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
