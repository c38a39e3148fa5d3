"""One fault at each call of a declaration, each in a workspace of its own: what is wrong in the end."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Condition, Fault
from bot.sandbox.people import CannotDo, Person
from bot.slack.pace import Limits
from tests.benchmarks.databases import Databases
from tests.benchmarks.ways import Measured, Verdict, Way
from tests.benchmarks.workplace import form_open, until
from tests.stage import Stage, stage_of, with_api_url
from tests.wholeness import assert_whole, spot

TITLE = "Checkout errors"
SILENCE_S = 12.0  # longer than the bot waits for an answer
SIDE_BY_SIDE = 8  # most of a case is waiting; PostgreSQL has a hundred connections, a bot takes up to eleven
PATIENCE_S = 90.0
FAULTS = {
    "429": Fault.status(429, retry_after=1),
    "500": Fault.status(500),
    "500 after the effect": Fault.status(500, after=True),
    "lost reply": Fault.reset(after=True),
    "timeout": Fault.hang(SILENCE_S),
    "timeout after the effect": Fault.hang(SILENCE_S, after=True),
}


@dataclass(frozen=True)
class Spot:
    """The nth call of this name: `pins.add`, `chat.postMessage card` …"""

    name: str
    nth: int

    def __str__(self) -> str:
        return self.name if self.nth == 1 else f"{self.name} (no. {self.nth})"

    def here(self) -> Condition:
        """True for this call only."""
        met = 0

        def here(call: Call) -> bool:
            nonlocal met
            mine = spot(call.slack, call) == self.name
            met += mine
            return mine and met == self.nth

        return here


async def everywhere(way: Way, databases: Databases, rounds: int) -> Measured:
    """All faults at all calls, so many times over."""
    cases = [(call, name) for call in await _calls(way, databases) for name in FAULTS] * rounds
    assert len(cases) >= 32, "needs a declaration to spoil"
    free = asyncio.Semaphore(SIDE_BY_SIDE)

    async def spoilt(call: Spot, name: str) -> list[str]:
        async with free:
            return [f"{way}: {call}, {name}: {trouble}" for trouble in await _spoilt(way, databases, call, name)]

    troubles = [found for found in await asyncio.gather(*(spoilt(*case) for case in cases)) if found]
    verdict = Verdict.MISSED if troubles else Verdict.MET
    return Measured(f"{len(troubles)} of {len(cases)}", verdict, tuple(one for found in troubles for one in found))


async def _calls(way: Way, databases: Databases) -> list[Spot]:
    """The calls of a declaration in which nothing goes wrong, from the form on."""
    async with _stage(way, databases) as stage:
        before = len(stage.slack.journal.calls)
        await _declares(stage)
        await _paid(stage)
        assert not await _troubles(stage), await _troubles(stage)
        names = [spot(stage.slack, call) for call in stage.slack.journal.calls[before:]]
        return [Spot(name, names[: at + 1].count(name)) for at, name in enumerate(names)]


async def _spoilt(way: Way, databases: Databases, call: Spot, fault: str) -> list[str]:
    async with _stage(way, databases) as stage:
        stage.slack.faults.next(call.name.split()[0], FAULTS[fault], when=call.here())
        try:
            await _declares(stage)
            await _paid(stage)
        except (TimeoutError, CannotDo) as why:
            return [f"never done: {why}"]
        met = any(call.fault for call in stage.slack.journal.calls)
        return [*await _troubles(stage), *([] if met else ["the fault met nobody"])]


async def _declares(stage: Stage) -> None:
    """As a person does: who is told that it did not work tries again."""
    ana = stage.person("ana")
    for _ in range(3):
        told = len(ana.ephemeral("#general"))
        await ana.types("/incident declare", "#general")
        await until(partial(_answered, ana, told), PATIENCE_S)
        if form_open(ana):
            sent = await ana.submits({"title": TITLE, "severity": "SEV2"})
            if not sent.closed:
                raise CannotDo(f"the form was not taken: {sent.trouble or sent.errors}")
            return
        if ana.modal:
            await ana.closes()
    raise CannotDo("the form never opened")


def _answered(who: Person, told: int) -> bool:
    """The form is there, or a word why it is not."""
    said_in_a_modal = who.modal is not None and who.modal.body.get("callback_id") != "loading"
    return said_in_a_modal or len(who.ephemeral("#general")) > told


async def _paid(stage: Stage) -> None:
    async def done() -> bool:
        return not await stage.open_effects() and not await stage.undealt()

    await until(done, PATIENCE_S)


async def _troubles(stage: Stage) -> list[str]:
    """What is lost, doubled or unsaid."""
    try:
        await assert_whole(stage.slack, stage.bot.db, TITLE, stage.person("ana"))
    except (AssertionError, ValueError, LookupError, SQLAlchemyError) as why:
        return [f"{traceback.extract_tb(why.__traceback__)[-1].line}: {why}"]
    return []


@asynccontextmanager
async def _stage(way: Way, databases: Databases) -> AsyncIterator[Stage]:
    stage = stage_of(await databases.new(way.database), way.transport, limits=Limits())
    await stage.slack.start()
    stage.slack.faults.latency("*", way.latency.total_seconds())
    stage.settings = with_api_url(stage.settings, stage.slack.api_url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await stage.start_bot()
        yield stage
    finally:
        stage.slack.faults.clear()
        await stage.bot.stop()
        await stage.slack.stop()
