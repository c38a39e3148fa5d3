"""Every part of the campaign by name, and how much of it a run of so many minutes takes."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.rooms import archive, rename
from tests.benchmarks.databases import Databases
from tests.campaign import crash, deliveries, failing_slack, replicas
from tests.campaign.reminding import REMINDER
from tests.campaign.scripts import ESCALATION
from tests.campaign.table import Row
from tests.conftest import POSTGRES, SQLITE
from tests.stage import HTTP, SOCKET, Stage


@dataclass(frozen=True)
class Run:
    """`size` is 1 for the run that the issue asks for, and less for a shorter one."""

    made: Databases
    place: Path
    database: str
    seed: int
    size: float
    until: float  # of the monotonic clock

    async def url(self) -> str:
        return await self.made.new(self.database)

    def some(self, full: int, least: int = 1) -> int:
        return max(least, round(full * self.size))

    def is_over(self) -> bool:
        return time.monotonic() > self.until


Mode = Callable[[Run], Awaitable[list[Row]]]
LEASE_S = 30  # the real one: tests shorten it
INCIDENTS = 20  # in one run of three replicas; the next ten have a Slack and a database of their own


async def crash_at_calls(run: Run) -> list[Row]:
    spots = None if run.size >= 0.5 else [(n, after) for n in range(1, 40, 6) for after in (False, True)]
    scripts = (ESCALATION, REMINDER)
    return [await crash.at_calls(await run.url(), run.database, run.place, one, spots, run.until) for one in scripts]


async def crash_at_random(run: Run) -> list[Row]:
    kills = run.some(200, 6)
    return [await crash.at_random(await run.url(), run.database, run.place, ESCALATION, kills, run.seed)]


async def crash_unreadable(run: Run) -> list[Row]:
    times = run.some(5)
    return [await crash.where_history_cannot_be_read(await run.url(), run.database, run.place, ESCALATION, times)]


def _replicas(mode: str, disturb: replicas.Disturb, *, may_be_late: bool = True) -> Mode:
    async def run_both(run: Run) -> list[Row]:
        """Both ways of delivery in turn, until there were 200 incidents in all."""
        if run.database != POSTGRES:
            return []
        rows: dict[str, Row] = {}
        done, turn, wanted = 0, 0, run.some(200, 8)
        while done < wanted and not run.is_over():
            transport = (HTTP, SOCKET)[turn % 2]
            few = min(INCIDENTS, wanted - done, (wanted + 1) // 2)
            row, _ = await replicas.run(
                await run.url(), transport, run.place, mode, few, run.seed + done, disturb, grace_s=60
            )
            if not may_be_late:
                replicas.late(row)
            done, turn = done + few, turn + 1
            rows[transport] = rows[transport].with_more(row) if transport in rows else row
        return list(rows.values())

    return run_both


async def as_one(run: Run) -> list[Row]:
    """O3: three replicas page as one does."""
    if run.database != POSTGRES:
        return []
    few, rows = run.some(20, 6), []
    for transport in (SOCKET, HTTP):
        pages = []
        for number in (1, replicas.REPLICAS):
            row, found = await replicas.run(
                await run.url(), transport, run.place, "undisturbed", few, run.seed, replicas.nothing, replicas=number
            )
            pages.append(found)
            rows.append(row)
        rows[-1].found += replicas.differences(*pages)
    return rows


async def slack_errors(run: Run) -> list[Row]:
    cases = failing_slack.cases()
    few = None if run.size >= 0.5 else run.some(len(cases), 10)
    chosen = failing_slack.shuffled(run.seed, few)
    transport = crash.transport_of(run.database)
    return [await failing_slack.table(await run.url(), run.database, transport, run.place, chosen, run.until)]


async def slack_as_a_whole(run: Run) -> list[Row]:
    """Away, signed out, stuck, slow; a channel archived, renamed, deleted, the bot kicked."""
    transport = crash.transport_of(run.database)
    rows = []
    for name, act in WHOLE.items():
        row = Row(run.database, 1, transport, name)
        async with failing_slack.on_stage(await run.url(), transport, run.place) as stage:
            await act(stage, row)
            row.found += await failing_slack.unsound(stage)
        rows.append(row)
    return rows


async def _places(stage: Stage, row: Row) -> None:
    """Renamed, it is found by its id; kicked out of it, the bot joins again; archived or deleted, it is said."""
    incidents = stage.slack.channel("#incidents")
    await failing_slack.kept_place(
        stage, row, "Renamed", lambda one: rename(one.slack, incidents, "trouble", "U0ANA"), incidents
    )
    rename(stage.slack, incidents, "incidents", "U0ANA")
    await failing_slack.kept_place(
        stage, row, "Kicked", lambda one: incidents.members.remove(one.slack.bot.id), incidents
    )
    await failing_slack.lost_place(stage, row, "Archived", lambda one: archive(one.slack, incidents, "U0ANA"))
    incidents.is_archived = False
    channels = stage.slack.workspace.channels
    await failing_slack.lost_place(stage, row, "Deleted", lambda _: channels.pop(incidents.id))
    channels[incidents.id] = incidents


WHOLE: dict[str, Callable[[Stage, Row], Awaitable[None]]] = {
    "Slack down for 30 minutes": failing_slack.away,
    "token revoked": failing_slack.revoked,
    "slots stuck": failing_slack.stuck,
    "pages overtake": failing_slack.overtaking,
    "channel renamed, kicked, archived, deleted": _places,
}


async def deliveries_bad(run: Run) -> list[Row]:
    if run.database != POSTGRES:
        return []
    few = run.some(20, 5)
    return [
        await deliveries.doubled_and_late(await run.url(), transport, run.place, few, run.seed)
        for transport in (SOCKET, HTTP)
    ]


async def deliveries_kill(run: Run) -> list[Row]:
    kills = run.some(50, 4)
    return [await deliveries.killed_by_them(await run.url(), run.database, run.place, kills, run.seed)]


MODES: dict[str, Mode] = {
    "crash-calls": crash_at_calls,
    "crash-random": crash_at_random,
    "crash-unreadable": crash_unreadable,
    "replicas-as-one": as_one,
    "replicas-kill": _replicas("killed", replicas.kill),
    "replicas-mixed": _replicas("killed, replaced, paused past the lease", replicas.mixed(LEASE_S + 5)),
    "replicas-roll": _replicas("rolling restart", replicas.roll, may_be_late=False),
    "slack-errors": slack_errors,
    "slack-whole": slack_as_a_whole,
    "deliveries-bad": deliveries_bad,
    "deliveries-kill": deliveries_kill,
}
DATABASES = (SQLITE, POSTGRES)
