"""What did not work: tried again when that is right, given up when it is not, and told."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.engine.cycle import Engine
from bot.engine.outbox import LONGEST_WAIT, backoff
from bot.kernel.db import Database
from bot.kernel.effect import OwedEffect, State
from bot.kernel.errors import Rejected, Unavailable
from bot.sandbox.clock import Clock
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, rows


async def test_what_is_unavailable_is_tried_again_later(
    engine: Engine, office: Office, owe: Owe, clock: Clock, db: Database
) -> None:
    office.raises["a"] = [Unavailable("away"), Unavailable("away")]
    await owe(Errand(name="a"))
    await engine.idle()
    (row,) = await rows(db, State.OWED)
    assert row.last_error == "away"
    assert row.due_at > clock.now()
    for _ in range(2):
        clock.jump(timedelta(seconds=5))
        await engine.idle()
    assert office.done == ["a"]
    assert [attempt.number for attempt in office.attempts] == [1, 2, 3]
    assert len({attempt.key for attempt in office.attempts}) == 1
    assert not any(attempt.uncertain for attempt in office.attempts)


async def test_the_service_says_when_to_come_back_and_that_spends_no_patience(
    engine: Engine, office: Office, owe: Owe, clock: Clock
) -> None:
    office.raises["a"] = [Unavailable("busy", retry_after=timedelta(seconds=20))] * 2
    await owe(Errand(name="a"))
    await engine.idle()
    clock.jump(timedelta(seconds=19))
    await engine.idle()
    assert office.begun == ["a"]
    clock.jump(Errand.patience)
    await engine.idle()
    clock.jump(timedelta(seconds=21))
    await engine.idle()
    assert office.done == ["a"]


async def test_patience_ends_and_the_loss_is_told(engine: Engine, office: Office, owe: Owe, clock: Clock) -> None:
    office.raises["a"] = [Unavailable("away")] * 3
    await owe(Errand(name="a"), Errand(name="next"))
    await engine.idle()
    clock.jump(Errand.patience + timedelta(seconds=1))
    await engine.idle()
    assert office.done == ["next", "a is lost: no answer for 1:00:00: away"]


async def test_after_an_unknown_outcome_it_looks_but_not_before_a_look_can_tell(
    engine: Engine, office: Office, owe: Owe, clock: Clock
) -> None:
    office.raises["a"] = [Unavailable("lost reply", outcome_unknown=True), Unavailable("away")]
    await owe(Errand(name="a"))
    await engine.idle()
    clock.jump(Errand.look_after - timedelta(seconds=1))
    await engine.idle()
    assert len(office.attempts) == 1
    for _ in range(2):
        clock.jump(timedelta(seconds=2))
        await engine.idle()
    assert [attempt.uncertain for attempt in office.attempts] == [False, True, True]  # what may be stays possible
    assert len({attempt.since for attempt in office.attempts}) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Rejected("is_archived", "a detail"), "is_archived: a detail"),
        (KeyError("a bug"), "a fault in Tocsin (KeyError)"),
        (IntegrityError("INSERT", {}, Exception("UNIQUE")), "a fault in Tocsin (IntegrityError)"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_will_never_work_is_given_up_at_once_and_told(
    engine: Engine, office: Office, owe: Owe, db: Database, error: Exception, told: str
) -> None:
    office.raises["a"] = [error]
    await owe(Errand(name="a"), Errand(name="next"))
    await engine.idle()
    assert sorted(office.done) == [f"a is lost: {told}", "next"]
    (lost,) = await rows(db, State.LOST)
    assert lost.last_error == told


async def test_a_database_that_did_not_answer_loses_nothing(
    engine: Engine, office: Office, owe: Owe, clock: Clock
) -> None:
    office.raises["a"] = [OperationalError("SELECT", {}, Exception("gone away")), TimeoutError()]
    await owe(Errand(name="a"))
    await engine.idle()
    for _ in range(2):
        clock.jump(timedelta(seconds=5))
        await engine.idle()
    assert office.done == ["a"]
    assert [attempt.uncertain for attempt in office.attempts] == [False, True, True]


async def test_a_fault_in_telling_of_a_loss_stops_nothing(
    engine: Engine, office: Office, owe: Owe, db: Database
) -> None:
    office.raises["a"] = [Rejected("no")]
    await owe(Errand(name="a", tells_badly=True), Errand(name="next"))
    await engine.idle()
    assert office.done == ["next"]
    assert [row.state for row in await rows(db)] == [State.LOST, State.DONE]


@pytest.mark.parametrize("spoilt", [{"kind": "FromTheFuture"}, {"payload": {"surname": "a"}}], ids=["kind", "payload"])
async def test_what_this_version_does_not_know_waits_for_one_that_does(
    engine: Engine, office: Office, owe: Owe, clock: Clock, db: Database, spoilt: dict[str, object]
) -> None:
    async with db.transaction() as tx:
        tx.owe(Errand(name="a"))
        await tx.write_owed()
        await tx.session.execute(update(OwedEffect).values(**spoilt))
        tx._owed.clear()
    await owe(Errand(name="b", way="south"))
    await engine.idle()
    assert office.done == ["b"]
    (row,) = await rows(db, State.OWED)
    assert row.last_error == f"this version does not know {row.kind}"
    async with db.transaction() as tx:  # the newer version takes it
        await tx.session.execute(
            update(OwedEffect).where(OwedEffect.id == row.id).values(kind="Errand", payload={"name": "a"})  # type: ignore[arg-type]
        )
    clock.jump(LONGEST_WAIT + timedelta(seconds=1))
    await engine.idle()
    assert office.done == ["b", "a"]


def test_waits_grow_to_a_minute_and_no_further() -> None:
    assert max(backoff(1) for _ in range(200)) <= timedelta(seconds=0.5)
    assert max(backoff(4) for _ in range(200)) <= timedelta(seconds=4)
    assert max(backoff(5_000) for _ in range(200)) <= LONGEST_WAIT
    assert min(backoff(5_000) for _ in range(200)) >= timedelta(seconds=0.1)
