"""Who is reminded of what, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.model import Incident
from bot.incidents.rules import next_update_due
from bot.incidents.terms import LIVE, Alarm, Fact, Role, Roll, Severity, Status
from bot.kernel.ids import IncidentId
from bot.reminders import rules
from bot.reminders.model import Kind, Reminder, Stage, Standing
from bot.reminders.rules import Show
from tests.incidents.nouns import ANA, BO, CY, DEFAULTS, NOW, entry, incident

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOBODY: Roll = {}
IC: Roll = {Role.IC: ANA}
COMMS: Roll = {Role.COMMS: BO}
BOTH: Roll = {Role.IC: ANA, Role.COMMS: BO}


def going(**given: Any) -> Incident:
    """A SEV2 declared at NOW whose first update is due in ten minutes."""
    one = incident(severity=given.pop("severity", Severity.SEV2), heard_at=NOW)
    one.raise_alarm(Alarm.DECLARED, NOW)
    one.expect_update(NOW + 10 * MINUTE, NOW)
    for name, value in given.items():
        setattr(one, name, value)
    return one


def reminder(kind: Kind, **given: Any) -> Reminder:
    fields = {
        "incident_id": IncidentId(42), "kind": kind, "stage": Stage.SOON, "about": NOW, "due_at": NOW,
        "shown_at": NOW, "standing": Standing.SETTLED,
    }  # fmt: skip
    return Reminder(**{**fields, **given})


class Watch:
    """An incident that is looked at when the rules say so, as the sweep does it."""

    def __init__(self, one: Incident, roll: Roll) -> None:
        self.incident, self.roll = one, dict(roll)
        self.shown: dict[Kind, Reminder] = {}
        self.told: list[tuple[float, Kind, str]] = []  # after how many minutes, of what, and whom
        self.settled: list[tuple[float, Kind]] = []
        self.again: datetime | None = NOW

    def until(self, end: datetime) -> "Watch":
        while self.again and self.again <= end:
            self.look(self.again)
        return self

    def look(self, now: datetime) -> "Watch":
        steps, again = rules.duties(self.incident, self.roll, self.shown, DEFAULTS, now)
        assert again is None or again > now, "or it would be looked at for ever"
        assert len({step.kind for step in steps}) == len(steps), "never more than one of a kind"
        for step in steps:
            minutes = (now - NOW) / MINUTE
            if isinstance(step, Show):
                self._show(step, now)
                self.told.append((minutes, step.kind, step.rung.to or "channel"))
            else:
                self.shown[step.kind].settle("")
                self.settled.append((minutes, step.kind))
        self.again = again
        return self

    def _show(self, step: Show, now: datetime) -> None:
        self.shown.setdefault(step.kind, reminder(step.kind, about=step.about)).show(
            step.rung.stage, step.about, step.rung.at, step.rung.to, now
        )

    def of(self, kind: Kind) -> list[tuple[float, str]]:
        return [(minutes, whom) for minutes, said, whom in self.told if said is kind]


@pytest.mark.parametrize(
    ("roll", "told"),
    [
        (BOTH, [(5, BO), (10, BO), (15, ANA), (20, "channel")]),
        (IC, [(5, ANA), (10, ANA), (15, ANA), (20, "channel")]),
        (COMMS, [(5, BO), (10, BO), (15, BO), (20, "channel")]),
        (NOBODY, [(10, "channel")]),
    ],
    ids=["both", "commander", "comms", "nobody"],
)
def test_an_update_is_asked_for_by_and_by(roll: Roll, told: list[tuple[float, str]]) -> None:
    assert Watch(going(), roll).until(NOW + HOUR).of(Kind.UPDATE) == told


def test_a_short_wait_has_no_friendly_word() -> None:
    one = going()
    one.expect_update(NOW + 9 * MINUTE, NOW)
    assert Watch(one, BOTH).until(NOW + HOUR).of(Kind.UPDATE) == [(9, BO), (14, ANA), (19, "channel")]


def test_an_update_moves_the_clock_and_settles_what_was_said() -> None:
    watch = Watch(going(), BOTH).until(NOW + 11 * MINUTE)
    watch.incident.expect_update(NOW + 42 * MINUTE, NOW + 12 * MINUTE)
    watch.look(NOW + 12 * MINUTE)
    assert watch.settled == [(12, Kind.UPDATE)]
    assert watch.until(NOW + 40 * MINUTE).of(Kind.UPDATE) == [(5, BO), (10, BO), (37, BO)]


def test_what_was_missed_is_said_once_at_its_latest_stage() -> None:
    watch = Watch(going(), BOTH).look(NOW + 3 * HOUR)
    assert watch.of(Kind.UPDATE) == [(180, "channel")]
    assert watch.look(NOW + 3 * HOUR + MINUTE).of(Kind.UPDATE) == [(180, "channel")]


def test_the_present_holder_is_asked() -> None:
    watch = Watch(going(), BOTH).until(NOW + 11 * MINUTE)
    watch.roll[Role.COMMS] = CY
    watch.look(NOW + 12 * MINUTE)
    assert watch.of(Kind.UPDATE) == [(5, BO), (10, BO), (12, CY)]
    watch.roll.pop(Role.IC)
    assert watch.until(NOW + HOUR).of(Kind.UPDATE)[3:] == [(15, CY), (20, "channel")]


def test_what_everybody_was_asked_is_not_asked_of_one_again() -> None:
    watch = Watch(going(), NOBODY).until(NOW + 11 * MINUTE)
    watch.roll[Role.IC] = ANA
    assert watch.look(NOW + 12 * MINUTE).until(NOW + HOUR).of(Kind.UPDATE) == [(10, "channel")]


@pytest.mark.parametrize(
    ("snoozed_at", "minutes", "told"),
    [
        (6, 10, [(5, BO), (16, BO), (21, ANA), (26, "channel")]),
        (11, 10, [(5, BO), (10, BO), (21, BO), (26, ANA), (31, "channel")]),
        (16, 30, [(5, BO), (10, BO), (15, ANA), (46, BO), (51, ANA), (56, "channel")]),
    ],
    ids=["before it is due", "when it is due", "later"],
)
def test_a_snoozed_update_is_asked_for_anew_later(snoozed_at: int, minutes: int, told: list[tuple[float, str]]) -> None:
    watch = Watch(going(), BOTH).until(NOW + snoozed_at * MINUTE)
    watch.shown[Kind.UPDATE].snooze(NOW + (snoozed_at + minutes) * MINUTE, "")
    watch.look(NOW + snoozed_at * MINUTE)
    assert watch.until(NOW + HOUR).of(Kind.UPDATE) == told


def test_a_snooze_is_for_one_update_only() -> None:
    watch = Watch(going(), BOTH).until(NOW + 11 * MINUTE)
    watch.shown[Kind.UPDATE].snooze(NOW + 41 * MINUTE, "")
    watch.incident.expect_update(NOW + 30 * MINUTE, NOW + 12 * MINUTE)
    watch.look(NOW + 12 * MINUTE)
    assert watch.until(NOW + 31 * MINUTE).of(Kind.UPDATE)[2:] == [(25, BO), (30, BO)]


@pytest.mark.parametrize(
    ("status", "is_slow", "minutes"),
    [
        (Status.ACTIVE, False, 30), (Status.ACTIVE, True, 60), (Status.MITIGATED, False, 60),
        (Status.MITIGATED, True, 60), (Status.RESOLVED, False, None),
    ],
)  # fmt: skip
def test_the_pace_is_halved_once_at_most(status: Status, is_slow: bool, minutes: int | None) -> None:
    due = next_update_due(DEFAULTS, going(status=status, is_slow=is_slow), NOW)
    assert due == (NOW + minutes * MINUTE if minutes else None)


@pytest.mark.parametrize(
    ("severity", "status", "roll", "is_asked"),
    [
        (Severity.SEV1, Status.ACTIVE, NOBODY, True), (Severity.SEV2, Status.ACTIVE, COMMS, True),
        (Severity.SEV3, Status.ACTIVE, NOBODY, False), (Severity.SEV1, Status.ACTIVE, IC, False),
        (Severity.SEV1, Status.TRIAGE, NOBODY, False), (Severity.SEV1, Status.MITIGATED, NOBODY, False),
    ],
)  # fmt: skip
def test_a_grave_one_without_a_commander_asks_after_five_minutes(
    severity: Severity, status: Status, roll: Roll, is_asked: bool
) -> None:
    watch = Watch(going(severity=severity, status=status), roll).until(NOW + HOUR)
    assert watch.of(Kind.NO_COMMANDER) == ([(5, "channel")] if is_asked else [])


def test_a_commander_who_takes_over_and_leaves_is_missed_again() -> None:
    watch = Watch(going(), NOBODY).until(NOW + 6 * MINUTE)
    watch.roll[Role.IC] = ANA
    watch.look(NOW + 7 * MINUTE)
    assert watch.settled == [(7, Kind.NO_COMMANDER)]
    watch.roll.pop(Role.IC)
    assert watch.look(NOW + 8 * MINUTE).of(Kind.NO_COMMANDER) == [(5, "channel"), (8, "channel")]


def test_whoever_writes_updates_is_missed_when_one_is_due() -> None:
    watch = Watch(going(), IC).until(NOW + 11 * MINUTE)
    assert watch.of(Kind.NO_COMMS) == [(10, "channel")]
    watch.shown[Kind.NO_COMMS].snooze(NOW + 41 * MINUTE, "")
    watch.incident.expect_update(NOW + 30 * MINUTE, NOW + 12 * MINUTE)
    watch.look(NOW + 12 * MINUTE)
    assert watch.until(NOW + 50 * MINUTE).of(Kind.NO_COMMS) == [(10, "channel"), (41, "channel")]
    assert Watch(going(), COMMS).until(NOW + HOUR).of(Kind.NO_COMMS) == []


@pytest.mark.parametrize(
    ("severity", "status", "roll", "told"),
    [
        (Severity.SEV1, Status.ACTIVE, IC, [(60, ANA)]),
        (Severity.SEV2, Status.ACTIVE, NOBODY, [(90, "channel")]),
        (Severity.SEV3, Status.MITIGATED, IC, [(180, ANA)]),
        (Severity.SEV4, Status.ACTIVE, IC, [(720, ANA)]),
        (Severity.SEV5, Status.ACTIVE, IC, [(1440, ANA)]),
        (Severity.SEV5, Status.MITIGATED, IC, []),
        (Severity.SEV4, Status.TRIAGE, NOBODY, [(60, "channel")]),
        (Severity.SEV1, Status.RESOLVED, IC, []),
    ],
)
def test_a_silent_one_is_asked_whether_it_is_still_going(
    severity: Severity, status: Status, roll: Roll, told: list[tuple[float, str]]
) -> None:
    watch = Watch(going(severity=severity, status=status), roll).until(NOW + 3 * DAY)
    assert watch.of(Kind.SILENT) == told


def test_a_word_ends_the_silence_until_the_next_one() -> None:
    watch = Watch(going(severity=Severity.SEV1), IC).until(NOW + 61 * MINUTE)
    watch.incident.heard_at = NOW + 65 * MINUTE
    watch.look(NOW + 65 * MINUTE)
    assert (65, Kind.SILENT) in watch.settled
    assert watch.until(NOW + 3 * HOUR).of(Kind.SILENT) == [(60, ANA), (125, ANA)]


def test_after_two_hours_the_commander_is_asked_once_whether_to_slow_down() -> None:
    assert Watch(going(), IC).until(NOW + DAY).of(Kind.SLOW_DOWN) == [(120, ANA)]
    assert Watch(going(severity=Severity.SEV5), IC).until(NOW + DAY).of(Kind.SLOW_DOWN) == []
    assert Watch(going(is_slow=True), IC).until(NOW + DAY).of(Kind.SLOW_DOWN) == []
    nobody_yet = Watch(going(), NOBODY).until(NOW + 3 * HOUR)
    assert nobody_yet.of(Kind.SLOW_DOWN) == []
    nobody_yet.roll[Role.IC] = BO
    assert nobody_yet.look(NOW + 4 * HOUR).of(Kind.SLOW_DOWN) == [(240, BO)]


def test_whether_to_slow_down_is_asked_again_only_when_it_got_worse() -> None:
    watch = Watch(going(severity=Severity.SEV3), IC).until(NOW + 3 * HOUR)
    watch.incident.is_slow = True
    watch.look(NOW + 3 * HOUR)
    assert (180, Kind.SLOW_DOWN) in watch.settled
    watch.incident.is_slow = False
    watch.look(NOW + 4 * HOUR)
    assert watch.of(Kind.SLOW_DOWN) == [(120, ANA)]
    watch.incident.change_severity(Severity.SEV1, NOW + 5 * HOUR)
    watch.look(NOW + 5 * HOUR)
    assert watch.until(NOW + 8 * HOUR).of(Kind.SLOW_DOWN) == [(120, ANA), (420, ANA)]


def test_what_is_mitigated_for_a_day_is_asked_about() -> None:
    one = going(severity=Severity.SEV5)
    one.expect_update(None, NOW)
    one.mitigate(NOW)
    watch = Watch(one, IC).until(NOW + DAY)
    assert watch.of(Kind.MITIGATED) == [(1440, ANA)]
    watch.shown[Kind.MITIGATED].snooze(NOW + 2 * DAY, "")
    watch.look(NOW + DAY)
    assert watch.until(NOW + 5 * DAY).of(Kind.MITIGATED) == [(1440, ANA), (2880, ANA)]
    assert {kind for _, kind, _ in watch.told} == {Kind.MITIGATED}, "no second question for the same silence"


# --- whatever happens


@st.composite
def histories(draw: st.DrawFn) -> tuple[Incident, Roll, list[tuple[int, str, int]]]:
    severity, status = draw(st.sampled_from(list(Severity))), draw(st.sampled_from(sorted(LIVE)))
    one = going(severity=severity, status=status, mitigated_at=NOW if status is Status.MITIGATED else None)
    acts = st.tuples(
        st.integers(0, 400), st.sampled_from(["update", "ic", "comms", "word", "snooze", "over", "nothing"]),
        st.integers(0, 2),
    )  # fmt: skip
    return one, draw(st.sampled_from([NOBODY, IC, COMMS, BOTH])), draw(st.lists(acts, max_size=12))


def lived(one: Incident, roll: Roll, acts: list[tuple[int, str, int]]) -> Iterator[tuple[Watch, datetime]]:
    """Looked at when the rules say so and after each act, as in life; acts come in any order of time."""
    watch, now = Watch(one, roll), NOW
    for wait, act, who in acts:
        now += wait * MINUTE
        watch.until(now)
        happens(watch, act, who, now)
        yield watch.look(now), now


def happens(watch: Watch, act: str, who: int, now: datetime) -> None:
    one = watch.incident
    one.heard_at = now
    match act:
        case "update":
            one.expect_update(now + (10, 30, 240)[who] * MINUTE, now)
        case "ic" | "comms":
            role = Role.IC if act == "ic" else Role.COMMS
            watch.roll.pop(role, None)
            watch.roll |= {role: (ANA, BO)[who]} if who < 2 else {}
        case "snooze":
            for shown in watch.shown.values():
                if shown.is_open:
                    shown.snooze(now + (10, 30, 1440)[who] * MINUTE, "")
        case "over":
            one.status, one.next_update_due_at = Status.RESOLVED, None


@given(histories())
def test_looking_twice_says_nothing_twice(history: tuple[Incident, Roll, list[tuple[int, str, int]]]) -> None:
    for watch, now in lived(*history):
        steps, again = rules.duties(watch.incident, watch.roll, watch.shown, DEFAULTS, now)
        assert steps == []
        assert again == watch.again
        for shown in watch.shown.values():
            if shown.is_open:
                assert rules.is_wanted(watch.incident, watch.roll, shown, DEFAULTS, now)


@given(histories())
def test_only_role_holders_and_the_channel_are_told(
    history: tuple[Incident, Roll, list[tuple[int, str, int]]],
) -> None:
    for watch, now in lived(*history):
        for _, _, whom in [said for said in watch.told if said[0] == (now - NOW) / MINUTE]:
            assert whom in {"channel", ANA, BO}


@given(histories())
def test_nothing_waits_for_an_answer_once_it_is_over(
    history: tuple[Incident, Roll, list[tuple[int, str, int]]],
) -> None:
    for watch, _ in lived(*history):
        if not watch.incident.is_live:
            assert {shown.standing for shown in watch.shown.values()} <= {Standing.SETTLED}
            assert watch.again is None


@given(histories(), st.integers(1, 4000))
def test_after_any_silence_at_most_one_of_a_kind_is_said(
    history: tuple[Incident, Roll, list[tuple[int, str, int]]], away: int
) -> None:
    watch = Watch(history[0], history[1]).look(NOW + away * MINUTE)
    kinds = [kind for _, kind, _ in watch.told]
    assert len(set(kinds)) == len(kinds)
    assert watch.look(NOW + away * MINUTE).told == [*watch.told]


# --- summer and winter time

SPRING_AND_AUTUMN = [
    ("Europe/Berlin", datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "01:50", "03:20"),
    ("Europe/Berlin", datetime(2026, 10, 25, 0, 50, tzinfo=UTC), "02:50", "02:20"),
    ("America/New_York", datetime(2026, 3, 8, 6, 50, tzinfo=UTC), "01:50", "03:20"),
    ("America/New_York", datetime(2026, 11, 1, 5, 50, tzinfo=UTC), "01:50", "01:20"),
]


@pytest.mark.parametrize(("zone", "start", "clock", "after"), SPRING_AND_AUTUMN)
def test_half_an_hour_is_half_an_hour_when_clocks_change(zone: str, start: datetime, clock: str, after: str) -> None:
    one = going(status=Status.ACTIVE)
    due = next_update_due(DEFAULTS, one, start)
    assert due
    assert due - start == 30 * MINUTE
    # What people read on the wall jumps; what is counted does not.
    assert [f"{moment.astimezone(ZoneInfo(zone)):%H:%M}" for moment in (start, due)] == [clock, after]


# --- who dealt with it


def test_what_settled_it_is_the_last_fitting_act() -> None:
    posted, taken = entry(3, Fact.UPDATE_POSTED, ANA, ""), entry(4, Fact.ROLE_TAKEN, BO, "", {"role": "ops"})
    comms = entry(2, Fact.ROLE_TAKEN, CY, "", {"role": "comms"})
    acts = [taken, posted, comms]
    assert rules.what_settled(Kind.UPDATE, acts) is posted
    assert rules.what_settled(Kind.NO_COMMS, acts) is posted
    assert rules.what_settled(Kind.NO_COMMS, [taken, comms, posted]) is comms
    assert rules.what_settled(Kind.NO_COMMANDER, acts) is None
    assert rules.what_settled(Kind.SILENT, acts) is taken


def test_late_is_more_than_a_minute() -> None:
    shown = reminder(Kind.UPDATE, due_at=NOW)
    assert rules.lateness(shown, NOW + MINUTE) is None
    assert rules.lateness(shown, NOW + 2 * MINUTE) == 2 * MINUTE
