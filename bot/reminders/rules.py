"""Who is reminded of what, and when: one decision over an incident as it is. It is asked again whenever a person did
something, and at the moment that it names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.rules import terms
from bot.incidents.terms import Fact, Role, Roll, Severity, Status
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.reminders.model import Kind, Reminder, Stage, Standing

FRIENDLY = timedelta(minutes=5)  # so long before an update is due
SHORTEST_WAIT = timedelta(minutes=10)  # for an update that is worth a friendly word
TO_COMMANDER = timedelta(minutes=5)  # so long after an update was due
TO_CHANNEL = timedelta(minutes=10)
WITHOUT_COMMANDER = timedelta(minutes=5)
AT_FULL_PACE = timedelta(hours=2)
SHORTEST_SILENCE = timedelta(hours=1)
LONGEST_SILENCE = timedelta(hours=24)  # where nothing says how often to hear
MITIGATED_FOR = timedelta(days=1)
PUNCTUAL = timedelta(minutes=1)  # what is sent later than this says so


@dataclass(frozen=True)
class Rung:
    """From `at` on, `to` is asked; None is the incident's channel."""

    at: datetime
    stage: Stage
    to: UserId | None


@dataclass(frozen=True)
class Matter:
    """Something that somebody should see to, and who is asked when, from the first to the last."""

    about: datetime
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Show:
    """A new message of this kind; the one before it is passed on."""

    kind: Kind
    about: datetime
    rung: Rung


@dataclass(frozen=True)
class Settle:
    """It has been dealt with."""

    kind: Kind


Step = Show | Settle


@dataclass(frozen=True)
class Case:
    """What one decision goes by."""

    incident: Incident
    roll: Roll
    organisation: Organisation

    @property
    def since(self) -> datetime:
        """When it last came to need people."""
        return self.incident.alarmed_at or self.incident.declared_at

    @property
    def every(self) -> timedelta | None:
        """How often its severity asks for an update."""
        return terms(self.organisation, self.incident.severity).update_every


def duties(
    incident: Incident, roll: Roll, shown: Mapping[Kind, Reminder], organisation: Organisation, now: datetime
) -> tuple[list[Step], datetime | None]:
    """What to show and to settle now, and when to look again. Of what fell due meanwhile only the latest stage of
    each kind is shown, so that nothing comes in bursts."""
    case = Case(incident, roll, organisation)
    steps: list[Step] = []
    moments: list[datetime] = []
    for kind in Kind:
        matter = matter_of(kind, case, shown.get(kind))
        steps += _steps(kind, matter, shown.get(kind), now)
        moments += [rung.at for rung in matter.rungs if rung.at > now] if matter else []
    return steps, min(moments, default=None)


def is_wanted(incident: Incident, roll: Roll, shown: Reminder, organisation: Organisation, now: datetime) -> bool:
    """Whether a message that is on its way is still what should be said."""
    matter = matter_of(shown.kind, Case(incident, roll, organisation), shown)
    return shown.is_open and not _steps(shown.kind, matter, shown, now)


def matter_of(kind: Kind, case: Case, was: Reminder | None) -> Matter | None:
    """What there is to see to, if anything. A reminder that is put off comes as if it were new, but later."""
    if not case.incident.is_live:
        return None
    matter = MATTERS[kind](case)
    if matter is None or was is None or was.snoozed_until is None:
        return matter
    until = was.snoozed_until
    if kind is Kind.NO_COMMS:  # whoever put it off did so whatever update is due by then
        return Matter(matter.about, _not_before(until, matter.rungs))
    return _put_off(matter, until) if was.about == matter.about else matter


def _put_off(matter: Matter, until: datetime) -> Matter:
    """All of it later by as much as its first word after the due time is."""
    rungs = [rung for rung in matter.rungs if rung.stage is not Stage.SOON]
    late = max(until - rungs[0].at, timedelta(0))
    return Matter(matter.about, tuple(Rung(rung.at + late, rung.stage, rung.to) for rung in rungs))


