"""How late the event loop is: what blocks it delays everything."""

import asyncio
from collections.abc import Callable

EVERY_S = 0.1


class LoopLag:
    """Asks the loop to be called ten times a second, and tells `observed` how many seconds late each call came."""

    def __init__(self, observed: Callable[[float], None]) -> None:
        self._observed = observed
        self._planned: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._plan(asyncio.get_running_loop())

    def stop(self) -> None:
        if self._planned:
            self._planned.cancel()

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        self._planned = loop.call_at(loop.time() + EVERY_S, self._called, loop, loop.time() + EVERY_S)

    def _called(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._observed(max(0.0, loop.time() - due))
        self._plan(loop)
