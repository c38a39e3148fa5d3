"""One fault at each call of a declaration, each in a workspace of its own: what is wrong in the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.sandbox.api.registry import Call
from bot.sandbox.faults import Condition, Fault
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel, Message
from bot.slack.pace import Limits
from tests.benchmarks.databases import Databases
from tests.benchmarks.ways import Measured, Verdict, Way
from tests.benchmarks.workplace import form_open, until
from tests.stage import Stage, stage_of, with_api_url, words

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
    """One call of a declaration: the nth of this method on this place."""

    method: str
    place: str
    nth: int

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.place, f"#{self.nth}" if self.nth > 1 else "")))

    def when(self) -> Condition:
        """True for this call only."""
        met = 0

        def here(call: Call) -> bool:
            nonlocal met
            met += _place(call.slack, call.args) == self.place
            return _place(call.slack, call.args) == self.place and met == self.nth

        return here


async def everywhere(way: Way, databases: Databases, rounds: int) -> Measured:
    """All faults at all calls, so many times over."""
    cases = [(spot, name) for spot in await _spots(way, databases) for name in FAULTS] * rounds
    assert len(cases) >= 32, "needs a declaration to spoil"
    free = asyncio.Semaphore(SIDE_BY_SIDE)

    async def spoilt(spot: Spot, name: str) -> list[str]:
        async with free:
            return [f"{spot}, {name}: {trouble}" for trouble in await _spoilt(way, databases, spot, name)]

    troubles = [found for found in await asyncio.gather(*(spoilt(*case) for case in cases)) if found]
    remarks = tuple(f"{way}: {trouble}" for found in troubles for trouble in found)
    verdict = Verdict.MISSED if troubles else Verdict.MET
    return Measured(f"{len(troubles)} of {len(cases)}", verdict, remarks)


async def _spots(way: Way, databases: Databases) -> list[Spot]:
    """The calls of a declaration in which nothing goes wrong."""
    async with _stage(way, databases) as stage:
        before = len(stage.slack.journal.calls)
        await _declares(stage)
        await _paid(stage)
        assert not await _troubles(stage), await _troubles(stage)
        found: list[Spot] = []
        for call in stage.slack.journal.calls[before:]:
            place = _place(stage.slack, call.args)
            found.append(Spot(call.method, place, 1 + sum((s.method, s.place) == (call.method, place) for s in found)))
        return found


async def _spoilt(way: Way, databases: Databases, spot: Spot, fault: str) -> list[str]:
    async with _stage(way, databases) as stage:
        stage.slack.faults.next(spot.method, FAULTS[fault], when=spot.when())
        try:
            await _declares(stage)
            await _paid(stage)
        except (TimeoutError, CannotDo) as why:
            return [f"never done: {why}"]
        hit = [call for call in stage.slack.journal.calls if call.fault]
        return [*await _troubles(stage), *([] if hit else ["the fault met nobody"])]


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
    slack, ana = stage.slack, stage.person("ana")
    rooms = [c for c in slack.workspace.channels.values() if c.name.startswith("inc-")]
    incidents = await stage.incidents()
    wrong = [f"effect lost: {lost}" for lost in await stage.lost_effects()]
    wrong += [f"violation: {found}" for found in stage.violations()]
    wrong += _one("incident", len(incidents)) + _one("channel", len(rooms))
    if len(incidents) != 1 or len(rooms) != 1:
        return wrong
    (room,), facts = rooms, await stage.facts(incidents[0])
    link = f"<#{room.id}>"
    wrong += _one("card", len(_cards(stage, room))) + _one("pin", len(room.pins))
    wrong += _one("announcement", sum(link in words(m) for m in stage.announcements()))
    wrong += _one("message to the declarer", sum(link in words(m) for m in ana.inbox))
    wrong += _one("note of the declaration", facts.count("declared"))
    wrong += _one("note of the channel", facts.count("channel_opened"))
    wrong += [] if ana.id in room.members else ["the declarer is not in the channel"]
    wrong += [] if str(room.topic["value"]).startswith("SEV2") else ["no topic"]
    return wrong


def _one(what: str, found: int) -> list[str]:
    return [] if found == 1 else [f"{found} times: {what}"]


def _cards(stage: Stage, room: Channel) -> list[Message]:
    return [m for m in stage.said(room) if m.blocks and m.blocks[0]["type"] == "header"]


def _place(slack: Slack, args: dict[str, object]) -> str:
    """Where a call acts, by a name that is the same in each workspace."""
    channel = slack.workspace.channels.get(str(args.get("channel", "")))
    if channel is None:
        return ""
    kinds = {"im": "to the declarer"}
    if channel.kind in kinds:
        return kinds[channel.kind]
    return "in the incident's channel" if channel.name.startswith("inc-") else f"in #{channel.name}"


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
