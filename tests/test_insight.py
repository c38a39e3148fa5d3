"""What the bot tells of itself to whoever tries it: what comes next, what it owes, what it has recorded."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.insight import Insight
from bot.kernel.db import Database
from bot.sandbox import insight as port
from bot.sandbox.faults import Fault
from tests.stage import PAGING, Stage


@pytest.fixture
async def insight(stage: Stage) -> AsyncIterator[port.Insight]:
    database = Database(stage.settings.database_url, stage.clock)
    yield Insight(database, stage.organisation)
    await database.close()


def pages(stage: Stage) -> int:
    """How many have gone out, to people and to channels."""
    said = (call.args.get("text", "") for call in stage.slack.journal.accepted("chat.postMessage"))
    return sum("You are paged" in text or "Somebody is needed" in text for text in said)


@pytest.mark.organisation(PAGING)
async def test_the_next_level_is_told_before_it_is_paged(stage: Stage, insight: port.Insight) -> None:
    assert await insight.due() == []
    await stage.declares(stage.person("ana"), "Checkout errors", severity="SEV1")
    for level in (2, 3):
        due = next(due for due in await insight.due() if due.what.startswith("page"))
        assert (due.what, due.about) == (f"page level {level}", "INC-1")
        stage.clock.jump(due.at - stage.clock.now() - timedelta(seconds=5))
        await stage.settle()
        before = pages(stage)
        stage.clock.jump(timedelta(seconds=5, milliseconds=50))
        await stage.settle()
        assert pages(stage) > before, "what was foretold came, and not before"


async def test_reminders_are_told_with_whom_they_ask(stage: Stage, insight: port.Insight) -> None:
    ana = stage.person("ana")
    incident = await stage.declares(ana, "Checkout errors")
    asked = [due.what for due in await insight.due()]
    assert "ask who takes command: in the channel" in asked
    await ana.clicks(stage.card(incident), "word:ic")
    await stage.settle()
    asked = [due.what for due in await insight.due()]
    assert "show the update as overdue" in asked
    assert "say that an update will be due: Ana Álvarez" in asked


async def test_what_is_owed_is_told_with_its_trouble(stage: Stage, insight: port.Insight) -> None:
    assert await insight.owed() == []
    ana = stage.person("ana")
    await stage.opens_declaration(ana)
    stage.slack.faults.always("down", Fault.status(500))
    assert (await ana.submits({"title": "Checkout errors", "severity": "SEV2"})).closed
    await stage.settle()
    owed = await insight.owed()
    assert {(one.what, one.about) for one in owed} >= {("open channel", "INC-1")}
    assert any(one.attempts and one.trouble for one in owed)
    assert any(due.what.startswith("try again: ") for due in await insight.due())
    stage.slack.faults.no_longer("down")
    await stage.catches_up()
    assert await insight.owed() == []


async def test_the_story_is_that_of_the_channel(stage: Stage, insight: port.Insight) -> None:
    incident = await stage.declares(stage.person("ana"), "Checkout errors")
    story = await insight.story(incident.channel or "")
    assert story
    assert story.about == "INC-1"
    assert len(story.facts) == len(await stage.timeline(incident))
    assert await insight.story("C0GENERAL") is None
