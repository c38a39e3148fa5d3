"""How long the event loop was held up, by whatever did not give way to it."""

import asyncio
import contextlib
import time
from pathlib import Path

EVERY_S = 0.02
SCHEDSTAT = Path("/proc/thread-self/schedstat")  # Linux: nanoseconds on a processor, waiting for one, and slices


class Lag:
    """Within `async with`: a task asks for its turn fifty times a second. What it waits too long for counts, less the
    time in which this thread wanted a processor and had none: that is a busy machine's doing, and not the bot's."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self.turns = 0

    async def __aenter__(self) -> "Lag":
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._asking.cancel()
        await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        never = asyncio.Event()
        while True:
            planned, starved = time.monotonic() + EVERY_S, starved_s()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(never.wait(), EVERY_S)
            late = time.monotonic() - planned - (starved_s() - starved)
            self.longest_s, self.turns = max(self.longest_s, late), self.turns + 1


def starved_s() -> float:
    """For how long this thread was ready to run and did not; 0 where nobody counts it."""
    return int(SCHEDSTAT.read_text().split()[1]) / 1e9 if SCHEDSTAT.exists() else 0.0
