"""The only place that asks what time it is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    def seconds(self) -> float:
        """Seconds from some moment on, to measure how long something takes; they never run back."""
        ...


class SystemClock:
    """This machine's clock, corrected to the database's where replicas share one."""

    def __init__(self) -> None:
        self._correction = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._correction

    def seconds(self) -> float:
        return time.monotonic()

    def agree_with(self, theirs: datetime) -> None:
        """Take the database's time as the truth. `theirs` was read a moment ago."""
        self._correction = theirs - datetime.now(UTC)


class Stopwatch:
    """Seconds that pass, whatever happens to the wall clock."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._started
