"""Text as Slack wants it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.ids import UserId
from bot.sandbox.blockkit import mrkdwn
from bot.slack import text

NASTY = st.lists(
    st.sampled_from([*"abc <>&|@#!^*_`~\n:;/", "<!channel>", "<@U0BO>", "<@U0BO|bo>", "&amp;", "&", "<https://a.b|c>",
                     "<!date^1^{time}|x>", "<!subteam^S1>", "🔥", "é", "ש", "\u202e", "\x00", "\ud83d"]),
    max_size=40,
).map("".join)  # fmt: skip


def called(user: UserId) -> str:
    return {"U0BO": "Bo Berg"}.get(user, user)


@given(NASTY)
def test_what_is_escaped_mentions_nobody(said: str) -> None:
    assert not mrkdwn.mentions(text.escape(said))
    assert mrkdwn.unescaped(text.escape(said)) == []
    assert text.unescape(text.escape(said)) == said


@given(NASTY)
def test_what_is_tamed_calls_no_channel_and_no_group(said: str) -> None:
    tamed = text.tame(said)
    found = mrkdwn.mentions(tamed)
    assert not found.groups
    assert not found.broadcast
    assert mrkdwn.unescaped(tamed) == []
    assert text.tame(tamed) == tamed


@given(NASTY, st.integers(1, 80))
def test_nothing_is_cut_in_two(said: str, limit: int) -> None:
    tamed = text.tame(said)
    cut = text.clip(tamed, limit)
    assert text.length(cut) <= limit
    assert mrkdwn.unescaped(cut) == []
    assert set(mrkdwn.mentions(cut).users) <= set(mrkdwn.mentions(tamed).users)
    assert text.length(text.shorten(said, limit)) <= limit


@given(NASTY)
def test_a_database_can_keep_what_is_clean(said: str) -> None:
    cleaned = text.clean(said)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert "\u202e" not in cleaned
    assert text.clean(cleaned) == cleaned


def test_emoji_are_counted_as_slack_counts_them() -> None:
    assert text.length("🔥" * 75) == 150
    assert text.shorten("🔥" * 76, 150) == "🔥" * 74 + "…"
    assert text.shorten("short", 5) == "short"


def test_a_long_text_is_cut_before_a_mention_not_within() -> None:
    assert text.clip("ask <@U0BO> now", 9) == "ask…"
    assert text.clip("a &amp; b", 6) == "a…"


def test_people_are_called_by_their_names() -> None:
    assert text.plain("<@U0BO> and <@U0BO|bob>", called) == "@Bo Berg and @Bo Berg"
    assert text.plain("<@U0CY|cy> &amp; <@U0DEE>", called) == "@cy & @U0DEE"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("<#C0GENERAL|general>", "#general"),
        ("<!here>", "@here"),
        ("<!subteam^S0SRE|@sre-oncall>", "@sre-oncall"),
        ("<!subteam^S0SRE>", "@a group"),
        ("<https://a.example|the page>", "the page (https://a.example)"),
        ("<https://a.example>", "https://a.example"),
        ("<!date^1767225600^{time}|00:00 UTC>", "00:00 UTC"),
    ],
)
def test_tokens_become_words(stored: str, read: str) -> None:
    assert text.plain(stored, called) == read


def test_links_cannot_be_broken_out_of() -> None:
    assert text.link("https://a.example", "a|b>c") == "<https://a.example|a¦b&gt;c>"


def test_words_that_run_to_the_left_are_fenced_off() -> None:
    assert text.isolate("שגיאות בתשלום") == "\u2068שגיאות בתשלום\u2069"
    assert text.isolate("Checkout errors") == "Checkout errors"


def test_times_are_the_readers_with_utc_for_whoever_has_none() -> None:
    moment = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
    assert text.when(moment) == "<!date^1772633100^{date_short_pretty} at {time}|2026-03-04 14:05 UTC>"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout errors", "inc-7-checkout-errors"),
        ("Café   is\ndown!", "inc-7-cafe-is-down"),
        ("🔥🔥", "inc-7"),
        ("支付错误", "inc-7"),
        ("<!channel> & <@U0BO>", "inc-7-channel-u0bo"),
        ("---", "inc-7"),
        ("x" * 200, "inc-7-" + "x" * 74),
    ],
)
def test_a_channel_name_is_one_that_slack_takes(title: str, name: str) -> None:
    assert text.channel_name("inc", "7", title) == name


def test_people_in_a_text_are_found_and_left_out() -> None:
    said = "comms <@U0BO|bo> and <@U0CY> and <@U0BO>"
    assert text.users_in(said) == ["U0BO", "U0CY"]
    assert text.without_users("assign <@U0BO|bo>  comms") == "assign comms"
