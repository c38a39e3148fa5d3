"""When a model fails again and again it is left alone for a while: drafts come at once, and its server recovers."""

from collections import deque

from bot.kernel.clock import Clock
from bot.llm.model import Declined, Kind

FAILURES = 3
WITHIN_S = 600.0
REST_S = 300.0

# Of the model's answers, and not of its server's health: another question may well be answered.
NO_FAILURE = {Kind.TOO_LONG, Kind.CUT_SHORT, Kind.REFUSED, Kind.UNUSABLE}
# Asking again is in vain until somebody mends it.
AT_ONCE = {Kind.MISCONFIGURED, Kind.QUOTA}


class Breaker:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed_at: deque[float] = deque(maxlen=FAILURES)
        self._rests_until: float | None = None
        self._last = ""
        self._is_on_trial = False

    def resting(self) -> Declined | None:
        if self._rests_until is None:
            return None
        left_s = self._rests_until - self._clock.seconds()
        if left_s > 0:
            minutes = max(1, round(left_s / 60))
            return Declined(f"{self._last}, so it is left alone for {minutes} more min", Kind.RESTING)
        self._rests_until, self._is_on_trial = None, True
        return None

    def worked(self) -> None:
        self._failed_at.clear()
        self._is_on_trial = False

    def failed(self, why: Declined) -> bool:
        """Whether it rests from now on."""
        if why.kind in NO_FAILURE:
            return False
        now = self._clock.seconds()
        self._failed_at.append(now)
        many = len(self._failed_at) == FAILURES and now - self._failed_at[0] <= WITHIN_S
        if not (many or self._is_on_trial or why.kind in AT_ONCE):
            return False
        self._rests_until, self._last = now + REST_S, why.reason
        self.worked()
        return True
