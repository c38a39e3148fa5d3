"""APScheduler gives the beat: once a second, and at the next moment at which something falls due. It keeps nothing:
what is due stands in the database."""

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine.cycle import BEAT, Engine
from bot.kernel.clock import Clock, SystemClock

SOON = timedelta(milliseconds=20)  # what is planned for so soon may be over already


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
