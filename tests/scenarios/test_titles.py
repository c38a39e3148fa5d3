"""A first title that says too little: whoever commands is offered a better one, once."""

from bot.incidents.model import Incident
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.model_server.server import ModelServer
from tests.scenarios.hands import types
from tests.scenarios.test_catchup import ONE_WAY, server
from tests.stage import Stage, words

__all__ = ["server"]


def offers(stage: Stage, who: Person, incident: Incident) -> list[Message]:
    return [said for said in who.ephemeral(stage.room(incident)) if "This would tell others more" in words(said)]


@ONE_WAY
async def test_whoever_commands_is_offered_a_better_title_and_takes_it(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(bo, "help", affected="checkout", impact="Nobody in the EU can pay.")
    await stage.settle()
    assert offers(stage, bo, incident) == [], "Bo does not command"
    await types(stage, ana, "/incident assign 1 ic me", "#general")
    (offer,) = offers(stage, ana, incident)
    assert "Its title says that something is wrong, and not what: help" in words(offer)
    assert "*Title:* checkout: Nobody in the EU can pay" in words(offer)
    assert offers(stage, bo, incident) == []

    await ana.clicks(offer, "word:suggest:use")
    await ana.waits_for(lambda: "is called checkout: Nobody in the EU can pay now." in words(offer))
    await stage.settle()
    assert (await stage.incident(incident.id)).title == "checkout: Nobody in the EU can pay"
    assert (await stage.facts(incident))[-1] == "details_changed"
    await stage.advance(minutes=10)
    assert len(stage.slack.journal.accepted("chat.postEphemeral")) == 1


@ONE_WAY
async def test_what_is_not_known_yet_is_looked_at_again_and_whoever_wants_keeps_theirs(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "it is broken")
    await types(stage, ana, "/incident ic", stage.room(incident))
    assert "I know too little yet" in await types(stage, ana, "/incident suggest", stage.room(incident))
    await types(stage, ana, "/incident edit", stage.room(incident))
    await ana.submits({"title": "it is broken", "impact": "Logins time out."})
    await stage.settle()
    assert offers(stage, ana, incident) == []
    await stage.advance(minutes=4)
    (offer,) = offers(stage, ana, incident)
    await ana.clicks(offer, "word:suggest:keep")
    await ana.waits_for(lambda: "INC-1 stays it is broken." in words(offer))
    await stage.advance(minutes=10)
    assert (await stage.incident(incident.id)).title == "it is broken"
    assert "Logins time out" in await types(stage, ana, "/incident suggest", stage.room(incident)), "on demand it is"


@ONE_WAY
async def test_an_offer_is_not_taken_once_somebody_changed_the_title(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "help", impact="Logins time out.")
    await types(stage, ana, "/incident ic", stage.room(incident))
    (offer,) = offers(stage, ana, incident)
    await types(stage, ana, "/incident edit", stage.room(incident))
    await ana.submits({"title": "Logins fail"})
    await stage.settle()
    await ana.clicks(offer, "word:suggest:use")
    await ana.waits_for(
        lambda: [s for s in ana.ephemeral(stage.room(incident)) if "changed the title meanwhile" in words(s)]
    )
    assert (await stage.incident(incident.id)).title == "Logins fail"


@ONE_WAY
async def test_a_model_s_title_is_offered_where_it_stands(stage: Stage, server: ModelServer, ana: Person) -> None:
    server.answering = lambda body: {
        "title": {"cites": ["M1"], "text": "Logins time out", "basis": "stated"},
        "summary": [{"cites": ["M1"], "text": "Logins time out.", "basis": "stated"},
                    {"cites": ["M1"], "text": "At 03:17 all 48,112 users lost data.", "basis": "stated"}],
    }  # fmt: skip
    incident = await stage.declares(ana, "help")
    for said in ("logins time out", "since the deploy", "looking at the pool"):
        await ana.says(said, stage.room(incident))
    await types(stage, ana, "/incident ic", stage.room(incident))
    (offer,) = offers(stage, ana, incident)
    assert "*Title:* Logins time out" in words(offer)
    assert "*Impact:* Logins time out." in words(offer)
    assert "48,112" not in words(offer)
    assert "Made by a model (good)" in words(offer)
