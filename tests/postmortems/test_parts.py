"""Sections edited one by one: nothing else changes, and nothing that people write comes alive."""

import pytest

from bot.kernel.errors import Refused
from bot.postmortems import markdown, parts
from bot.postmortems.draft import draft
from bot.postmortems.parts import LEFT_OUT, Outcome
from tests.postmortems.records import ORGANISATION, Story, full, many, resolved

STORIES = pytest.mark.parametrize("story", [resolved(), full(), many(300)], ids=["short", "full", "long"])


def document(story: Story) -> str:
    return draft(story.record, ORGANISATION).markdown


@STORIES
def test_taken_apart_and_put_together_it_is_the_same(story: Story) -> None:
    whole = document(story)
    sections = markdown.sections(whole)
    assert parts.joined(sections) == whole
    for _, body in sections:
        assert "".join(parts.pieces(body)) == body


@STORIES
def test_saved_as_it_was_nothing_changes(story: Story) -> None:
    whole = document(story)
    for choice, _ in parts.editable(whole):
        _, words = parts.chosen(whole, choice)
        place, _, before, after = parts.changed(whole, choice, parts.printed(words), words)
        assert after == before
        assert parts.put(whole, place, after) == whole


def test_the_timeline_is_not_edited_here() -> None:
    names = [name for _, name in parts.editable(document(full()))]
    assert "Summary" in names
    assert not any(name.startswith("Timeline") for name in names)


def test_what_somebody_else_changed_is_not_written_over() -> None:
    whole = document(full())
    choice = parts.editable(whole)[0][0]
    with pytest.raises(Refused, match="Somebody else changed “Summary”"):
        parts.changed(whole, choice, parts.printed("what it was"), "mine")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<!channel> & <@U0ANA>", "&lt;!channel&gt; &amp; &lt;@U0ANA&gt;"),
        ("R&amp;D", "R&amp;D"),
        ("# Big\n## Less\n#### Small\n#tag", "### Big\n### Less\n### Small\n#tag"),
        ("> quoted\n> - list\na > b", "> quoted\n> • list\na &gt; b"),
        ('- <a id="q-3"></a>**Q3** <a href="x">', '- <a id="q-3"></a>**Q3** &lt;a href="x"&gt;'),
    ],
)
def test_what_people_write_opens_no_section_and_calls_nobody(typed: str, kept: str) -> None:
    assert parts.safe(typed) == kept
    assert parts.safe(kept) == kept


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ("one two three four five six seven eight", Outcome.KEPT),
        ("one two three four five six seven nine", Outcome.LIGHT),
        ("one two three four alpha beta gamma delta", Outcome.HEAVY),
        ("Something else.", Outcome.REPLACED),
        (LEFT_OUT, Outcome.DELETED),
    ],
)
def test_how_far_a_section_has_come_is_told_by_words(now: str, outcome: Outcome) -> None:
    close = parts.closeness("one two three four five six seven eight", now)
    assert parts.outcome(close, now) is outcome


def test_what_was_agreed_is_renewed_and_what_people_wrote_beside_it_stays() -> None:
    whole = document(full())
    first = parts.with_follow_ups(
        whole, ["- [ ] **F-1** Alert on it: Bo, due 2026-04-01, detect, high. ([3](#entry-3))"]
    )
    assert "Agreed:\n\n- [ ] **F-1** Alert on it" in first
    again = parts.with_follow_ups(first, ["- [x] **F-1** Alert on it: Bo.", "- [ ] **F-2** Write a runbook: Ana."])
    assert "Agreed:\n\n- [x] **F-1** Alert on it: Bo.\n- [ ] **F-2** Write a runbook: Ana.\n\n- [ ] " in again
    assert again.count("Agreed:") == 1
    assert "TODO: alert on connections in use" in again
    assert parts.with_follow_ups(whole, []) == whole
