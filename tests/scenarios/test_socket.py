"""Socket Mode: the connection breaks, falls silent or is taken away, and nothing that was said meanwhile is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from bot.incidents.model import Incident
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Message
from bot.slack.socket import HEARTBEAT_S
from tests.conftest import SQLITE, NewDatabase
from tests.stage import SOCKET, Stage, stage_of, with_api_url
from tests.wholeness import assert_whole

DEAF_FOR_S = 5.0  # at the most, after a reset; the closest peer takes 58


@pytest.fixture
async def stage(new_database: NewDatabase) -> AsyncIterator[Stage]:
    made = stage_of(await new_database(SQLITE), SOCKET)
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    await made.settle()
    assert made.violations() == []
    assert await made.lost_effects() == []
    assert await made.undealt() == []
    await made.bot.stop()
    await made.slack.stop()


def count(slack: Slack) -> int:
    return slack.deliveries.sockets.count


async def reset(slack: Slack) -> None:
    assert slack.deliveries.cut(reset=True) == 1


async def closed(slack: Slack) -> None:
    assert slack.deliveries.cut() == 1


async def refreshed(slack: Slack) -> None:
    await slack.deliveries.refresh()


@pytest.mark.parametrize("lost", [reset, closed, refreshed])
async def test_a_lost_connection_is_back_soon_and_what_was_said_meanwhile_arrives(
    stage: Stage, ana: Person, lost: Callable[[Slack], Awaitable[None]]
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    lost_at = time.monotonic()
    await lost(stage.slack)
    assert count(stage.slack) == 0
    await ana.reacts(said, "pushpin")
    await stage.slack.waits_for(lambda: count(stage.slack))
    assert time.monotonic() - lost_at < DEAF_FOR_S
    await heard(stage, incident, said)
    await stage.declares(ana, "Another one")
    await assert_whole(stage.slack, stage.bot.db, "Another one")


async def heard(stage: Stage, incident: Incident, said: Message) -> None:
    """The reaction has arrived, and counts once."""
    await stage.slack.waits_for(
        lambda: [
            r for r in stage.slack.journal.deliveries
            if r.payload.get("event", {}).get("type") == "reaction_added" and r.outcome == "acked"
        ]
    )  # fmt: skip
    await stage.settle()
    (entry,) = [e for e in await stage.timeline(incident) if e.source_ts == said.ts]
    assert entry.text == said.text


async def test_a_connection_that_fell_silent_is_found_out_and_replaced(stage: Stage, ana: Person) -> None:
    """Half open: it looks alive, but nothing comes through any more."""
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    silent_at = time.monotonic()
    (old,) = stage.slack.deliveries.sockets.connections
    stage.slack.deliveries.switches.deaf = True
    await ana.reacts(said, "pushpin")
    await stage.slack.waits_for(lambda: not old.open)
    stage.slack.deliveries.switches.deaf = False
    assert time.monotonic() - silent_at < HEARTBEAT_S * 1.5 + 1
    await stage.slack.waits_for(lambda: count(stage.slack))
    await heard(stage, incident, said)


async def test_before_slack_takes_the_connection_away_there_is_another_one(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    (old,) = stage.slack.deliveries.sockets.connections
    fewest = 9

    def watch(_kind: str, _ids: dict[str, str]) -> None:
        nonlocal fewest
        fewest = min(fewest, count(stage.slack))

    stage.slack.on_change.append(watch)
    await stage.slack.deliveries.warn()
    await stage.slack.waits_for(lambda: old not in stage.slack.deliveries.sockets.connections)
    assert fewest >= 1, "there was always one to deliver to"
    assert count(stage.slack) == 1
    await ana.reacts(said, "pushpin")
    await heard(stage, incident, said)
    assert len(stage.slack.journal.accepted("apps.connections.open")) == 2


async def test_what_is_in_hand_when_the_connection_is_replaced_is_answered_where_it_came_from(
    stage: Stage, ana: Person
) -> None:
    await stage.opens_declaration(ana)
    (old,) = stage.slack.deliveries.sockets.connections
    async with stage.bot.db.transaction() as tx:  # the listener has to wait
        await tx.line_up("incident")
        sending = asyncio.create_task(ana.submits({"title": "Checkout errors", "severity": "SEV2"}))
        await stage.slack.waits_for(lambda: stage.slack.journal.deliveries[-1].payload.get("type") == "view_submission")
        await stage.slack.deliveries.warn()
        await stage.slack.waits_for(lambda: count(stage.slack) == 2)
        assert old.open
    sent = await sending
    assert sent.closed, sent
    await stage.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)
    await stage.slack.waits_for(lambda: count(stage.slack) == 1)


async def test_an_answer_that_cannot_be_sent_any_more_makes_slack_say_it_again(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    stage.slack.deliveries.switches.drop = 1
    await ana.reacts(said, "pushpin")
    await stage.slack.waits_for(lambda: count(stage.slack))
    await heard(stage, incident, said)


async def test_a_slack_that_will_not_have_us_is_not_pressed(stage: Stage) -> None:
    """It says when to come back; and an address that led nowhere is not knocked at again."""
    before = len(stage.slack.journal.calls)
    stage.slack.faults.next("apps.connections.open", Fault.status(429, retry_after=2))
    cut_at = time.monotonic()
    stage.slack.deliveries.cut(reset=True)
    await stage.slack.waits_for(lambda: count(stage.slack))
    assert time.monotonic() - cut_at >= 2
    assert [c.method for c in stage.slack.journal.calls[before:]] == ["apps.connections.open"] * 2


async def test_slack_away_at_the_start(new_database: NewDatabase) -> None:
    """It serves, says that it is not ready, and is ready once Slack is there."""
    stage = stage_of(await new_database(SQLITE), SOCKET)
    await stage.slack.start()
    stage.settings = with_api_url(stage.settings, stage.slack.api_url)
    stage.slack.faults.next("*", Fault.status(503), times=10_000)
    stage.bot = stage.another_bot()
    await stage.bot.start()
    assert await readyz(stage) == (503, "not signed in to Slack yet")
    stage.slack.faults.clear()
    await stage.slack.waits_for(lambda: stage.slack.journal.accepted("auth.test"), timeout=10)
    await stage.slack.waits_for(lambda: count(stage.slack), timeout=12)
    async with asyncio.timeout(5):
        while (await readyz(stage))[0] != 200:
            pass
    assert await readyz(stage) == (200, None)
    ana = stage.person("ana")
    await stage.declares(ana, "Checkout errors")
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)
    await stage.bot.stop()
    await stage.slack.stop()


async def readyz(stage: Stage) -> tuple[int, str | None]:
    url = f"http://127.0.0.1:{stage.bot.web.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.json())["why"]
