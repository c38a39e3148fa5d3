"""What is searched for, and which of what was found is nearest."""

from bot.incidents.model import Incident
from bot.kernel.ids import IncidentId
from bot.similar import rules
from bot.similar.model import Filed
from tests.incidents.nouns import incident


def filed(number: int, title: str, **fields: str) -> tuple[Filed, Incident]:
    return Filed(incident_id=IncidentId(number), title=title, **fields), incident(id=number, title=title)


def order(sought: str, *found: tuple[Filed, Incident]) -> list[int]:
    return [match.incident.id for match in rules.ranked(rules.wanted(sought), found)]


def test_words_that_are_in_every_text_are_not_searched_for() -> None:
    assert list(rules.wanted("The checkout is slow, and the errors were 502 again").values()) == [
        "checkout", "slow", "errors", "502",
    ]  # fmt: skip
    assert rules.wanted("it was so") == {}
    assert len(rules.wanted(" ".join(f"word{n}" for n in range(99)))) == rules.MOST_WORDS


def test_a_title_says_more_than_what_was_said() -> None:
    talk = filed(9, "Search is slow", said="checkout fine, checkout errors none")
    assert order("checkout errors", talk, filed(3, "Checkout errors")) == [3, 9]


def test_a_rare_word_says_more_than_one_that_all_have() -> None:
    common = [filed(n, "Checkout slow") for n in (4, 5, 6)]
    assert order("checkout certificate", *common, filed(2, "Certificate expired")) == [2, 6, 5, 4]


def test_of_equals_the_newest_comes_first_in_whatever_order_they_were_found() -> None:
    found = [filed(n, "Checkout errors") for n in (7, 1, 5)]
    assert order("checkout", *found) == order("checkout", *reversed(found)) == [7, 5, 1]


def test_forms_of_a_word_are_the_same_word() -> None:
    assert order("payments failing", filed(1, "Payment failed"), filed(2, "Wrong logo")) == [1]


def test_who_did_not_ask_is_told_only_of_what_is_close() -> None:
    words = rules.wanted("Checkout errors in the EU")
    near, far, talk = rules.ranked(
        words,
        [
            filed(1, "Checkout errors"),
            filed(2, "Checkout logo", said="none"),
            filed(3, "Search slow", said="checkout errors"),
        ],
    )
    assert [(match.incident.id, match.is_close) for match in (near, far, talk)] == [(1, True), (2, False), (3, False)]
