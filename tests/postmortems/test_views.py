"""What Slack is shown of a postmortem stays within its limits, and says whose turn it is."""

import pytest

from bot.incidents.terms import Status
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId
from bot.postmortems import views
from bot.postmortems.draft import draft
from bot.postmortems.model import Place, Postmortem
from bot.sandbox.blockkit.mrkdwn import blocks_text
from tests.postmortems.records import ANA, ORGANISATION, Story, after, bare, full, many, resolved


def postmortem_of(story: Story) -> Postmortem:
    made = draft(story.record, ORGANISATION)
    found = Postmortem(id=1, incident_id=IncidentId(42), resolved_at=story.incident.resolved_at or after(99))
    found.write(made.markdown, made.owner, made.questions, after(100))
    return found


@pytest.mark.parametrize("story", [resolved(), full(), many(2000)], ids=["short", "full", "long"])
def test_the_modal_fits_and_shows_the_beginning_of_every_section(story: Story) -> None:
    view = views.page(story.incident, postmortem_of(story)).to_dict()
    assert len(view["blocks"]) <= 100
    sections = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert all(len(text) <= 3000 for text in sections)
    assert len(sections) == 14
    assert sum(map(len, sections)) < 60_000
    assert ("_The rest is in the document._" in blocks_text(view["blocks"])) == (len(story.entries) > 10)


@pytest.mark.parametrize("place", [None, *Place])
def test_it_says_where_it_is(place: Place | None) -> None:
    postmortem = postmortem_of(resolved())
    if place:
        postmortem.deliver(place, "https://acme.slack.com/docs/T/F" if place is Place.CANVAS else None, after(101))
    words = views.ready(resolved().incident, postmortem)
    assert "INC-42" in words
    assert f"<@{ANA}>, please answer" in words
    assert views.where(postmortem) in words


def test_without_questions_nobody_is_called() -> None:
    postmortem = postmortem_of(resolved())
    postmortem.questions = 0
    assert "<@" not in views.ready(resolved().incident, postmortem)


def test_each_resolution_has_a_file_of_its_own() -> None:
    first, second = postmortem_of(resolved()), postmortem_of(full())
    assert views.file_name(resolved().incident, first) == "inc-42-postmortem-20260302-143512.md"
    assert views.file_name(resolved().incident, first) != views.file_name(resolved().incident, second)


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.RESOLVED, Status.CLOSED)])
def test_one_that_was_not_resolved_has_none_and_the_answer_says_what_to_do(status: Status) -> None:
    incident = bare(status=status).incident
    incident.merged_into = IncidentId(41) if status is Status.MERGED else None
    with pytest.raises(Refused, match=r"INC-41|`/incident (resolve|reopen)`"):
        views.readable(incident, None)


def test_a_reopened_one_points_at_the_earlier_draft() -> None:
    story = resolved()
    postmortem = postmortem_of(story)
    postmortem.deliver(Place.CANVAS, "https://acme.slack.com/docs/T/F", after(101))
    story.is_reopened(60, ANA, "Errors are back")
    with pytest.raises(Refused, match="before it was reopened"):
        views.readable(story.incident, postmortem)


def test_one_that_is_being_drafted_is_not_shown_yet() -> None:
    story = resolved()
    with pytest.raises(Refused, match="being drafted"):
        views.readable(story.incident, None)
    with pytest.raises(Refused, match="being drafted"):
        views.readable(story.incident, Postmortem(incident_id=IncidentId(42), resolved_at=after(1)))
    assert views.readable(story.incident, postmortem_of(story)).is_written


def test_a_title_is_one_line_and_not_too_long() -> None:
    incident = bare("x" * 119).incident
    assert len(views.title(incident)) <= 255
    assert views.title(bare("a\nb").incident) == "INC-42 a b: postmortem"
