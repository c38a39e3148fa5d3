"""The bot was down while pages fell due: what is still wanted goes out at once and says how late it is, and what is no
longer wanted does not."""

import asyncio
from datetime import timedelta

import pytest

from bot.kernel.effect import State
from bot.kernel.ids import IncidentId
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from tests.scenarios.hands import types
from tests.scenarios.test_paging import page, pages, shouts
from tests.stage import PAGING, Stage, words

pytestmark = pytest.mark.organisation(PAGING)


async def is_down(stage: Stage, **span: float) -> None:
    await stage.bot.stop()
    stage.clock.jump(timedelta(**span))


async def test_a_page_that_fell_due_meanwhile_goes_out_at_once_and_says_how_late_it_is(
    stage: Stage, ana: Person, bo: Person, cy: Person, dee: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert "This page is" not in words(page(bo))
    await is_down(stage, hours=2)
    await stage.start_bot()

    for who in (cy, dee):
        assert "This page is 1 h 55 min late: it was due <!date^" in words(page(who)), words(page(who))
    assert len(pages(bo)) == 1
    assert shouts(stage) == [], "one level, however many fell due"
    late = [entry.details["late_s"] for entry in await stage.timeline(incident) if entry.details.get("late_s")]
    assert [round(seconds, -2) for seconds in late] == [6900, 6900]


async def test_the_levels_after_it_have_their_time(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    await is_down(stage, hours=2)
    await stage.start_bot()
    await stage.advance(minutes=4, seconds=45)
    assert shouts(stage) == []
    await stage.advance(seconds=30)
    assert len(shouts(stage)) == 1
    assert len(pages(bo)) == len(pages(cy)) == 1


async def test_the_worst_and_newest_is_paged_first(stage: Stage, ana: Person, bo: Person) -> None:
    """They are handed over in the order in which they are owed."""
    for title, severity in (("Old", "SEV1"), ("Slow", "SEV2"), ("New", "SEV1"), ("Slower", "SEV2")):
        await stage.declares(ana, title, severity=severity)
        await stage.advance(seconds=20)
    await is_down(stage, minutes=30)
    await stage.start_bot()
    owed = await _owed_in_this_order(stage)
    assert owed == ["New", "New", "Old", "Old", "Slower", "Slower", "Slow", "Slow"], owed


async def _owed_in_this_order(stage: Stage) -> list[str]:
    incidents = {incident.id: incident.title for incident in await stage.incidents()}
    rows = [row for row in await stage.effects(State.DONE) if row.kind == "SendPage"]
    return [incidents[IncidentId(row.incident_id or 0)] for row in sorted(rows, key=lambda row: row.id or 0)][-8:]


@pytest.mark.parametrize("word", ["cancel a drill", "severity SEV4", "ack"])
async def test_what_was_settled_before_it_went_down_pages_nobody_after(
    stage: Stage, ana: Person, bo: Person, cy: Person, word: str
) -> None:
    """It stopped right after it had recorded it."""
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    stage.slack.faults.next("chat.update", Fault.status(503), times=1000)
    await ana.types(f"/incident {word}", stage.room(incident))
    await is_down(stage, minutes=20)
    stage.slack.faults.clear()
    await stage.start_bot()
    await stage.advance(minutes=5)
    assert pages(cy) == []
    assert "You were called" in words(page(bo)), "what stands there says that nothing is asked any more"


async def test_a_page_owed_and_no_longer_wanted_is_not_sent_when_slack_is_back(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    stage.slack.faults.next(
        "chat.postMessage", Fault.status(503), times=1000, when=lambda call: "You are paged" in str(call.args)
    )
    await stage.advance(minutes=5, seconds=5)
    assert len(await stage.effects(State.OWED)) >= 2, "the pages for the second level wait for Slack"
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))
    await stage.restart_bot()
    stage.slack.faults.clear()
    await stage.catches_up()
    assert pages(cy) == []
    assert cy.inbox == []


async def test_reopened_before_it_went_down_pages_once(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))
    await stage.advance(minutes=1)
    gate = stage.slack.faults.hold("chat.postMessage", when=lambda call: "You are paged" in str(call.args))
    await ana.types("/incident reopen it was none", stage.room(incident))
    await gate.reached()
    stopping = asyncio.create_task(stage.bot.stop())
    gate.drop()
    await stopping
    stage.clock.jump(timedelta(minutes=20))
    await stage.start_bot()
    await stage.catches_up()
    _, after = pages(bo)
    assert "It is over" not in words(after)
    assert "late: it was due" in words(after)
