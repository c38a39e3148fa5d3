"""Incidents that are over are found by their words, with what ended them, by whoever may know of them."""

from bot.sandbox.people import Person
from tests.scenarios.hands import does, types
from tests.stage import Stage


async def test_what_is_over_is_found_by_whoever_may_know_of_it(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    over = await stage.declares(ana, "Payments time out", affected="checkout, EU")
    kept = await ana.says("the connection pool is exhausted", stage.room(over))
    await ana.reacts(kept, "pushpin")
    await does(stage, ana, "/incident resolve", over, resolution="We raised the pool's size & restarted.")
    late = await ana.says("the zookeeper slept too", stage.room(over))
    await ana.reacts(late, "pushpin")
    await stage.settle()
    secret = await stage.declares(ana, "Checkout leaks tokens", options=["yes"])
    await does(stage, ana, "/incident resolve", secret, resolution="Rotated.")
    now = await stage.declares(bo, "Timeouts of payments", affected="checkout")

    found = await types(stage, bo, "/incident similar", stage.room(now))
    assert "*INC-1* Payments time out" in found
    assert "*What ended it:* We raised the pool's size &amp; restarted." in found
    assert "In common: " in found
    assert "INC-2" not in found, "Bo is no insider"
    assert found.count("What ended it") == 1, "not itself, which goes on"
    assert "INC-2" in await types(stage, ana, "/incident similar checkout")
    assert "INC-1" in await types(stage, cy, "/incident similar pools exhausted")

    assert "INC-1" in await types(stage, cy, "/incident similar zookeeper")
    await ana.deletes(late)
    await stage.settle()
    assert "No incident that is over has these words: zookeeper" in await types(
        stage, cy, "/incident similar zookeeper"
    )
    await types(stage, ana, "/incident reopen 1 it is back")
    assert "No incident that is over has these words" in await types(stage, cy, "/incident similar pools exhausted")
    assert "That works in an incident's channel" in await types(stage, cy, "/incident similar")
