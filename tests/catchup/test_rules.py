"""Since when, and what is new."""

from datetime import timedelta

import pytest

from bot.catchup.rules import Group, sorted_out, window
from bot.incidents.terms import Fact
from bot.kernel.errors import Refused
from tests.incidents.nouns import NOW
from tests.postmortems.records import ANA, Story, after, bare


@pytest.mark.parametrize(
    ("said", "back"),
    [("since 30m", 30), ("30 min", 30), ("since 2h", 120), ("1h30m", 90), ("since 1d", 1440)],
)
def test_a_time_to_go_back(said: str, back: int) -> None:
    assert window(said, None, NOW).since == NOW - timedelta(minutes=back)


@pytest.mark.parametrize("said", ["since", "lunch", "since 0m", "since 31d", "-5m", "since 99999m", "since yesterday"])
def test_what_is_no_time_is_refused_with_the_mend(said: str) -> None:
    with pytest.raises(Refused, match="/incident catchup since 30m"):
        window(said, None, NOW)


def test_without_a_time_it_is_since_the_last_look_or_all_of_it() -> None:
    last = NOW - timedelta(hours=1)
    assert window("", last, NOW).since == last
    assert window("", None, NOW).since is None
    assert window("all", last, NOW).since is None


def test_only_who_has_seen_all_that_is_new_has_caught_up() -> None:
    last = NOW - timedelta(hours=1)
    assert window("", last, NOW).covers(last)
    assert window("all", None, NOW).covers(None)
    assert not window("30m", last, NOW).covers(last)
    assert window("2h", last, NOW).covers(last)
    assert not window("2h", None, NOW).covers(None)


def test_what_was_recorded_late_is_new_and_what_was_withdrawn_is_not(a: Story) -> None:
    seen = after(10)
    a.notes(5, ANA, "before")
    late = a.notes(6, ANA, "noted late")
    late.recorded_at = after(12)
    gone = a.notes(13, ANA, "wrong")
    gone.withdraw(after(14), "the message was deleted")
    found = sorted_out(a.entries, window("", seen, after(20)))
    assert found == {Group.NOTES: [late]}


def test_every_fact_that_people_may_miss_has_its_group(a: Story) -> None:
    ours = {Fact.CHANNEL_OPENED, Fact.TOLD_LOST}
    for fact in Fact:
        a.happens(1, fact, ANA)
    found = sorted_out(a.entries, window("all", None, after(2)))
    assert {entry.fact for entries in found.values() for entry in entries} >= set(Fact) - ours


@pytest.fixture
def a() -> Story:
    return bare()
