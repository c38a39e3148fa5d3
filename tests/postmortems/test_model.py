"""A postmortem is written once, delivered once, and superseded when the incident is resolved anew."""

import hashlib

import pytest

from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId
from bot.postmortems.head import STATES, document
from bot.postmortems.model import Place, Postmortem, PostmortemState
from tests.postmortems.records import ANA, after

TEXT = "# INC-42 Checkout errors: postmortem\n\n> Made from 3 timeline entries.\n\n## Summary\n"


def begun() -> Postmortem:
    return Postmortem(id=1, incident_id=IncidentId(42), resolved_at=after(30))


def written() -> Postmortem:
    postmortem = begun()
    postmortem.write(TEXT, ANA, 4, after(31))
    return postmortem


def test_it_is_not_written_until_it_is() -> None:
    assert not begun().is_written
    assert written().is_written


def test_writing_keeps_the_hash_of_the_words() -> None:
    assert written().content_hash == hashlib.sha256(TEXT.encode()).hexdigest()


def test_what_people_may_have_read_is_not_written_over() -> None:
    with pytest.raises(Refused):
        written().write("other", ANA, 0, after(40))


def test_a_superseded_one_does_not_count() -> None:
    postmortem = written()
    assert postmortem.counts
    postmortem.supersede()
    assert not postmortem.counts


def test_delivery_says_where_and_when() -> None:
    postmortem = written()
    postmortem.deliver(Place.CANVAS, "https://acme.slack.com/docs/T/F", after(32))
    assert (postmortem.place, postmortem.delivered_at) == (Place.CANVAS, after(32))


@pytest.mark.parametrize("state", list(PostmortemState))
def test_its_head_says_how_it_came_about_in_every_state(state: PostmortemState) -> None:
    postmortem = written()
    postmortem.state = state
    postmortem.no_model_because = "no model is configured (OPENAI_API_KEY is not set)"
    lines = document(postmortem).split("\n")
    assert lines[0] == "# INC-42 Checkout errors: postmortem"
    assert lines[2] == (
        f"> **{STATES[state]}** Drafted by rules from the timeline; no AI was used:"
        " no model is configured (OPENAI\\_API\\_KEY is not set)."
    )
    assert lines[3] == "> Made from 3 timeline entries."


def test_a_models_reason_is_only_text() -> None:
    postmortem = written()
    postmortem.no_model_because = "[x](https://evil.example) <!here>"
    assert "](https" not in document(postmortem)
