"""The engine's own life: it survives a database that is away, and stops in order."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.engine.beat import Beat
from bot.engine.cycle import Engine
from bot.engine.outbox import Outbox
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.kernel.effect import State
from bot.kernel.errors import Unavailable
from bot.world import World
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, rows


async def test_it_survives_a_database_that_is_away(engine: Engine, office: Office, owe: Owe) -> None:
    away = [OperationalError("SELECT", {}, Exception("gone away")), OSError("unreachable")]

    async def asks() -> None:
        if away:
            raise away.pop()

    engine.chores = [asks]
    await owe(Errand(name="a"))
    async with asyncio.timeout(5):
        while away or not office.done:
            engine.beat()
            await asyncio.sleep(0)


async def test_stopping_waits_for_what_is_under_way_and_begins_nothing(
    world: World, office: Office, owe: Owe, db: Database
) -> None:
    engine = Engine(world, Outbox(world, owner=1), [])
    db.on_owed = engine.wake
    running = asyncio.create_task(engine.run())
    office.hold("a")
    await owe(Errand(name="a"), Errand(name="b"))
    await office.has_begun("a")
    stopping = asyncio.create_task(engine.stop())
    await asyncio.sleep(0)
    office.open_all()
    await stopping
    await running
    assert office.begun == office.done == ["a"]
    assert [row.state for row in await rows(db)] == [State.DONE, State.OWED]


async def test_what_does_not_come_back_in_time_is_left_to_be_looked_for(
    world: World, office: Office, owe: Owe, db: Database
) -> None:
    engine = Engine(world, Outbox(world, owner=1), [])
    db.on_owed = engine.wake
    running = asyncio.create_task(engine.run())
    office.hold("a")
    await owe(Errand(name="a"))
    await office.has_begun("a")
    await engine.stop(grace_s=0)
    await running
    assert [row.state for row in await rows(db)] == [State.CLAIMED]


async def test_nothing_is_begun_once_it_is_told_to_stop_even_in_the_middle_of_a_claim(
    world: World, office: Office, owe: Owe, db: Database
) -> None:
    await owe(*(Errand(name=str(n), way=str(n)) for n in range(10)))
    engine = Engine(world, Outbox(world, owner=1), [])
    running = asyncio.create_task(engine.run())
    engine.beat()
    await asyncio.sleep(0)
    await engine.stop()
    await running
    begun = list(office.begun)
    assert office.done == begun, "whatever it began has ended"
    assert {row.state for row in await rows(db)} <= {State.DONE, State.OWED}


async def test_the_beat_wakes_it_when_something_falls_due(world: World, office: Office, owe: Owe) -> None:
    """By the real clock, so the moment is near."""
    real = replace(world, clock=SystemClock())
    engine = Engine(real, Outbox(real, owner=1), [])
    beat = Beat(engine, real.clock)
    office.raises["a"] = [Unavailable("busy", retry_after=timedelta(milliseconds=100))]
    running = asyncio.create_task(engine.run())
    beat.start()
    await owe(Errand(name="a"))
    await office.has_begun("a", times=2)
    beat.stop()
    await engine.stop()
    await running
    assert office.done == ["a"]
