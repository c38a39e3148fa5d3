"""Questions about escalations and pages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select, union_all
from sqlmodel import col

from bot.escalations.model import BY_HAND, NAG, Escalation, Outcome, Page, Stage
from bot.escalations.rules import Standing
from bot.incidents.model import Incident, RoleHolding
from bot.incidents.terms import Role, Roll, Severity, Status
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import IncidentId, UserId

AT_ONCE = 250  # duties dealt with in one look
LEVELS = 1000  # the same of levels, which are dealt with many in one transaction


async def unheeded(snap: Snapshot) -> Sequence[int]:
    """In which incidents did something change since we looked? The worst and newest first."""
    asked = select(col(Incident.id)).where(col(Incident.unheeded))
    asked = asked.order_by(col(Incident.severity), col(Incident.id).desc()).limit(AT_ONCE)
    return (await snap.session.execute(asked)).scalars().all()


async def due(snap: Snapshot) -> Sequence[int]:
    """Which escalations have something to do now? The worst first, and of these the newest: whoever waits longest
    after a downtime is no longer waiting for us."""
    found: Sequence[int] = (await snap.session.execute(_due(), {"now": snap.now})).scalars().all()
    return found


@cache
def _due() -> Select[Any]:
    """Put together once: that takes longer than the answer, and it is asked at each beat."""
    parts = [
        select(col(Escalation.id), col(Escalation.severity), col(Escalation.due_at))
        .where(col(Escalation.severity) == severity, col(Escalation.due_at) <= bindparam("now"))
        .order_by(col(Escalation.due_at).desc())
        .limit(LEVELS)
        .subquery()
        for severity in Severity
    ]
    every = union_all(*(select(part) for part in parts)).subquery()
    return select(every.c.id).order_by(every.c.severity, every.c.due_at.desc()).limit(LEVELS)


async def next_due(snap: Snapshot) -> datetime | None:
    """When will the next escalation have something to do?"""
    asked = select(col(Escalation.due_at)).where(col(Escalation.due_at).is_not(None))
    return (await snap.session.execute(asked.order_by(col(Escalation.due_at)).limit(1))).scalar_one_or_none()


async def upcoming(snap: Snapshot, limit: int) -> Sequence[tuple[Escalation, Incident]]:
    """Which escalations have something to do next, of which incidents? The soonest first."""
    asked = select(Escalation, Incident).join(Incident, col(Incident.id) == col(Escalation.incident_id))
    asked = asked.where(col(Escalation.due_at).is_not(None)).order_by(col(Escalation.due_at)).limit(limit)
    return [(row[0], row[1]) for row in await snap.session.execute(asked)]


async def unwatched(snap: Snapshot, severe: Sequence[Severity], since: datetime) -> Sequence[tuple[int, datetime]]:
    """Which active incidents of these severities have no Commander, no escalation that goes on or holds, and were not
    heard of since then; and when were they last? A few hundred at most."""
    led = select(col(RoleHolding.incident_id)).where(
        col(RoleHolding.incident_id) == col(Incident.id), col(RoleHolding.role) == Role.IC,
        col(RoleHolding.until).is_(None),
    )  # fmt: skip
    paged = select(col(Escalation.id)).where(
        col(Escalation.incident_id) == col(Incident.id), col(Escalation.stage) != Stage.ENDED
    )
    asked = select(col(Incident.id), col(Incident.heard_at)).where(
        col(Incident.status) == Status.ACTIVE, col(Incident.severity).in_(severe), col(Incident.heard_at) < since,
        ~led.exists(), ~paged.exists(),
    )  # fmt: skip
    found = await snap.session.execute(asked.order_by(col(Incident.severity), col(Incident.heard_at)).limit(300))
    return [(row[0], row[1]) for row in found]


async def locked_incidents(tx: Transaction, escalations: Sequence[int]) -> dict[IncidentId, Incident]:
    """Whose are these? Ours alone until the transaction ends; those that somebody else has in hand are left out."""
    whose = select(col(Escalation.incident_id)).where(col(Escalation.id).in_(escalations))
    asked = select(Incident).where(col(Incident.id).in_(whose)).order_by(col(Incident.id))
    asked = asked.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return {found.id: found for found in (await tx.session.execute(asked)).scalars()}


async def still_due(
    tx: Transaction, escalations: Sequence[int], incidents: Collection[IncidentId]
) -> Sequence[Escalation]:
    """Which of these have something to do, now that their incidents are locked?"""
    asked = select(Escalation).where(
        col(Escalation.id).in_(escalations),
        col(Escalation.incident_id).in_(incidents),
        col(Escalation.due_at) <= tx.now,
    )
    asked = asked.order_by(col(Escalation.severity), col(Escalation.due_at).desc(), col(Escalation.id))
    return (await tx.session.execute(asked.execution_options(populate_existing=True))).scalars().all()


async def add_pages(tx: Transaction, rows: Sequence[dict[str, Any]]) -> Mapping[tuple[int, str], int]:
    """What are their numbers, by escalation and recipient? In one statement, however many: to be told in the order of
    the rows would cost SQLite a statement for each."""
    if not rows:
        return {}
    await tx.session.flush()  # what could not be found stands before whom we call instead
    new = insert(Page).returning(col(Page.escalation_id), col(Page.recipient), col(Page.id))
    made = await (await tx.session.connection()).execute(new, rows)
    return {(row[0], row[1]): row[2] or 0 for row in made}


async def rolls(snap: Snapshot, incidents: Collection[IncidentId]) -> Mapping[IncidentId, Roll]:
    """Who holds which role in these?"""
    found: dict[IncidentId, Roll] = {number: {} for number in incidents}
    asked = select(col(RoleHolding.incident_id), col(RoleHolding.role), col(RoleHolding.user))
    asked = asked.where(col(RoleHolding.incident_id).in_(incidents), col(RoleHolding.until).is_(None))
    for number, role, user in await snap.session.execute(asked):
        found[number][role] = user
    return found


async def was_called(snap: Snapshot, escalation: int, user: UserId) -> bool:
    """Was this person paged by it?"""
    asked = select(col(Page.id)).where(col(Page.escalation_id) == escalation, col(Page.recipient) == user)
    return (await snap.session.execute(asked.limit(1))).first() is not None


async def took_command(snap: Snapshot, incident: IncidentId, since: datetime) -> tuple[UserId, datetime] | None:
    """Who was the first to take command of themselves since then? That is an answer."""
    asked = select(col(RoleHolding.user), col(RoleHolding.since)).where(
        col(RoleHolding.incident_id) == incident, col(RoleHolding.role) == Role.IC, col(RoleHolding.since) >= since,
        col(RoleHolding.by) == col(RoleHolding.user),
    )  # fmt: skip
    found = (await snap.session.execute(asked.order_by(col(RoleHolding.since)).limit(1))).first()
    return (found[0], found[1]) if found else None


async def escalation(snap: Snapshot, number: int) -> Escalation | None:
    """Which escalation is this?"""
    return await snap.session.get(Escalation, number)


async def escalations(snap: Snapshot, numbers: Collection[int]) -> dict[int, tuple[Escalation, Incident]]:
    """Which escalations are these, of which incidents?"""
    asked = select(Escalation, Incident).join(Incident, col(Incident.id) == col(Escalation.incident_id))
    asked = asked.where(col(Escalation.id).in_(numbers))
    return {row[0].id or 0: (row[0], row[1]) for row in await snap.session.execute(asked)}


async def page(snap: Snapshot, number: int) -> Page | None:
    """Which page is this?"""
    return await snap.session.get(Page, number)


async def calls(snap: Snapshot, pages: Collection[int]) -> dict[int, tuple[Page, Escalation, Incident]]:
    """Which pages are these, of which escalations and incidents?"""
    asked = select(Page, Escalation, Incident).join(Escalation, col(Escalation.id) == col(Page.escalation_id))
    asked = asked.join(Incident, col(Incident.id) == col(Page.incident_id)).where(col(Page.id).in_(pages))
    return {row[0].id or 0: (row[0], row[1], row[2]) for row in await snap.session.execute(asked)}


async def standings(snap: Snapshot, pages: Collection[int]) -> dict[int, Standing]:
    """How do things stand with these pages now?"""
    commanded = (
        select(col(RoleHolding.id))
        .where(
            col(RoleHolding.incident_id) == col(Incident.id), col(RoleHolding.role) == Role.IC,
            col(RoleHolding.since) >= func.coalesce(col(Escalation.asked_again_at), col(Escalation.started_at)),
            col(RoleHolding.by) == col(RoleHolding.user),
            or_(col(Escalation.policy_name) != BY_HAND, col(Page.recipient) == col(RoleHolding.user)),
        )
        .exists()
    )  # fmt: skip
    stale = and_(col(Page.level) == NAG, col(Page.round) < col(Escalation.nags))
    asked = (
        select(
            col(Page.id), col(Incident.status), col(Incident.severity), col(Escalation.stage), col(Escalation.cause),
            commanded, stale,
        )
        .join(Escalation, col(Escalation.id) == col(Page.escalation_id))
        .join(Incident, col(Incident.id) == col(Page.incident_id))
        .where(col(Page.id).in_(pages))
    )  # fmt: skip
    return {row[0] or 0: Standing(*row[1:]) for row in await snap.session.execute(asked)}


async def unfinished(snap: Snapshot, incident: IncidentId) -> Sequence[Escalation]:
    """Which escalations of this incident are not over, from the first to the last?"""
    asked = select(Escalation).where(col(Escalation.incident_id) == incident, col(Escalation.stage) != Stage.ENDED)
    return (await snap.session.execute(asked.order_by(col(Escalation.id)))).scalars().all()


async def latest_answered(snap: Snapshot, incident: IncidentId) -> Escalation | None:
    """Which was the last one that somebody answered?"""
    asked = select(Escalation).where(
        col(Escalation.incident_id) == incident, col(Escalation.acknowledged_by).is_not(None)
    )
    return (await snap.session.execute(asked.order_by(col(Escalation.id).desc()).limit(1))).scalars().first()


async def last_alarm(snap: Snapshot, incident: IncidentId) -> int:
    """Which alarm of this incident was the last that an escalation answered? 0 for none."""
    asked = select(func.max(col(Escalation.alarm))).where(col(Escalation.incident_id) == incident)
    return (await snap.session.execute(asked)).scalar() or 0


async def pages_of(snap: Snapshot, escalation: int, *which: ColumnElement[bool]) -> Sequence[Page]:
    """Whom has this escalation paged, from the first to the last?"""
    asked = select(Page).where(col(Page.escalation_id) == escalation, *which).order_by(col(Page.id))
    return (await snap.session.execute(asked)).scalars().all()


async def pages_of_all(snap: Snapshot, escalations: Collection[int]) -> Mapping[int, Sequence[Page]]:
    """The same of many."""
    found: dict[int, list[Page]] = {number: [] for number in escalations}
    asked = select(Page).where(col(Page.escalation_id).in_(escalations)).order_by(col(Page.id))
    for page in (await snap.session.execute(asked)).scalars():
        found[page.escalation_id].append(page)
    return found


async def accepted(snap: Snapshot, escalation: int) -> Sequence[Page]:
    """Which of its pages stand somewhere in Slack?"""
    return await pages_of(snap, escalation, col(Page.outcome) == Outcome.ACCEPTED)


async def page_of(snap: Snapshot, incident: IncidentId, user: UserId) -> Page | None:
    """With which page was this person called last?"""
    asked = select(Page).where(col(Page.incident_id) == incident, col(Page.recipient) == user)
    return (await snap.session.execute(asked.order_by(col(Page.id).desc()).limit(1))).scalars().first()


async def pages_in(snap: Snapshot, incident: IncidentId) -> Sequence[Page]:
    """Whom did this incident call, in order?"""
    asked = select(Page).where(col(Page.incident_id) == incident)
    return (await snap.session.execute(asked.order_by(col(Page.id)))).scalars().all()
