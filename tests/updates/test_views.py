"""Whatever an update says, Slack takes it, and it calls nobody."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from bot.incidents.terms import LIVE, NEXT, Severity, Status
from bot.organisation import Organisation
from bot.slack.text import escape
from bot.updates import views
from bot.updates.model import StatusUpdate
from tests.incidents.nouns import CY, DEFAULTS, NOW, ODD, TEXTS, called, incident, incidents, meant, shown

EACH_TEXT = pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS.keys())
EACH_ORGANISATION = pytest.mark.parametrize("organisation", [DEFAULTS, ODD], ids=["defaults", "odd"])
USUAL = (None, timedelta(0), timedelta(seconds=20), timedelta(minutes=7), timedelta(days=31))
Write = Callable[[int], str]


@EACH_TEXT
@EACH_ORGANISATION
def test_the_form_can_be_opened_whatever_was_said_before(write: Write, organisation: Organisation) -> None:
    live = [one for one in incidents(write) if one.is_live]
    assert live
    for one, usual in product(live, USUAL):
        for text in ("", write(5000)):
            assert not shown(views.form(views.Form(one, organisation, usual), text))


@pytest.mark.parametrize("status", sorted(LIVE))
def test_the_form_offers_what_an_update_can_bring_about(status: Status) -> None:
    form = views.form(views.Form(incident(status=status), DEFAULTS, timedelta(minutes=30))).to_dict()
    blocks = {block["block_id"]: block["element"] for block in form["blocks"]}
    offered = {option["value"] for option in blocks["status"]["options"]}
    assert offered == {status, *(NEXT[status] & LIVE)}
    assert blocks["status"]["initial_option"]["value"] == status
    assert blocks["severity"]["initial_option"]["value"] == Severity.SEV2
    assert blocks["next"]["initial_option"]["value"] == "30"


@pytest.mark.parametrize(
    ("usual", "chosen", "words"),
    [
        (None, "0", "when there is news"),
        (timedelta(minutes=7), "7", "in 7 minutes"),
        (timedelta(seconds=20), "1", "in 1 minute"),
        (timedelta(hours=1), "60", "in 1 hour"),
        (timedelta(minutes=90), "90", "in 1 hour 30 minutes"),
        (timedelta(minutes=61), "61", "in 1 hour 1 minute"),
        (timedelta(hours=4), "240", "in 4 hours"),
        (timedelta(days=1), "1440", "in 24 hours"),
    ],
)
def test_the_usual_wait_is_chosen_and_spoken(usual: timedelta | None, chosen: str, words: str) -> None:
    form = views.form(views.Form(incident(), DEFAULTS, usual)).to_dict()
    (waits,) = [block["element"] for block in form["blocks"] if block.get("block_id") == "next"]
    assert waits["initial_option"]["value"] == chosen
    assert waits["initial_option"]["text"]["text"] == words


@EACH_TEXT
@EACH_ORGANISATION
def test_an_update_calls_nobody(write: Write, organisation: Organisation) -> None:
    for one, due in product(incidents(write), (None, NOW)):
        said = StatusUpdate(
            incident_id=one.id, text=write(2000), status=one.status, severity=one.severity, by=CY, at=NOW,
            next_due_at=due,
        )  # fmt: skip
        assert not meant(views.update(one, said, organisation, called))


def test_an_update_is_read_as_it_was_when_it_was_posted() -> None:
    said = StatusUpdate(
        incident_id=incident().id, text="All & <well>", status=Status.MITIGATED, severity=Severity.SEV4, by=CY, at=NOW
    )
    message = views.update(incident(), said, DEFAULTS, lambda user: "Cy & Co")
    words = " ".join(str(block.to_dict()) for block in message.blocks)
    assert "SEV4 Minor · mitigated · The next update comes when there is news · by Cy &amp; Co" in words
    assert message.text == f"Update on INC-42: {escape('All & <well>')}"
