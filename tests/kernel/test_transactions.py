"""Transactions: all of it or nothing, one after the other where it matters, and never while waiting for the network."""

import asyncio
from contextlib import suppress
from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from bot.kernel.clock import SystemClock
from bot.kernel.counter import Counter
from bot.kernel.db import Database, Transaction
from bot.kernel.errors import Unavailable
from bot.kernel.inside import inside_a_transaction
from bot.people.model import Person
from bot.sandbox.clock import Clock
from bot.slack.client import Slack
from bot.slack.pace import Limits

INCIDENTS = "incident"


async def value(db: Database, counter: str = INCIDENTS) -> int:
    async with db.snapshot() as snap:
        asked = select(Counter).where(col(Counter.name) == counter)
        return (await snap.session.execute(asked)).scalar_one().value


async def test_thirty_two_who_read_and_then_write_lose_no_update(db: Database) -> None:
    async def adds_one() -> None:
        for _ in range(4):
            async with db.transaction() as tx:
                row = await tx.session.get(Counter, INCIDENTS, with_for_update=True)
                assert row
                row.value += 1

    before = await value(db)
    await asyncio.gather(*(adds_one() for _ in range(32)))
    assert await value(db) == before + 128


async def test_numbers_are_given_once_and_without_a_gap(db: Database) -> None:
    async def number() -> int:
        async with db.transaction() as tx:
            return await tx.number(INCIDENTS)

    numbers = await asyncio.gather(*(number() for _ in range(32)))
    assert sorted(numbers) == list(range(1, 33))


async def test_a_number_of_a_transaction_that_failed_is_given_again(db: Database) -> None:
    with suppress(LookupError):
        async with db.transaction() as tx:
            assert await tx.number(INCIDENTS) == 1
            raise LookupError
    async with db.transaction() as tx:
        assert await tx.number(INCIDENTS) == 1


async def test_whoever_lines_up_waits_for_the_one_before(db: Database) -> None:
    order: list[str] = []

    async def second() -> None:
        async with db.transaction() as tx:
            await tx.line_up(INCIDENTS)
            order.append("second")

    async with db.transaction() as tx:
        await tx.line_up(INCIDENTS)
        waiting = asyncio.create_task(second(), context=Context())
        other = Database(db.url, db.clock)  # a connection that answers shows that the second one had its chance
        await value(other)
        await other.close()
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_what_failed_alone_leaves_nothing_behind(db: Database) -> None:
    async with db.transaction() as tx:
        tx.add(Counter(name="kept", value=1))
        with suppress(LookupError):
            async with tx.alone():
                tx.add(Counter(name="dropped", value=1))
                await tx.session.flush()
                raise LookupError
        tx.add(Counter(name="kept too", value=1))
    async with db.snapshot() as snap:
        names = set((await snap.session.execute(select(col(Counter.name)))).scalars())
    assert {"kept", "kept too"} <= names
    assert "dropped" not in names


async def test_a_snapshot_is_of_one_moment(db: Database) -> None:
    async with db.snapshot() as snap:
        asked = select(col(Counter.value)).where(col(Counter.name) == INCIDENTS)
        before = (await snap.session.execute(asked)).scalar_one()
        async with db.transaction() as tx:
            await tx.number(INCIDENTS)
        assert (await snap.session.execute(asked)).scalar_one() == before
    assert await value(db) == before + 1


async def test_nobody_changes_anything_in_a_snapshot(db: Database) -> None:
    """On PostgreSQL the server itself refuses; on SQLite what was not committed is gone."""
    with suppress(DBAPIError):
        async with db.snapshot() as snap:
            snap.session.add(Counter(name="sneaky", value=1))
            await snap.session.flush()
            assert not db.postgres
    async with db.snapshot() as snap:
        assert await snap.session.get(Counter, "sneaky") is None


async def test_a_transaction_inside_a_transaction_is_a_mistake(db: Database) -> None:
    async with db.transaction():
        with pytest.raises(RuntimeError, match="inside a transaction"):
            async with db.transaction():
                pass
    assert not inside_a_transaction()


async def test_what_a_transaction_started_is_free_once_it_is_over(db: Database) -> None:
    over = asyncio.Event()

    async def lives_on() -> bool:
        assert inside_a_transaction()
        await over.wait()
        return inside_a_transaction()

    async with db.transaction():
        task = asyncio.create_task(lives_on())
        await asyncio.sleep(0)
    over.set()
    assert not await task


async def test_of_two_rows_the_newer_one_stays(db: Database, clock: Clock) -> None:
    now = clock.now()

    async def put(hour: int, **values: bool) -> None:
        about = {"name": "Ana", "handle": "", "email": "", "zone": "UTC", "is_bot": False, "is_stranger": False}
        at = {"updated_at": now + timedelta(hours=hour)}
        async with db.transaction() as tx:
            await tx.put(
                Person,
                [{"id": key, **about, **at, "is_gone": gone} for key, gone in values.items()],
                newest="updated_at",
            )

    async def gone() -> dict[str, bool]:
        async with db.snapshot() as snap:
            return {row.id: row.is_gone for row in (await snap.session.execute(select(Person))).scalars()}

    await put(2, U1=False, U2=True)
    await put(1, U3=True, U2=False)
    assert await gone() == {"U1": False, "U2": True, "U3": True}
    await put(2, U2=False, U1=True)
    assert await gone() == {"U1": True, "U2": False, "U3": True}
    await put(3)
    assert len(await gone()) == 3


async def test_nobody_waits_for_the_network_inside_a_transaction(db: Database) -> None:
    slack = Slack("xoxb-1", "http://127.0.0.1:9/", Limits.none(), SystemClock())
    async with db.transaction():
        with pytest.raises(RuntimeError, match=r"chat.postMessage inside a transaction"):
            await slack.call("chat.postMessage", channel="C1", text="hello")
    with pytest.raises(Unavailable):
        await slack.call("chat.postMessage", channel="C1", text="hello")
    await slack.close()


async def test_the_time_is_read_once_for_a_transaction(db: Database, clock: Clock) -> None:
    def moved(tx: Transaction) -> bool:
        before = tx.now
        clock.jump(timedelta(hours=1))
        return tx.now != before

    async with db.transaction() as tx:
        assert not moved(tx)


async def test_replicas_take_the_time_of_their_database(new_database: object, database_url: str) -> None:
    clock = SystemClock()
    clock.agree_with(clock.now() + timedelta(minutes=3))  # this machine is three minutes ahead, say
    wrong = clock.now()
    db = Database(database_url, clock)
    await db.agree_on_time()
    await db.close()
    assert (wrong - clock.now() > timedelta(minutes=2)) == db.postgres
