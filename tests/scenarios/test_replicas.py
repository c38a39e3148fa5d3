"""Several bots on one PostgreSQL do together what one does alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.app import Tocsin
from bot.incidents import keeping
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.kernel.db import Database
from bot.kernel.effect import OwedEffect, State
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.people.effects import LearnPeople
from bot.sandbox.people import Person
from tests.conftest import POSTGRES, NewDatabase
from tests.processes import BotProcess, beside
from tests.stage import SOCKET, Stage, stage_of, with_api_url, words
from tests.wholeness import assert_whole, spot


@dataclass
class Pair:
    """A stage with two bots. Slack tells each of them every second thing."""

    stage: Stage
    bots: list[Tocsin]

    async def settle(self) -> None:
        for _ in range(3):  # what one has paid may have given the other something to do
            await self.stage.slack.settled()
            for bot in self.bots:
                await bot.listening.finished(15)
                await bot.engine.idle()

    async def declares(self, who: Person, title: str) -> Incident:
        await self.stage.submits_declaration(who, title)
        await self.settle()
        return await self.stage.incident_called(title)

    async def effects(self) -> list[OwedEffect]:
        async with self.stage.bot.db.snapshot() as snap:
            return list((await snap.session.execute(select(OwedEffect).order_by(col(OwedEffect.id)))).scalars())


@pytest.fixture
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    stage = stage_of(await new_database(POSTGRES), SOCKET)
    await stage.slack.start()
    stage.settings = with_api_url(stage.settings, stage.slack.api_url)
    await stage.start_bot()
    other = stage.another_bot()
    await other.start()
    await stage.slack.waits_for(lambda: stage.slack.deliveries.sockets.count == 2)
    yield Pair(stage, [stage.bot, other])
    assert stage.violations() == []
    await other.stop()
    await stage.bot.stop()
    await stage.slack.stop()


async def test_each_thing_is_done_once_whoever_does_it(pair: Pair) -> None:
    stage = pair.stage
    people = [stage.person(name) for name in ("ana", "bo", "cy", "dee")]
    for who in people:
        await stage.opens_declaration(who)
    sent = await asyncio.gather(
        *(who.submits({"title": f"Trouble of {who.user.name}", "severity": "SEV3"}) for who in people)
    )
    assert all(each.closed for each in sent)
    await pair.settle()
    assert [incident.id for incident in await stage.incidents()] == [1, 2, 3, 4]
    for who in people:
        await assert_whole(stage.slack, stage.bot.db, f"Trouble of {who.user.name}", who)
    assert {row.owner for row in await pair.effects()} == {bot.owner for bot in pair.bots}, "both had a hand in it"


async def test_an_event_that_both_are_told_of_at_once_counts_once(pair: Pair) -> None:
    stage, ana = pair.stage, pair.stage.person("ana")
    incident = await pair.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await pair.settle()
    stage.slack.deliveries.switches.duplicate = 2
    await ana.reacts(said, "pushpin")
    await pair.settle()
    assert (await stage.facts(incident)).count("message_kept") == 1


async def test_two_bots_remind_once(pair: Pair) -> None:
    stage, cy = pair.stage, pair.stage.person("cy")
    for n in range(8):
        incident = await pair.declares(stage.person("ana"), f"Trouble {n}")
        await cy.types(f"/incident comms {incident.id}", "#general")
        await cy.types(f"/incident ic {incident.id}", "#general")
    await pair.settle()
    for minutes, news in ((6, 8), (5, 8), (5, 8), (5, 0)):  # the last one goes to the channels
        before = len(cy.inbox)
        stage.clock.jump(timedelta(minutes=minutes))
        await pair.settle()
        assert len(cy.inbox) - before == news
    reminders = [row for row in await pair.effects() if row.kind == "Remind"]
    assert {row.owner for row in reminders} == {bot.owner for bot in pair.bots}, "both had a hand in it"
    assert len(reminders) == 4 * 8


async def test_a_channel_hears_things_in_the_order_in_which_they_were_said(pair: Pair) -> None:
    stage, ana = pair.stage, pair.stage.person("ana")
    incident = await pair.declares(ana, "Checkout errors")
    for n in range(8):
        await ana.types(f"/incident note step {n}", stage.room(incident))
    await pair.settle()
    posted = [words(m) for m in stage.said(stage.room(incident)) if "noted" in words(m)]
    assert [line[line.index("step") :].strip() for line in posted] == [f"step {n}" for n in range(8)]
    says = [row for row in await pair.effects() if row.kind == "Say"]
    assert len(says) == 8
    assert all(row.attempts == 1 for row in says)


async def test_two_changes_of_one_entry_at_once_both_count(pair: Pair) -> None:
    """Two people take their reaction back; each bot is told of one."""
    stage, ana, bo = pair.stage, pair.stage.person("ana"), pair.stage.person("bo")
    incident = await pair.declares(ana, "Checkout errors")
    await bo.joins(stage.room(incident))
    said = await ana.says("Rolled back", stage.room(incident))
    for who in (ana, bo):
        await who.reacts(said, "pushpin")
    await pair.settle()
    place = ChannelId(str(incident.channel)), MessageTs(said.ts)

    async def lets_go(bot: Tocsin, who: Person) -> None:
        async with bot.db.transaction() as tx:
            await keeping.let_go(tx, *place, UserId(who.id))

    async with pair.bots[0].db.transaction() as tx:
        await keeping.let_go(tx, *place, UserId(ana.id))
        second = asyncio.create_task(lets_go(pair.bots[1], bo), context=Context())
        await waits_for_a_lock(pair)
    await second
    (entry,) = [entry for entry in await stage.timeline(incident) if entry.fact is Fact.MESSAGE_KEPT]
    assert entry.kept_by == []
    assert entry.withdrawn_at


async def waits_for_a_lock(pair: Pair) -> None:
    """Until somebody stands before a lock that another holds."""
    async with asyncio.timeout(5):
        while True:
            async with pair.bots[0].db.engine.connect() as connection:
                asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if (await connection.execute(asked)).scalar_one():
                    return


async def test_what_one_commits_wakes_the_other(pair: Pair) -> None:
    """Neither looks by itself here: one has stopped paying, the other has no beat."""
    first, second = pair.bots
    await pair.settle()
    first.beat.stop()
    await first.engine.stop()
    second.beat.stop()
    await second.engine.idle()
    calls = len(pair.stage.slack.journal.accepted("users.list"))
    async with first.db.transaction() as tx:
        tx.owe(LearnPeople())
    await pair.stage.slack.waits_for(lambda: len(pair.stage.slack.journal.accepted("users.list")) > calls)
    await second.engine.idle()
    assert (await pair.effects())[-1].owner == second.owner


async def test_what_a_living_one_holds_is_left_to_it(pair: Pair) -> None:
    stage, ana = pair.stage, pair.stage.person("ana")
    async with stage.slack.faults.hold("conversations.create") as gate:
        await stage.submits_declaration(ana, "Checkout errors")
        await gate.reached()
        for _ in range(3):
            for bot in pair.bots:
                bot.engine.beat()
                await bot.engine.cycled()
        (held,) = [row for row in await pair.effects() if row.kind == "OpenChannel"]
        assert (held.state, held.attempts) == (State.CLAIMED, 1)
    await pair.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)


async def test_one_whose_sign_of_life_broke_shows_it_again(pair: Pair) -> None:
    first, second = pair.bots
    listed = text(
        "SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid "
        "WHERE l.locktype = 'advisory' AND CAST(l.objid AS bigint) = :owner"
    )
    async with second.db.engine.begin() as connection:
        pid = (await connection.execute(listed, {"owner": first.owner})).scalar_one()
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    new = None
    async with asyncio.timeout(5):
        while new in (None, pid):
            first.engine.beat()
            await first.engine.cycled()
            async with second.db.engine.connect() as connection:
                new = (await connection.execute(listed, {"owner": first.owner})).scalar_one_or_none()
    await pair.declares(pair.stage.person("ana"), "Checkout errors")
    await assert_whole(pair.stage.slack, first.db, "Checkout errors", pair.stage.person("ana"))


@pytest.mark.parametrize(
    ("call", "kind"), [("conversations.create", "OpenChannel"), ("chat.postMessage card", "PostCard")]
)
async def test_what_a_killed_one_held_is_taken_over_at_once(new_database: NewDatabase, call: str, kind: str) -> None:
    """Long before its lease would run out: its lock vanished with it. And not before."""
    async with beside(await new_database(POSTGRES), SOCKET) as place:
        slack, ana = place.slack, place.slack.person("ana")
        await place.start_bot()
        await place.paid()
        gate = slack.faults.hold(call.split()[0], after=True, when=lambda c: spot(slack, c) == call)
        await place.submits_declaration(ana, "Checkout errors")
        await gate.reached()

        second = BotProcess(place.bot.settings)
        started = len(slack.journal.accepted("users.list"))
        await second.start()
        # It pays what it owes at its start, so it has looked for dead ones before.
        await slack.waits_for(lambda: len(slack.journal.accepted("users.list")) > started)
        (held,) = [row for row in await claimed(place.db) if row.kind == kind]
        assert held.attempts == 1
        killed_at = time.monotonic()
        await place.bot.kill()
        gate.drop()
        await place.paid()
        assert time.monotonic() - killed_at < 12
        await assert_whole(slack, place.db, "Checkout errors", ana)
        assert len([c for c in slack.journal.calls if c.took_effect and spot(slack, c) == call]) == 1
        await second.kill()


async def claimed(db: Database) -> list[OwedEffect]:
    async with db.snapshot() as snap:
        asked = select(OwedEffect).where(col(OwedEffect.state) == State.CLAIMED)
        return list((await snap.session.execute(asked)).scalars())
