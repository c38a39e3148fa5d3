"""Sleeping by the workspace's clock."""

import asyncio
from datetime import datetime

from bot.sandbox.clock import Clock


class Pace:
    """Wakes sleepers when the workspace's clock says so, also if it is jumped, paused or sped up meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sleepers: set[asyncio.Event] = set()
        clock.on_jump(self._wake)

    async def until(self, when: datetime) -> None:
        woken = asyncio.Event()
        self._sleepers.add(woken)
        try:
            while (left := (when - self._clock.now()).total_seconds()) > 0:
                woken.clear()
                timeout = left / self._clock.speed if self._clock.speed else None
                await _wait(woken, timeout)
        finally:
            self._sleepers.discard(woken)

    def _wake(self) -> None:
        for woken in self._sleepers:
            woken.set()


async def _wait(event: asyncio.Event, timeout: float | None) -> None:
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return
