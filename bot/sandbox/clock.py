"""Time inside the workspace: real by default, and it can be jumped, paused and sped up."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_time_s() -> float:
    """Unix seconds outside the workspace, for what the app compares with its machine's clock: signatures."""
    return time.time()


class Clock:
    """A clock that runs with real time unless told otherwise. Everything in the workspace asks this one."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shown = start or datetime.now(UTC)  # the time shown at the last change of pace
        self._since = time.monotonic()
        self._speed = 1.0
        self._on_jump: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The time in the workspace, aware, UTC."""
        return self._shown + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    def seconds(self) -> float:
        """The same time as seconds, for whoever measures how long something takes: a jump counts."""
        return self.now().timestamp()

    def jump(self, by: timedelta) -> None:
        """Move forward at once, and tell everyone who sleeps by this clock."""
        if by < timedelta(0):
            raise ValueError("time in the workspace only moves forward")
        self._settle()
        self._shown += by
        self._tell()

    def run(self, speed: float = 1.0) -> None:
        """Let time pass: 0 pauses it, 1 is real, 60 is a minute a second."""
        self._settle()
        self._speed = speed
        self._tell()

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def pace(self) -> tuple[datetime, float, float]:
        """What it showed, at which moment of `time.monotonic`, and its speed since: enough to show the same time in
        another process of this machine."""
        return self._shown, self._since, self._speed

    def on_jump(self, told: Callable[[], None]) -> None:
        """Call `told` after each jump or change of pace."""
        self._on_jump.append(told)

    def _settle(self) -> None:
        self._shown, self._since = self.now(), time.monotonic()

    def _tell(self) -> None:
        for told in self._on_jump:
            told()
