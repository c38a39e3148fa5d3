"""Sweeps: duties that come with time, asked for again each time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.engine.cycle import Engine
from bot.kernel.counter import Counter
from bot.kernel.db import Database, Snapshot, Transaction
from bot.kernel.sweep import Sweep
from bot.sandbox.clock import Clock
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, rows

SICK = 2


class Chimney:
    """Three of them; each is due once an hour has passed and it has not been swept. One may be sick."""

    def __init__(self, since: datetime) -> None:
        self.due_at = since + timedelta(hours=1)
        self.sick: set[int] = set()
        self.tries: list[int] = []

    @property
    def sweep(self) -> Sweep:
        return Sweep("chimneys", self.due, self.act, self.next_due)

    async def due(self, snap: Snapshot) -> Sequence[int]:
        if snap.now < self.due_at:
            return []
        swept = set((await snap.session.execute(select(col(Counter.name)))).scalars())
        return [n for n in (1, 2, 3) if f"chimney {n}" not in swept]

    async def act(self, tx: Transaction, number: int) -> None:
        self.tries.append(number)
        tx.add(Counter(name=f"chimney {number}", value=1))
        tx.owe(Errand(name=f"smoke from {number}", way=str(number)))
        await tx.session.flush()
        if number in self.sick:
            raise LookupError("a bird's nest")

    async def next_due(self, snap: Snapshot) -> datetime | None:
        return self.due_at


@pytest.fixture
def chimneys(clock: Clock, sweeps: list[Sweep]) -> Chimney:
    made = Chimney(clock.now())
    sweeps.append(made.sweep)
    return made


async def test_what_falls_due_is_done_and_what_it_owes_is_paid(
    chimneys: Chimney, engine: Engine, office: Office, clock: Clock
) -> None:
    await engine.idle()
    assert office.done == []
    clock.jump(timedelta(hours=1))
    await engine.idle()
    assert sorted(office.done) == ["smoke from 1", "smoke from 2", "smoke from 3"]
    assert sorted(chimneys.tries) == [1, 2, 3]


async def test_a_sick_one_does_not_stop_the_others_and_is_tried_again(
    chimneys: Chimney, engine: Engine, office: Office, clock: Clock, db: Database
) -> None:
    chimneys.sick = {SICK}
    clock.jump(timedelta(hours=1))
    await engine.idle()
    assert sorted(office.done) == ["smoke from 1", "smoke from 3"]
    assert all("2" not in row.payload["name"] for row in await rows(db)), "a failed act owes nothing"
    tries = chimneys.tries.count(SICK)
    await engine.idle()
    assert chimneys.tries.count(SICK) == tries, "it waits before it is tried again"
    chimneys.sick = set()
    clock.jump(timedelta(minutes=1))
    await engine.idle()
    assert sorted(office.done) == ["smoke from 1", "smoke from 2", "smoke from 3"]


async def test_when_the_reason_is_gone_nothing_is_due(
    chimneys: Chimney, engine: Engine, office: Office, clock: Clock, db: Database
) -> None:
    async with db.transaction() as tx:
        tx.add(Counter(name="chimney 1"))
    clock.jump(timedelta(hours=1))
    await engine.idle()
    assert sorted(office.done) == ["smoke from 2", "smoke from 3"]


async def test_the_engine_plans_to_wake_at_the_next_due_moment(
    chimneys: Chimney, engine: Engine, office: Office, owe: Owe
) -> None:
    planned: list[datetime] = []
    engine.wake_at = planned.append
    await engine.idle()
    assert planned[-1] == chimneys.due_at
