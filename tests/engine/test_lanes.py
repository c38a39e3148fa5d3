"""Lanes: in order within one, and none waits for another."""

from datetime import timedelta

from bot.engine.cycle import SLOTS, Engine
from bot.engine.outbox import Outbox
from bot.kernel.db import Database
from bot.kernel.effect import State
from bot.kernel.errors import Unavailable
from bot.sandbox.clock import Clock
from bot.world import World
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office, Polish, Rescue, rows


async def test_a_lane_goes_in_the_order_in_which_things_were_owed(engine: Engine, office: Office, owe: Owe) -> None:
    office.hold("1")
    for name in "1234":
        await owe(Errand(name=name))
    await office.has_begun("1")
    await engine.cycled()
    assert office.begun == ["1"]
    office.open_all()
    await engine.idle()
    assert office.done == ["1", "2", "3", "4"]


async def test_a_stuck_lane_delays_no_other(engine: Engine, office: Office, owe: Owe) -> None:
    office.hold("stuck")
    await owe(Errand(name="stuck", way="north"), Errand(name="behind it", way="north"), Errand(name="a", way="south"))
    await office.has_begun("a")
    await owe(Errand(name="b", way="south"), Errand(name="c", way="west"))
    await office.has_begun("b")
    await office.has_begun("c")
    assert "behind it" not in office.begun
    office.open_all()
    await engine.idle()
    assert "behind it" in office.done


async def test_one_that_must_be_tried_again_keeps_its_place(
    engine: Engine, office: Office, owe: Owe, clock: Clock
) -> None:
    office.raises["first"] = [Unavailable("not now", retry_after=timedelta(seconds=30))]
    await owe(Errand(name="first"), Errand(name="second"))
    await engine.idle()
    assert office.begun == ["first"]
    clock.jump(timedelta(seconds=31))
    await engine.idle()
    assert office.begun == ["first", "first", "second"]


async def test_when_not_all_can_go_the_most_urgent_goes_first(
    world: World, office: Office, owe: Owe, db: Database
) -> None:
    await owe(Polish(name="card", way="a"), Errand(name="word", way="b"), Rescue(name="page", way="c"))
    outbox = Outbox(world, owner=1)
    claimed = [row.kind for _ in range(3) for row in await outbox.claim(1)]
    assert claimed == ["Rescue", "Errand", "Polish"]
    assert await outbox.claim(1) == []
    assert [row.attempts for row in await rows(db, State.CLAIMED)] == [1, 1, 1]


async def test_many_more_lanes_than_slots_are_all_served(engine: Engine, office: Office, owe: Owe) -> None:
    names = [f"{n:03}" for n in range(SLOTS * 3)]
    await owe(*(Errand(name=name, way=name) for name in names))
    await engine.idle()
    assert sorted(office.done) == names
