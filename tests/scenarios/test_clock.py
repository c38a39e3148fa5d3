"""The machine's clock is set, or the machine sleeps: nobody is paged twice, nobody is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.app import Outside, Tocsin
from bot.kernel.clock import SystemClock
from bot.organisation import Organisation
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from tests.conftest import SQLITE, NewDatabase
from tests.scenarios.test_paging import answers, pages, shouts
from tests.stage import PAGING, SOCKET, Stage, stage_of, with_api_url

HOUR = timedelta(hours=1)


class Astray(Stage):
    """The bot's machine goes by Slack's time, but for what is done to its clock."""

    off = timedelta(0)
    asleep_s = 0.0

    def another_bot(self) -> Tocsin:
        clock = SystemClock(self._wall, lambda: self.clock.seconds() - self.asleep_s)
        made = Tocsin(self.settings, self.organisation, Outside(clock, self.limits, self.call_timeout))
        self.clock.on_jump(lambda: made.engine.beat())
        return made

    def _wall(self) -> datetime:
        return self.clock.now() + self.off

    async def is_set(self, by: timedelta) -> None:
        self.off += by
        self.bot.engine.beat()
        await self.settle()

    async def sleeps(self, span: timedelta) -> None:
        self.asleep_s += span.total_seconds()
        self.clock.jump(span)
        await self.settle()


@pytest.fixture
async def stage(new_database: NewDatabase) -> AsyncIterator[Astray]:
    plain = stage_of(await new_database(SQLITE), SOCKET, organisation=Organisation.load(PAGING))
    made = Astray(plain.slack, plain.clock, plain.settings, plain.organisation, plain.bot, plain.limits)
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    assert await made.lost_effects() == []
    await made.bot.stop()
    await made.slack.stop()


async def test_set_back_by_an_hour_the_next_level_is_late_by_seconds(
    stage: Astray, ana: Person, bo: Person, cy: Person
) -> None:
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.is_set(-HOUR)
    await stage.advance(minutes=4, seconds=50)
    assert pages(cy) == [], "not early"
    await stage.advance(seconds=50)
    assert len(pages(cy)) == 1, "and not an hour late"
    assert len(pages(bo)) == 1
    await answers(stage, cy, "ack")
    await stage.advance(hours=2)
    assert len(pages(cy)) == 2, "the silence is noticed too"


async def test_set_forward_by_an_hour_one_level_is_early_and_no_more(
    stage: Astray, ana: Person, bo: Person, cy: Person
) -> None:
    """It looks like a machine that slept, and then it would be late. Too early is the better mistake; the next levels
    have their time."""
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.is_set(HOUR)
    assert len(pages(cy)) == 1
    await stage.advance(minutes=4, seconds=45)
    assert shouts(stage) == []
    assert len(pages(bo)) == len(pages(cy)) == 1
    await stage.is_set(-HOUR)
    await stage.advance(minutes=1)
    assert len(shouts(stage)) == 1
    assert len(pages(bo)) == len(pages(cy)) == 1


async def test_asleep_for_two_hours_one_level_is_late_and_says_so(
    stage: Astray, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.sleeps(2 * HOUR)
    assert (len(pages(bo)), len(pages(cy)), len(shouts(stage))) == (1, 1, 0)
    late = [entry.details["late_s"] for entry in await stage.timeline(incident) if entry.details.get("late_s")]
    assert [round(seconds, -2) for seconds in late] == [6900, 6900]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_page_whose_answer_was_lost_while_the_clock_was_set_is_not_doubled(
    stage: Astray, ana: Person, bo: Person, cy: Person, hours: int
) -> None:
    """It is looked for in Slack's history by Slack's time, which is not ours."""
    await stage.declares(ana, "Before", severity="SEV5")
    await stage.is_set(hours * HOUR)
    stage.slack.faults.next(
        "chat.postMessage", Fault.reset(after=True), when=lambda call: "You are paged" in str(call.args)
    )
    await stage.submits_declaration(ana, "Checkout errors", severity="SEV1")
    await stage.catches_up()
    assert len(pages(bo)) == 1


async def test_what_is_under_way_when_the_clock_is_set_is_done_once(stage: Astray, ana: Person, bo: Person) -> None:
    """Its lease is over at once, and nobody else is there to have taken it."""
    gate = stage.slack.faults.hold("chat.postMessage", after=True, when=lambda call: "You are paged" in str(call.args))
    await stage.submits_declaration(ana, "Checkout errors", severity="SEV1")
    await gate.reached()
    stage.off += HOUR
    stage.bot.engine.beat()
    await stage.bot.engine.cycled()
    gate.release()
    await stage.catches_up()
    assert len(pages(bo)) == 1


async def test_the_timeline_stays_in_order(stage: Astray, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    for hours in (1, -1, -1, 2):
        await stage.is_set(hours * HOUR)
        await ana.types("/incident note INC-1 looked", "#general")
        await stage.advance(seconds=20)
    entries = sorted(await stage.timeline(incident), key=lambda entry: entry.place)
    assert len([entry for entry in entries if entry.fact == "noted"]) == 4
    recorded = [entry.recorded_at for entry in entries]
    assert recorded == sorted(recorded)


async def test_the_beat_goes_on_when_the_machines_clock_is_set_back(stage: Astray) -> None:
    """APScheduler plans by the time of day; then its next beat is an hour away."""
    scheduler = stage.bot.beat._scheduler
    await stage.settle()
    planned = scheduler.get_job("beat").next_run_time
    scheduler.modify_job("beat", next_run_time=planned + HOUR)
    async with asyncio.timeout(10):
        await stage.bot.engine.cycled()
    assert scheduler.get_job("beat").next_run_time < planned + HOUR
