"""Claims: who holds one, for how long, and that nothing is recorded by somebody who lost it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.engine.cycle import Engine
from bot.engine.outbox import LEASE, Outbox
from bot.kernel.db import Database
from bot.kernel.effect import State
from bot.kernel.errors import NoLongerOurs, Unavailable
from bot.sandbox.clock import Clock
from bot.world import World
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, rows


@pytest.mark.parametrize("outcome", [None, Unavailable("away"), KeyError("a bug")], ids=["done", "away", "bug"])
async def test_who_stood_still_for_too_long_records_nothing(
    world: World, office: Office, owe: Owe, clock: Clock, db: Database, outcome: Exception | None
) -> None:
    office.hold("a")
    if outcome:
        office.raises["a"] = [outcome]
    await owe(Errand(name="a"))
    first, second = Outbox(world, owner=1), Outbox(world, owner=2)
    (row,) = await first.claim(1)
    standing = asyncio.create_task(first.pay(row))
    await office.has_begun("a")
    clock.jump(LEASE + timedelta(seconds=1))
    await second.release_dead()
    (again,) = await second.claim(1)
    assert (again.attempts, again.owner, again.uncertain) == (2, 2, True)
    with pytest.raises(NoLongerOurs):
        office.attempts[0].require_ours()
    office.open_all()
    await standing
    (row,) = await rows(db)
    assert (row.state, row.owner, row.attempts) == (State.CLAIMED, 2, 2)
    await second.pay(again)
    (row,) = await rows(db)
    assert row.state is State.DONE


async def test_what_takes_long_stays_ours_for_as_long_as_we_live(
    engine: Engine, office: Office, owe: Owe, clock: Clock, db: Database
) -> None:
    office.hold("slow")
    await owe(Errand(name="slow"))
    await office.has_begun("slow")
    for _ in range(6):
        clock.jump(LEASE * 0.7)
        await engine.cycled()
    office.attempts[0].require_ours()
    office.open_all()
    await engine.idle()
    assert office.begun == ["slow"]
    assert [row.state for row in await rows(db)] == [State.DONE]


async def test_after_a_crash_what_was_claimed_is_looked_for_before_it_is_repeated(
    world: World, office: Office, owe: Owe, clock: Clock, db: Database
) -> None:
    await owe(Errand(name="a"))
    crashed, restarted = Outbox(world, owner=1), Outbox(world, owner=2)
    await crashed.claim(1)
    await restarted.release_all()
    (row,) = await rows(db)
    assert (row.state, row.uncertain) == (State.OWED, True)
    assert await restarted.claim(1) == []  # it cannot tell yet whether it happened
    clock.jump(Errand.look_after)
    assert len(await restarted.claim(1)) == 1


async def test_what_could_not_be_recorded_is_looked_for_soon_and_not_a_lease_later(
    engine: Engine, office: Office, owe: Owe, clock: Clock, db: Database
) -> None:
    office.hold("a")
    await owe(Errand(name="a"))
    await office.has_begun("a")
    await rename(db, "effect", "gone")
    office.open_all()
    await engine.stop()
    assert engine.outbox.in_hand == {}
    await rename(db, "gone", "effect")
    assert [row.state for row in await rows(db)] == [State.CLAIMED]
    await engine.outbox.release_dead()
    clock.jump(Errand.look_after)
    (row,) = await engine.outbox.claim(1)
    assert row.uncertain
    await engine.outbox.pay(row)
    assert [row.state for row in await rows(db)] == [State.DONE]


async def rename(db: Database, table: str, to: str) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


async def test_two_who_claim_at_once_never_get_the_same(world: World, office: Office, owe: Owe) -> None:
    await owe(*(Errand(name=str(n), way=str(n)) for n in range(20)))
    outboxes = [Outbox(world, owner=n) for n in range(1, 6)]
    claimed = [row.id for rows in await asyncio.gather(*(o.claim(6) for o in outboxes)) for row in rows]
    assert len(claimed) == len(set(claimed))
    claimed += [row.id for row in await outboxes[0].claim(20)]
    assert len(claimed) == len(set(claimed)) == 20


async def test_two_who_claim_at_once_keep_a_lane_in_order(world: World, office: Office, owe: Owe) -> None:
    await owe(*(Errand(name=str(n)) for n in range(5)))
    outboxes = [Outbox(world, owner=n) for n in range(1, 6)]
    for n in range(5):
        claims = await asyncio.gather(*(outbox.claim(6) for outbox in outboxes))
        ((owner, row),) = [(owner, row) for owner, rows in zip(outboxes, claims, strict=True) for row in rows]
        assert row.payload["name"] == str(n)
        await owner.pay(row)
