"""APScheduler gives the beat: once a second, and at the next moment at which something falls due. It keeps nothing:
what is due stands in the database."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine.cycle import BEAT, Engine
from bot.kernel.clock import Clock, SystemClock

SOON = timedelta(milliseconds=20)  # what is planned for so soon may be over already

log = structlog.get_logger(__name__)


class Beat:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._planned: datetime | None = None
        engine.wake_at = self.at

    def start(self) -> None:
        self._scheduler.add_job(
            self._engine.beat, "interval", seconds=BEAT.total_seconds(), id="beat", max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.start()
        self._engine.beat()
        self._watch()

    def _watch(self) -> None:
        """APScheduler waits for a time of day. If the machine's clock is set back, that is hours away: then it is told
        to go on from now."""
        if not self._scheduler.running:
            return
        asyncio.get_running_loop().call_later(BEAT.total_seconds(), self._watch)
        here = SystemClock().now()
        job = self._scheduler.get_job("beat")
        if job and job.next_run_time > here + 2 * BEAT:
            log.warning("clock_set_back", seconds=(job.next_run_time - here).total_seconds())
            self._scheduler.modify_job("beat", next_run_time=here)

    def at(self, moment: datetime) -> None:
        """Wake the engine at this moment of its clock; the one planned before is forgotten."""
        now = self._clock.now()
        wait = moment - now
        if wait >= BEAT or not self._scheduler.running:
            return  # the beat will be there in time
        if self._planned and now + SOON < self._planned <= moment:
            return  # we look before that
        self._planned = moment
        # APScheduler goes by the machine's clock, ours may be corrected or jumped: plan by the distance.
        here = SystemClock().now() + max(wait, timedelta(0))
        self._scheduler.add_job(
            self._engine.wake, "date", run_date=here, id="due", replace_existing=True, misfire_grace_time=None
        )

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
