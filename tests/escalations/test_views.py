"""Every page, notice and explanation fits into Slack's limits, and calls only whom it should."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.escalations import views, views_oncall
from bot.escalations.model import NAG, Cause, Ending, Outcome, Page, Stage
from bot.incidents.terms import Severity, Status
from bot.kernel.ids import ChannelId, IncidentId, MessageTs
from bot.policies import Policy
from tests.escalations.test_rules import alarmed, escalation, policy, whom
from tests.incidents.nouns import ANA, BO, CY, HOSTILE, NOW, ODD, TEXTS, called, meant, shown
from tests.stage import PAGING

POLICIES = {name: policy(levels) for name, levels in (("default", 20), ("second", 1))}


def page(**given: Any) -> Page:
    fields: dict[str, Any] = {
        "id": 9, "escalation_id": 7, "incident_id": IncidentId(42), "round": 1, "level": 1, "recipient": BO,
        "why": "@sre-oncall", "due_at": NOW,
    }  # fmt: skip
    return Page(**{**fields, **given})


STATES: dict[str, dict[str, Any]] = {
    "running": {"level": 1},
    "exhausted": {"stage": Stage.EXHAUSTED, "round": 2, "level": 3},
    "acknowledged": {"stage": Stage.ACKNOWLEDGED, "acknowledged_by": ANA, "acknowledged_at": NOW},
    "superseded": {"stage": Stage.ENDED, "ended_why": Ending.SUPERSEDED},
    "not severe": {"stage": Stage.ENDED, "ended_why": Ending.NOT_SEVERE},
    "by hand": {"cause": Cause.BY_HAND, "asked_by": CY, "reason": HOSTILE * 4, "policy_name": "by hand"},
    "lapsed": {"cause": Cause.LAPSED},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS)
def test_a_page_to_a_person_calls_nobody_else(state: str, write: Callable[[int], str]) -> None:
    about = alarmed(title=write(120), impact=write(2000), channel=ChannelId("C0INC"), severity=Severity.SEV1)
    for late in (timedelta(0), timedelta(minutes=12)):
        drawn = views.page(about, escalation(**STATES[state]), page(), ODD, called, NOW + late)
        found = meant(drawn)
        assert not found
        assert ("12 min late" in str([block.to_dict() for block in drawn.blocks])) == bool(late)


@pytest.mark.parametrize("level", [NAG, 1])
def test_a_page_in_a_channel_calls_it_as_long_as_nobody_has_it(level: int) -> None:
    spot = page(recipient="#incidents", is_channel=True, level=level)
    open_ = views.page(alarmed(), escalation(level=1), spot, ODD, called, NOW)
    assert meant(open_).broadcast == ("channel",)
    answered = views.page(alarmed(), escalation(**STATES["acknowledged"]), spot, ODD, called, NOW)
    assert not meant(answered)
    over = views.page(alarmed(status=Status.RESOLVED), escalation(level=1), spot, ODD, called, NOW)
    assert not meant(over)
    assert "It is over" in over.text


@pytest.mark.parametrize("state", STATES)
def test_the_notice_fits_however_many_were_called(state: str) -> None:
    outcomes: list[dict[str, Any]] = [
        {"outcome": Outcome.ACCEPTED, "accepted_at": NOW, "ts": MessageTs("1.0")},
        {"outcome": Outcome.FAILED, "error": "user_disabled"},
        {"outcome": Outcome.DROPPED}, {"outcome": Outcome.OWED},
    ]  # fmt: skip
    pages = [page(id=n, recipient=f"U0{n:03}", level=n % 20, round=1 + n // 200, **outcomes[n % 4]) for n in range(500)]
    found = meant(views.notice(alarmed(), escalation(**STATES[state]), pages, called))
    assert not found


@pytest.mark.parametrize("state", STATES)
def test_the_explanation_names_policy_level_and_the_others(state: str) -> None:
    others = [page(id=n, recipient=f"U0{n:03}") for n in range(100)]
    view = views.why(alarmed(), escalation(**STATES[state]), page(), others, called)
    assert not shown(view)
    nag = views.why(alarmed(), escalation(**STATES[state]), page(level=NAG), others, called)
    assert not shown(nag)


def test_who_would_be_paged_fits_with_many_policies() -> None:
    many = {f"policy{n}": policy(20) for n in range(9)}
    organisation = ODD.model_copy(update={"policies": {**POLICIES, **many}})
    found = meant(views_oncall.oncall(organisation, lambda level: whom().found(level.notify), called))
    assert not found


def test_without_policies_it_says_where_they_belong() -> None:
    message = views_oncall.oncall(ODD.model_copy(update={"policies": {}}), lambda _level: ([], []), called)
    assert "organisation's file" in message.text


def test_the_form_offers_people_and_policies() -> None:
    shown(views.choosing(alarmed(), ODD))
    shown(views.choosing(alarmed(), ODD.model_copy(update={"policies": {}})))


def test_the_reason_for_a_failure_is_in_words() -> None:
    assert views.refusal("user_disabled: gone") == "their account is deactivated"
    assert views.refusal("something_new") == "something_new"


def test_whoever_was_tried_is_named_once() -> None:
    pages = [
        page(id=1), page(id=2, level=2, recipient="#incidents", is_channel=True),
        page(id=3, round=2, outcome=Outcome.FAILED, error="user_disabled"), page(id=4, level=NAG, recipient=CY),
    ]  # fmt: skip
    assert views.tried(pages, str) == f"{BO} (not reached: their account is deactivated), #incidents"
    assert views.tried([], str) == "nobody was there to page"


def test_the_paging_file_of_the_tests_is_what_it_seems() -> None:
    assert PAGING.exists()
    assert isinstance(POLICIES["default"], Policy)
