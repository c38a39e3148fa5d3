"""How often the app may call: a bucket for each method, one for each channel it posts to, one for all it posts."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.clock import Clock
from bot.sandbox.methods import PER_MINUTE
from bot.sandbox.rules import Rules

if TYPE_CHECKING:
    from bot.sandbox.api.registry import Call


@dataclass
class Bucket:
    """Holds `size` tokens and gains `per_second`; a call takes one."""

    size: float
    per_second: float
    level: float
    at: datetime

    def wait(self, now: datetime) -> timedelta:
        """How long until there is a token: zero if there is one now."""
        self.level = min(self.size, self.level + (now - self.at).total_seconds() * self.per_second)
        self.at = now
        lacking = max(0.0, 1 - self.level)
        # A hair less than a whole token counts as one, or rounding would refuse who waited as long as told.
        return timedelta(seconds=lacking / self.per_second) if lacking > 1e-6 else timedelta(0)

    def take(self) -> None:
        self.level -= 1


class Limits:
    """By the workspace's clock, so that a jump of it refills the buckets."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock, self._rules = clock, rules
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def check(self, call: "Call") -> int | None:
        """Seconds to tell in Retry-After if the call comes too early, None if it may go on."""
        if self._rules.rates == "off":
            return None
        now = self._clock.now()
        buckets = self._of(call, now)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait:
            return math.ceil(wait.total_seconds())
        for bucket in buckets:
            bucket.take()
        return None

    def _of(self, call: "Call", now: datetime) -> list[Bucket]:
        tier = call.spec.tier
        if call.name == "chat.postMessage":
            everywhere = self._rules.posts_per_minute
            return [
                self._bucket(("post", _channel(call)), self._rules.posts_burst, 1.0, now),
                self._bucket(("post", "*"), everywhere, everywhere / 60, now),
            ]
        per_minute = PER_MINUTE.get(tier, self._rules.special_per_minute)
        return [self._bucket(("method", call.name), per_minute, per_minute / 60, now)]

    def _bucket(self, key: tuple[str, str], size: float, per_second: float, now: datetime) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = Bucket(size, per_second, size, now)
        return self._buckets[key]


def _channel(call: "Call") -> str:
    """The channel posted to; for direct messages the person, who can be written to before there is a channel."""
    given = str(call.args.get("channel", ""))
    channel = call.slack.workspace.channels.get(given)
    if channel is None or channel.kind != "im":
        return given
    return next((user for user in channel.members if user != call.slack.bot.id), given)
