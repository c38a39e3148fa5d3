"""Three replicas on one PostgreSQL while many incidents escalate: killed, paused, replaced. Together they are one."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

from bot.incidents.terms import Fact
from tests.campaign import oracles
from tests.campaign.crash import violations
from tests.campaign.crew import Crew, crew, passes
from tests.campaign.model import Arrived, Spot, all_pages, counted, judge, total
from tests.campaign.plans import of_many
from tests.campaign.scripts import stories
from tests.campaign.table import Row
from tests.conftest import POSTGRES
from tests.processes import BotProcess

REPLICAS = 3
PATIENCE_S = 3  # of each level
LATE_S = 2.0  # the figure for a rolling restart
Disturb = Callable[[Crew, random.Random, Row], Coroutine[None, None, None]]


class Crowd:
    """Whoever is paged does what the seed says: answers at some page, passes it on, or sleeps on."""

    def __init__(self, made: Crew, rng: random.Random, incidents: int) -> None:
        self.made = made
        self.tasks: set[asyncio.Task[None]] = set()
        self.will: dict[str, tuple[str, Spot, float]] = {}
        self.severity: dict[str, str] = {}
        for n in range(incidents):
            spots = [Spot(1, 1), Spot(1, 2), Spot(1, 3), Spot(2, 1), Spot(2, 2)]
            what = rng.choice(["ack", "ack", "pass", "sleep"])
            self.will[f"Trouble {n}"] = what, rng.choice(spots), rng.uniform(0.0, 0.4 * PATIENCE_S)
            self.severity[f"Trouble {n}"] = f"SEV{1 + n % 5}"
        self._seen: set[str] = set()
        made.slack.on_change.append(self._look)

    def _look(self, kind: str, _ids: dict[str, str]) -> None:
        if kind != "message":
            return
        for title, pages in self.made.ledger.pages().items():
            seen: Counter[tuple[int, str]] = Counter()
            for one in pages:
                seen[one.level, one.to] += 1
                spot = Spot(seen[one.level, one.to], one.level)
                if one.key not in self._seen and title in self.will:
                    self._seen.add(one.key)
                    self._heard(title, one, spot)

    def _heard(self, title: str, one: Arrived, spot: Spot) -> None:
        what, where, after_s = self.will[title]
        if what != "sleep" and spot == where:
            self.will[title] = "sleep", where, 0.0  # one person acts
            task = asyncio.create_task(self._acts(one, what, after_s))
            self.tasks.add(task)

    async def _acts(self, one: Arrived, what: str, after_s: float) -> None:
        await passes(after_s)
        await self.made.presses(one.key, self.made.slack.person(one.to), what)


async def run(
    database_url: str, transport: str, place: Path, mode: str, incidents: int, seed: int, disturb: Disturb,
    *, replicas: int = REPLICAS, lease_s: float | None = None, every_s: float = 1.0, grace_s: float = 15.0,
    then: Callable[[Crew, Row], Awaitable[None]] | None = None,
    rounds: int = 2,
) -> tuple[Row, Counter[tuple[str, int, int, str]]]:  # fmt: skip
    """Returns also which pages there were: title, round, level, recipient."""
    row = Row(POSTGRES, replicas, transport, mode)
    rng = random.Random(seed)
    plans = of_many(PATIENCE_S, rounds)
    async with crew(database_url, transport, place, plans, replicas=replicas, lease_s=lease_s) as made:
        await made.start()
        await made.paid()
        crowd = Crowd(made, rng, incidents)
        disturbing = asyncio.create_task(disturb(made, random.Random(seed + 1), row))
        await _declare(made, crowd, rng, every_s)
        await _wait_for_all(made, crowd, disturbing)
        await asyncio.gather(*crowd.tasks)
        await made.paid()
        if then:
            await then(made, row)
        told = await stories(made)
        row.incidents = len(told)
        row.verdict = total(judge(story, grace_s) for story in told)
        row.recovery_s = made.recovery_s or None
        row.found += [*await oracles.broken(made.db, made.slack), *made.bugs(), *violations(made)]
        made.keep_logs(place)
        pages = Counter({(story.title, *wanted): times for story in told for wanted, times in counted(story).items()})
    return row, pages


async def _declare(made: Crew, crowd: Crowd, rng: random.Random, every_s: float) -> None:
    who = made.slack.person("ana")
    for title, severity in crowd.severity.items():
        await made.declares(who, title, severity)
        await passes(rng.uniform(0, 2 * every_s))


async def _wait_for_all(made: Crew, crowd: Crowd, disturbing: asyncio.Task[None]) -> None:
    """Until each is answered or used up; what disturbs goes on until then."""

    async def over() -> bool:
        if disturbing.done():
            disturbing.result()
        return not await _going(made)

    await made.until(over, "some incidents do not come to their end", patience_s=len(crowd.severity) * 5 + 120)
    made.is_over = True
    await disturbing


async def _going(made: Crew) -> list[str]:
    answers = await oracles.moments(made.db, Fact.ACKNOWLEDGED)
    pages = made.ledger.pages()
    going = []
    for title, (severity, _) in made.declared.items():
        so_far = Counter((one.level, one.to) for one in pages.get(title, []))
        wanted = Counter((want.level, want.to) for want in all_pages(made.plans[severity]).elements())
        if title not in answers and wanted - so_far:
            going.append(title)
    return going


# --- what is done to them


async def nothing(_made: Crew, _rng: random.Random, _row: Row) -> None:
    """As they are."""


async def kill(made: Crew, rng: random.Random, row: Row) -> None:
    """SIGKILL one, bring it up again; never all at once."""
    while not made.is_over:
        await passes(rng.uniform(0.5, 4.0))
        bot = rng.choice(made.bots)
        await bot.kill()
        row.kills += 1
        await passes(rng.uniform(0.0, 2.0))
        await made.recover(bot)


def pause(seconds: float) -> Disturb:
    """SIGSTOP one for so long: it wakes and does not know that its lease is over."""

    async def paused(made: Crew, rng: random.Random, row: Row) -> None:
        while not made.is_over:
            await passes(rng.uniform(0.2, 3.0))
            bot = rng.choice(made.bots)
            bot.pause()
            row.stops += 1
            await passes(seconds)
            bot.resume()

    return paused


def mixed(pause_s: float) -> Disturb:
    """Kills, pauses and replacements in any order, of one at a time."""

    async def any_of_them(made: Crew, rng: random.Random, row: Row) -> None:
        while not made.is_over:
            await passes(rng.uniform(0.5, 4.0))
            bot = rng.choice(made.bots)
            match rng.choice(["kill", "kill", "stop", "term"]):
                case "kill":
                    await bot.kill()
                    row.kills += 1
                    await passes(rng.uniform(0.0, 2.0))
                    await made.recover(bot)
                case "stop":
                    bot.pause()
                    row.stops += 1
                    await passes(pause_s)
                    bot.resume()
                case _:
                    await _replace(made, bot, row)

    return any_of_them


async def roll(made: Crew, rng: random.Random, row: Row) -> None:
    """SIGTERM one after the other, as a supervisor does; the next one when the last is ready again."""
    turns = itertools.cycle(made.bots)
    while not made.is_over:
        await passes(rng.uniform(0.5, 1.5))
        await _replace(made, next(turns), row)


async def _replace(made: Crew, bot: BotProcess, row: Row) -> None:
    made.out_of_turn(bot)
    code = await (await bot.terminate())
    row.terms += 1
    if code:
        row.found.append(f"SIGTERM: it ended with {code}")
    await made.bring_up(bot)


def differences(one: Counter[tuple[str, int, int, str]], other: Counter[tuple[str, int, int, str]]) -> list[str]:
    """O3: what one of them paged and the other did not."""
    return [f"only one of them: {what}" for what in sorted(((one - other) + (other - one)).elements())]


def late(row: Row) -> None:
    """Where nothing may be late."""
    row.late_s = row.verdict.late_s
    if row.late_s > LATE_S:
        row.took_too_long(f"a page was {row.late_s:.1f} s late: {row.verdict.latest}")
