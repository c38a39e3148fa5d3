"""The only place that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

SET_BACK_PACE = 0.9  # of real time, while the machine's clock is behind what we have shown


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def seconds(self) -> float:
        """Seconds from some moment on, to measure how long something takes; they never run back."""
        ...


def _wall() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """This machine's clock, corrected to the database's where replicas share one. `wall` is what it shows, `steady`
    counts seconds that nobody can set."""

    def __init__(self, wall: Callable[[], datetime] = _wall, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._correction = timedelta(0)
        self._shown: datetime | None = None  # when we were last asked
        self._at = 0.0

    def now(self) -> datetime:
        """It never runs back. Set forward, it follows at once: the machine may have slept, and what is due is due. Set
        back, it would hold up every page for as long; so it runs a little slow instead until the two agree."""
        told, steady = self._wall() + self._correction, self._steady()
        if self._shown:
            told = max(told, self._shown + timedelta(seconds=(steady - self._at) * SET_BACK_PACE))
        self._shown, self._at = told, steady
        return told

    def seconds(self) -> float:
        return self._steady()

    def agree_with(self, theirs: datetime) -> None:
        """Take the database's time as the truth, whatever we showed before. `theirs` was read a moment ago."""
        self._correction = theirs - self._wall()
        self._shown = None


class Pace(NamedTuple):
    """How somebody else's clock runs: it showed `shown` at `since` of this machine's `time.monotonic`."""

    shown: datetime
    since: float
    speed: float  # 1 is real time


class LentClock:
    """Somebody else's clock, which may be jumped, paused and sped up: the sandbox's."""

    def __init__(self, pace: Pace) -> None:
        self.follow(pace)

    def follow(self, pace: Pace) -> None:
        self._pace = pace

    def now(self) -> datetime:
        return self._pace.shown + timedelta(seconds=(time.monotonic() - self._pace.since) * self._pace.speed)

    def seconds(self) -> float:
        """A jump counts."""
        return self.now().timestamp()


class Stopwatch:
    """Seconds that pass, whatever happens to the wall clock."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._started

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds())
