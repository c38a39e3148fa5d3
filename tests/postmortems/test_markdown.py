"""What people wrote is only text in Markdown, on a canvas and in a message; a canvas takes the document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmortems import markdown
from bot.postmortems.draft import draft
from bot.sandbox import markdown as canvases
from bot.slack.text import one_line
from tests.postmortems.records import ORGANISATION, full, many

LIVE = "`@"  # what stands in a code span, and what puts it there


@given(st.text())
def test_any_text_is_one_line_that_opens_nothing(said: str) -> None:
    shown = markdown.literal(said)
    assert len(shown.splitlines()) <= 1
    assert "<" not in shown
    assert "](" not in shown.replace("\\]", "")


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], exclude_characters=LIVE) | st.just(" ")))
def test_text_comes_out_of_a_message_as_it_went_in(said: str) -> None:
    if any(mark in said.lower() for mark in ("http", "www.", "mailto:")):
        return
    shown = markdown.mrkdwn(f"- {markdown.literal(said)}.")
    plain = one_line(said).replace("~", "-").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown == f"• {plain}."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see https://x.example/a_b|c now", "see `https://x.example/a_b%7Cc` now"),
        ("@channel @Ana come", "`@channel` `@Ana` come"),
        ("mail ana@x.example", "mail `ana@x.example`"),
        ("www.x.example", "`www.x.example`"),
        ("a*b_c[d](e)", "a\\*b\\_c\\[d\\](e)"),
        ("<b> & |", "&lt;b&gt; &amp; \\|"),
        ("two\nlines\r\n\tthree", "two lines three"),
        ("a\x00b\u202ec", "abc"),
        ("👩\u200d🚒 ok", "👩\u200d🚒 ok"),
    ],
)
def test_text_is_escaped(said: str, shown: str) -> None:
    assert markdown.literal(said) == shown


def test_long_text_does_not_take_long() -> None:
    for sign in ("a", "1", "@", "<", "[", "\\", ".", "a@", "1 ", "http://", "~", "`"):
        assert markdown.literal(sign * 40_000) is not None


def test_a_permalink_that_could_break_out_is_not_used() -> None:
    assert markdown.evidence(4, "https://x.example/a") == "[4](https://x.example/a)"
    for bad in (None, "", "javascript:alert(1)", "https://x.example/) [x](https://y", "https://x.example/ y", "<x>"):
        assert markdown.evidence(4, bad) == "[4](#entry-4)"


# --- canvases


def test_a_canvas_takes_the_draft_without_anchors() -> None:
    shown = markdown.for_canvas(draft(full().record, ORGANISATION).markdown)
    assert canvases.refusal(shown) is None
    assert canvases.oddities(shown) == []
    assert "<a id" not in shown
    assert "(#" not in shown
    assert "was declared as SEV2 Major at 2026-03-02 14:05:12. (1)" in shown
    assert "asked in Q1." in shown
    assert shown.startswith("> "), "its title stands above it"
    assert "](https://acme.slack.com/archives/" in shown, "links to messages work there too"


@pytest.mark.parametrize("count", [10, 70, 80, 500])
def test_a_timeline_too_long_for_a_table_is_a_list(count: int) -> None:
    document = draft(many(count).record, ORGANISATION).markdown
    shown = markdown.for_canvas(document)
    assert canvases.refusal(shown) is None
    assert f"Step {count - 1}: restarted shard {count - 1}" in shown
    assert ("| Entry | UTC | Who | What |" in shown) == (count <= 70)


def test_the_rule_above_is_needed() -> None:
    assert canvases.refusal(draft(many(500).record, ORGANISATION).markdown) is not None


# --- messages


def test_a_message_has_slacks_own_markup() -> None:
    shown = markdown.mrkdwn(
        "# Title\n\n> **Draft.** So\n\n## Part\n\nSaid: “a\\*b &lt;c&gt;” [4](https://x.example/p1) [5](#entry-5)\n\n"
        '| Entry | What |\n| --- | --- |\n| <a id="entry-1"></a>1 | ~~gone~~ \\| `@x` |\n\n- [ ] do\n- item'
    )
    assert shown.split("\n") == [
        "*Title*", "", "> *Draft.* So", "", "*Part*", "",
        "Said: “a*b &lt;c&gt;” <https://x.example/p1|4> 5", "", "• 1 · ~gone~ | `@x`", "", "☐ do", "• item",
    ]  # fmt: skip


def test_parts_hold_everything_and_none_is_too_long() -> None:
    shown = markdown.mrkdwn(draft(many(300).record, ORGANISATION).markdown)
    parts = markdown.chunks(shown, 2900)
    assert len(parts) > 5
    assert all(0 < len(part) <= 2900 for part in parts)
    assert "".join("".join(parts).split()) == "".join(shown.split())


def test_a_line_longer_than_a_part_is_cut_between_words() -> None:
    assert markdown.chunks("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert markdown.chunks("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert markdown.chunks("", 10) == []


def test_sections_are_the_title_and_each_heading() -> None:
    found = markdown.sections("# T\n\n> head\n\n## A\n\nx\n\n## B\n\ny\n")
    assert found == [("T", "> head"), ("A", "x"), ("B", "y")]
