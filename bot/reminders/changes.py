"""Looking after an incident as time passes, and what people answer."""

from datetime import timedelta
from functools import partial

from bot.incidents import changes as incident_changes
from bot.incidents import queries as incidents
from bot.incidents.effects import RefreshCard
from bot.incidents.model import Incident
from bot.incidents.rules import next_update_due
from bot.incidents.rules import pace as pace_of
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.people import queries as people
from bot.reminders import queries, rules, views
from bot.reminders.effects import CloseReminder, Remind
from bot.reminders.forms import Pace, Snooze
from bot.reminders.model import Kind, Reminder, Stage, Standing


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    return (Sweep("reminders", queries.due, partial(look, organisation), queries.next_due),)


async def look(organisation: Organisation, tx: Transaction, row: int) -> None:
    """Look at one incident: remind, settle, and say when to look again."""
    incident = await incidents.at_hand(tx, IncidentId(row))
    if incident is None or incident.review_at is None or incident.review_at > tx.now:
        return  # another replica was quicker
    roll, shown = await incidents.roll(tx, incident.id), await queries.shown(tx, incident.id)
    steps, again = rules.duties(incident, roll, shown, organisation, tx.now)
    for step in steps:
        was = shown.get(step.kind)
        if isinstance(step, rules.Show):
            await _show(tx, incident, step, was)
        elif was:
            await _settle(tx, incident, was)
    incident.review_at = again


async def _show(tx: Transaction, incident: Incident, step: rules.Show, was: Reminder | None) -> None:
    """A new message; the one before it, if anybody can still press its buttons, says what became of it."""
    to = step.rung.to
    if was is None:
        was = Reminder(
            incident_id=incident.id, kind=step.kind, stage=Stage.SOON, about=step.about, due_at=tx.now,
            shown_at=tx.now, standing=Standing.SETTLED,
        )  # fmt: skip
        tx.add(was)
    elif was.is_open and was.about != step.about:
        await _settle(tx, incident, was)
    elif was.is_open:
        name = await people.names(tx, [to] if to else [])
        words = views.repeated(tx.now) if to == was.to else views.passed_on(to, name, tx.now)
        _close(tx, was, words)
    due = max(step.rung.at, incident.review_at or step.rung.at)  # what was not so before could not be said before
    was.show(step.rung.stage, step.about, due, to, tx.now)
    was.diverted = to is not None and not await incidents.may_see(tx, incident, to)
    told = None if was.diverted else to
    tx.owe(Remind(incident=incident.id, kind=step.kind, serial=was.serial, to=told))


async def _settle(tx: Transaction, incident: Incident, was: Reminder) -> None:
    """Whatever was said of it last is closed; what somebody put off says so already."""
    if was.is_open:
        act = rules.what_settled(was.kind, await queries.acts(tx, incident.id, was.shown_at))
        known = [act.by, act.details.get("to")] if act else []
        name = await people.names(tx, [UserId(str(user)) for user in known if user])
        _close(tx, was, views.settled(was.kind, act, name, tx.now))
    was.settle(was.closing)


def _close(tx: Transaction, was: Reminder, words: str) -> None:
    was.closing = words
    if was.channel and was.ts:
        tx.owe(CloseReminder(incident=was.incident_id, kind=was.kind, channel=was.channel, ts=was.ts, words=words))


# --- what people answer


async def nothing_new(tx: Transaction, organisation: Organisation, number: IncidentId, by: UserId) -> Incident:
    """In place of an update: said, and the next one is due a whole wait from now."""
    incident = await incidents.locked(tx, number)
    incident.require_live()
    incident.expect_update(next_update_due(organisation, incident, tx.now), tx.now)
    record(tx, incident, Fact.NOTHING_NEW, by)
    tx.owe(RefreshCard(incident=number))
    return incident


async def still_going(tx: Transaction, number: IncidentId, by: UserId) -> Incident:
    incident = await incidents.locked(tx, number)
    incident.require_live()
    record(tx, incident, Fact.STILL_GOING, by)
    return incident


async def snooze(tx: Transaction, number: IncidentId, said: Snooze, by: UserId) -> Incident:
    """Put off the reminder of a kind, or all that wait for an answer. Only the reminders know of it. Raises Refused
    if there is none."""
    incident = await incidents.locked(tx, number)
    shown = await queries.shown(tx, number)
    waiting = [one for kind, one in shown.items() if one.is_open and kind is (said.kind or kind)]
    if not waiting:
        raise Refused(f"No reminder of {incident.name} waits for an answer now, so there is nothing to snooze.")
    words = views.snoozed(by, tx.now + said.length, await people.names(tx, [by]))
    for one in waiting:
        _close(tx, one, words)
        one.snooze(tx.now + said.length, words)
    incident.review_at = tx.now
    tx.owes = True
    return incident


async def set_pace(tx: Transaction, organisation: Organisation, number: IncidentId, to: Pace, by: UserId) -> Incident:
    """How often updates come, from the next one on: what was promised stays promised."""
    incident = await incidents.locked(tx, number)
    incident.require_live()
    if pace_of(organisation, incident) is None:
        raise Refused(f"Updates of a {incident.severity} come when there is news, so there is no pace to change.")
    is_slow = to is Pace.SLOW
    if incident.is_slow is not is_slow:
        incident.is_slow = is_slow
        every = views.spoken(pace_of(organisation, incident) or timedelta(0))
        record(tx, incident, Fact.PACE_CHANGED, by, details={"every": every})
        who = await incident_changes.called(tx, by)
        incident_changes.announce(tx, incident, f"{who} asked for an update every *{every}* from the next one on.")
    elif not is_slow:
        await _keep(tx, organisation, incident, by)
    return incident


async def _keep(tx: Transaction, organisation: Organisation, incident: Incident, by: UserId) -> None:
    """Whoever was asked whether to slow down answered that it stays."""
    incident.hear(tx.now)
    asked = await queries.reminder(tx, incident.id, Kind.SLOW_DOWN)
    if asked and asked.standing is not Standing.SETTLED:
        words = views.kept(by, pace_of(organisation, incident), await people.names(tx, [by]), tx.now)
        _close(tx, asked, words)
        asked.settle(words)
    tx.owes = True
