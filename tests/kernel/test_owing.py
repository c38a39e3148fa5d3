"""What a transaction owes is written with it, or not at all; what only shows the present is owed once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from contextvars import Context

from sqlmodel import col, select

from bot.kernel.db import Database
from bot.kernel.effect import Effect, OwedEffect, State, Urgency


class Knock(Effect):
    """Only for these tests: the engine of a bot does not run here."""

    door: str = "front"
    times: int = 1

    def lane(self) -> str:
        return f"door:{self.door}"


class Paint(Knock):
    coalesces = True
    urgency = Urgency.PRESENT


async def owed(db: Database) -> Sequence[OwedEffect]:
    async with db.snapshot() as snap:
        return (await snap.session.execute(select(OwedEffect).order_by(col(OwedEffect.id)))).scalars().all()


async def test_debts_are_written_in_order_with_what_they_say(db: Database) -> None:
    async with db.transaction() as tx:
        tx.owe(Knock(times=3), Knock(door="back"), Paint())
    rows = await owed(db)
    assert [(row.kind, row.lane, row.state) for row in rows] == [
        ("Knock", "door:front", State.OWED), ("Knock", "door:back", State.OWED), ("Paint", "door:front", State.OWED),
    ]  # fmt: skip
    assert rows[0].effect() == Knock(times=3)
    assert rows[2].urgency == Urgency.PRESENT
    assert len({row.key for row in rows}) == 3


async def test_a_change_that_failed_owes_nothing(db: Database) -> None:
    with suppress(LookupError):
        async with db.transaction() as tx:
            tx.owe(Knock())
            raise LookupError
    async with db.transaction() as tx:
        with suppress(LookupError):
            async with tx.alone():
                tx.owe(Knock())
                raise LookupError
    assert await owed(db) == []


async def test_the_engine_is_woken_only_when_something_is_owed(db: Database) -> None:
    woken = []
    db.on_owed = lambda: woken.append(1)
    async with db.transaction() as tx:
        await tx.number("incident")
    async with db.snapshot():
        pass
    assert woken == []
    async with db.transaction() as tx:
        tx.owe(Paint())
    assert len(woken) == 1
    async with db.transaction() as tx:
        tx.owe(Paint())  # one that waits is enough
    assert len(woken) == 1


async def test_what_only_shows_the_present_waits_once_in_its_lane(db: Database) -> None:
    for _ in range(2):
        async with db.transaction() as tx:
            tx.owe(Paint(), Paint(), Paint(door="back"), Knock(), Knock())
    rows = [(row.kind, row.lane) for row in await owed(db)]
    assert sorted(rows) == [("Knock", "door:front")] * 4 + [("Paint", "door:back"), ("Paint", "door:front")]


async def test_one_that_has_begun_may_have_looked_already_so_another_is_owed(db: Database) -> None:
    async with db.transaction() as tx:
        tx.owe(Paint())
    async with db.transaction() as tx:
        (row,) = (await tx.session.execute(select(OwedEffect))).scalars()
        row.state = State.CLAIMED
    async with db.transaction() as tx:
        tx.owe(Paint())
    assert [row.state for row in await owed(db)] == [State.CLAIMED, State.OWED]


async def test_one_that_waits_is_not_begun_before_what_counts_on_it_can_be_seen(db: Database) -> None:
    """On PostgreSQL another replica could begin it between the look and the commit, and show the past for ever."""
    async with db.transaction() as tx:
        tx.owe(Paint())

    async def begins() -> int:
        async with db.transaction() as other:
            waiting = select(OwedEffect).where(col(OwedEffect.state) == State.OWED)
            rows = (await other.session.execute(waiting.with_for_update(skip_locked=True))).scalars().all()
            return len(rows)

    async with db.transaction() as tx:
        tx.owe(Paint())
        await tx.write_owed()  # as leaving does: it sees the one that waits, and adds none
        beginning = asyncio.create_task(begins(), context=Context())
        if db.postgres:
            assert await beginning == 0
    assert await beginning == (0 if db.postgres else 1)  # on SQLite it had to wait for us
    assert len(await owed(db)) == 1
