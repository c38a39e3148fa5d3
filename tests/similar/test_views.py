"""What is found is shown as it was written, and calls nobody."""

from collections.abc import Callable

import pytest

from bot.similar import views
from bot.similar.rules import Match
from tests.incidents.nouns import TEXTS, incident, incidents, meant


@pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
def test_what_is_found_calls_nobody(write: Callable[[int], str]) -> None:
    found = [Match(one, 1.0, (write(40),) * 9, 1) for one in incidents(write)]
    links = {found[0].incident.id: "https://acme.slack.com/docs/T/F"}
    for like in (None, incident(title=write(120))):
        assert not meant(views.similar(write(3000), like, found, links))
        assert not meant(views.similar(write(3000), like, [], links))
    assert all("\n" not in views.line(match, links) for match in found)
