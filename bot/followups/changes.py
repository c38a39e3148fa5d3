"""Follow-ups are made, changed and ended; and their owners reminded as their day comes."""

from functools import partial

from bot.followups import queries, rules, views
from bot.followups.effects import CloseFollowUp, RemindFollowUp
from bot.followups.forms import Wish
from bot.followups.model import FollowUp
from bot.incidents import keeping
from bot.incidents import queries as incidents
from bot.incidents.effects import Say
from bot.incidents.keeping import SHORTCUT
from bot.incidents.model import Incident, Said
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.people import queries as people
from bot.slack.text import escape


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    return (Sweep("follow-ups", queries.due, partial(look, organisation), queries.next_due),)


async def add(
    tx: Transaction, organisation: Organisation, number: IncidentId, wish: Wish, by: UserId, source: Said | None
) -> FollowUp:
    """Something shall be done. What it came from is kept on the timeline."""
    incident = await incidents.locked(tx, number)
    one = FollowUp(
        incident_id=number, title=wish.title, kind=wish.kind, priority=wish.priority, owner=wish.owner, link=wish.link,
        due_on=wish.due_on or rules.due_on(organisation, wish.priority, tx.now), made_by=by, made_at=tx.now,
        entry=await _kept(tx, number, source, by) if source else None, look_at=tx.now, looked_at=tx.now,
    )  # fmt: skip
    tx.add(one)
    await tx.session.flush()
    _record(tx, incident, Fact.FOLLOW_UP_ADDED, one, by)
    name = await people.names(tx, [user for user in (by, one.owner) if user])
    tx.owe(Say(incident=number, text=views.added(one, name)))
    return one


async def _kept(tx: Transaction, number: IncidentId, source: Said, by: UserId) -> int | None:
    await keeping.keep(tx, number, source, UserId(SHORTCUT + by))
    await tx.session.flush()
    entry = await incidents.kept(tx, number, source.channel, source.ts)
    return entry.place if entry else None


async def change(
    tx: Transaction, organisation: Organisation, number: IncidentId, follow_up: int, wish: Wish, by: UserId
) -> FollowUp:
    incident, one = await _ours(tx, number, follow_up)
    one.require_open()
    before = one.model_dump(include=set(Wish.__dataclass_fields__))
    one.title, one.kind, one.priority, one.owner, one.link = (
        wish.title, wish.kind, wish.priority, wish.owner, wish.link,
    )  # fmt: skip
    one.due_on = wish.due_on or rules.due_on(organisation, wish.priority, one.made_at)
    if one.model_dump(include=set(Wish.__dataclass_fields__)) == before:
        return one
    _record(tx, incident, Fact.FOLLOW_UP_CHANGED, one, by)
    _close(tx, one)
    one.look_at = tx.now
    return one


async def finish(tx: Transaction, number: IncidentId, follow_up: int, by: UserId) -> FollowUp:
    incident, one = await _ours(tx, number, follow_up)
    one.finish(by, tx.now)
    _record(tx, incident, Fact.FOLLOW_UP_DONE, one, by)
    _close(tx, one)
    return one


async def drop(tx: Transaction, number: IncidentId, follow_up: int, why: str, by: UserId) -> FollowUp:
    """It will not be done, and `why` says why."""
    incident, one = await _ours(tx, number, follow_up)
    one.drop(why, by, tx.now)
    _record(tx, incident, Fact.FOLLOW_UP_DROPPED, one, by, f" ({why})")
    _close(tx, one)
    return one


async def reopen(tx: Transaction, number: IncidentId, follow_up: int, by: UserId) -> FollowUp:
    incident, one = await _ours(tx, number, follow_up)
    one.reopen(tx.now)
    _record(tx, incident, Fact.FOLLOW_UP_REOPENED, one, by)
    return one


async def _ours(tx: Transaction, number: IncidentId, follow_up: int) -> tuple[Incident, FollowUp]:
    incident = await incidents.locked(tx, number)
    one = await queries.fresh(tx, follow_up)
    if one is None or one.incident_id != number:
        raise Refused(f"I know no follow-up F-{follow_up}. `/incident followups all` shows those there are.")
    return incident, one


def _record(tx: Transaction, incident: Incident, fact: Fact, one: FollowUp, by: UserId, more: str = "") -> None:
    record(tx, incident, fact, by, escape(one.title + more), {"follow_up": one.name})


def _close(tx: Transaction, one: FollowUp) -> None:
    """Its reminder, if there is one, can be answered no more."""
    if one.channel and one.ts and one.id:
        tx.owe(CloseFollowUp(incident=one.incident_id, follow_up=one.id, channel=one.channel, ts=one.ts))
    one.stage, one.channel, one.ts = None, None, None


async def look(organisation: Organisation, tx: Transaction, row: int) -> None:
    """Remind its owner if it is time, and say when to look again."""
    found = await queries.of(tx, row)
    incident = await incidents.at_hand(tx, found.incident_id) if found else None
    one = await queries.fresh(tx, row) if incident else None
    if incident is None or one is None or one.look_at is None or one.look_at > tx.now:
        return  # another replica was quicker
    stage, again = rules.duty(one, organisation, tx.now)
    one.look_at, one.looked_at = again, tx.now
    if stage:
        _close(tx, one)
        one.remind(stage)
        told = one.owner if one.owner and await incidents.may_see(tx, incident, one.owner) else None
        tx.owe(RemindFollowUp(incident=incident.id, follow_up=row, serial=one.serial, to=told))
