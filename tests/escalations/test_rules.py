"""Whether people are needed, what is due, and who that is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalations import rules
from bot.escalations.model import Cause, Escalation, Page, Spot, Stage
from bot.escalations.rules import Duty, Missing, Need, Recipient, Whom
from bot.incidents.terms import LIVE, Alarm, Role, Severity, Status
from bot.kernel.ids import ChannelId, IncidentId, UserId
from bot.organisation import Organisation
from bot.people.directory import Directory
from bot.people.model import Person
from bot.policies import Policy
from bot.targets import Target, target
from tests.incidents.nouns import ANA, BO, CY, NOW, incident
from tests.stage import PAGING

PAGES = Organisation.load(PAGING)
MINUTE = timedelta(minutes=1)


def policy(levels: int = 3, **given: Any) -> Policy:
    level = {"notify": ["U0BO"], "ack_within": "5m"}
    return Policy.model_validate({"levels": [level] * levels, "repeat": 1, "ack_lease": "30m", **given})


def escalation(**given: Any) -> Escalation:
    kept = given.pop("policy", policy())
    fields: dict[str, Any] = {
        "id": 7, "incident_id": IncidentId(42), "cause": Cause.DECLARED, "severity": Severity.SEV2,
        "policy_name": "default", "policy": kept.model_dump(mode="json"), "rounds": kept.repeat + 1, "started_at": NOW,
        "due_at": NOW,
    }  # fmt: skip
    return Escalation(**{**fields, **given})


def alarmed(**given: Any) -> Any:
    return incident(**{"heard_at": NOW, "alarms": 1, "alarm": Alarm.DECLARED, "alarmed_at": NOW, **given})


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("severity", list(Severity))
def test_people_are_needed_in_what_is_confirmed_and_severe(status: Status, severity: Severity) -> None:
    found = rules.need(alarmed(status=status, severity=severity), PAGES, 0)
    severe = severity in (Severity.SEV1, Severity.SEV2)
    assert (found is Need.PAGE) == (severe and status in (Status.ACTIVE, Status.MITIGATED))


def test_one_alarm_pages_once() -> None:
    assert rules.need(alarmed(alarms=2), PAGES, 1) is Need.PAGE
    assert rules.need(alarmed(alarms=2), PAGES, 2) is Need.NONE


def test_nobody_is_paged_for_a_private_incident_unless_a_route_says_so() -> None:
    assert rules.need(alarmed(is_private=True, severity=Severity.SEV1), PAGES, 0) is Need.PAGE
    assert rules.need(alarmed(is_private=True, severity=Severity.SEV2), PAGES, 0) is Need.NOBODY


@pytest.mark.parametrize("status", list(Status))
def test_what_is_over_ends_it(status: Status) -> None:
    found = rules.duty(alarmed(status=status), escalation(), PAGES, NOW)
    assert (found is Duty.END) == (status not in LIVE)


@pytest.mark.parametrize(
    ("case", "now", "due"),
    [
        (escalation(), NOW, Duty.LEVEL),
        (escalation(round=1, level=3), NOW, Duty.LEVEL),
        (escalation(round=2, level=3), NOW, Duty.EXHAUSTED),
        (escalation(round=2, level=3, stage=Stage.EXHAUSTED), NOW, Duty.EXHAUSTED),
        (escalation(level=1, outstanding=1, fired_at=NOW), NOW + 5 * MINUTE, Duty.WAIT),
        (escalation(level=1, outstanding=1, fired_at=NOW), NOW + 61 * MINUTE, Duty.LEVEL),
        (escalation(level=1, outstanding=1, fired_at=NOW, is_hurried=True), NOW + 5 * MINUTE, Duty.LEVEL),
        (escalation(level=1, outstanding=1, fired_at=NOW, heard=True), NOW + 5 * MINUTE, Duty.LEVEL),
        (escalation(stage=Stage.ACKNOWLEDGED, acknowledged_at=NOW), NOW + 29 * MINUTE, Duty.HOLD),
        (escalation(stage=Stage.ACKNOWLEDGED, acknowledged_at=NOW), NOW + 30 * MINUTE, Duty.LAPSE),
    ],
)
def test_what_is_due(case: Escalation, now: datetime, due: Duty) -> None:
    assert rules.duty(alarmed(), case, PAGES, now) is due


def test_a_severity_that_pages_nobody_stands_down_but_not_who_was_asked_for() -> None:
    mild = alarmed(severity=Severity.SEV4)
    assert rules.duty(mild, escalation(), PAGES, NOW) is Duty.STAND_DOWN
    assert rules.duty(mild, escalation(cause=Cause.BY_HAND), PAGES, NOW) is Duty.LEVEL


def test_an_acknowledgement_holds_for_ever_where_it_is_mitigated_or_mild() -> None:
    later = NOW + timedelta(days=2)
    had = escalation(stage=Stage.ACKNOWLEDGED, acknowledged_at=NOW)
    assert rules.holds(alarmed(status=Status.MITIGATED), had, later)
    assert rules.holds(alarmed(severity=Severity.SEV3), had, later)
    assert not rules.holds(alarmed(), had, later)


@given(levels=st.integers(1, 6), repeat=st.integers(0, 4))
def test_every_level_comes_once_in_every_round_and_then_no_more(levels: int, repeat: int) -> None:
    one = escalation(policy=policy(levels, repeat=repeat))
    seen = []
    while spot := one.next_spot():
        one.fire(spot, 1, NOW, MINUTE)
        seen.append(spot)
    assert seen == [Spot(r, n) for r in range(1, repeat + 2) for n in range(1, levels + 1)]
    one.exhaust(NOW, None)
    one.hurry(NOW)
    assert one.next_spot() == Spot(repeat + 2, 1), "who asks for more begins anew"


def test_the_time_to_answer_is_counted_from_when_slack_took_the_first_page() -> None:
    one = escalation()
    one.fire(Spot(1, 1), 2, NOW, 5 * MINUTE)
    one.taken(NOW + 20 * MINUTE)
    assert one.due_at == NOW + 25 * MINUTE
    one.taken(NOW + 22 * MINUTE)
    assert one.due_at == NOW + 25 * MINUTE
    assert one.outstanding == 0


def test_if_no_page_of_a_level_arrives_the_next_level_is_due_at_once() -> None:
    one = escalation()
    one.fire(Spot(1, 1), 2, NOW, 5 * MINUTE)
    one.refused(NOW)
    assert one.due_at == NOW + 5 * MINUTE
    one.refused(NOW + MINUTE)
    assert one.due_at == NOW + MINUTE


def test_only_what_is_a_minute_late_says_so() -> None:
    page = Page(escalation_id=7, incident_id=IncidentId(42), round=1, level=1, recipient=BO, due_at=NOW)
    assert rules.lateness(page, NOW + MINUTE) is None
    assert rules.lateness(page, NOW + 12 * MINUTE) == 12 * MINUTE


def person(user: UserId, **given: Any) -> Person:
    return Person(id=user, name=user, updated_at=NOW, **given)


def whom(**given: Any) -> Whom:
    known = Directory(
        {BO: person(BO), CY: person(CY, is_gone=True)}, {"bo@acme.example": BO}, {"@sre": [BO, CY], "@gone": [CY]}
    )
    return Whom(**{"directory": known, "roll": {Role.OPS: ANA}, "announce": "#incidents", **given})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("U0BO", [Recipient(BO, False, "U0BO")]),
        ("U0CY", Missing("U0CY", "the account is deactivated")),
        ("U0STRANGER", [Recipient("U0STRANGER", False, "U0STRANGER")]),
        ("bo@acme.example", [Recipient(BO, False, "bo@acme.example")]),
        ("x@acme.example", Missing("x@acme.example", "nobody here has this address")),
        ("@sre", [Recipient(BO, False, "@sre")]),
        ("@gone", Missing("@gone", "nobody in it can be paged")),
        ("@none", Missing("@none", "there is no such group")),
        ("role:ops", [Recipient(ANA, False, "role:ops")]),
        ("role:ic", Missing("role:ic", "nobody holds it")),
        ("#payments", [Recipient("#payments", True, "#payments")]),
        ("announce", [Recipient("#incidents", True, "announce")]),
    ],
)
def test_who_is_meant(said: str, meant: list[Recipient] | Missing) -> None:
    one = target(said)
    assert isinstance(one, Target)
    found, missing = whom().found([one])
    assert (found or missing[0]) == meant


def test_each_is_called_once_however_many_names_lead_to_them() -> None:
    targets = [found for found in map(target, ["@sre", "U0BO", "bo@acme.example"]) if isinstance(found, Target)]
    assert whom().found(targets) == ([Recipient(BO, False, "@sre")], [])


def test_a_private_incident_is_told_in_its_own_channel_only() -> None:
    inside = whom(is_private=True, own_channel=ChannelId("C0INC"))
    targets = [found for found in map(target, ["#incidents", "announce", "C0INC"]) if isinstance(found, Target)]
    found, missing = inside.found(targets)
    assert [one.id for one in found] == ["C0INC"]
    assert len(missing) == 2


def test_after_a_silence_whoever_had_it_is_called_too_and_once() -> None:
    again = rules.after_silence(policy(), CY)
    assert [str(one) for one in again.levels[0].notify] == ["U0CY", "U0BO"]
    assert rules.after_silence(again, CY) == again
