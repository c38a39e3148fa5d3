"""Nobody who is needed is left asleep, and nobody is woken for nothing."""

import pytest

from bot.incidents.model import Incident
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.scenarios.hands import called, said_in, types
from tests.stage import PAGING, Stage, words

pytestmark = pytest.mark.organisation(PAGING)


def pages(who: Person) -> list[Message]:
    """Those that buzzed; an edit does not."""
    return [m for m in who.inbox if m.blocks and ("You are paged" in m.text or "You were called" in m.text)]


def page(who: Person) -> Message:
    (only,) = pages(who)
    return only


async def answers(stage: Stage, who: Person, button: str) -> str:
    """Press a button of the last page, and read what only they are shown."""
    place = stage.slack.direct_message(who.id)
    assert place
    before = len(who.ephemeral(place))
    await who.clicks(pages(who)[-1], f"word:{button}")
    await stage.settle()
    return "\n".join(words(m) for m in who.ephemeral(place)[before:])


def shouts(stage: Stage) -> list[str]:
    return [words(m) for m in stage.announcements() if "<!channel>" in words(m)]


async def paged(stage: Stage, incident: Incident) -> list[tuple[int, int, str]]:
    """Round, level and whom: as the timeline has it."""
    found = [e.details for e in await stage.timeline(incident) if e.fact == "paged"]
    return sorted((d["round"], d["level"], d.get("to") or d["whom"]) for d in found)


