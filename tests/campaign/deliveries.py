"""What Slack tells arrives twice, out of order, late, at two replicas at once, or at one that dies of it."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from bot.incidents.terms import Fact
from tests.campaign import oracles, replicas
from tests.campaign.crash import transport_of, violations
from tests.campaign.crew import Crew, crew, passes
from tests.campaign.plans import of_many
from tests.campaign.table import Row

COPIES = 2


async def doubled_and_late(
    database_url: str, transport: str, place: Path, incidents: int, seed: int, rounds: int = 2
) -> Row:
    """Each thing arrives twice, by HTTP at two replicas in the same instant; events newest first. An hour's worth of
    clicks arrives once more at the end. Each act counts once."""
    mode = "deliveries doubled, out of order, late"
    row, _ = await replicas.run(
        database_url, transport, place, mode, incidents, seed, _bad_post, every_s=0.5, then=_again, rounds=rounds
    )
    return row


async def _bad_post(made: Crew, _rng: random.Random, row: Row) -> None:
    switches = made.slack.deliveries.switches
    switches.duplicate, switches.shuffle, switches.delay_s = COPIES, 3, 0.02
    row.faults += 1


async def _again(made: Crew, row: Row) -> None:
    """Every delivery once more, long after; then: has each person's act been recorded once?"""
    switches = made.slack.deliveries.switches
    switches.duplicate, switches.shuffle, switches.delay_s = 1, 0, 0.0
    before = await _acts(made)
    old = [record for record in made.slack.journal.deliveries if record.kind != "slash_commands"]
    for record in old:
        await made.slack.deliveries.again(record)
        row.faults += 1
    await made.paid()
    after = await _acts(made)
    if before != after:
        row.found.append(f"what came late was done again: {after - before}")
    row.found += [f"{what} of {title} is recorded {times} times" for (title, what), times in after.items() if times > 1]


async def _acts(made: Crew) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for fact in (Fact.ACKNOWLEDGED, Fact.PAGE_PASSED, Fact.DECLARED, Fact.MESSAGE_KEPT):
        for title, moments in (await oracles.moments(made.db, fact)).items():
            found[title, fact.value] = len(moments)
    return found


async def killed_by_them(database_url: str, database: str, place: Path, kills: int, seed: int) -> Row:
    """People pin messages to the timeline while the bot is killed at random. What Slack got a 2xx for is kept, once;
    what it did not is told again, and kept once too."""
    row = Row(database, 1, transport_of(database), "killed between receipt and ack")
    rng = random.Random(seed)
    async with crew(database_url, row.transport, place, of_many(3)) as made:
        await made.start()
        ana, (bot,) = made.slack.person("ana"), made.bots
        await made.declares(ana, "Pinned", "SEV5")
        await made.paid()
        room = next(c for c in made.slack.workspace.channels.values() if c.name.startswith("inc-1"))
        pinned = 0
        while row.kills < kills:
            said = [await ana.says(f"Step {pinned + n}", room) for n in range(3)]
            told = asyncio.gather(*(ana.reacts(one, "pushpin") for one in said))
            await passes(rng.uniform(0.0, 0.1))
            await bot.kill()
            row.kills += 1
            await made.recover(bot)
            await told
            pinned += len(said)
        await made.until(lambda: _kept(made, pinned), f"{pinned} pins, not all kept", patience_s=120)
        await made.paid()
        kept = len((await oracles.moments(made.db, Fact.MESSAGE_KEPT))["Pinned"])
        if kept != pinned:
            row.found.append(f"{pinned} messages were pinned, {kept} kept")
        row.faults, row.incidents, row.recovery_s = pinned, 1, made.recovery_s
        row.found += [*await oracles.broken(made.db, made.slack), *made.bugs(), *violations(made)]
    return row


async def _kept(made: Crew, pinned: int) -> bool:
    return len((await oracles.moments(made.db, Fact.MESSAGE_KEPT)).get("Pinned", [])) >= pinned
