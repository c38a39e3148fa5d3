"""Which of a channel's messages a model is shown."""

from datetime import timedelta

from bot.grounding.entries import Told
from bot.postmortems.choosing import Choice, chosen
from tests.postmortems.records import START


def line(minutes: float, text: str, who: str = "a responder", *, is_person: bool = True) -> Choice.Line:
    return Choice.Line(Told(START + timedelta(minutes=minutes), "message", who, text, is_person=is_person), "")


def texts(choice: Choice) -> list[str]:
    return [one.told.text for one in choice.kept]


def test_small_talk_is_left_out() -> None:
    said = ["ok", "Thanks!", ":tada: :tada:", "👍", "+1", "…", "on it", "ok, rolling back now", "done: 411 is live"]
    assert texts(chosen([line(n, text) for n, text in enumerate(said)])) == said[-2:]


def test_what_an_app_repeats_stands_once_and_says_how_often() -> None:
    alerts = [line(n, f"ALERT error rate {n} %", "pager", is_person=False) for n in range(40)]
    people = [line(3, "the error rate is high"), line(4, "the error rate is high")]
    choice = chosen([*alerts, *people])
    assert texts(choice) == [
        "ALERT error rate 0 % (posted 40 times, last at 14:44Z)", "the error rate is high", "the error rate is high"
    ]  # fmt: skip
    assert (choice.heard, choice.folded) == (42, 39)


def test_of_too_many_the_weighty_stay_and_every_ten_minutes_some() -> None:
    idle = [line(n, f"somebody had a look at dashboard {chr(97 + n % 26)} and went on") for n in range(300)]
    weighty = line(151, "The cause is a leak introduced by release 412; rolled back at 14:31, 1,200 customers affected")
    choice = chosen([*idle[:151], weighty, *idle[151:]], room=5_000)
    kept = [one.told.at for one in choice.kept]
    assert weighty in choice.kept
    assert kept == sorted(kept)
    assert {int((at - START) / timedelta(minutes=10)) for at in kept} >= set(range(29)), "no quiet time is lost"
    assert kept[-1] - START > timedelta(minutes=289), "the end is never cut"
    assert choice.characters <= 5_000


def test_a_long_log_keeps_where_it_begins_and_where_it_ends() -> None:
    (kept,) = chosen([line(0, "first " + "x" * 5_000 + " last")]).kept
    assert kept.told.text.startswith("first ")
    assert kept.told.text.endswith(" last")
    assert len(kept.told.text) < 1_300


def test_the_same_channel_gives_the_same_choice() -> None:
    lines = [line(n / 7, f"error {n} in checkout, latency {n * 3} ms") for n in range(500)]
    assert texts(chosen(lines, room=4_000)) == texts(chosen(lines, room=4_000))