async def test_nobody_answering_pages_the_next_level(
    stage: Stage, ana: Person, bo: Person, cy: Person, dee: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1", impact="Payments fail.")
    assert len(pages(bo)) == 1
    assert pages(cy) == []
    said = words(page(bo))
    for part in ("Checkout errors", "SEV1", f"<#{incident.channel}>", "level 1 of policy *default*", "Payments fail."):
        assert part in said, said
    assert bo.pinged() == ["dm"]

    await stage.advance(minutes=4, seconds=50)
    assert pages(cy) == []
    await stage.advance(seconds=15)
    assert len(pages(cy)) == len(pages(dee)) == 1
    assert len(pages(bo)) == 1

    await stage.advance(minutes=5, seconds=5)
    assert len(shouts(stage)) == 1, "there is no Incident Commander, but the channel hears of it"
    assert await paged(stage, incident) == [(1, 1, "U0BO"), (1, 2, "U0CY"), (1, 2, "U0DEE"), (1, 3, "#incidents")]


async def test_acknowledging_stops_it_for_everyone_and_says_so_where_the_pages_are(
    stage: Stage, ana: Person, bo: Person, cy: Person, dee: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.advance(minutes=5, seconds=5)

    assert "You have *INC-1*" in await answers(stage, cy, "ack")
    await stage.advance(minutes=20)

    for who in (bo, cy, dee):
        said = words(page(who))
        assert f"*{called(cy)}* has it since" in said
        assert "Acknowledge" not in said
    assert shouts(stage) == []
    assert f"{called(cy)} has it: acknowledged after 5 min" in said_in(stage, incident)
    (entry,) = [e for e in await stage.timeline(incident) if e.fact == "acknowledged"]
    assert entry.by == cy.id
    assert 300 <= entry.details["after_s"] < 320
    assert cy.id in stage.room(incident).members


async def test_a_late_press_says_who_has_it(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert "You have" in await types(stage, ana, "/incident ack", stage.room(incident))
    said = await types(stage, bo, "/incident ack 1")
    assert f"{called(ana)} has INC-1 already, since <!date^" in said
    assert "You have INC-1 already" in await types(stage, ana, "/incident ack 1")
    assert (await stage.facts(incident)).count("acknowledged") == 1


async def test_taking_command_is_an_answer_and_being_given_it_is_none(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await types(stage, ana, "/incident assign ic @dee", stage.room(incident))
    assert "acknowledged" not in await stage.facts(incident)
    await types(stage, ana, "/incident assign ic me", stage.room(incident))
    assert "acknowledged" in await stage.facts(incident)
    await stage.advance(minutes=20)
    assert pages(cy) == []
    assert f"*{called(ana)}* has it" in words(page(bo))


async def test_whoever_has_command_can_call_for_more(stage: Stage, ana: Person, cy: Person) -> None:
    """Having taken it before is no answer to the new call; taking it anew is."""
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await types(stage, ana, "/incident ic", stage.room(incident))
    await stage.advance(seconds=5)
    assert "Paging level 2 of default" in await types(stage, ana, "/incident escalate", stage.room(incident))
    assert len(pages(cy)) == 1
    await stage.advance(seconds=5)
    await types(stage, cy, "/incident assign INC-1 ic me")
    assert f"*{called(cy)}* has it" in words(page(cy))


async def test_whoever_cannot_take_it_has_the_next_level_paged_at_once(
    stage: Stage, ana: Person, bo: Person, cy: Person, dee: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert "The next level is being paged" in await answers(stage, bo, "pass")
    assert len(pages(cy)) == 1
    assert "Others have been called already" in await answers(stage, bo, "pass"), "a second press moves nothing"
    assert shouts(stage) == []
    await answers(stage, dee, "pass")
    assert len(shouts(stage)) == 1
    assert (await stage.facts(incident)).count("page_passed") == 3


async def test_nobody_answering_at_all_is_loud_and_said_again(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    for _ in range(41):
        await stage.advance(minutes=1)
    assert "exhausted" in await stage.facts(incident)
    assert len(pages(bo)) == 2, "twice round"
    said = said_in(stage, incident)
    assert f"*Nobody has answered.* Tried: {called(bo)}" in said
    assert len(shouts(stage)) == 3
    await stage.advance(minutes=10)
    assert len(shouts(stage)) == 4
    await types(stage, ana, "/incident ack", stage.room(incident))
    await stage.advance(minutes=25)
    assert len(shouts(stage)) == 0, "edited: it is answered"
    assert (await stage.facts(incident)).count("exhausted") == 1


@pytest.mark.parametrize("word", ["cancel a drill", "merge INC-2 the same"])
async def test_what_is_over_pages_nobody(stage: Stage, ana: Person, bo: Person, cy: Person, word: str) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    other = await stage.declares(ana, "Another", severity="SEV5")
    assert other.id == 2
    await types(stage, ana, f"/incident {word}", stage.room(incident))
    await stage.advance(minutes=30)
    assert pages(cy) == []
    assert "It is over: INC-1 is" in words(page(bo))


async def test_what_is_in_triage_pages_nobody_until_it_is_accepted(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1", triage=["yes"])
    await stage.advance(minutes=10)
    assert pages(bo) == []
    await types(stage, ana, "/incident accept", stage.room(incident))
    assert len(pages(bo)) == 1


async def test_raising_the_severity_pages_again_and_lowering_it_stops(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV4")
    assert pages(bo) == []
    await types(stage, ana, "/incident severity SEV2", stage.room(incident))
    assert len(pages(bo)) == 1
    await answers(stage, bo, "ack")
    await types(stage, ana, "/incident severity SEV1", stage.room(incident))
    assert len(pages(bo)) == 2
    await types(stage, ana, "/incident severity SEV4", stage.room(incident))
    await stage.advance(minutes=30)
    assert pages(cy) == []
    assert "which pages nobody" in words(pages(bo)[-1])


async def test_reopening_pages_again(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await answers(stage, bo, "ack")
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))
    await types(stage, ana, "/incident reopen it was none", stage.room(incident))
    assert len(pages(bo)) == 2


async def test_silence_after_an_acknowledgement_pages_again(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.advance(minutes=5, seconds=5)
    await answers(stage, cy, "ack")
    await stage.advance(minutes=20)
    await types(stage, cy, "/incident note looking at the logs", stage.room(incident))
    await stage.advance(minutes=20)
    assert len(pages(bo)) == 1
    await stage.advance(minutes=11)
    assert len(pages(bo)) == 2
    assert len(pages(cy)) == 2, "whoever had it hears of it too"
    assert "went_silent" in await stage.facts(incident)


async def test_somebody_can_be_called_by_name(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV4")
    fay = stage.person("fay")
    said = await types(stage, ana, "/incident page @fay you know <payments> & @bo", stage.room(incident))
    assert "Paging" in said
    assert f"{called(ana)} asks for you" in words(page(fay))
    await stage.advance(minutes=5, seconds=5)
    assert len(pages(fay)) == 2
    await stage.advance(minutes=5, seconds=5)
    assert len(pages(fay)) == 3
    await stage.advance(minutes=5, seconds=5)
    assert [m for m in ana.inbox if "nobody answered your page" in m.text]
    await answers(stage, fay, "ack")


async def test_why_me_says_policy_level_and_who_else(stage: Stage, ana: Person, cy: Person) -> None:
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.advance(minutes=5, seconds=5)
    await cy.clicks(page(cy), "word:why")
    view = await cy.waits_for(lambda: cy.modal and cy.modal.body["callback_id"] == "why" and cy.modal)
    said = str(view.body)
    for part in ("default", "2 of 3, round 1 of 2", "Dee Okafor", "You by name"):
        assert part in said, said


async def test_a_private_incident_pages_only_whom_its_route_names(stage: Stage, ana: Person, bo: Person) -> None:
    eli = stage.person("eli")
    secret = await stage.declares(ana, "Somebody sells our data", severity="SEV1", options=["yes"])
    assert pages(bo) == []
    assert "Somebody sells our data" in words(page(eli))
    assert eli.id in stage.room(secret).members
    quiet = await stage.declares(ana, "Another leak", severity="SEV2", options=["yes"])
    assert "Nobody was paged" in said_in(stage, quiet)
    await stage.advance(hours=1)
    assert [m for m in stage.said(stage.slack.channel("#incidents")) if "leak" in words(m) or "sells" in words(m)] == []
