"""The bot dies in the middle of things, and is started again: all is as if it had lived."""

import asyncio
import time
from collections import Counter

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact
from bot.sandbox.state import Message
from tests.conftest import POSTGRES, SQLITE, NewDatabase
from tests.processes import Beside, beside
from tests.stage import HTTP, SOCKET, stage_of, with_api_url
from tests.wholeness import DECLARING, FIRST_TIME_ONLY, assert_whole, spot

ON_POSTGRES = ("conversations.create", "chat.postMessage card")
CASES = [(SQLITE, SOCKET, call) for call in DECLARING] + [(POSTGRES, HTTP, call) for call in ON_POSTGRES]
IDS = ["-".join(case) for case in CASES]
BOTH_WAYS = pytest.mark.parametrize(("kind", "transport"), [(SQLITE, SOCKET), (POSTGRES, HTTP)])


async def declares_and_is_killed_at(place: Beside, call: str, title: str, *, after: bool) -> None:
    """Somebody declares; the bot is killed when this call stands at Slack's door, or is through it."""
    slack = place.slack
    gate = slack.faults.hold(call.split()[0], after=after, when=lambda c: spot(slack, c) == call)
    sent = await place.submits_declaration(slack.person("ana"), title)
    assert sent.closed, sent
    await gate.reached()
    await place.bot.kill()
    gate.drop()


@pytest.mark.parametrize(("kind", "transport", "call"), CASES, ids=IDS)
async def test_killed_at_each_call_of_a_declaration(
    new_database: NewDatabase, kind: str, transport: str, call: str
) -> None:
    """Once before it took effect, and once after."""
    async with beside(await new_database(kind), transport) as place:
        ana = place.slack.person("ana")
        await place.start_bot()
        await place.paid()
        await declares_and_is_killed_at(place, call, "Before", after=False)
        await place.start_bot()
        if call in FIRST_TIME_ONLY:  # the new process asks once; then it knows
            await place.paid()
            await place.bot.kill()
            await place.start_bot()
        await declares_and_is_killed_at(place, call, "After", after=True)
        await place.start_bot()
        await place.paid()
        await place.slack.settled()
        for title in ("Before", "After"):
            incident = await assert_whole(place.slack, place.db, title)
            assert incident.channel
            assert ana.id in place.slack.channel(incident.channel).members
            assert len([m for m in ana.inbox if incident.channel in m.text]) == 1
        assert len(ana.inbox) == 2


@BOTH_WAYS
async def test_killed_right_after_the_answer_to_the_form(new_database: NewDatabase, kind: str, transport: str) -> None:
    async with beside(await new_database(kind), transport) as place:
        await place.start_bot()
        sent = await place.submits_declaration(place.slack.person("ana"), "Checkout errors")
        await place.bot.kill()
        assert sent.closed
        await place.start_bot()
        await place.paid()
        await assert_whole(place.slack, place.db, "Checkout errors", place.slack.person("ana"))


async def test_killed_between_the_ack_of_an_event_and_the_work_on_it(new_database: NewDatabase) -> None:
    async with beside(await new_database(SQLITE), SOCKET) as place:
        slack, ana = place.slack, place.slack.person("ana")
        await place.start_bot()
        await place.submits_declaration(ana, "Checkout errors")
        await place.paid()
        incident = await assert_whole(slack, place.db, "Checkout errors", ana)
        said = await ana.says("Rolled back the payment service", slack.channel(str(incident.channel)))
        await slack.settled()

        gate = slack.faults.hold("*", when=lambda call: call.name != "auth.test")  # the first thing that it asks for
        await ana.reacts(said, "pushpin")
        await gate.reached()
        await slack.waits_for(lambda: slack.journal.deliveries[-1].outcome == "acked")
        assert await kept(place, said) == 0, "it was quicker than we"
        await place.bot.kill()
        gate.drop()
        await place.start_bot()

        async def it_is_kept() -> bool:
            return await kept(place, said) > 0

        await place.until(it_is_kept)
        await place.paid()
        await slack.settled()
        assert await kept(place, said) == 1


async def kept(place: Beside, said: Message) -> int:
    async with place.db.snapshot() as snap:
        asked = select(TimelineEntry).where(col(TimelineEntry.fact) == Fact.MESSAGE_KEPT)
        return len([e for e in (await snap.session.execute(asked)).scalars() if e.source_ts == said.ts])


@BOTH_WAYS
async def test_told_to_stop_it_finishes_what_it_began_and_leaves_the_rest_owed(
    new_database: NewDatabase, kind: str, transport: str
) -> None:
    async with beside(await new_database(kind), transport) as place:
        ana, slack = place.slack.person("ana"), place.slack
        await place.start_bot()
        await place.paid()
        so_far = len(slack.journal.calls)
        async with slack.faults.hold("conversations.create", after=True) as gate:
            await place.submits_declaration(ana, "Checkout errors")
            await gate.reached()
            told_at = time.monotonic()
            exit_code = await place.bot.terminate()
        assert await exit_code == 0
        assert time.monotonic() - told_at < 8, "it waits for the answer that does not come"
        assert all(call.ended for call in slack.journal.calls)
        assert not slack.deliveries.sockets.count
        assert not [line for line in place.bot.log if '"level": "error"' in line or "Traceback" in line], place.bot.log
        await place.start_bot()
        await place.paid()
        made = Counter(spot(slack, call) for call in slack.journal.calls[so_far:])
        assert {call: made[call] for call in DECLARING} == dict.fromkeys(DECLARING, 1), "nothing is done again"
        await assert_whole(slack, place.db, "Checkout errors", ana)


async def test_a_bot_whose_engine_died_ends_so_that_it_is_started_again(new_database: NewDatabase) -> None:
    """A fault that nobody foresaw: a process that lives on and does nothing would be the worst."""
    stage = stage_of(await new_database(SQLITE), SOCKET)
    await stage.slack.start()
    stage.settings = with_api_url(stage.settings, stage.slack.api_url)
    await stage.start_bot()
    ending = asyncio.create_task(stage.bot.ended())
    await asyncio.sleep(0)
    assert not ending.done()
    stage.bot.engine.chores = [*stage.bot.engine.chores, fails]
    stage.bot.engine.beat()
    with pytest.raises(LookupError):
        await ending
    await stage.bot.stop()
    await stage.slack.stop()


async def fails() -> None:
    raise LookupError("a bug")


@BOTH_WAYS
async def test_told_to_stop_it_still_answers_the_form_that_is_in_hand(
    new_database: NewDatabase, kind: str, transport: str
) -> None:
    async with beside(await new_database(kind), transport) as place:
        ana, slack = place.slack.person("ana"), place.slack
        await place.start_bot()
        await place.paid()
        await place.opens_declaration(ana)
        async with place.db.transaction() as tx:  # others have to wait
            await tx.line_up("incident")
            sending = asyncio.create_task(ana.submits({"title": "Checkout errors", "severity": "SEV2"}))
            await slack.waits_for(lambda: slack.journal.deliveries[-1].payload.get("type") == "view_submission")
            for _ in range(3):  # by the time of its answer, what was sent before has arrived too
                assert await place.bot.readiness() is None
            exit_code = await place.bot.terminate()
        sent = await sending
        assert sent.closed, sent
        assert await exit_code == 0
        await place.start_bot()
        await place.paid()
        await assert_whole(slack, place.db, "Checkout errors", ana)
