"""Audits: what they find, that they find it once a minute, and that they are in nobody's way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.engine.audit import queries
from bot.engine.audit.auditor import Audit, Auditor
from bot.engine.audit.model import PATIENCE, AuditAlarm
from bot.engine.cycle import Engine
from bot.engine.outbox import LEASE, Outbox
from bot.kernel.db import Database, Snapshot, Transaction
from bot.kernel.delivery import LISTENER_PATIENCE
from bot.kernel.effect import OwedEffect, State, Urgency
from bot.kernel.errors import Unavailable
from bot.kernel.finding import Check, Finding
from bot.kernel.ids import IncidentId
from bot.kernel.sweep import Sweep
from bot.sandbox.clock import Clock
from bot.world import World
from tests.conftest import SQLITE
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, Polish, Rescue, rows

A_MINUTE = timedelta(seconds=61)


class Watch:
    """An auditor, with what it has seen. `await watch.sees()`: after one more minute."""

    def __init__(self, world: World, clock: Clock, sweeps: Sequence[Sweep], *more: Check) -> None:
        self.auditor = Auditor(world, sweeps, more)
        self.clock = clock
        self.seen: list[Audit] = []
        self.auditor.on_audit = self.seen.append

    async def sees(self, after: timedelta = A_MINUTE) -> dict[str, Finding]:
        self.clock.jump(after)
        await self.looks()
        return self.red()

    async def looks(self) -> None:
        """Beat until what is due is audited."""
        async with asyncio.timeout(10):
            while not self.auditor.is_at_rest:
                await self.auditor.audit_if_due()
                await asyncio.sleep(0)

    def red(self) -> dict[str, Finding]:
        return {finding.name: finding for finding in self.seen[-1].findings if finding.count}


@pytest.fixture
def watch(world: World, clock: Clock, sweeps: list[Sweep]) -> Watch:
    return Watch(world, clock, sweeps)


class Lazy:
    """A duty that is due, and never done."""

    def __init__(self, due_at: datetime) -> None:
        self.due_at: datetime | None = due_at

    @property
    def sweep(self) -> Sweep:
        return Sweep("lazy", self.due, self.act, self.next_due)

    async def due(self, snap: Snapshot) -> Sequence[int]:
        return [1, 2] if self.due_at and self.due_at <= snap.now else []

    async def act(self, tx: Transaction, row: int) -> None:
        pass

    async def next_due(self, snap: Snapshot) -> datetime | None:
        return self.due_at


async def alarm(db: Database, name: str) -> AuditAlarm | None:
    async with db.snapshot() as snap:
        return await queries.alarm(snap, name)


async def test_when_all_is_well_nothing_is_found_and_nothing_written(watch: Watch, db: Database) -> None:
    assert await watch.sees() == {}
    names = {finding.name for finding in watch.seen[-1].findings}
    assert names == {
        "duties_overdue", "sends_unsent", "pages_unsent", "leases_stale", "deliveries_left", "checks_failing",
    }  # fmt: skip
    assert await rows(db) == []
    async with db.snapshot() as snap:
        assert await queries.not_green(snap) == []


async def test_a_duty_that_nobody_does_is_found_after_a_minute(watch: Watch, clock: Clock, sweeps: list[Sweep]) -> None:
    lazy = Lazy(clock.now() + timedelta(seconds=30))
    watch.auditor = Auditor(watch.auditor.world, [lazy.sweep])
    watch.auditor.on_audit = watch.seen.append
    assert await watch.sees(timedelta(seconds=61)) == {}, "it is due for half a minute only"
    found = await watch.sees()
    assert found["duties_overdue"].count == 2
    assert timedelta(seconds=92) <= found["duties_overdue"].oldest < timedelta(seconds=95)
    lazy.due_at = None
    assert await watch.sees() == {}


async def test_what_is_due_and_not_taken_up_is_found(watch: Watch, owe: Owe, office: Office, db: Database) -> None:
    await owe(Errand(name="a", incident=IncidentId(7)), Polish(name="b", way="south"))
    found = await watch.sees()
    assert set(found) == {"sends_unsent"}
    assert (found["sends_unsent"].count, found["sends_unsent"].incidents) == (2, (7,))
    assert timedelta(seconds=61) <= found["sends_unsent"].oldest < timedelta(seconds=64)
    assert watch.seen[-1].effects == {Urgency.SOON: 1, Urgency.PRESENT: 1}


async def test_what_waits_behind_something_put_off_is_not_late(
    watch: Watch, owe: Owe, office: Office, world: World
) -> None:
    """Slack asks us to wait for ten minutes: those behind it in the lane cannot overtake it."""
    office.raises["a"] = [Unavailable("busy", retry_after=timedelta(minutes=10))]
    await owe(Errand(name="a"), Errand(name="b"))
    outbox = Outbox(world, owner=1)
    (row,) = await outbox.claim(5)
    await outbox.pay(row)
    assert await watch.sees() == {}
    found = await watch.sees(timedelta(minutes=11))
    assert found["sends_unsent"].count == 1, "now the first one is late itself"


async def test_pages_are_counted_apart(watch: Watch, owe: Owe, office: Office) -> None:
    await owe(Rescue(name="a", incident=IncidentId(3)), Errand(name="b", way="south"))
    found = await watch.sees()
    assert {name: finding.count for name, finding in found.items()} == {"pages_unsent": 1, "sends_unsent": 1}
    assert found["pages_unsent"].incidents == (3,)


async def test_a_page_that_is_put_off_again_and_again_is_found_after_five_minutes(
    watch: Watch, owe: Owe, office: Office, world: World, clock: Clock
) -> None:
    office.raises["a"] = [Unavailable("away", retry_after=timedelta(minutes=30))]
    await owe(Rescue(name="a"))
    outbox = Outbox(world, owner=1)
    (row,) = await outbox.claim(5)
    await outbox.pay(row)
    assert await watch.sees(timedelta(minutes=4)) == {}
    found = await watch.sees()
    assert set(found) == {"pages_unsent"}
    assert found["pages_unsent"].oldest > timedelta(minutes=5)


async def test_a_lease_that_ran_out_long_ago_is_found(
    watch: Watch, owe: Owe, office: Office, world: World, clock: Clock, db: Database
) -> None:
    await owe(Errand(name="a"))
    await Outbox(world, owner=1).claim(1)
    assert await watch.sees(LEASE * 2) == {}, "its holder may be slow"
    found = await watch.sees(LEASE * 2)
    assert set(found) == {"leases_stale"}
    assert found["leases_stale"].count == 1
    assert found["leases_stale"].oldest > LEASE * 2


async def test_a_delivery_that_nobody_takes_up_is_found(watch: Watch, db: Database) -> None:
    async with db.transaction() as tx:
        await tx.receive("event:1", {"text": "hello"})
    assert await watch.sees(LISTENER_PATIENCE + timedelta(seconds=55)) == {}
    found = await watch.sees()
    assert set(found) == {"deliveries_left"}
    async with db.transaction() as tx:
        await tx.settle("event:1")
    assert await watch.sees() == {}


async def test_once_a_minute_and_at_once_after_a_jump(watch: Watch, clock: Clock) -> None:
    await watch.looks()
    assert len(watch.seen) == 1, "the first one at the start"
    for _ in range(6):
        clock.jump(timedelta(seconds=9))
        await watch.looks()
    assert len(watch.seen) == 1
    await watch.sees(timedelta(seconds=10))
    await watch.sees(timedelta(hours=5))
    assert len(watch.seen) == 3


async def test_while_the_clock_jumps_it_does_not_look(watch: Watch, clock: Clock) -> None:
    """What a jump makes due at once must have had its beat, or a laptop that wakes would cry."""
    await watch.looks()
    for _ in range(5):
        clock.jump(timedelta(minutes=2))
        await watch.auditor.audit_if_due()
        await asyncio.sleep(0)
    assert len(watch.seen) == 1
    await watch.looks()
    assert len(watch.seen) == 2


async def test_it_holds_nobody_up_and_is_never_two_at_once(
    world: World, clock: Clock, engine: Engine, office: Office, owe: Owe
) -> None:
    gate, asked = asyncio.Event(), 0

    async def slow(_snap: Snapshot) -> Finding | None:
        nonlocal asked
        asked += 1
        await gate.wait()
        return None

    watch = Watch(world, clock, [], slow)
    engine.chores = [*engine.chores, watch.auditor.audit_if_due]
    async with asyncio.timeout(10):
        while not asked:
            engine.beat()
            await engine.cycled()
    for minute in range(3):
        clock.jump(A_MINUTE)
        await owe(Errand(name=f"{minute}"))
        engine.beat()
        await engine.idle()
    assert office.done == ["0", "1", "2"], "the engine goes on"
    assert (asked, watch.seen) == (1, [])
    gate.set()
    async with asyncio.timeout(10):
        while not watch.auditor.is_at_rest:
            engine.beat()
            await engine.cycled()
    assert (asked, len(watch.seen)) == (2, 2), "three minutes that passed meanwhile are one audit"
    await watch.auditor.stop()


async def test_a_check_that_fails_hides_nothing_and_ends_no_alarm(
    world: World, clock: Clock, owe: Owe, office: Office, db: Database
) -> None:
    sick: list[Exception] = []

    async def check(_snap: Snapshot) -> Finding | None:
        if sick:
            raise sick[0]
        return Finding("unwatched", "Nobody watches an open incident", 1)

    watch = Watch(world, clock, [], check)
    await owe(Errand(name="a"))
    for _ in range(PATIENCE):
        assert set(await watch.sees()) == {"unwatched", "sends_unsent"}
    sick.append(LookupError("a bug"))
    assert set(await watch.sees()) == {"checks_failing", "sends_unsent"}
    unwatched = await alarm(db, "unwatched")
    assert unwatched
    assert unwatched.raised_at, "nobody knows whether it is over"
    sick.clear()
    assert "checks_failing" not in await watch.sees()
    failing = await alarm(db, "checks_failing")
    assert failing
    assert (failing.audits, failing.raised_at) == (0, None)


Raised = Callable[[], Awaitable[list[OwedEffect]]]


@pytest.fixture
def raised(db: Database) -> Raised:
    async def ask() -> list[OwedEffect]:
        return [row for row in await rows(db) if row.kind == "ShowAuditAlarm"]

    return ask


async def test_what_stays_red_is_told_once(
    watch: Watch, owe: Owe, office: Office, db: Database, raised: Raised
) -> None:
    await owe(Errand(name="a"))
    for _ in range(PATIENCE - 1):
        await watch.sees()
        assert await raised() == []
    for _ in range(4):
        await watch.sees()
        (row,) = await raised()
        assert row.payload["check"] == "sends_unsent"
    found = await alarm(db, "sends_unsent")
    assert found
    assert (found.audits, found.count) == (6, 2), "the alarm itself is owed and not sent"


async def test_what_is_red_now_and_then_is_not_told(
    watch: Watch, owe: Owe, office: Office, db: Database, raised: Raised
) -> None:
    for turn in range(4):
        await owe(Errand(name=f"{turn}"))
        for _ in range(PATIENCE - 1):
            assert await watch.sees()
        async with db.transaction() as tx:
            await tx.session.execute(update(OwedEffect).values(state=State.DONE))
        assert await watch.sees() == {}
    assert await raised() == []


async def test_replicas_that_audit_at_the_same_time_count_as_one(
    world: World, clock: Clock, owe: Owe, office: Office, db: Database, raised: Raised
) -> None:
    replicas = [Watch(world, clock, []) for _ in range(3)]
    await owe(Errand(name="a"))
    for _ in range(PATIENCE - 1):
        clock.jump(A_MINUTE)
        await asyncio.gather(*(replica.looks() for replica in replicas))
    assert [len(replica.seen) for replica in replicas] == [2, 2, 2]
    assert await raised() == []
    clock.jump(A_MINUTE)
    await asyncio.gather(*(replica.looks() for replica in replicas))
    assert len(await raised()) == 1
    found = await alarm(db, "sends_unsent")
    assert found
    assert found.audits == PATIENCE


async def test_a_restart_does_not_begin_to_count_anew(
    world: World, clock: Clock, owe: Owe, office: Office, raised: Raised
) -> None:
    await owe(Errand(name="a"))
    for _ in range(PATIENCE):
        assert await raised() == []
        await Watch(world, clock, []).sees()
    assert len(await raised()) == 1
    await Watch(world, clock, []).sees()
    assert len(await raised()) == 1


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
async def test_no_question_reads_a_whole_table(watch: Watch, db: Database, owe: Owe, office: Office) -> None:
    """What SQLite will do depends on the words of the question: a partial index is for those who say its condition.
    PostgreSQL decides by what is in the table."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, sql: str, parameters: Any, _context: object, _many: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, parameters))

    await owe(Errand(name="a", incident=IncidentId(1)), Rescue(name="b"))
    event.listen(db.engine.sync_engine, "before_cursor_execute", hear)
    assert set(await watch.sees()) == {"sends_unsent", "pages_unsent"}
    event.remove(db.engine.sync_engine, "before_cursor_execute", hear)

    steps = []
    async with db.engine.connect() as connection:
        for sql, parameters in asked:
            steps += [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    about = [step for step in steps if step.startswith(("SCAN", "SEARCH")) and "(rowid=?)" not in step]
    assert any("ix_effect_due_open (due_at<?)" in step for step in about), about
    assert any("ix_delivery_open (due_at<?)" in step for step in about), about
    assert any("ix_effect_lane_open" in step for step in about), about
    whole = {step for step in about if "INDEX" not in step or "(rowid" in step}
    assert whole == {"SCAN audit_alarm", "SCAN CONSTANT ROW", "SCAN (subquery-1)"}, "of the small table, and of lists"