def _not_before(until: datetime, rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    return tuple(Rung(max(rung.at, until), rung.stage, rung.to) for rung in rungs)


def _steps(kind: Kind, matter: Matter | None, was: Reminder | None, now: datetime) -> list[Step]:
    rung = _latest(matter, now)
    is_same = was is not None and matter is not None and was.about == matter.about
    if matter and rung and (was is None or not is_same or _goes_on(was, rung)):
        return [Show(kind, matter.about, rung)]
    if was and (matter is None or not is_same) and was.standing is not Standing.SETTLED:
        return [Settle(kind)]
    return []


def _latest(matter: Matter | None, now: datetime) -> Rung | None:
    return next((rung for rung in reversed(matter.rungs) if rung.at <= now), None) if matter else None


def _goes_on(was: Reminder, rung: Rung) -> bool:
    """Whether this matter is to be spoken of once more, after what was said of it."""
    if was.standing is Standing.SETTLED:
        return was.kind is not Kind.SLOW_DOWN  # which is asked once; of anything else, it is so again
    if was.standing is Standing.SNOOZED:
        return True
    return rung.stage > was.stage or (rung.stage == was.stage and rung.to != was.to)


# --- what there is to see to


def _update(case: Case) -> Matter | None:
    """An update was promised. It goes from the one who writes it to the one who leads to everybody."""
    incident, due = case.incident, case.incident.next_update_due_at
    if due is None:
        return None
    commander, comms = case.roll.get(Role.IC), case.roll.get(Role.COMMS)
    first, second = comms or commander, commander or comms
    if first is None:
        return Matter(due, (Rung(due, Stage.CHANNEL, None),))
    rungs = [
        Rung(due, Stage.DUE, first),
        Rung(due + TO_COMMANDER, Stage.COMMANDER, second),
        Rung(due + TO_CHANNEL, Stage.CHANNEL, None),
    ]
    if incident.update_awaited_from and due - incident.update_awaited_from >= SHORTEST_WAIT:
        rungs.insert(0, Rung(due - FRIENDLY, Stage.SOON, first))
    return Matter(due, tuple(rungs))


def _no_commander(case: Case) -> Matter | None:
    is_grave = case.incident.severity in (Severity.SEV1, Severity.SEV2)
    if Role.IC in case.roll or not is_grave or case.incident.status is not Status.ACTIVE:
        return None
    return Matter(case.since, (Rung(case.since + WITHOUT_COMMANDER, Stage.CHANNEL, None),))


def _no_comms(case: Case) -> Matter | None:
    """Where nobody leads either, the channel is asked for the update itself: one question at a time."""
    due = case.incident.next_update_due_at
    if due is None or Role.COMMS in case.roll or Role.IC not in case.roll or case.incident.status is Status.TRIAGE:
        return None
    return Matter(due, (Rung(due, Stage.CHANNEL, None),))


def _silent(case: Case) -> Matter | None:
    heard = case.incident.heard_at
    longest = longest_silence(case)
    return Matter(heard, (_to_commander(heard + longest, case),)) if longest else None


def longest_silence(case: Case) -> timedelta | None:
    """After which somebody asks whether it is still going. None where another reminder asks that."""
    if case.incident.status is Status.TRIAGE:
        return SHORTEST_SILENCE
    if case.every:
        return max(3 * case.every, SHORTEST_SILENCE)
    return None if case.incident.status is Status.MITIGATED else LONGEST_SILENCE


def _slow_down(case: Case) -> Matter | None:
    commander = case.roll.get(Role.IC)
    is_asked = case.incident.status is Status.ACTIVE and case.every and not case.incident.is_slow
    if not is_asked or commander is None:
        return None
    return Matter(case.since, (Rung(case.since + AT_FULL_PACE, Stage.DUE, commander),))


def _mitigated(case: Case) -> Matter | None:
    since = case.incident.mitigated_at
    if case.incident.status is not Status.MITIGATED or since is None:
        return None
    return Matter(since, (_to_commander(since + MITIGATED_FOR, case),))


def _to_commander(at: datetime, case: Case) -> Rung:
    """Or to the channel, where there is none."""
    commander = case.roll.get(Role.IC)
    return Rung(at, Stage.DUE if commander else Stage.CHANNEL, commander)


MATTERS: Mapping[Kind, Callable[[Case], Matter | None]] = {
    Kind.NO_COMMANDER: _no_commander,
    Kind.UPDATE: _update,
    Kind.NO_COMMS: _no_comms,
    Kind.SILENT: _silent,
    Kind.SLOW_DOWN: _slow_down,
    Kind.MITIGATED: _mitigated,
}


# --- once it is dealt with

ENDS = (Fact.DECLINED, Fact.RESOLVED, Fact.MERGED, Fact.CANCELED)
CLOCK = (Fact.UPDATE_POSTED, Fact.NOTHING_NEW, Fact.SEVERITY_CHANGED, Fact.REOPENED)
ROLES = (Fact.ROLE_TAKEN, Fact.ROLE_HANDED_OVER, Fact.ROLE_LEFT)
STATES = (Fact.ACCEPTED, Fact.MITIGATED, Fact.RELAPSED, Fact.REOPENED, Fact.SEVERITY_CHANGED)
SETTLES: Mapping[Kind, tuple[Fact, ...]] = {
    Kind.NO_COMMANDER: (*ROLES, *STATES, *ENDS),
    Kind.UPDATE: (*CLOCK, *ENDS),
    Kind.NO_COMMS: (*ROLES, *CLOCK, *ENDS),
    Kind.SILENT: tuple(Fact),
    Kind.SLOW_DOWN: (Fact.PACE_CHANGED, *ROLES, *STATES, *ENDS),
    Kind.MITIGATED: (*STATES, *ENDS),
}
MISSING = {Kind.NO_COMMANDER: Role.IC, Kind.NO_COMMS: Role.COMMS, Kind.SLOW_DOWN: Role.IC}


def what_settled(kind: Kind, acts: Iterable[TimelineEntry]) -> TimelineEntry | None:
    """Which of these, the last one first, dealt with a reminder of this kind."""
    fitting = (act for act in acts if act.by and act.fact in SETTLES[kind])
    return next((act for act in fitting if act.fact not in ROLES or _is_about(act, MISSING.get(kind))), None)


def _is_about(act: TimelineEntry, role: Role | None) -> bool:
    return role is None or act.details.get("role") == role.value


def lateness(shown: Reminder, now: datetime) -> timedelta | None:
    """How much later than it should it comes, if that is worth a word."""
    late = now - shown.due_at
    return late if late > PUNCTUAL else None
