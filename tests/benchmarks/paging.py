"""From the moment at which a level is due to its pages being committed, and to their being handed to the Slack client.

Measured in this process, since the moments are the bot's own: its database, engine and pages are the real ones. Its
Slack client is the real one too, down to where the request would be sent: it notes the moment, and answers itself after
the latency of the way.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.engine.audit.auditor import Auditor
from bot.engine.beat import Beat
from bot.engine.cycle import Engine
from bot.engine.inbox import Inbox
from bot.engine.outbox import Outbox
from bot.engine.replica import Replica
from bot.escalations.effects import SendPage
from bot.escalations.model import Page
from bot.floors import checks, open_door, sweeps
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database, Transaction, owner_id
from bot.kernel.effect import OwedEffect
from bot.llm.model import NoModel
from bot.organisation import Organisation
from bot.slack.client import Slack
from bot.slack.pace import Limits, Pace
from bot.webhooks import Webhooks
from bot.world import World
from tests.benchmarks import crowded
from tests.benchmarks.databases import Databases
from tests.benchmarks.ways import Measured, Verdict, Way, milliseconds
from tests.benchmarks.workplace import until

ORGANISATION = Path(__file__).parents[1] / "paging.yaml"
COMMITTED_GOAL_S, HANDED_GOAL_S, DRAIN_GOAL_S, RECOVERY_GOAL_S = 0.25, 1.0, 30.0, 5.0
SOON = timedelta(seconds=3)
PATIENCE_S = 120.0


class Watched(Database):
    """Notes when each page was committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url, SystemClock())
        self.committed: dict[int, datetime] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
            pages = [effect.page for effect in tx._owed if isinstance(effect, SendPage)]
        now = self.clock.now()
        self.committed |= dict.fromkeys(pages, now)


class Handed(Slack):
    """Notes when each message was handed over."""

    def __init__(self, limits: Limits, latency: timedelta) -> None:
        super().__init__("xoxb-none", "http://127.0.0.1:9/", limits, SystemClock())
        self._latency_s = latency.total_seconds()
        self._clock = SystemClock()
        self.handed: dict[str, tuple[datetime, str]] = {}  # by the effect's key: when, and into which channel
        self.direct: list[str] = []  # of these, into which direct messages, in their order

    async def _ask(self, method: str, **args: Any) -> dict[str, Any]:
        number = len(self.handed)
        if method == "chat.postMessage":
            self.handed[args["metadata"]["event_payload"]["key"]] = (self._clock.now(), args["channel"])
            self.direct += [args["channel"]] if args["channel"].startswith("D") else []
        await asyncio.sleep(self._latency_s)
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": args["users"][0].replace("U", "D", 1)}}
        return {"ok": True, "ts": f"1700000000.{number:06}", "messages": []}


@dataclass
class Office:
    """A bot that serves nobody, with its database and Slack."""

    db: Watched
    slack: Handed
    engine: Engine
    outbox: Outbox
    beat: Beat
    auditor: Auditor
    replica: Replica | None
    running: list[asyncio.Task[None]] = field(default_factory=list)

    async def starts(self) -> None:
        if self.replica:
            await self.replica.join()
        self.beat.start()
        self.running.append(asyncio.create_task(self.engine.run()))

    async def stops(self) -> None:
        self.beat.stop()
        await self.engine.stop()
        await asyncio.gather(*self.running)
        if self.replica:
            await self.replica.close()
        await self.slack.close()
        await self.db.close()


@asynccontextmanager
async def office(
    way: Way, databases: Databases, limits: Limits, slack_of: type[Handed] = Handed
) -> AsyncIterator[Office]:
    db = Watched(await databases.new(way.database))
    slack = slack_of(limits, way.latency)
    organisation = Organisation.load(ORGANISATION)
    world = World(
        db, slack, NoModel(), SystemClock(), organisation, open_door().words, {}, Webhooks((), None, SystemClock())
    )
    outbox = Outbox(world, owner := owner_id())
    engine = Engine(world, outbox, sweeps(organisation))
    engine.chores = [outbox.renew, outbox.release_dead, Inbox(world, _no_replay).take_up]
    db.on_owed = engine.wake
    replica = Replica(db.url, owner, engine.wake) if db.postgres else None
    auditor = Auditor(world, engine.sweeps, checks(organisation))
    engine.chores.append(auditor.audit_if_due)
    made = Office(db, slack, engine, outbox, Beat(engine, world.clock), auditor, replica)
    try:
        yield made
    finally:
        await made.stops()


async def _no_replay(_body: dict[str, Any]) -> None:
    """Nothing was delivered."""


async def at_once(way: Way, databases: Databases, rounds: int) -> Measured:
    """A thousand levels due at one instant."""
    return await _fired(way, databases, [timedelta(0)] * 1_000, rounds)


async def in_a_minute(way: Way, databases: Databases, rounds: int) -> Measured:
    """Ten thousand levels, due evenly within a minute."""
    count = 10_000
    return await _fired(way, databases, [timedelta(minutes=1) * n / count for n in range(count)], rounds)


