"""The engine: wake, sweep what is due, set owed lanes in motion."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.engine.outbox import Outbox, backoff
from bot.kernel.clock import Stopwatch
from bot.kernel.db import DATABASE_TROUBLE, Transaction, is_away
from bot.kernel.effect import OwedEffect, Urgency
from bot.kernel.sweep import Sweep
from bot.world import World

SLOTS = 16  # effects under way at once, pages apart: what hangs must not hold those up
PAGES = 200  # of pages, so many: they wait for Slack, and cost little while they do
AT_ONCE = 250  # duties dealt with in one transaction
PLANS_APART_S = 0.1
ROOM_AGAIN_S = 0.25  # by then the workspace takes another page
LOOKS_APART_S = 0.05  # what falls due within this time is dealt with together

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
        self._look_due = True  # something may have fallen due
        self._since_look = Stopwatch()
        self._acted = False  # then there may be more of the same
        self._moments: list[datetime | None] = []  # when the sweeps have something to do next
        self._stopping = False
        self._running: dict[asyncio.Task[None], Urgency] = {}
        self._since_beat = Stopwatch()
        self._since_plan = Stopwatch()
        self._unwell: dict[tuple[str, int], tuple[int, datetime]] = {}  # a sweep's act that failed: times, not before
        self._ended = asyncio.Event()
        self._ended.set()  # until it runs
        self._idle = asyncio.Event()
        self._cycled = asyncio.Event()

    def wake(self) -> None:
        """Something is owed, or has fallen due."""
        self._look_due = True
        self._woken.set()

    def beat(self) -> None:
        """Time has passed."""
        self._beat_due = True
        self.wake()

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
        looks = beat or self._may_look()
        acted = await self._sweep_all() if looks else False
        if beat:
            for chore in self.chores:
                await chore()
        await self._set_in_motion()
        if looks or not self._running or self._since_plan.seconds() > PLANS_APART_S:
            await self._plan(anew=looks)
        if beat:
            self._since_beat = Stopwatch()
        self._cycled.set()
        if acted:
            self.wake()
        elif not self._running and not self._woken.is_set() and not self._look_due:
            self._idle.set()

    def _may_look(self) -> bool:
        """Each commit asks for a look; many at once get one together."""
        if not self._look_due:
            return False
        wait = 0.0 if self._acted else LOOKS_APART_S - self._since_look.seconds()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._woken.set)
            return False
        return True

    async def _sweep_all(self) -> bool:
        self._acted, self._look_due, self._since_look = False, False, Stopwatch()
        async with self.world.db.snapshot() as snap:  # one for all: most of the time nothing is due anywhere
            found = [await sweep.due(snap) for sweep in self.sweeps]
        for sweep, rows in zip(self.sweeps, found, strict=True):
            due = [row for row in rows if self._well(sweep, row, snap.now)]
            if due and await self._sweep(sweep, due):
                self._acted = True
        return self._acted

    async def _sweep(self, sweep: Sweep, due: list[int]) -> bool:
        """In parts side by side: where there is more than one writer, none waits for what another has the database
        do."""
        parts = (due[start : start + AT_ONCE] for start in range(0, len(due), AT_ONCE))
        acted = await asyncio.gather(*(self._act(sweep, part) for part in parts), return_exceptions=True)
        for trouble in acted:
            if isinstance(trouble, BaseException):
                raise trouble
        return any(acted)

    async def _act(self, sweep: Sweep, due: list[int]) -> bool:
        async with self.world.db.transaction() as tx:
            return await self._act_on(sweep, tx, due)

    async def _act_on(self, sweep: Sweep, tx: Transaction, due: list[int]) -> bool:
        """One sick incident must not stop the next one's turn: where all at once fails, each has its own."""
        if sweep.act_on_all and len(due) > 1 and await _done(tx, sweep.act_on_all(tx, due), sweep, due):
            return True
        acted = False
        for row in due:
            if await _done(tx, sweep.act(tx, row), sweep, [row]):
                self._unwell.pop((sweep.name, row), None)
                acted = True
            else:
                times = self._unwell.get((sweep.name, row), (0, tx.now))[0] + 1
                self._unwell[sweep.name, row] = (times, tx.now + backoff(times + 2))
        return acted

    def _well(self, sweep: Sweep, row: int, now: datetime) -> bool:
        return self._unwell.get((sweep.name, row), (0, now))[1] <= now

    async def _set_in_motion(self) -> None:
        pages = sum(urgency is Urgency.PAGE for urgency in self._running.values())
        free, others = PAGES - pages, SLOTS - (len(self._running) - pages)
        room = self.world.slack.room_for_pages()
        if room is not None:  # what is claimed in vain loses its place to what is less urgent
            free = min(free, max(room - pages, 0 if pages else 1))
        if free <= 0 and others <= 0:
            return
        rows = await self.outbox.claim(max(free, 0), max(others, 0))
        if room is not None and sum(row.urgency == Urgency.PAGE for row in rows) == free < PAGES:
            asyncio.get_running_loop().call_later(ROOM_AGAIN_S, self._woken.set)
        for row in rows:
            task = asyncio.create_task(self._pay(row), name=f"{row.kind} {row.lane}")
            self._running[task] = Urgency.PAGE if row.urgency == Urgency.PAGE else Urgency.NOW
            task.add_done_callback(self._finished)

    async def _pay(self, row: OwedEffect) -> None:
        with structlog.contextvars.bound_contextvars(incident=row.incident_id, effect_id=row.id):
            try:
                await self.outbox.pay(row)
            except DATABASE_TROUBLE as trouble:
                log.error("effect_not_recorded", effect=row.kind, error=str(trouble))

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._woken.set()
        if not task.cancelled() and (bug := task.exception()):
            log.error("effect_not_settled", effect=task.get_name(), exc_info=bug)

    async def _plan(self, *, anew: bool) -> None:
        self._since_plan = Stopwatch()
        async with self.world.db.snapshot() as snap:
            owed = await self.outbox.next_due(snap)
            if anew:
                self._moments = [await sweep.next_due(snap) for sweep in self.sweeps]
        later = [moment for moment in (owed, *self._moments) if moment and moment > self.world.clock.now()]
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


async def _done(tx: Transaction, work: Awaitable[None], sweep: Sweep, rows: Sequence[int]) -> bool:
    try:
        async with tx.alone():
            await work
    except Exception as error:
        if is_away(error, postgres=tx.postgres):
            raise
        log.exception("sweep_failed", sweep=sweep.name, rows=list(rows[:10]), of=len(rows))
        return False
    return True


BEAT = timedelta(seconds=1)
