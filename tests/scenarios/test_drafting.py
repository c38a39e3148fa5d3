"""What a model adds to a postmortem: only what the record says, each sentence with its evidence, and nothing at all
rather than something wrong."""

import zlib
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.incidents.model import Incident
from bot.llm.ledger.model import ModelCall
from bot.postmortems.model import Postmortem
from bot.sandbox.people import Person
from tests.conftest import POSTGRES, SQLITE
from tests.model_server.answers import BLAME, LIE, OBEYED, Answer, Body, quoting
from tests.model_server.server import ModelServer
from tests.scenarios.test_postmortem import canvas_of, postmortems, resolves
from tests.stage import HTTP, SOCKET, Stage

on_sqlite = pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
on_both = pytest.mark.parametrize("stage", [(SQLITE, SOCKET), (POSTGRES, HTTP)], indirect=True, ids="-".join)


def quoting_the_channel(body: Body) -> Answer:
    """The summary holds the first thing that was said, too."""
    answer = quoting(body)
    if "summary" in answer:
        cited, words = next(entry for entry in body.entries if entry[0].startswith("M"))
        answer["summary"].append({"cites": [cited], "text": words, "basis": "stated"})
    return answer


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(quoting_the_channel) as made:
        yield made


async def hires(stage: Stage, server: ModelServer, model: str) -> None:
    """From now on the bot asks this model."""
    known = {"openai_base_url": server.base_url, "openai_api_key": SecretStr("sk-test"), "openai_model": model}
    stage.settings = stage.settings.model_copy(update=known)
    await stage.restart_bot()


async def an_evening(stage: Stage, ana: Person, bo: Person) -> Incident:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody in Europe can pay.")
    room = stage.room(incident)
    await bo.joins(room)
    await ana.types("/incident ic", room)
    kept = await bo.says("The cause is a connection leak introduced by release 412", room)
    await bo.reacts(kept, "pushpin")
    await bo.says("pool is full on node-3, 48 connections wait", room)
    await bo.says("reach me at bo@example.com, the token is ghp_16C7e42F292c6912E7710c838347Ae178B4a", room)
    await stage.advance(minutes=12)
    return incident


async def calls(stage: Stage) -> list[ModelCall]:
    async with stage.bot.db.snapshot() as snap:
        return list((await snap.session.execute(select(ModelCall))).scalars())


async def drafted(stage: Stage) -> Postmortem:
    (kept,) = await postmortems(stage)
    return kept


@on_both
async def test_each_claim_that_stands_is_in_the_draft_with_its_evidence(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    await hires(stage, server, "good")
    incident = await an_evening(stage, ana, bo)
    await resolves(stage, ana, incident)

    made = await drafted(stage)
    assert made.added
    assert "Added by the model, each claim checked against the entries that it names:" in made.markdown
    said = next(m for m in stage.room(incident).messages.values() if m.text.startswith("pool is full"))
    assert f"/p{said.ts.replace('.', '')})" in made.markdown, "a message is linked to where it was said"
    canvas = canvas_of(stage, incident).markdown
    assert "the model good added to it (prompts postmortem\\_lessons v1, " in canvas
    assert "of its claims stood; 2 of 2 messages of the channel used; 2 secrets and names replaced" in canvas
    assert "messages of the channel used" in canvas


@on_sqlite
async def test_all_that_was_sent_is_kept_and_nothing_secret_or_withheld_was_sent(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    await hires(stage, server, "good")
    incident = await an_evening(stage, ana, bo)
    marked = await bo.says("the customer is Globex", stage.room(incident))
    await ana.reacts(marked, "no_entry_sign")
    await stage.settle()
    await resolves(stage, ana, incident)

    sent = "\n".join(body.text for body in server.bodies)
    assert "connection leak introduced by release 412" in sent
    for hidden in ("ghp_", "bo@example.com", "Globex", *(one.user.real_name for one in (ana, bo))):
        assert hidden not in sent, hidden
    kept = await calls(stage)
    assert len(kept) == len(server.asked) > 0
    assert {call.incident_id for call in kept} == {incident.id}
    assert all("connection leak" in zlib.decompress(call.sent).decode() for call in kept)
    assert "ghp_" not in (await drafted(stage)).markdown


@on_sqlite
@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("lying", ("48,112", "zorgblatt", "03:17")),
        ("blaming", ("Bob Smith", "human error", "failed to look")),
        ("injected", ("evil.example", "channel>", "ignore the rest")),
    ],
    ids=("lying", "blaming", "injected"),
)
async def test_nothing_that_no_entry_says_is_in_the_draft(
    stage: Stage, server: ModelServer, ana: Person, bo: Person, model: str, said: tuple[str, ...]
) -> None:
    await hires(stage, server, model)
    incident = await an_evening(stage, ana, bo)
    await resolves(stage, ana, incident)

    made = await drafted(stage)
    assert server.asked, "it was not asked"
    for piece in said:
        assert piece in LIE + BLAME + OBEYED, "it is not what the model says"
        assert piece not in made.markdown, piece
    assert "The model claimed" in made.markdown, "what was dropped is asked"


@on_sqlite
@pytest.mark.parametrize("model", ["refusing", "html", "prose", "unauthorized", "quota"])
async def test_whatever_the_model_does_the_draft_is_there_and_says_what_is_missing(
    stage: Stage, server: ModelServer, ana: Person, bo: Person, model: str
) -> None:
    await hires(stage, server, model)
    incident = await an_evening(stage, ana, bo)
    await resolves(stage, ana, incident)

    made = await drafted(stage)
    assert made.added is None
    assert made.no_model_because
    canvas = canvas_of(stage, incident).markdown
    assert "Drafted by rules from the timeline; no AI was used: " in canvas
    assert "connection leak introduced by release 412" in canvas
    assert len(await calls(stage)) == len(server.asked)


@on_sqlite
async def test_a_private_incident_is_not_sent(stage: Stage, server: ModelServer, ana: Person) -> None:
    await hires(stage, server, "good")
    incident = await stage.declares(ana, "Checkout errors", options=["yes"])
    await resolves(stage, ana, incident)
    assert server.asked == []
    assert "private incidents are not sent to a model" in canvas_of(stage, incident).markdown
