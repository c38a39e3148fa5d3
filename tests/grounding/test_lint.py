"""Words that judge people are marked, with why and with what to say instead; words about work are not."""

import itertools

import pytest

from bot.grounding.lint import Audience, Habit, lint
from bot.postmortems import reading

NAMES = ["Ana Silva", "Bo", "@dee"]


@pytest.mark.parametrize(
    ("text", "habit", "words"),
    [
        ("The outage was human error.", Habit.HUMAN_ERROR, "human error"),
        ("Somebody fat-fingered the command.", Habit.HUMAN_ERROR, "fat-fingered"),
        ("The on-call should have noticed the alert.", Habit.COUNTERFACTUAL, "should have noticed"),
        ("We could've caught this.", Habit.COUNTERFACTUAL, "could've"),
        ("If only the runbook had been read.", Habit.COUNTERFACTUAL, "If only"),
        ("Had we checked the dashboard, nothing would be down.", Habit.COUNTERFACTUAL, "Had we checked"),
        ("The responder failed to page the database team.", Habit.FAULT, "responder failed to"),
        ("The engineer forgot to drain the node.", Habit.FAULT, "forgot to"),
        ("It was Bo's mistake.", Habit.FAULT, "Bo's mistake"),
        ("A careless deploy.", Habit.FAULT, "careless"),
        ("Obviously the limit was too low.", Habit.HINDSIGHT, "Obviously"),
        ("In hindsight the flag was risky.", Habit.HINDSIGHT, "In hindsight"),
        ("A disastrous night.", Habit.STRONG, "disastrous"),
        ("Checkout was completely broken.", Habit.STRONG, "completely broken"),
        ("The root cause was Ana Silva.", Habit.NAME, "Ana Silva"),
        ("It broke because Bo restarted db1.", Habit.NAME, "Bo"),
        ("dee caused the failover.", Habit.NAME, "dee"),
    ],
)
def test_a_judging_word_is_marked(text: str, habit: Habit, words: str) -> None:
    found = [remark for remark in lint(text, NAMES) if remark.habit is habit]
    assert [remark.words for remark in found] == [words]
    assert text[found[0].start : found[0].end] == words
    assert found[0].why
    assert found[0].instead


@pytest.mark.parametrize(
    "text",
    [
        "PostgreSQL failed to restart with 8000 connections.",
        "The on-call engineer restarted db1 at 13:45Z.",
        "The prompt did not show which host it was.",
        "Ana Silva took command at 09:21Z.",
        "The alert was not acknowledged for 12 minutes.",
        "Errors should fall within five minutes.",
        "The message bot posts updates.",
        "The pool was too small because traffic had doubled.",
        "We would like to test this in staging.",
    ],
)
def test_words_about_work_are_not(text: str) -> None:
    assert lint(text, NAMES) == []


def test_each_remark_holds_its_sentence() -> None:
    text = "Traffic fell at 13:45Z. The on-call should have seen it. It came back."
    (remark,) = lint(text)
    assert remark.sentence == "The on-call should have seen it."


def test_legal_words_matter_only_outside() -> None:
    text = "Customer records leaked and the SLA was violated."
    assert lint(text) == []
    assert {remark.habit for remark in lint(text, audience=Audience.OUTSIDE)} == {Habit.LEGAL}


def test_the_same_words_are_marked_once() -> None:
    remarks = lint("It was obviously Bo's own fault, human error, a disaster.", NAMES)
    places = [(remark.start, remark.end) for remark in remarks]
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))


def test_the_draft_and_the_lint_know_the_same_blame() -> None:
    for text in ("human error", "should have known", "forgot to check", "obviously", "his fault"):
        assert reading.blames(text)
        assert lint(text)
