"""Tokens of mrkdwn, who is pinged, and what should have been escaped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blockkit.mrkdwn import Mentions, blocks_text, mentions, mrkdwn_texts, tokens, unescaped
from tests.sandbox.blockkit.samples import CONFIRM, PICTURE, Json, block, element, mrkdwn, options, plain, rich

TOKENS = [
    ("<@U0ANA>", ("user", "U0ANA", None)),
    ("<@W0ANA|ana>", ("user", "W0ANA", "ana")),
    ("<#C0PAY>", ("channel", "C0PAY", None)),
    ("<#C0PAY|payments>", ("channel", "C0PAY", "payments")),
    ("<#C0PAY|>", ("channel", "C0PAY", "")),
    ("<!subteam^S0SRE>", ("group", "S0SRE", None)),
    ("<!subteam^S0SRE|@sre-oncall>", ("group", "S0SRE", "@sre-oncall")),
    ("<!here>", ("broadcast", "here", None)),
    ("<!channel|channel>", ("broadcast", "channel", "channel")),
    ("<!everyone>", ("broadcast", "everyone", None)),
    ("<https://a.b/c?d=e&amp;f>", ("link", "https://a.b/c?d=e&amp;f", None)),
    ("<https://a.b|a b>", ("link", "https://a.b", "a b")),
    ("<mailto:ana@acme.example|ana>", ("link", "mailto:ana@acme.example", "ana")),
    ("<!date^1392734382^{date} at {time}|then>", ("date", "1392734382", "then")),
    ("<!date^1392734382^{ago}^https://a.b|then>", ("date", "1392734382", "then")),
]
NOT_TOKENS = [
    "<>",
    "<@ana>",
    "<@U0ANA",
    "<!hear>",
    "<!date^now^{ago}|x>",
    "<!date^1^{ago}>",
    "<String>",
    "<a b>",
    "<\n>",
]


@pytest.mark.parametrize(("text", "token"), TOKENS)
def test_tokens(text: str, token: tuple[str, str, str | None]) -> None:
    before, found, after = tokens(f"a {text} b")
    assert (found.kind, found.id, found.label) == token
    assert (found.raw, before.raw, after.raw) == (text, "a ", " b")
    assert unescaped(text) == []


def test_dates_have_a_format_and_a_link() -> None:
    [date] = tokens("<!date^1392734382^{date} at {time}^https://a.b|then>")
    assert (date.format, date.link) == ("{date} at {time}", "https://a.b")


@pytest.mark.parametrize("text", NOT_TOKENS)
def test_other_things_in_brackets_are_text(text: str) -> None:
    assert [token.kind for token in tokens(text)] == ["text"]
    assert unescaped(text)
    assert not mentions(text)


@settings(deadline=None)
@given(st.text("<>!@#|^&;U0SCabhere \n{}:/datesubteam", max_size=60))
def test_nothing_is_lost_in_tokens(text: str) -> None:
    assert "".join(token.raw for token in tokens(text)) == text


@settings(deadline=None)
@given(st.text(max_size=60))
def test_escaped_text_pings_nobody_and_is_fine(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert not mentions(escaped)
    assert unescaped(escaped) == []
    assert all(token.kind == "text" for token in tokens(escaped))


def test_whom_a_text_pings() -> None:
    text = "<@U0BO> <@U0ANA> <@U0BO|bo> <!subteam^S0SRE|@sre> in <#C0PAY|payments> <!here> &lt;@U0CY&gt; @dee"
    assert mentions(text) == Mentions(("U0BO", "U0ANA"), ("S0SRE",), ("C0PAY",), ("here",))
    assert not mentions("see <#C0PAY>")


def test_whom_blocks_ping() -> None:
    blocks = [
        block("header", text=plain("<@U0PLAIN>")),
        block("section", text=mrkdwn("<@U0ANA>"), fields=[mrkdwn("<!channel>"), plain("<!here>")]),
        block("context", elements=[mrkdwn("<!subteam^S0SRE>"), PICTURE]),
        rich(
            {"type": "user", "user_id": "U0BO"},
            {"type": "usergroup", "usergroup_id": "S0COMMS"},
            {"type": "broadcast", "range": "everyone"},
            {"type": "channel", "channel_id": "C0PAY"},
            {"type": "text", "text": "<@U0TYPED>"},
        ),
        block("markdown", text="<@U0CY>"),
        block("actions", elements=[element("button", text=plain("<@U0BUTTON>"), value="<@U0VALUE>")]),
    ]
    found = mentions("<@U0TEXT>", blocks)
    assert found.users == ("U0TEXT", "U0ANA", "U0BO", "U0CY")
    assert found.groups == ("S0SRE", "S0COMMS")
    assert found.broadcast == ("channel", "everyone")
    assert found.channels == ("C0PAY",)
    assert mentions("", blocks).users == ("U0ANA", "U0BO", "U0CY")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("fish &amp; chips &lt; &gt;", 0),
        ("> quoted\n>quoted too\n>>> all", 0),
        ("&gt; quoted", 0),
        ("fish & chips", 1),
        ("&nbsp;", 1),
        ("a < b", 1),
        ("a -> b", 1),
        ("List<String>", 2),
        ("<@U0ANA> & <!here>", 1),
    ],
)
def test_what_should_have_been_escaped(text: str, count: int) -> None:
    assert len(unescaped(text)) == count


def test_what_is_unescaped_is_shown_with_its_surroundings() -> None:
    assert unescaped("Before the long weekend, fish & chips were sold out.") == [
        "long weekend, fish & chips were sold out"
    ]


READ: list[tuple[Json, list[str]]] = [
    (block("section", text=mrkdwn("*a*"), fields=[plain("b")]), ["*a*", "b"]),
    (block("section", accessory=element("button", text=plain("Press"), confirm=CONFIRM)), ["*words*", "Press"]),
    (block("context", elements=[PICTURE, mrkdwn("b")]), ["a graph", "b"]),
    (block("input", label=plain("Label"), hint=plain("Hint")), ["Label", "Hint"]),
    (block("actions", elements=[element("static_select", options=options(1))]), ["Option 0"]),
    (block("markdown", text="# a"), ["# a"]),
    (block("table"), ["cell"]),
    (block("plan"), ["Plan", "Look"]),
    (block("image", title=plain("Title")), ["a graph", "Title"]),
    (
        rich(
            {"type": "text", "text": "a "},
            {"type": "user", "user_id": "U1"},
            {"type": "emoji", "name": "fire"},
            {"type": "link", "url": "https://a.b", "text": "b"},
            {"type": "link", "url": "https://a.b"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 1, "format": "{ago}", "fallback": "then"},
            {"type": "color", "value": "#2EB67D"},
        ),
        ["a <@U1>:fire:<https://a.b|b><https://a.b><#C1><!subteam^S1><!here>then#2EB67D"],
    ),
    (block("divider"), []),
]


@pytest.mark.parametrize(("it", "lines"), READ)
def test_what_can_be_read_in_blocks(it: Json, lines: list[str]) -> None:
    assert blocks_text([it]).splitlines()[: len(lines)] == lines


def test_which_texts_are_formatted() -> None:
    blocks = [block("header"), block("section", text=mrkdwn("a"), fields=[mrkdwn("b"), plain("c")])]
    assert mrkdwn_texts(blocks) == ["a", "b"]
