"""Every reminder fits into Slack, calls nobody, says why it came and how to stop it."""

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, product

import pytest

from bot.floors import open_door
from bot.incidents.model import Incident
from bot.incidents.terms import LIVE, Fact, Roll
from bot.organisation import Organisation
from bot.reminders import views
from bot.reminders.model import Kind, Reminder, Stage
from bot.sandbox.blockkit.mrkdwn import blocks_text
from bot.slack.message import Message
from tests.incidents.nouns import (
    ANA,
    BO,
    CY,
    DEFAULTS,
    HOSTILE,
    NOW,
    ODD,
    ROLLS,
    TEXTS,
    called,
    entry,
    incident,
    incidents,
    meant,
)
from tests.reminders.test_rules import reminder

WORDS = open_door().words
EACH_TEXT = pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
LATE = timedelta(hours=3, minutes=20)


def scene(one: Incident, roll: Roll, organisation: Organisation = DEFAULTS) -> views.Scene:
    return views.Scene(one, roll, organisation, WORDS, called)


def each_reminder() -> list[Reminder]:
    return [
        reminder(kind, stage=stage, to=to, diverted=diverted, due_at=NOW + timedelta(hours=2))
        for kind, stage, to, diverted in product(Kind, Stage, (ANA, CY, None), (False, True))
    ]


@EACH_TEXT
def test_every_reminder_calls_nobody_and_fits(write: Callable[[int], str]) -> None:
    rolls = cycle(ROLLS)  # zip takes one too many each time, so that each reminder meets another one next time
    for one in (one for one in incidents(write) if one.status in LIVE):
        for roll, shown in zip(rolls, each_reminder(), strict=False):
            assert not meant(views.reminder(scene(one, roll, ODD), shown, LATE))
            assert not meant(views.closed(one, shown.kind, views.passed_on(BO, called, NOW)))


def read(message: Message) -> str:
    return blocks_text([block.to_dict() for block in message.blocks])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_reminder_says_how_to_stop_it_and_can_be_answered(kind: Kind) -> None:
    for roll, shown in product(ROLLS, [one for one in each_reminder() if one.kind is kind]):
        drawn = views.reminder(scene(incident(), roll), shown, None)
        *_, actions, context = [block.to_dict() for block in drawn.blocks]
        assert len(actions["elements"]) >= 2
        assert context["elements"][0]["text"].startswith(("You get this", "I ask everybody here")), "why it came"
        assert "stops" in context["elements"][0]["text"], "how to stop it"
        assert "late" not in drawn.text


def test_every_button_has_a_word_that_is_known() -> None:
    for shown in each_reminder():
        for button in views.buttons(scene(incident(), {}), shown):
            assert str(button.action_id).split(":")[1] in {word.name for word in WORDS}


def test_what_comes_late_says_by_how_much() -> None:
    assert "3 h 20 min late" in read(views.reminder(scene(incident(), {}), reminder(Kind.UPDATE), LATE))


def test_what_cannot_be_said_directly_is_said_to_be_so() -> None:
    shown = reminder(Kind.UPDATE, to=ANA, diverted=True)
    assert "I could not write to" in read(views.reminder(scene(incident(), ROLLS[1]), shown, None))


@pytest.mark.parametrize(("kind", "fact"), list(product(Kind, Fact)))
def test_once_settled_it_says_who_did_and_has_nothing_to_press(kind: Kind, fact: Fact) -> None:
    act = entry(1, fact, ANA, HOSTILE, {"role": "ic", "to": BO})
    drawn = views.closed(incident(), kind, views.settled(kind, act, called, NOW))
    assert not meant(drawn)
    assert [block.to_dict()["type"] for block in drawn.blocks] == ["section"]
    assert not meant(views.closed(incident(), kind, views.settled(kind, None, called, NOW)))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 s"), (timedelta(seconds=59), "59 s"), (timedelta(seconds=61), "1 min"),
        (timedelta(minutes=40), "40 min"), (timedelta(hours=2), "2 h"), (timedelta(minutes=90), "1 h 30 min"),
        (timedelta(days=1), "1 day"), (timedelta(days=2, hours=3), "2 days 3 h"), (timedelta(hours=-1), "0 s"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_said_in_few_words(length: timedelta, said: str) -> None:
    assert views.spoken(length) == said
