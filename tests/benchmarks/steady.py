"""What it costs while nothing happens, and whether Slack ever has to refuse us while something does."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from bot.kernel.clock import SystemClock
from bot.kernel.errors import Unavailable
from bot.sandbox.limits import Bucket
from bot.slack.pace import TIER, Limits
from tests.benchmarks import crowded
from tests.benchmarks.databases import Databases
from tests.benchmarks.paging import PATIENCE_S, SOON, Handed, office
from tests.benchmarks.ways import Measured, Verdict, Way
from tests.benchmarks.workplace import until

IDLE_GOAL = 0.01  # of a core
IDLE_S, SETTLE_S = 20.0, 3.0
AUDITS_APART_S = 60.0
PER_MINUTE = (1, 20, 50, 100)  # Slack's published tiers
POSTS_PER_MINUTE = 300  # "several hundred" in the whole workspace


async def idle(way: Way, databases: Databases, rounds: int) -> Measured:
    """A hundred thousand incidents are open, acknowledged and have nothing due: beats for a while, and one audit, which
    comes once a minute."""
    beats, audits, theirs = [], [], []
    for _ in range(rounds):
        async with office(way, databases, Limits()) as place:
            await crowded.crowd(place.db, [None] * 100_000, place.db.clock.now())
            await databases.analyze(place.db)
            await place.starts()
            await asyncio.sleep(SETTLE_S)
            before, server = time.process_time(), databases.server_s()
            await asyncio.sleep(IDLE_S)
            beats.append((time.process_time() - before) / IDLE_S)
            theirs.append((databases.server_s() - server) / IDLE_S)
            before, server = time.process_time(), databases.server_s()
            await place.auditor.audit()
            audits.append((time.process_time() - before) / AUDITS_APART_S)
            theirs[-1] += (databases.server_s() - server) / AUDITS_APART_S
    share = max(beat + audit for beat, audit in zip(beats, audits, strict=True))
    words = (
        f"{share:.2%} of a core: beats {max(beats):.2%}, audits {max(audits):.2%}"
        f"{f'; PostgreSQL itself {max(theirs):.2%}' if max(theirs) else ''}"
    )
    return Measured(words, Verdict.MET if share <= IDLE_GOAL else Verdict.MISSED)


class Strict(Handed):
    """Refuses what comes faster than Slack publishes that it may, and counts that."""

    def __init__(self, limits: Limits, latency: timedelta) -> None:
        super().__init__(limits, latency)
        self._time = SystemClock()
        self._buckets: dict[str, Bucket] = {}
        self.calls = self.refused = 0

    async def _ask(self, method: str, **args: Any) -> dict[str, Any]:
        self.calls += 1
        now = self._time.now()
        buckets = self._of(method, args.get("channel"))
        wait = max((bucket.wait(now) for bucket in buckets), default=timedelta(0))
        if wait:
            self.refused += 1
            raise Unavailable(f"{method}: rate limited", retry_after=wait)
        for bucket in buckets:
            bucket.take()
        return await super()._ask(method, **args)

    def _of(self, method: str, channel: str | None) -> list[Bucket]:
        if method == "chat.postMessage":
            return [self._bucket(f"post {channel}", 60, 1), self._bucket("post", POSTS_PER_MINUTE, POSTS_PER_MINUTE)]
        calls = PER_MINUTE[TIER.get(method, 3) - 1]
        return [self._bucket(method, calls, calls)]

    def _bucket(self, key: str, per_minute: float, size: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(size, per_minute / 60, size, self._time.now()))


async def refusals(way: Way, databases: Databases, rounds: int) -> Measured:
    """Forty levels due within twenty seconds, and a burst of a hundred and fifty at their end: at our own pace, how
    often would Slack have refused?"""
    calls = refused = 0
    after = [timedelta(seconds=n / 2) for n in range(40)] + [timedelta(seconds=20)] * 150
    for _ in range(rounds):
        async with office(way, databases, Limits(), Strict) as place:
            assert isinstance(place.slack, Strict)
            start = place.db.clock.now() + SOON
            dues = [start + wait for wait in after]
            await crowded.crowd(place.db, dues, place.db.clock.now())
            await place.starts()
            await until(lambda: len(place.slack.handed) > len(after), PATIENCE_S)
            calls, refused = calls + place.slack.calls, refused + place.slack.refused
    return Measured(f"{refused} of {calls:,} calls", Verdict.MISSED if refused else Verdict.MET)
