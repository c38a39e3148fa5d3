"""People catch up: where things stand, what is new to them, and what is waited for; at once, model or not."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from pydantic import SecretStr

from bot.incidents.model import Incident
from bot.llm.ledger.queries import calls_about
from bot.sandbox.people import Person
from bot.sandbox.state import Channel
from tests.conftest import SQLITE
from tests.model_server.server import ModelServer
from tests.scenarios.hands import presses, types
from tests.stage import HTTP, Stage, words

ONE_WAY = pytest.mark.parametrize("stage", [(SQLITE, HTTP)], indirect=True, ids="-".join)
WITHOUT_MODEL = "Without a model: no model is configured (OPENAI_API_KEY is not set)."


@pytest.fixture
async def server(stage: Stage) -> AsyncIterator[ModelServer]:
    """The bot has a model: the good one, until somebody says otherwise."""
    async with ModelServer() as made:
        await with_model(stage, made, "good")
        yield made


async def with_model(stage: Stage, server: ModelServer, name: str) -> None:
    access = {"openai_base_url": server.base_url, "openai_model": name, "openai_api_key": SecretStr("sk-test")}
    stage.settings = stage.settings.model_copy(update=access)
    await stage.restart_bot()


async def story(stage: Stage, ana: Person, bo: Person) -> Incident:
    incident = await stage.declares(ana, "Checkout errors", affected="checkout", impact="Nobody in Europe can pay.")
    room = stage.room(incident)
    await bo.joins(room)
    await types(stage, ana, "/incident ic", room)
    kept = await bo.says("error rate is 40 %", room)
    await bo.reacts(kept, "pushpin")
    await types(stage, ana, "/incident note rolled back release 412", room)
    await presses(stage, ana, incident, "update")
    await ana.submits({"message": "We rolled back.", "next": "30"})
    await stage.settle()
    return incident


@ONE_WAY
async def test_who_catches_up_is_told_what_the_record_says_and_next_time_what_is_new(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await story(stage, ana, bo)
    room = stage.room(incident)

    told = await types(stage, bo, "/incident catchup", room)
    assert "*What happened from the beginning*" in told
    assert "SEV2 Major · *active* · declared " in told
    assert f"Incident Commander: <@{ana.id}>" in told
    assert "*Affected:* checkout" in told
    assert "declared the incident as SEV2: Checkout errors" in told
    assert "_(entry 1)_" in told
    assert "error rate is 40 %  _(<" in told, "a kept message is linked"
    assert "rolled back release 412" in told
    assert "• Last update" in told
    assert "• Next update: due <!date^" in told
    assert "1 message by 1 person in its channel" in told
    assert WITHOUT_MODEL in told

    await stage.advance(minutes=5)
    await types(stage, ana, "/incident mitigate it works again", room)
    told = await types(stage, bo, "/incident catchup", room)
    assert "*What happened since you last looked*, <!date^" in told
    assert "said it is mitigated: it works again" in told
    assert "declared the incident" not in told
    assert "rolled back release 412" not in told
    assert "Nothing was recorded." in await types(stage, bo, "/incident catchup", room)
    assert "declared the incident" in await types(stage, bo, "/incident catchup all", room)
    assert "said it is mitigated" in await types(stage, cy, "/incident catchup 1 since 10m")
    assert "declared the incident" in await types(stage, cy, "/incident catchup 1"), "that was not all there was"
    assert "is no time that I can go back" in await types(stage, cy, "/incident catchup 1 since lunch")


@ONE_WAY
async def test_from_a_button_it_is_a_modal_with_the_pages_and_what_was_like_it_before(
    stage: Stage, ana: Person, bo: Person
) -> None:
    before = await stage.declares(ana, "Checkout errors", affected="checkout")
    await types(stage, ana, "/incident resolve the pool was raised", stage.room(before))
    await ana.submits({"resolution": "We raised the pool."})
    await stage.settle()
    await stage.advance(minutes=30)
    again = await stage.declares(ana, "Errors of the checkout", affected="checkout")
    await types(stage, ana, "/incident", stage.room(again))

    await ana.clicks(None, "word:catchup")
    shown = await ana.waits_for(lambda: ana.modal and ana.modal.body["callback_id"] == "catchup" and ana.modal)
    text = str(shown.body["blocks"])
    assert "*Was it like this before?*" in text
    assert "*INC-1* Checkout errors" in text
    assert "What ended it: We raised the pool." in text
    assert "word:timeline" in text


@ONE_WAY
async def test_what_the_model_says_and_the_record_bears_takes_its_place_when_it_comes(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    incident = await story(stage, ana, bo)
    room = stage.room(incident)
    await types(stage, bo, "/incident catchup", room)
    said = await bo.waits_for(lambda: [one for one in bo.ephemeral(room) if "In the model's words" in words(one)])
    (answer,) = [one for one in bo.ephemeral(room) if "What happened" in words(one)]
    assert said == [answer], "it replaced the first answer"
    told = words(answer)
    assert "*Now*" in told
    assert "stood; read from" in told
    assert "rolled back release 412" in told, "the record still stands below"
    async with stage.bot.db.snapshot() as snap:
        (call,) = await calls_about(snap, incident.id)
    assert call.task == "catchup"


def holding(who: Person, room: Channel, mark: str) -> list[str]:
    """What only this person sees there and that has these words."""
    return [words(one) for one in who.ephemeral(room) if mark in words(one)]


@ONE_WAY
async def test_a_model_that_lies_or_is_away_leaves_the_record_alone(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    incident = await story(stage, ana, bo)
    room = stage.room(incident)
    for name, mark in (("lying", "Nothing that it said could be shown to stand"), ("unauthorized", "Without a model:")):
        await with_model(stage, server, name)
        await types(stage, bo, "/incident catchup all", room)
        told = await bo.waits_for(partial(holding, bo, room, mark))
        assert "rolled back release 412" in told[-1]
        assert "zorgblatt" not in told[-1]


@ONE_WAY
async def test_a_private_incident_is_not_sent_to_a_model(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    secret = await stage.declares(ana, "Tokens leaked", options=["yes"])
    told = await types(stage, ana, "/incident catchup", stage.room(secret))
    assert "Without a model: private incidents are not sent to a model." in told
    assert "I know no incident INC-1" in await types(stage, bo, "/incident catchup 1")
    assert server.asked == []
