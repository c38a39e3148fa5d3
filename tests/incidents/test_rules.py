"""Decisions with some arithmetic in them, as tables."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.incidents import rules
from bot.incidents.terms import Severity, Status
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId
from tests.incidents.nouns import ANA, DEFAULTS, NOW, incident

C = ChannelId("C0INC")
ANOTHER = "For another day, write the date before the time: `{}`."


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


# --- when somebody says that it was


@pytest.mark.parametrize(
    ("now", "zone", "words", "moment", "rest"),
    [
        ("2026-03-02 14:05", "UTC", "rolled back", "2026-03-02 14:05", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:05 rolled back", "2026-03-02 14:05", "rolled back"),
        ("2026-03-02 14:05", "UTC", "13:59:30 rolled back", "2026-03-02 13:59:30", "rolled back"),
        ("2026-03-02 14:05", "UTC", "9:05 rolled back", "2026-03-02 09:05", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:00, rolled back", "2026-03-02 14:00", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:00 - rolled back", "2026-03-02 14:00", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:00 – rolled back", "2026-03-02 14:00", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:00: rolled back", "2026-03-02 14:00", "rolled back"),
        ("2026-03-02 14:05", "UTC", "14:00", "2026-03-02 14:00", ""),
        ("2026-03-02 14:05", "UTC", "2026-03-01 23:10 rolled back", "2026-03-01 23:10", "rolled back"),
        ("2026-03-02 14:05", "UTC", "2024-02-29T23:10 rolled back", "2024-02-29 23:10", "rolled back"),
        # no times, only words
        ("2026-03-02 14:05", "UTC", "25:00 rolled back", "2026-03-02 14:05", "25:00 rolled back"),
        ("2026-03-02 14:05", "UTC", "12:60 rolled back", "2026-03-02 14:05", "12:60 rolled back"),
        ("2026-03-02 14:05", "UTC", "14:05pm rolled back", "2026-03-02 14:05", "14:05pm rolled back"),
        ("2026-03-02 14:05", "UTC", "at 14:00 rolled back", "2026-03-02 14:05", "at 14:00 rolled back"),
        ("2026-03-02 14:05", "UTC", "2026-03-01 rolled back", "2026-03-02 14:05", "2026-03-01 rolled back"),
        ("2026-03-02 14:05", "UTC", "1٢:00 rolled back", "2026-03-02 14:05", "1٢:00 rolled back"),
        # in the speaker's zone, whose day may be another
        ("2026-03-02 14:05", "Asia/Singapore", "22:00 rolled back", "2026-03-02 14:00", "rolled back"),
        ("2026-03-02 23:30", "Asia/Singapore", "07:20 rolled back", "2026-03-02 23:20", "rolled back"),
        ("2026-03-02 03:00", "America/Los_Angeles", "18:55 rolled back", "2026-03-02 02:55", "rolled back"),
        ("2026-03-02 14:05", "Asia/Kolkata", "19:30 rolled back", "2026-03-02 14:00", "rolled back"),
        # last night, said after midnight
        ("2026-03-02 00:10", "UTC", "23:50 rolled back", "2026-03-01 23:50", "rolled back"),
        ("2026-03-01 16:05", "Asia/Singapore", "23:55 rolled back", "2026-03-01 15:55", "rolled back"),
        ("2026-03-02 00:10", "UTC", "12:11 rolled back", "2026-03-01 12:11", "rolled back"),
        # the night in which an hour is left out: Madrid goes from 02:00 to 03:00 at 01:00 UTC
        ("2026-03-29 08:00", "Europe/Madrid", "01:30 rolled back", "2026-03-29 00:30", "rolled back"),
        ("2026-03-29 08:00", "Europe/Madrid", "03:30 rolled back", "2026-03-29 01:30", "rolled back"),
        ("2026-03-29 08:00", "Europe/Madrid", "02:30 rolled back", "2026-03-29 01:30", "rolled back"),
        ("2026-03-29 01:10", "Europe/Madrid", "23:00 rolled back", "2026-03-28 22:00", "rolled back"),
        # the night in which an hour comes twice: from 03:00 back to 02:00 at 01:00 UTC
        ("2026-10-25 00:35", "Europe/Madrid", "02:30 rolled back", "2026-10-25 00:30", "rolled back"),
        ("2026-10-25 01:35", "Europe/Madrid", "02:30 rolled back", "2026-10-25 01:30", "rolled back"),
        ("2026-10-25 01:20", "Europe/Madrid", "02:30 rolled back", "2026-10-25 00:30", "rolled back"),
        ("2026-10-25 08:00", "Europe/Madrid", "01:30 rolled back", "2026-10-24 23:30", "rolled back"),
        ("2026-10-25 08:00", "Europe/Madrid", "03:30 rolled back", "2026-10-25 02:30", "rolled back"),
        ("2026-10-25 23:10", "Europe/Madrid", "23:30 rolled back", "2026-10-25 22:30", "rolled back"),
    ],
)
def test_a_note_says_when(now: str, zone: str, words: str, moment: str, rest: str) -> None:
    found, left = rules.said_at(words, ZoneInfo(zone), at(now))
    assert (found, left) == (at(moment), rest)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("now", "zone", "words", "told"),
    [
        ("2026-03-02 14:05", "UTC", "14:06 x",
         "14:06 is still to come: where you are it is 14:05. " + ANOTHER.format("2026-03-01 14:06")),
        ("2026-03-02 14:05", "Asia/Singapore", "22:10 x",
         "22:10 is still to come: where you are it is 22:05. " + ANOTHER.format("2026-03-01 22:10")),
        ("2026-03-02 00:10", "UTC", "12:10 x", "12:10 is still to come: where you are it is 00:10."),
        ("2026-03-02 14:05", "UTC", "2026-03-02 14:06 x", "2026-03-02 14:06 is still to come"),
        ("2026-03-02 14:05", "UTC", "9999-12-31 23:59 x", "There is no 9999-12-31."),
        ("2026-03-02 14:05", "America/New_York", "9999-12-31 23:59 x", "There is no 9999-12-31."),
        ("2026-03-02 14:05", "Asia/Tokyo", "0001-01-01 00:30 x", "There is no 0001-01-01."),
        ("2026-03-02 14:05", "UTC", "2026-02-30 10:00 x",
         "There is no 2026-02-30. Write the date as year, month and day: `2026-01-31 14:05`."),
        ("2026-03-02 14:05", "UTC", "0000-01-01 10:00 x", "There is no 0000-01-01."),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_is_answered(now: str, zone: str, words: str, told: str) -> None:
    with pytest.raises(Refused) as why:
        rules.said_at(words, ZoneInfo(zone), at(now))
    assert why.value.message.startswith(told)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_what_was_is_never_still_to_come(day: datetime, zone: str, hour: int, minute: int) -> None:
    """Whatever is said is taken back to at most a day ago, or refused."""
    now = day.replace(tzinfo=UTC)
    try:
        moment, rest = rules.said_at(f"{hour:02}:{minute:02} x", ZoneInfo(zone), now)
    except Refused:
        event("refused")
        return
    assert rest == "x"
    assert timedelta(0) <= now - moment <= timedelta(hours=25)


# --- channels, twins, updates


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout errors", "inc-42-checkout-errors"),
        ("Checkout: 5 % of <payments> & more!!", "inc-42-checkout-5-of-payments-more"),
        ("  --Ünïcode Café_x--  ", "inc-42-unicode-cafe_x"),
        ("Ошибка", "inc-42"),
        ("支払いエラー 500", "inc-42-500"),
        ("🔥🔥", "inc-42"),
        ("…", "inc-42"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "inc-42-full-width"),
        ("x" * 120, "inc-42-" + "x" * 73),
        ("x" * 72 + " yyy", "inc-42-" + "x" * 72),
        ("<!channel>", "inc-42-channel"),
    ],
)
def test_a_channel_is_called_after_its_incident(title: str, name: str) -> None:
    assert rules.channel_names(DEFAULTS, incident(title=title))[0] == name


@given(st.text(max_size=120))
def test_every_name_to_try_is_one_that_slack_takes_and_another(title: str) -> None:
    names = rules.channel_names(DEFAULTS, incident(title=title))
    assert len(set(names)) == len(names) == rules.NAME_TRIES
    for name in names:
        assert 0 < len(name) <= 80
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
        assert name.startswith("inc-42")


def test_the_next_names_are_numbered() -> None:
    assert rules.channel_names(DEFAULTS, incident())[1:] == [f"inc-42-checkout-errors-{n}" for n in range(2, 6)]
    assert rules.channel_names(DEFAULTS, incident(title="x" * 120))[1] == "inc-42-" + "x" * 69 + "-2"


@pytest.mark.parametrize(
    ("title", "is_twin"),
    [
        ("Checkout errors", True),
        ("CHECKOUT ERRORS", True),
        ("Checkout error", False),
        ("Checkout errors!", False),
        ("", False),
    ],
)
def test_the_same_words_are_the_same_incident(title: str, is_twin: bool) -> None:
    first, other = incident(), incident(id=43, title="Payments fail")
    assert rules.twin(title, [other, first]) is (first if is_twin else None)
    assert rules.twin("STRASSE", [incident(title="Straße")])
    assert rules.twin(title, []) is None


M = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("severity", "first", "every"),
    [("SEV1", 5 * M, 20 * M), ("SEV2", 10 * M, 30 * M), ("SEV3", 30 * M, 60 * M), ("SEV4", 240 * M, 240 * M),
     ("SEV5", None, None)],
)  # fmt: skip
@pytest.mark.parametrize("status", list(Status))
def test_when_an_update_is_due(
    severity: Severity, first: timedelta | None, every: timedelta | None, status: Status
) -> None:
    times = {Status.TRIAGE: 1, Status.ACTIVE: 1, Status.MITIGATED: 2}.get(status)
    one = incident(severity=Severity(severity), status=status)
    assert rules.first_update_due(DEFAULTS, Severity(severity), NOW) == (NOW + first if first else None)
    assert rules.next_update_due(DEFAULTS, one, NOW) == (NOW + every * times if every and times else None)


# --- messages


@pytest.mark.parametrize(
    ("message", "author", "app", "text"),
    [
        ({"user": "U0ANA", "text": "hi"}, ANA, None, "hi"),
        ({"user": "U0ANA", "username": "Bot", "text": "hi"}, ANA, None, "hi"),
        ({"username": "PagerDuty", "text": "p1"}, None, "PagerDuty", "p1"),
        ({"bot_profile": {"name": "Datadog"}, "text": None}, None, "Datadog", ""),
        ({"username": "x" * 200}, None, "x" * 79 + "…", ""),
        ({"bot_profile": None}, None, None, ""),
        ({"user": "U0ANA", "files": [{"name": "a & b.png"}, {}]}, ANA, None, "(a &amp; b.png, a file)"),
        ({"user": "U0ANA", "text": "see", "files": [{"name": "a.png"}]}, ANA, None, "see\n(a.png)"),
    ],
)
def test_a_message_is_read_as_slack_tells_it(
    message: dict[str, Any], author: str | None, app: str | None, text: str
) -> None:
    said = rules.read(C, {"ts": "1700000000.000100", **message}, "https://acme.slack.com/")
    assert (said.author, said.app, said.text, said.channel, said.ts) == (author, app, text, C, "1700000000.000100")
    assert said.permalink == "https://acme.slack.com/archives/C0INC/p1700000000000100"


def test_the_link_to_a_reply_opens_its_thread_and_to_its_first_message_does_not() -> None:
    reply = {"ts": "2.000002", "thread_ts": "1.000001"}
    said = rules.read(C, reply, "https://acme.slack.com/")
    assert said.permalink == "https://acme.slack.com/archives/C0INC/p2000002?thread_ts=1.000001&cid=C0INC"
    first = rules.read(C, {"ts": "1.000001", "thread_ts": "1.000001"}, "https://acme.slack.com/")
    assert first.permalink == "https://acme.slack.com/archives/C0INC/p1000001"


@pytest.mark.parametrize(
    ("reactions", "has"),
    [
        ([{"name": "pushpin", "users": ["U0ANA"], "count": 1}], True),
        ([{"name": "pushpin::skin-tone-3", "users": ["U0ANA"], "count": 1}], True),
        ([{"name": "pushpin", "users": ["U0BO"], "count": 1}], False),
        ([{"name": "pushpin", "users": ["U0BO"], "count": 51}], True),
        ([{"name": "eyes", "users": ["U0ANA"], "count": 1}], False),
        ([], False),
        (None, False),
    ],
)
def test_whose_reaction_is_on_it(reactions: list[dict[str, Any]] | None, has: bool) -> None:
    assert rules.has_reacted({"reactions": reactions}, ANA, "pushpin") is has
