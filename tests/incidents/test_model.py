"""Which way an incident can go, and what it says to those who want it to go another."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise, product

import pytest

from bot.incidents.model import Incident
from bot.incidents.terms import LIVE, NEXT, Severity, Status
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId
from tests.incidents.nouns import NOW, incident

LATER = NOW + timedelta(hours=1)
WAYS = {
    ("triage", "active"), ("triage", "declined"), ("triage", "merged"), ("triage", "canceled"),
    ("active", "mitigated"), ("active", "resolved"), ("active", "merged"), ("active", "canceled"),
    ("mitigated", "active"), ("mitigated", "resolved"), ("mitigated", "merged"), ("mitigated", "canceled"),
    ("resolved", "active"), ("resolved", "closed"), ("closed", "active"), ("declined", "active"),
    ("canceled", "active"),
}  # fmt: skip
OUT = {
    "triage": "From here it can become active, declined, merged or canceled.",
    "active": "From here it can become mitigated, resolved, merged or canceled.",
    "mitigated": "From here it can become active, resolved, merged or canceled.",
    "resolved": "`/incident reopen` brings it back.",
    "closed": "`/incident reopen` brings it back.",
    "declined": "`/incident reopen` brings it back.",
    "canceled": "`/incident reopen` brings it back.",
    "merged": "It goes on in INC-41.",
}
BETWEEN = list(product(Status, Status))


@pytest.mark.parametrize(("before", "to"), [pair for pair in BETWEEN if pair in WAYS])
def test_a_way_that_there_is(before: Status, to: Status) -> None:
    one = incident(status=before)
    one.move(to)
    assert one.status is to


@pytest.mark.parametrize(("before", "to"), [pair for pair in BETWEEN if pair not in WAYS])
def test_a_way_that_there_is_not_is_answered_with_those_there_are(before: Status, to: Status) -> None:
    one = incident(status=before, merged_into=IncidentId(41) if before is Status.MERGED else None)
    with pytest.raises(Refused) as told:
        one.move(to)
    what = f"{before.spoken} already." if to is before else f"{before.spoken}, so it cannot become {to.value}."
    assert told.value.message == f"INC-42 is {what} {OUT[before]}"
    assert one.status is before


@pytest.mark.parametrize("status", list(Status))
def test_only_what_goes_on_can_be_worked_on(status: Status) -> None:
    one = incident(status=status, merged_into=IncidentId(41))
    assert one.is_live == (status in ("triage", "active", "mitigated"))
    if one.is_live:
        one.require_live()
        one.change_severity(Severity.SEV1, NOW)
        assert one.severity is Severity.SEV1
        return
    for act in (one.require_live, lambda: one.change_severity(Severity.SEV1, NOW)):
        with pytest.raises(Refused) as told:
            act()
        assert told.value.message == f"INC-42 is {status.value}. {OUT[status]}"
    assert one.severity is Severity.SEV2


def test_from_everywhere_but_a_merger_there_is_a_way_to_go_on() -> None:
    for status in Status:
        seen, ahead = set(), [status]
        while ahead:
            seen.add(here := ahead.pop())
            ahead += NEXT[here] - seen
        assert (Status.ACTIVE in seen) == (status is not Status.MERGED)


def test_the_same_severity_is_no_change() -> None:
    with pytest.raises(Refused, match=r"^INC-42 is SEV2 already\.$"):
        incident().change_severity(Severity.SEV2, NOW)


def test_a_lower_number_is_worse() -> None:
    assert [worse.is_worse_than(better) for worse, better in pairwise(Severity)] == [True] * 4
    assert not Severity.SEV2.is_worse_than(Severity.SEV2)


def test_each_step_keeps_its_time_and_takes_back_what_it_undoes() -> None:
    one = incident(next_update_due_at=LATER, overdue_shown=True)
    one.mitigate(NOW)
    assert (str(one.status), one.mitigated_at, one.next_update_due_at) == ("mitigated", NOW, LATER)
    one.relapse()
    assert (str(one.status), one.mitigated_at) == ("active", None)
    one.mitigate(NOW)
    one.resolve(LATER, "Rolled back.")
    assert (one.resolved_at, one.resolution, one.mitigated_at) == (LATER, "Rolled back.", NOW)
    assert not one.next_update_due_at
    one.close(LATER)
    assert (str(one.status), one.closed_at, one.resolved_at) == ("closed", LATER, LATER)
    one.reopen(LATER, LATER)
    assert (str(one.status), one.next_update_due_at, one.overdue_shown) == ("active", LATER, False)
    assert {one.mitigated_at, one.resolved_at, one.closed_at} == {None}


@pytest.mark.parametrize("to", [Status.DECLINED, Status.CANCELED, Status.MERGED])
def test_what_ends_otherwise_was_not_resolved_and_owes_no_update(to: Status) -> None:
    one = incident(status=Status.TRIAGE, next_update_due_at=LATER)
    one.end(to)
    assert (one.status, one.resolved_at, one.next_update_due_at) == (to, None, None)


@pytest.mark.parametrize("status", list(Status))
def test_a_step_that_is_refused_changes_nothing(status: Status) -> None:
    steps: dict[Status, Callable[[Incident], None]] = {
        Status.MITIGATED: lambda one: one.mitigate(LATER), Status.RESOLVED: lambda one: one.resolve(LATER, "again"),
        Status.CLOSED: lambda one: one.close(LATER), Status.ACTIVE: lambda one: one.reopen(None, LATER),
        Status.CANCELED: lambda one: one.end(Status.CANCELED),
    }  # fmt: skip
    refused = {to: step for to, step in steps.items() if to not in NEXT[status]}
    assert refused, "needs a step to refuse"
    for step in refused.values():
        one = incident(status=status, merged_into=IncidentId(41), next_update_due_at=NOW, resolution="first")
        before = one.model_dump()
        with pytest.raises(Refused):
            step(one)
        assert one.model_dump() == before


def test_an_update_that_is_expected_anew_is_not_overdue() -> None:
    one = incident(overdue_shown=True)
    one.expect_update(LATER, NOW)
    assert (one.next_update_due_at, one.overdue_shown) == (LATER, False)
    assert {status for status in Status if incident(status=status).is_live} == LIVE
