"""How late the event loop is."""

import asyncio

from bot.engine.lag import LoopLag
from bot.kernel.clock import Stopwatch

A_QUARTER_S = 0.25


async def test_who_holds_the_loop_is_seen() -> None:
    seen: list[float] = []
    called = asyncio.Event()

    def observed(seconds: float) -> None:
        seen.append(seconds)
        called.set()

    lag = LoopLag(observed)
    lag.start()
    held = Stopwatch()
    while held.seconds() < A_QUARTER_S:
        pass
    await asyncio.wait_for(called.wait(), 5)
    assert max(seen) > 0.1, "it was due after a tenth of a second"
    lag.stop()
