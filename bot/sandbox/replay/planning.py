"""From a record to steps: what somebody does, when. Where a record does not say who declares, who commands and what
ends it, sensible rules do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.sandbox.replay import casting
from bot.sandbox.replay.customs import Customs, Deed
from bot.sandbox.replay.record import SPOKEN, BadRecord, Event, Kind, Record

TO_DECLARE = timedelta(seconds=20)  # before the first person's word after the alarm, they declare
TO_TAKE_COMMAND = timedelta(seconds=60)  # after the declaration
TO_LOOK_BACK = timedelta(seconds=90)  # after it, what was said before it is kept
TO_KEEP = timedelta(seconds=15)  # after a message
ONE_BY_ONE = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)  # for a person after the alarm, before somebody else declares
BY_KIND = {
    Kind.DECLARE: Deed.DECLARE, Kind.ACK: Deed.ACK, Kind.SEVERITY: Deed.SEVERITY, Kind.MITIGATE: Deed.MITIGATE,
    Kind.RESOLVE: Deed.RESOLVE, Kind.STATUS: Deed.UPDATE, Kind.UPDATE: Deed.UPDATE, Kind.NOTE: Deed.NOTE,
    Kind.COMMAND: Deed.COMMAND,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    at: datetime  # in the record's time
    who: str  # in the record's words
    deed: Deed
    text: str = ""
    event: str = ""  # the id of the event that it comes from, or is about
    details: Mapping[str, object] = field(default_factory=dict)
    is_rule: bool = False  # the record does not say it


def plan(record: Record, customs: Customs) -> list[Step]:
    """Raises BadRecord if nobody in it could declare, or the app has no such thing."""
    events = record.live
    steps = [step for event in events for step in _said(record, event)]
    if not any(step.deed is Deed.DECLARE for step in steps):
        steps += _by_rule(record, customs, steps)
    steps += _keeping(record, customs, steps)
    for step in steps:
        if step.deed not in (Deed.POST, Deed.SAY, Deed.KEEP) and step.deed not in customs.deeds:
            raise BadRecord(f"event {step.event}: nobody has said how {step.deed} is done here. Leave it out.")
    return sorted(_while_it_goes_on(steps), key=lambda step: step.at)


def _said(record: Record, event: Event) -> Iterator[Step]:
    details: dict[str, object] = {"thread": event.thread_of, "channel": event.channel, "kind": event.kind.value}
    given = ("role", "to", "severity", "affected", "impact", "about", "command")
    details |= {name: getattr(event, name) for name in given if getattr(event, name) is not None}
    if event.kind in SPOKEN:
        deed = Deed.POST if event.who in casting.machines(record) else Deed.SAY
    elif event.kind is Kind.ROLE:
        deed = Deed.ASSIGN if event.to and event.to != event.who else Deed.ROLE
    else:
        deed = BY_KIND[event.kind]
    if deed is Deed.DECLARE:
        details = {"severity": record.severity_guess, **details, "title": event.text or record.title}
        details.setdefault("affected", record.service)
    if deed is Deed.RESOLVE:
        details |= _moments(record)
    yield Step(event.at, event.who, deed, event.text, event.id, details)


def _moments(record: Record) -> dict[str, object]:
    return {"started": record.known("started_at"), "detected": record.known("detected_at")}


def _by_rule(record: Record, customs: Customs, steps: list[Step]) -> Iterator[Step]:
    """A declaration, a commander, and both ends, for a record that tells only what was said."""
    declares = _declaration(record, steps)
    yield declares
    lead = _who_leads(record, declares)
    first = {"role": customs.first_role}
    yield Step(declares.at + TO_TAKE_COMMAND, lead, Deed.ROLE, details=first, is_rule=True)
    spoke = next((s for s in steps if s.deed is Deed.UPDATE and s.at >= declares.at and s.who != lead), None)
    if spoke:
        voice = {"role": customs.voice_role}
        when = max(spoke.at - TO_DECLARE, declares.at + TO_KEEP)
        yield Step(when, spoke.who, Deed.ROLE, details=voice, is_rule=True)
    last = record.resolved_at or max(step.at for step in steps)
    done = max(last, declares.at + TO_LOOK_BACK * 2)
    if record.mitigated_at and declares.at < record.mitigated_at < done:
        how = _what_was_done(record, record.mitigated_at, (*SPOKEN,))
        yield Step(record.mitigated_at + ONE_BY_ONE, lead, Deed.MITIGATE, how, is_rule=True)
    ended = _what_was_done(record, done, (Kind.ACTION, Kind.DECISION)) or record.title
    yield Step(done + TO_KEEP * 2, lead, Deed.RESOLVE, ended, details=_moments(record), is_rule=True)


def _declaration(record: Record, steps: list[Step]) -> Step:
    """The first person who says something once there is an alarm; else whoever says something first at all."""
    people = [event for event in record.live if event.who in casting.people(record)]
    if not people:
        raise BadRecord('Only apps speak in this record, so nobody can declare. Name a person in "cast".')
    alarms = [event.at for event in record.live if event.kind is Kind.ALERT]
    alarm = record.detected_at or min(alarms, default=people[0].at)
    alarm = max(alarm, record.live[0].at)
    after = [event for event in people if event.at >= alarm]
    speaker = after[0] if after else people[0]
    at = max(alarm, min(speaker.at - TO_DECLARE, alarm + LONGEST_WAIT))
    details = {"title": record.title, "severity": record.severity_guess, "affected": record.service}
    return Step(at, speaker.who, Deed.DECLARE, record.title, details=details, is_rule=True)


def _who_leads(record: Record, declares: Step) -> str:
    """Who decides leads; if nobody does, who declared."""
    people = casting.people(record)
    decided = (event.who for event in record.live if event.kind is Kind.DECISION and event.who in people)
    return next(decided, declares.who)


def _what_was_done(record: Record, until: datetime, kinds: tuple[Kind, ...]) -> str:
    done = [event.text for event in record.live if event.at <= until and event.kind in kinds]
    return done[-1] if done else ""


def _keeping(record: Record, customs: Customs, steps: list[Step]) -> Iterator[Step]:
    """What is worth keeping is kept by who takes notes: who leads, unless the event says who."""
    opened = min(step.at for step in steps if step.deed is Deed.DECLARE)
    declarer = next(step.who for step in steps if step.deed is Deed.DECLARE)
    apps = casting.machines(record)
    before = 0
    for event in record.live:
        if event.kind not in SPOKEN or not event.is_kept:
            continue
        at = event.at + TO_KEEP
        if event.at < opened + TO_LOOK_BACK:
            at, before = max(at, opened + TO_LOOK_BACK + before * ONE_BY_ONE), before + 1
        led = [s for s in steps if s.deed is Deed.ROLE and s.at <= at and s.details["role"] == customs.first_role]
        who = event.kept_by or (led[-1].who if led else declarer)
        yield Step(at, declarer if who in apps else who, Deed.KEEP, event.text, event.id, is_rule=True)


def _while_it_goes_on(steps: list[Step]) -> Iterator[Step]:
    """Before an incident is declared, and after it is resolved, what is for the world is only said."""
    opened = min(step.at for step in steps if step.deed is Deed.DECLARE)
    ended = max((step.at for step in steps if step.deed is Deed.RESOLVE), default=None)
    for step in steps:
        outside = step.at < opened or (ended is not None and step.at > ended)
        yield replace(step, deed=Deed.SAY) if step.deed is Deed.UPDATE and outside else step
