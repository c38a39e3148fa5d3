"""How fast we may ask Slack, kept on our side, so that in the steady state Slack never has to refuse."""

from collections.abc import Callable
from dataclasses import dataclass

FOR_PAGES = 0.2  # of what the workspace takes at once, so much is kept for pages
PAGES_NEED = {"post:*", "conversations.open"}
LONGEST_PROMISE_S = 30.0  # whoever waits asks again by then: somebody before them may have given up


@dataclass
class Bucket:
    """`burst` at once, then `per_second`. `at` lies ahead while Slack itself has asked us to wait."""

    burst: float
    per_second: float
    level: float
    at: float
    kept: float = 0.0  # of the burst, so much is only for pages
    promised: float = 0.0  # the latest moment at which somebody was told to come back
    promised_urgent: float = 0.0  # the same of pages, which queue among themselves

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        """Seconds until one more may go, 0 if now."""
        if now < self.at:
            return self.at - now
        self.level = min(self.burst, self.level + (now - self.at) * self.per_second)
        self.at = now
        needed = 1.0 if urgent else 1.0 + self.kept
        return max(0.0, (needed - self.level) / self.per_second)

    def promise_s(self, now: float) -> float:
        """When to come back: each who asks is given a place of their own, or all would come for the same one."""
        self.promised = max(now + self.wait_s(now), self.promised + 1 / self.per_second)
        return self.promised - now

    def promise_urgent_s(self, now: float) -> float:
        self.promised_urgent = max(now + self.wait_s(now, urgent=True), self.promised_urgent + 1 / self.per_second)
        return self.promised_urgent - now

    def room(self, now: float) -> int:
        """How many pages may go at once."""
        return 0 if self.wait_s(now, urgent=True) > 0 else int(self.level)

    def is_full(self, now: float) -> bool:
        return self.wait_s(now, urgent=True) <= 0 and self.level >= self.burst

    def take(self) -> None:
        self.level -= 1

    def shut(self, until: float) -> None:
        """Nobody goes before then, and then one at a time."""
        self.level, self.at = 1.0 + self.kept, max(until, self.at)


@dataclass(frozen=True)
class Limits:
    """Slack's published limits. Bursts are tolerated there without a number: these are on the careful side."""

    post_burst: float = 1
    posts_per_second: float = 1.0  # in one channel
    posts_burst_in_all: float = 60  # "several hundred a minute" in the whole workspace
    posts_per_second_in_all: float = 4.0
    tiers: tuple[float, ...] = (1, 20, 50, 100)  # calls a minute, by tier
    enforced: bool = True

    @classmethod
    def none(cls) -> "Limits":
        return cls(enforced=False)


TIER = {
    "conversations.create": 2, "conversations.setTopic": 2, "conversations.list": 2, "pins.add": 2, "users.list": 2,
    "usergroups.list": 2, "usergroups.users.list": 2, "conversations.canvases.create": 2, "bookmarks.add": 2,
    "conversations.invite": 3, "conversations.history": 3, "conversations.replies": 3, "conversations.join": 3,
    "conversations.open": 3, "conversations.info": 3, "chat.update": 3, "users.conversations": 3, "canvases.edit": 3,
    "bookmarks.list": 3, "files.getUploadURLExternal": 4, "files.completeUploadExternal": 4, "users.info": 4,
    "views.publish": 4, "chat.postEphemeral": 4,
}  # fmt: skip


class Pace:
    """One bucket per method's tier and one per channel posted to. `seconds` is the clock it goes by."""

    def __init__(self, limits: Limits, seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._seconds = seconds
        self._buckets: dict[str, Bucket] = {}

    def claim(self, method: str, channel: str | None, *, urgent: bool = False) -> float:
        """Take a place for one call and return 0, or return the seconds after which to ask again. What is not urgent
        leaves some places free, and queues; what is takes the next place there is."""
        wanted, now = self._wanted(method, channel), self._seconds()
        shut = [bucket for bucket in wanted if bucket.wait_s(now, urgent=urgent) > 0]
        if not shut:
            for bucket in wanted:
                bucket.take()
            return 0.0
        if urgent:
            return min(LONGEST_PROMISE_S, max(bucket.promise_urgent_s(now) for bucket in shut))
        return min(LONGEST_PROMISE_S, max(bucket.promise_s(now) for bucket in shut))

    def room(self) -> int | None:
        """How many pages the workspace takes at once; None: any number. Whoever sends no more than that keeps the rest
        in the order of their urgency."""
        limits = self._limits
        if not limits.enforced:
            return None
        return self._bucket("post:*", limits.posts_burst_in_all, limits.posts_per_second_in_all).room(self._seconds())

    def refused(self, method: str, channel: str | None, wait_s: float) -> None:
        """Slack would not have this call for so long: then it would not have the next one like it either."""
        for bucket in self._wanted(method, channel)[:1]:
            bucket.shut(self._seconds() + wait_s)

    def _wanted(self, method: str, channel: str | None) -> list[Bucket]:
        """The buckets that this call takes from, the one that is most its own first."""
        limits = self._limits
        if not limits.enforced:
            return []
        if method == "chat.postMessage" and channel:
            return [
                self._bucket(f"post:{channel}", limits.post_burst, limits.posts_per_second),
                self._bucket("post:*", limits.posts_burst_in_all, limits.posts_per_second_in_all),
            ]
        if method in TIER:
            calls = limits.tiers[TIER[method] - 1]
            return [self._bucket(method, calls, calls / 60)]
        return []

    def _bucket(self, key: str, burst: float, per_second: float) -> Bucket:
        if len(self._buckets) > 5_000:  # channels come and go; a full bucket remembers nothing
            now = self._seconds()
            self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.is_full(now)}
        kept = burst * FOR_PAGES if key in PAGES_NEED else 0.0
        return self._buckets.setdefault(key, Bucket(burst, per_second, burst, self._seconds(), kept))