async def _fired(way: Way, databases: Databases, after: Sequence[timedelta], rounds: int) -> Measured:
    committed: list[float] = []
    handed: list[float] = []
    worked = 0.0
    for _ in range(rounds):
        async with office(way, databases, Limits.none()) as place:
            start = place.db.clock.now() + SOON + timedelta(milliseconds=len(after) / 3)
            await crowded.crowd(place.db, [start + wait for wait in after], place.db.clock.now())
            assert place.db.clock.now() < start, "needs to be seeded before the first is due"
            await place.starts()
            began = time.process_time()
            await until(lambda: len(place.slack.direct) >= len(after), PATIENCE_S)
            worked += time.process_time() - began
            due = await _dues(place.db)
            committed += [(at - due[page]).total_seconds() for page, at in place.db.committed.items()]
            keys = await _keys(place.db)
            handed += [
                (at - due[keys[key]]).total_seconds() for key, (at, _) in place.slack.handed.items() if key in keys
            ]
    assert len(committed) == len(handed) == len(after) * rounds
    words = (
        f"committed {_spread(committed)}; handed over {_spread(handed)}; at the published pace the last of them "
        f"{_paced_s(len(after)):,.0f} s; {worked / len(committed) * 1e6:,.0f} µs of processor time a page"
    )
    met = _p99(committed) <= COMMITTED_GOAL_S and _p99(handed) <= HANDED_GOAL_S
    return Measured(words, Verdict.MET if met else Verdict.MISSED)


async def overdue(way: Way, databases: Databases, rounds: int) -> Measured:
    """A hundred thousand levels are overdue when it starts, at the published pace: until all are committed."""
    count, took, firsts, worked = 100_000, [], [], 0.0
    right = True
    for _ in range(rounds):
        async with office(way, databases, Limits()) as place:
            now = place.db.clock.now()
            await crowded.crowd(
                place.db, [now - timedelta(hours=10) + n * timedelta(milliseconds=300) for n in range(count)], now
            )
            began, before = time.monotonic(), time.process_time()
            await place.starts()
            await until(lambda: place.slack.direct, PATIENCE_S)
            firsts.append(time.monotonic() - began)
            newest = max(n for n in range(1, count + 1) if crowded.severity(n) is crowded.SEVERITIES[0])
            right = right and place.slack.direct[0] == f"D0P{newest % crowded.PEOPLE:04}"
            await until(lambda: len(place.db.committed) >= count, PATIENCE_S)
            took.append(time.monotonic() - began)
            worked += time.process_time() - before
    words = (
        f"drained in {statistics.median(took):.1f} s (max {max(took):.1f}); first page after "
        f"{milliseconds(max(firsts))}, {'the newest SEV1' if right else 'NOT the newest SEV1'}; "
        f"{worked / rounds:.1f} s of processor time"
    )
    return Measured(words, Verdict.MET if right and max(took) <= DRAIN_GOAL_S else Verdict.MISSED)


async def recovered(way: Way, databases: Databases, rounds: int) -> Measured:
    """Ten thousand pages were owed when it died: from the start until all are handed over, without pace; and until the
    first is, with it."""
    firsts, alls = [], []
    for _ in range(rounds):
        firsts.append(await _recovered(way, databases, Limits(), 1))
        alls.append(await _recovered(way, databases, Limits.none(), 10_000))
    words = (
        f"first page after {milliseconds(max(firsts))}, at the published pace; all 10,000, unpaced, {max(alls):.1f} s"
    )
    return Measured(words, Verdict.MET if max(firsts) <= RECOVERY_GOAL_S else Verdict.MISSED)


async def _recovered(way: Way, databases: Databases, limits: Limits, wanted: int) -> float:
    async with office(way, databases, limits) as place:
        await crowded.owe_pages(place.db, 10_000, place.db.clock.now())
        began = time.monotonic()
        await place.outbox.release_all()
        await place.starts()
        await until(lambda: len(place.slack.direct) >= wanted, PATIENCE_S)
        return time.monotonic() - began


async def _dues(db: Database) -> dict[int, datetime]:
    async with db.snapshot() as snap:
        return {row[0] or 0: row[1] for row in await snap.session.execute(select(col(Page.id), col(Page.due_at)))}


async def _keys(db: Database) -> dict[str, int]:
    """Which page each key of an effect belongs to."""
    async with db.snapshot() as snap:
        asked = select(col(OwedEffect.key), col(OwedEffect.payload)).where(col(OwedEffect.kind) == "SendPage")
        return {row[0]: row[1]["page"] for row in await snap.session.execute(asked)}


def _paced_s(pages: int) -> float:
    """When the last of so many would go out to people who are all different, by our own pace."""
    now = 0.0
    pace = Pace(Limits(), lambda: now)
    for n in range(pages):
        while wait := pace.claim("chat.postMessage", f"D{n}", urgent=True):
            now += wait
    return now


def _spread(seconds: Sequence[float]) -> str:
    middle, most = statistics.median(seconds), max(seconds)
    return f"p50 {milliseconds(middle)}, p99 {milliseconds(_p99(seconds))}, max {milliseconds(most)}"


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]
