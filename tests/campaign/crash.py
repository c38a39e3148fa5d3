"""The bot is killed: at every call of a script, before and after it took effect, and at any moment at all."""

import asyncio
import contextlib
import random
import time
from pathlib import Path

from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Fault
from tests.campaign import oracles
from tests.campaign.crew import Crew, crew, passes
from tests.campaign.scripts import Script
from tests.campaign.table import Row
from tests.conftest import SQLITE
from tests.stage import HTTP, SOCKET

RECOVERY_S = 5.0  # the figure
AT_ONCE = 3  # incidents that are going on while it is killed at random


def transport_of(database: str) -> str:
    return SOCKET if database == SQLITE else HTTP


async def at_calls(
    database_url: str, database: str, place: Path, script: Script, spots: list[tuple[int, bool]] | None, until: float
) -> Row:
    """One kill for each spot: (n, after) is the n-th call, before or after its effect. None: all there are, until that
    moment of the monotonic clock."""
    row = Row(database, 1, transport_of(database), f"crash at each call of the {script.name}")
    async with crew(database_url, row.transport, place, script.plans) as made:
        await made.start()
        await made.paid()
        calls = await _whole(made, script, "Undisturbed")
        asked = spots or [(n, after) for n in range(1, calls + 1) for after in (False, True)]
        for n, after in asked:
            if time.monotonic() > until:
                row.remarks.append(f"time was up at call {n} of {calls}")
                break
            row.kills += await _killed_at(made, script, f"Call {n} {'after' if after else 'before'}", n, after=after)
        row.remarks.append(f"{calls} calls in an undisturbed run")
        await _close(made, script, row)
    return row


async def at_random(database_url: str, database: str, place: Path, script: Script, kills: int, seed: int) -> Row:
    row = Row(database, 1, transport_of(database), f"crash at random in the {script.name}")
    rng = random.Random(seed)
    async with crew(database_url, row.transport, place, script.plans) as made:
        await made.start()
        going = {asyncio.create_task(_through(made, script, f"Random {n}")) for n in range(AT_ONCE)}
        begun = AT_ONCE
        while row.kills < kills:
            await passes(rng.uniform(0.0, 2.5))
            (bot,) = made.bots
            await bot.kill()
            row.kills += 1
            if rng.random() < 0.2:  # and once more while it comes up
                starting = asyncio.create_task(bot.launch())
                await passes(rng.uniform(0.1, 2.0))
                await bot.kill()
                row.kills += 1
                with contextlib.suppress(AssertionError):
                    await starting
            await made.recover(bot)
            for task in {task for task in going if task.done()}:
                task.result()
                going.remove(task)
                going.add(asyncio.create_task(_through(made, script, f"Random {begun}")))
                begun += 1
        await asyncio.gather(*going)
        await _close(made, script, row)
    return row


async def where_history_cannot_be_read(
    database_url: str, database: str, place: Path, script: Script, times: int
) -> Row:
    """Killed when the first page has been taken and nobody can look whether it was: one repeat, and it says so."""
    row = Row(database, 1, transport_of(database), "crash after a page, history unreadable")
    async with crew(database_url, row.transport, place, script.plans) as made:
        await made.start()
        await made.paid()
        slack = made.slack

        def is_a_page(call: Call) -> bool:
            place = slack.workspace.channels.get(str(call.args.get("channel")))
            return place is not None and place.kind == "im" and "You are paged" in str(call.args.get("text"))

        for n in range(times):
            slack.faults.next("conversations.history", Fault.error("missing_scope"), times=10_000)
            gate = slack.faults.hold("chat.postMessage", after=True, when=is_a_page)
            going = asyncio.create_task(_through(made, script, f"Unreadable {n}"))
            await gate.reached()
            await made.bots[0].kill()
            gate.drop()
            await made.recover(made.bots[0])
            await going
            row.kills += 1
            slack.faults.clear()
        await _close(made, script, row)
        marked = len(row.verdict.said_to_be_repeats)
        row.faults = times
        if marked != row.kills:
            row.found.append(f"{marked} repeats that say so, after {row.kills} kills")
    return row


async def _whole(made: Crew, script: Script, title: str) -> int:
    """Undisturbed. Returns how many calls it took."""
    before = len(made.slack.journal.calls)
    await _through(made, script, title)
    await made.paid()
    return len(made.slack.journal.calls) - before


async def _through(made: Crew, script: Script, title: str) -> None:
    await script.begin(made, title)

    async def finished() -> bool:
        return await script.finished(made, title)

    await made.until(finished, title)
    await script.close(made, title)


async def _killed_at(made: Crew, script: Script, title: str, n: int, *, after: bool) -> bool:
    """Whether there was an n-th call this time: their order and number differ from run to run."""
    count, over = 0, False

    def is_it(_call: Call) -> bool:
        nonlocal count
        count += 1
        return count == n and not over

    gate = made.slack.faults.hold("*", after=after, when=is_it)
    going = asyncio.create_task(_through(made, script, title))
    reached = asyncio.create_task(gate.reached())
    await asyncio.wait({going, reached}, return_when=asyncio.FIRST_COMPLETED)
    over, hit = True, reached.done()
    if hit:
        await made.bots[0].kill()
        gate.drop()
        await made.recover(made.bots[0])
    reached.cancel()
    await going
    await made.paid()
    return hit


async def _close(made: Crew, script: Script, row: Row) -> None:
    await made.paid()
    row.incidents = len(made.declared)
    row.verdict = await script.judged(made)
    row.recovery_s = made.recovery_s
    row.found += [*await oracles.broken(made.db, made.slack), *made.bugs(), *violations(made)]
    if made.recovery_s > RECOVERY_S:
        row.took_too_long(f"recovery took {made.recovery_s:.1f} s")


def violations(made: Crew) -> list[str]:
    return [f"{found.kind}: {found.detail}" for found in made.slack.journal.violations]
