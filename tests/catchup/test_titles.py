"""Which titles say too little, and what rules offer instead."""

import pytest

from bot.catchup import titles
from bot.catchup.titles import Poor, poor
from bot.incidents.terms import Fact
from bot.organisation import Organisation
from bot.postmortems.evidence import Sources
from bot.postmortems.rules import Case
from tests.postmortems.records import BO, Story, bare


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("help", Poor.CRY), ("HELP!!!", Poor.CRY), ("it is broken", Poor.CRY), ("Something is wrong", Poor.CRY),
        ("prod down", Poor.CRY), ("urgent issue", Poor.CRY), ("system not working", Poor.CRY), ("SEV1", Poor.CRY),
        ("it's slow again", Poor.CRY), ("checkout", Poor.SHORT), ("db", Poor.SHORT),
        ("CHECKOUT IS BROKEN", Poor.SHOUTED), ("NOBODY CAN LOGIN!!!", Poor.SHOUTED),
    ],
)  # fmt: skip
def test_a_poor_title_is_known(title: str, why: Poor) -> None:
    assert poor(title) is why


@pytest.mark.parametrize(
    "title",
    ["Checkout errors", "DNS down", "EU-WEST-1 DNS", "Payments fail", "API 500s",
     "Wrong logo", "HTTP 502 in the EU", "支払いが 失敗",
     "Search is slow", "🔥"],
)  # fmt: skip
def test_a_title_that_says_what_is_wrong_is_left_alone(title: str) -> None:
    assert poor(title) is None


def suggested(of: Story) -> str | None:
    found = titles.by_rules(Sources(Case(of.record, Organisation.load(None)), [], set(), ""))
    return found.title if found else None


def test_rules_offer_what_is_affected_and_the_first_alert() -> None:
    story = bare("help", affected="checkout, EU", impact="Nobody can pay. We lose money.")
    assert suggested(story) == "checkout: Nobody can pay"
    story.says(1, None, "HTTP 5xx above 5 % on checkout-api. Runbook: none")
    assert suggested(story) == "HTTP 5xx above 5 % on checkout-api"


def test_rules_offer_nothing_where_nothing_is_known_or_what_is_known_says_no_more() -> None:
    assert suggested(bare("help")) is None
    assert suggested(bare("help", affected="checkout")) is None
    assert suggested(bare("help", impact="It is broken.")) is None
    assert suggested(bare("NOBODY CAN LOGIN")) == "Nobody can login"


def test_a_suggestion_names_nobody_and_holds_no_secret() -> None:
    story = bare("help")
    story.happens(0, Fact.NOTED, BO, "x")
    story.says(1, None, "Bo Lindqvist sees timeouts with AKIAIOSFODNN7EXAMPLE")
    made = suggested(story)
    assert made
    assert "Bo" not in made
    assert "AKIA" not in made
