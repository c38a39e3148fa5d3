"""A status update is drafted for somebody to read: it fills in the form, and is never sent by itself."""

from bot.incidents.model import Incident
from bot.sandbox.people import Person
from bot.sandbox.state import View
from tests.model_server.server import ModelServer
from tests.scenarios.hands import form, is_told, presses, sends, types
from tests.scenarios.test_catchup import ONE_WAY, server, story, with_model
from tests.stage import Stage

__all__ = ["server"]


def message(who: Person) -> tuple[str, str]:
    """The field's block, and what stands in it."""
    assert who.modal
    ((block, held),) = [
        (block, held["message"]["value"]) for block, held in who.modal.values.items() if "message" in held
    ]
    return block, held or ""


async def drafts(stage: Stage, who: Person) -> str:
    before, _ = message(who)
    await who.clicks(None, "word:draft")

    def filled() -> View | None:
        found = who.modal
        return found if found and any(b.startswith("message:") and b != before for b in found.values) else None

    await who.waits_for(filled)
    await stage.settle()
    return message(who)[1]


async def opened(stage: Stage, ana: Person, bo: Person) -> Incident:
    incident = await story(stage, ana, bo)
    await stage.advance(minutes=12)
    await types(stage, ana, "/incident severity SEV1 a whole region", stage.room(incident))
    await types(stage, bo, f"/incident note {ana.user.real_name} restarts the pods", stage.room(incident))
    assert "Draft it for me" in await presses(stage, ana, incident, "update")
    return incident


@ONE_WAY
async def test_rules_draft_what_changed_since_the_last_update(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await opened(stage, ana, bo)
    await ana.fills(severity="SEV2", next="60")
    draft = await drafts(stage, ana)

    assert draft.startswith(
        "Checkout errors: active, SEV1 Critical.\nAffected: checkout\nImpact: Nobody in Europe can pay."
    )
    assert "UTC: severity changed from SEV2 to SEV1: a whole region" in draft
    assert "UTC: [the Incident Commander] restarts the pods" in draft, "nobody is named"
    assert "rolled back release 412" not in draft, "that was said before"
    assert "Drafted by rules from 2 entries since the last update (" in form(ana)
    assert "Read it before you post it." in form(ana)
    assert (await stage.facts(incident)).count("update_posted") == 1, "nothing is sent by itself"

    await ana.fills(message="")
    assert list(await is_told(ana)) == [message(ana)[0]], "said under the field, whatever its block is called"
    assert await drafts(stage, ana) == draft
    await ana.fills(message="Sorry.")
    assert await drafts(stage, ana) == f"Sorry.\n\n{draft}", "what was typed stays"
    assert await drafts(stage, ana) == draft, "and a draft gives way to the next"
    await types(stage, bo, "/incident mitigate 1 it works again")
    assert "UTC: mitigated: it works again" in await drafts(stage, ana)
    await sends(stage, ana, message="We know why.")
    now = await stage.incident(incident.id)
    assert now.status == "mitigated", "what others changed meanwhile stays"
    assert (now.last_update, now.severity) == ("We know why.", "SEV2"), "what was chosen before is kept"


@ONE_WAY
async def test_a_model_drafts_what_stands_with_its_evidence(
    stage: Stage, server: ModelServer, ana: Person, bo: Person
) -> None:
    incident = await opened(stage, ana, bo)
    draft = await drafts(stage, ana)
    assert "restarts the pods" in draft
    assert "Drafted by a model (good) from 2 entries since the last update (" in form(ana)
    assert "of its sentences stood when held against the record. Read it before you post it." in form(ana)
    assert "It rests on entry " in form(ana)
    assert "rolled back release 412" not in server.bodies[-1].text.rpartition("since")[2]

    await with_model(stage, server, "lying")
    await types(stage, ana, "/incident draft", stage.room(incident))
    await ana.waits_for(lambda: "Drafted by rules" in form(ana))
    assert "nothing that it said stood when held against the record" in form(ana)
    assert "zorgblatt" not in message(ana)[1]
