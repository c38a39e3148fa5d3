"""The process itself: how fast it stands up, how much it holds, how long it is deaf."""

import asyncio
import statistics
import time

from tests.benchmarks.databases import Databases
from tests.benchmarks.ways import Measured, Way, held, times
from tests.benchmarks.workplace import Workplace, empty_workplace, workplace

START_GOAL_S, DEAF_GOAL_S, REST_GOAL_MB = 2.0, 5.0, 120.0
REST_S = 10.0
MEGABYTE = 1024 * 1024


async def start(way: Way, databases: Databases, rounds: int) -> Measured:
    """From the start of the process on a migrated database to the first 200 of /readyz."""
    took = []
    for _ in range(rounds):
        async with empty_workplace(way, databases) as place:
            took.append(await place.starts_bot())
    return times(took, START_GOAL_S)


async def memory(way: Way, databases: Databases, rounds: int) -> Measured:
    """What it holds ten seconds after it dealt with a declaration."""
    held_mb = []
    for _ in range(rounds):
        async with workplace(way, databases) as place:
            ana = place.slack.person("ana")
            await place.opens_form(ana, "Checkout errors")
            await place.submits(ana)
            await place.paid()
            await asyncio.sleep(REST_S)
            held_mb.append(place.bot.resident_bytes() / MEGABYTE)
    middle, most = statistics.median(held_mb), max(held_mb)
    return Measured(f"{middle:.0f} MB (max {most:.0f}, n={rounds})", held(middle, most, REST_GOAL_MB))


async def deaf(way: Way, databases: Databases, rounds: int) -> Measured:
    """From a TCP reset of its socket to the ack of something told to it after."""
    took = []
    async with workplace(way, databases) as place:
        for _ in range(rounds):
            took.append(await _cut(place))
            await asyncio.sleep(1.3 * len(took) % 1)  # so as not to keep step with anything that ticks
    return times(took, DEAF_GOAL_S)


async def _cut(place: Workplace) -> float:
    ana = place.slack.person("ana")
    assert place.slack.deliveries.cut(reset=True), "needs a socket to cut"
    began = time.monotonic()
    while True:
        await place.slack.deliveries.connected()
        typed = await ana.types("/incident help", "#general")
        if not typed.error:
            return time.monotonic() - began
