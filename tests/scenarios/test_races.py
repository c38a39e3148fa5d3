"""Two things at the same moment: one of them was first, and everybody sees the same."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import timedelta

import pytest

from bot.app import Tocsin
from bot.escalations import answering
from bot.incidents import ending
from bot.incidents.forms import Resolution
from bot.incidents.model import Incident
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.conftest import POSTGRES, NewDatabase
from tests.scenarios.hands import called
from tests.scenarios.test_paging import answers, page, pages
from tests.scenarios.test_replicas import Pair, waits_for_a_lock
from tests.stage import PAGING, SOCKET, Stage, stage_of, with_api_url, words

pytestmark = pytest.mark.organisation(PAGING)
ONE = IncidentId(1)


@pytest.fixture
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """Two bots that page."""
    stage = stage_of(await new_database(POSTGRES), SOCKET, organisation=Organisation.load(PAGING))
    await stage.slack.start()
    stage.settings = with_api_url(stage.settings, stage.slack.api_url)
    await stage.start_bot()
    other = stage.another_bot()
    await other.start()
    await stage.slack.waits_for(lambda: stage.slack.deliveries.sockets.count == 2)
    yield Pair(stage, [stage.bot, other])
    assert stage.violations() == []
    assert await stage.lost_effects() == []
    await other.stop()
    await stage.bot.stop()
    await stage.slack.stop()


async def level_two(stage: Stage, settle: Pair | Stage) -> tuple[Incident, Person, Person]:
    """An incident for which bo, and then cy and dee, were paged."""
    await stage.submits_declaration(stage.person("ana"), "Checkout errors", severity="SEV1")
    await settle.settle()
    stage.clock.jump(timedelta(minutes=5, seconds=5))
    await settle.settle()
    return await stage.incident(1), stage.person("cy"), stage.person("dee")


async def assert_one_has_it(stage: Stage, incident: Incident) -> str:
    """And all pages, and the notice in the channel, name them."""
    (entry,) = [entry for entry in await stage.timeline(incident) if entry.fact == "acknowledged"]
    assert entry.by
    name = called(stage.person(entry.by))
    for who in ("bo", "cy", "dee"):
        assert f"*{name}* has it since" in words(page(stage.person(who)))
    assert [m for m in stage.said(stage.room(incident)) if f"{name} has it: acknowledged" in words(m)]
    return entry.by


async def test_a_double_click_answers_once(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    mine = page(bo)
    await asyncio.gather(*(bo.clicks(mine, "word:ack") for _ in range(2)))
    await stage.settle()
    place = stage.slack.direct_message(bo.id)
    assert place
    said = [words(message) for message in bo.ephemeral(place)]
    assert len([one for one in said if "You have *INC-1*" in one]) == 1, said
    assert all("You have" in one for one in said), said
    assert (await stage.facts(incident)).count("acknowledged") == 1


async def test_two_people_answering_at_once(stage: Stage) -> None:
    incident, cy, dee = await level_two(stage, stage)
    await asyncio.gather(*(who.clicks(page(who), "word:ack") for who in (cy, dee)))
    await stage.settle()
    winner = await assert_one_has_it(stage, incident)
    loser = dee if winner == cy.id else cy
    place = stage.slack.direct_message(loser.id)
    assert place
    assert f"{called(stage.person(winner))} has INC-1 already" in words(loser.ephemeral(place)[-1])


async def test_two_people_answering_two_bots_at_once(pair: Pair) -> None:
    """The second one stands before the lock that the first one holds."""
    incident, cy, dee = await level_two(pair.stage, pair)
    first, second = pair.bots
    async with first.db.transaction() as tx:
        await answering.acknowledge(tx, ONE, UserId(cy.id), None)
        late = asyncio.create_task(acknowledges(second, dee), context=Context())
        await waits_for_a_lock(pair)
    with pytest.raises(Refused, match=f"{called(cy)} has INC-1 already"):
        await late
    await pair.settle()
    assert await assert_one_has_it(pair.stage, incident) == cy.id


async def acknowledges(bot: Tocsin, who: Person) -> None:
    async with bot.db.transaction() as tx:
        await answering.acknowledge(tx, ONE, UserId(who.id), None)


async def resolves(bot: Tocsin, who: Person) -> None:
    async with bot.db.transaction() as tx:
        await ending.resolve(tx, ONE, Resolution("rolled back", None, None, None), UserId(who.id))


DOINGS = {"answered": acknowledges, "resolved": resolves}


@pytest.mark.parametrize("doing", DOINGS)
async def test_what_is_being_settled_while_the_next_level_falls_due(pair: Pair, doing: str) -> None:
    """The engines of both bots come to the level while somebody has the incident in hand."""
    stage, ana = pair.stage, pair.stage.person("ana")
    await stage.submits_declaration(ana, "Checkout errors", severity="SEV1")
    await pair.settle()
    async with pair.bots[0].db.transaction() as tx:
        if doing == "answered":
            await answering.acknowledge(tx, ONE, UserId("U0BO"), None)
        else:
            await ending.resolve(tx, ONE, Resolution("rolled back", None, None, None), UserId("U0BO"))
        stage.clock.jump(timedelta(minutes=6))
        await pair.bots[1].engine.cycled()
    await pair.settle()
    stage.clock.jump(timedelta(minutes=20))
    await pair.settle()
    assert pages(stage.person("cy")) == pages(stage.person("dee")) == []


@pytest.mark.parametrize("doing", DOINGS)
async def test_what_is_settled_while_a_page_is_about_to_go_out(pair: Pair, doing: str) -> None:
    """It was owed; the direct message is being opened. Then it is not sent any more."""
    stage, ana, cy = pair.stage, pair.stage.person("ana"), pair.stage.person("cy")
    await stage.submits_declaration(ana, "Checkout errors", severity="SEV1")
    await pair.settle()
    gate = stage.slack.faults.hold("conversations.open", when=lambda call: cy.id in str(call.args))
    stage.clock.jump(timedelta(minutes=5, seconds=5))
    await gate.reached()
    await DOINGS[doing](pair.bots[0], stage.person("bo"))
    gate.release()
    await pair.settle()
    assert cy.inbox == []


async def test_a_page_on_its_way_when_somebody_answers_is_mended(stage: Stage, ana: Person, bo: Person) -> None:
    """Slack had it already: it cannot be called back, but it says who has it."""
    gate = stage.slack.faults.hold("chat.postMessage", after=True, when=lambda call: "You are paged" in str(call.args))
    await stage.submits_declaration(ana, "Checkout errors", severity="SEV1")
    await gate.reached()
    await ana.types("/incident ack INC-1", "#general")
    gate.release()
    await stage.settle()
    assert f"*{called(ana)}* has it since" in words(page(bo))


async def test_whoever_is_late_hears_the_truth_by_button_too(stage: Stage) -> None:
    _, cy, dee = await level_two(stage, stage)
    await answers(stage, cy, "ack")
    for button in ("ack", "pass"):
        dee_sees = await stage_said(stage, dee, button)
        assert f"{called(cy)} has INC-1 already" in dee_sees


async def stage_said(stage: Stage, who: Person, word: str) -> str:
    before = len(who.ephemeral("#general"))
    await who.types(f"/incident {word} INC-1", "#general")
    await who.waits_for(lambda: who.ephemeral("#general")[before:])
    return words(who.ephemeral("#general")[-1])


async def test_escalating_and_answering_at_once(pair: Pair) -> None:
    """Whoever asks for more after the answer gets more; the answer before does not swallow it."""
    stage = pair.stage
    await level_two(stage, pair)
    first, second = pair.bots
    async with first.db.transaction() as tx:
        await answering.acknowledge(tx, ONE, UserId("U0CY"), None)
        more = asyncio.create_task(escalates(second), context=Context())
        await waits_for_a_lock(pair)
    await more
    await pair.settle()
    assert len(stage.announcements()) == 2, "the incident's own, and the page of the third level"


async def escalates(bot: Tocsin) -> None:
    async with bot.db.transaction() as tx:
        await answering.escalate(tx, bot.world.organisation, ONE, UserId("U0DEE"), None)
