"""Deliveries: each is dealt with once, however often and wherever it arrives."""

import asyncio
from contextlib import suppress

import pytest

from bot.kernel.clock import Clock
from bot.kernel.counter import Counter
from bot.kernel.db import Database
from bot.kernel.delivery import Delivery, DeliveryState
from bot.kernel.errors import Repeat


async def test_the_second_time_finds_the_first_ones_result(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.once("view:V1", {"incident": 7})
    with pytest.raises(Repeat) as again:
        async with db.transaction() as tx:
            await tx.once("view:V1", {"incident": 8})
    assert again.value.result == {"incident": 7}


async def test_of_many_at_once_one_goes_through(db: Database) -> None:
    async def deals() -> int:
        try:
            async with db.transaction() as tx:
                await tx.once("view:V1")
                return await tx.number("incident")
        except Repeat:
            return 0

    assert sorted(await asyncio.gather(*(deals() for _ in range(16)))) == [0] * 15 + [1]


async def test_a_second_process_finds_it_too(db: Database, clock: Clock) -> None:
    async with db.transaction() as tx:
        await tx.once("view:V1")
    other = Database(db.url, clock)
    with pytest.raises(Repeat):
        async with other.transaction() as tx:
            await tx.once("view:V1")
    await other.close()


async def test_what_failed_may_come_again(db: Database) -> None:
    with suppress(LookupError):
        async with db.transaction() as tx:
            await tx.once("view:V1")
            raise LookupError
    async with db.transaction() as tx:
        await tx.once("view:V1")


async def test_what_was_written_down_is_new_once(db: Database) -> None:
    new = []
    for _ in range(2):
        async with db.transaction() as tx:
            new.append(await tx.receive("event:E1", {"event": {"text": "h\u00e9llo"}}))
    assert new == [True, False]
    async with db.snapshot() as snap:
        kept = await snap.session.get(Delivery, "event:E1")
        assert kept
        assert (kept.state, kept.body) == (DeliveryState.RECEIVED, {"event": {"text": "h\u00e9llo"}})


async def test_it_is_settled_with_what_came_of_it_or_not_at_all(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.receive("event:E1", {"event": {}})
    with suppress(LookupError):
        async with db.transaction() as tx:
            await tx.settle("event:E1")
            raise LookupError
    async with db.transaction() as tx:
        tx.add(Counter(name="came of it"))
        await tx.settle("event:E1")
    with pytest.raises(Repeat):
        async with db.transaction() as tx:
            await tx.settle("event:E1")
    async with db.snapshot() as snap:
        kept = await snap.session.get(Delivery, "event:E1")
        assert kept
        assert (kept.state, kept.body) == (DeliveryState.DONE, {})


async def test_what_was_never_written_down_cannot_be_settled(db: Database) -> None:
    with pytest.raises(Repeat):
        async with db.transaction() as tx:
            await tx.settle("event:E2")
