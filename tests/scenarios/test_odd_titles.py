"""An organisation may call its roles anything, and Slack still shows what it wrote."""

from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.scenarios.hands import called, is_told, presses, said_in, sends, types
from tests.stage import Stage, words

TITLE, ESCAPED = "R&D <Lead>", "R&amp;D &lt;Lead&gt;"


def odd(organisation: Organisation) -> Organisation:
    roles = {key: terms.model_copy(update={"title": TITLE}) for key, terms in organisation.roles.items()}
    return organisation.model_copy(update={"roles": roles})


async def test_a_title_is_shown_as_it_was_written(stage: Stage, ana: Person, bo: Person) -> None:
    stage.organisation = odd(stage.organisation)
    await stage.restart_bot()
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)

    assert f"You are {ESCAPED} of INC-1 now." in await presses(stage, ana, incident, "ic")
    assert f"{called(ana)} is *{ESCAPED}* now." in said_in(stage, incident)
    assert f"*{ESCAPED}*\n<@{ana.id}>" in words(stage.card(incident))
    assert f"is {ESCAPED} already" in await types(stage, bo, "/incident ic 1")
    assert f"You are {ESCAPED} already." in await types(stage, ana, "/incident assign ic me", room)
    assert f"You are {ESCAPED} of INC-1 now" in await types(stage, bo, "/incident assign 1 ic me")
    assert f"became {ESCAPED}" in await types(stage, ana, "/incident timeline", room)
    assert any(f"You are {ESCAPED} of" in words(message) for message in bo.inbox)
    assert any(f"{called(bo)} is {ESCAPED} of INC-1 now." in words(message) for message in ana.inbox), (
        "who had it is told"
    )
    assert f"You are no longer {ESCAPED} of INC-1." in await types(stage, bo, "/incident leave", room)
    assert f"is no longer *{ESCAPED}*" in said_in(stage, incident)


async def test_under_a_field_it_stands_in_plain_words(stage: Stage, ana: Person, bo: Person) -> None:
    stage.organisation = odd(stage.organisation)
    await stage.restart_bot()
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident assign", stage.room(incident))
    await types(stage, bo, "/incident ic 1")

    told = await is_told(ana, ic=ana.id)
    assert told == {"ic": f"Somebody changed the {TITLE} meanwhile. Close this and open it again."}
    await ana.closes()
    await types(stage, ana, "/incident assign", stage.room(incident))
    await sends(stage, ana, ic=ana.id)
    assert (await stage.roll(incident))["ic"] == ana.id
