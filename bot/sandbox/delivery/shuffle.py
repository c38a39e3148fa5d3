"""Events out of order, on request."""

import asyncio

from bot.sandbox.delivery.outcome import Switches

PATIENCE_S = 0.05  # real seconds that an event waits for others to overtake it


class Shuffle:
    """Holds events while `switches.shuffle` is on, and lets them go newest first."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._held: list[asyncio.Future[None]] = []
        self._alarm: asyncio.TimerHandle | None = None

    async def turn(self) -> None:
        """Wait until it is this event's turn; at once if nothing is to be shuffled."""
        if self._switches.shuffle < 2:
            return
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._held.append(mine)
        if len(self._held) >= self._switches.shuffle:
            self._release()
        elif self._alarm is None:
            self._alarm = loop.call_later(PATIENCE_S, self._release)
        await mine

    def _release(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        held, self._held = self._held, []
        for waiting in reversed(held):
            if not waiting.done():
                waiting.set_result(None)
