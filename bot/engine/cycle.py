"""The engine: wake, sweep what is due, set owed lanes in motion."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.engine.outbox import Outbox, backoff
from bot.kernel.clock import Stopwatch
from bot.kernel.db import DATABASE_TROUBLE, Transaction
from bot.kernel.effect import OwedEffect
from bot.kernel.sweep import Sweep
from bot.world import World

SLOTS = 24  # effects under way at once

log = structlog.get_logger(__name__)


class Engine:
    """Turns owed into done. `chores` run at each beat, after the sweeps; `wake_at` is told when to wake it next."""

    def __init__(
        self,
        world: World,
        outbox: Outbox,
        sweeps: Sequence[Sweep],
        chores: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        self.world = world
        self.outbox = outbox
        self.sweeps = sweeps
        self.chores = chores
        self.wake_at: Callable[[datetime], None] = lambda _moment: None
        self._woken = asyncio.Event()
        self._beat_due = True
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._since_beat = Stopwatch()
        self._unwell: dict[tuple[str, int], tuple[int, datetime]] = {}  # a sweep's act that failed: times, not before
        self._ended = asyncio.Event()
        self._ended.set()  # until it runs
        self._idle = asyncio.Event()
        self._cycled = asyncio.Event()

    def wake(self) -> None:
        """Something is owed."""
        self._woken.set()

    def beat(self) -> None:
        """Time has passed."""
        self._beat_due = True
        self._woken.set()

    @property
    def seconds_since_beat(self) -> float:
        return self._since_beat.seconds()

    async def run(self) -> None:
        """Until `stop`. Survives a database that is away."""
        self._ended.clear()
        try:
            while not self._stopping:
                await self._woken.wait()
                self._woken.clear()
                try:
                    await self._cycle()
                except DATABASE_TROUBLE as trouble:
                    log.error("engine_cannot_reach_database", error=str(trouble))
        finally:
            self._ended.set()

    async def stop(self, grace_s: float = 10.0) -> None:
        """Take up nothing new; let what is under way finish, else leave it owed."""
        self._stopping = True
        self._woken.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._ended.wait()  # it may be claiming something in this moment
                await asyncio.gather(*self._running, return_exceptions=True)
        late = list(self._running)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _cycle(self) -> None:
        self._idle.clear()
        beat, self._beat_due = self._beat_due, False
        if self._stopping:
            return
        acted = await self._sweep_all()
        if beat:
            for chore in self.chores:
                await chore()
        await self._set_in_motion()
        await self._plan()
        if beat:
            self._since_beat = Stopwatch()
        self._cycled.set()
        if acted:
            self._woken.set()
        elif not self._running and not self._woken.is_set():
            self._idle.set()

    async def _sweep_all(self) -> bool:
        acted = False
        for sweep in self.sweeps:
            async with self.world.db.snapshot() as snap:
                due = [row for row in await sweep.due(snap) if self._well(sweep, row, snap.now)]
            if due:
                async with self.world.db.transaction() as tx:
                    for row in due:
                        acted = await self._act(sweep, tx, row) or acted
        return acted

    async def _act(self, sweep: Sweep, tx: Transaction, row: int) -> bool:
        """One sick incident must not stop the next one's turn."""
        try:
            async with tx.alone():
                await sweep.act(tx, row)
        except Exception:
            times = self._unwell.get((sweep.name, row), (0, tx.now))[0] + 1
            self._unwell[sweep.name, row] = (times, tx.now + backoff(times + 2))
            log.exception("sweep_failed", sweep=sweep.name, incident=row, times=times)
            return False
        self._unwell.pop((sweep.name, row), None)
        return True

    def _well(self, sweep: Sweep, row: int, now: datetime) -> bool:
        return self._unwell.get((sweep.name, row), (0, now))[1] <= now

    async def _set_in_motion(self) -> None:
        free = SLOTS - len(self._running)
        if free <= 0:
            return
        for row in await self.outbox.claim(free):
            task = asyncio.create_task(self._pay(row), name=f"{row.kind} {row.lane}")
            self._running.add(task)
            task.add_done_callback(self._finished)

    async def _pay(self, row: OwedEffect) -> None:
        with structlog.contextvars.bound_contextvars(incident=row.incident_id, effect_id=row.id):
            try:
                await self.outbox.pay(row)
            except DATABASE_TROUBLE as trouble:
                log.error("effect_not_recorded", effect=row.kind, error=str(trouble))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._woken.set()
        if not task.cancelled() and (bug := task.exception()):
            log.error("effect_not_settled", effect=task.get_name(), exc_info=bug)

    async def _plan(self) -> None:
        async with self.world.db.snapshot() as snap:
            moments = [await self.outbox.next_due(snap)]
            moments += [await sweep.next_due(snap) for sweep in self.sweeps]
        later = [moment for moment in moments if moment and moment > self.world.clock.now()]
        if later:
            self.wake_at(min(later))

    async def idle(self) -> None:
        """For tests: until nothing is due and nothing is under way."""
        self._idle.clear()
        self._woken.set()
        await self._idle.wait()

    async def cycled(self) -> None:
        """For tests: until the engine has looked once more by itself."""
        self._cycled.clear()
        await self._cycled.wait()


BEAT = timedelta(seconds=1)
