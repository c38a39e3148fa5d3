"""Who does what in an incident."""

import asyncio

import pytest

from bot.incidents import changes
from bot.incidents.model import Incident
from bot.incidents.terms import Role
from bot.kernel.ids import UserId
from bot.sandbox.faults import Fault
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.state import User
from tests.conftest import ALL_WAYS, SQLITE
from tests.scenarios.hands import called, filled, form, heard_by, is_told, presses, presses_here, said_in, sends, types
from tests.stage import SOCKET, Stage, words


@pytest.mark.parametrize("stage", ALL_WAYS, indirect=True, ids="-".join)
async def test_whoever_takes_command_is_told_what_it_asks_and_everybody_sees_it(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)

    answer = await presses(stage, bo, incident, "ic")

    assert answer.startswith("You are Incident Commander of INC-1 now.")
    assert await stage.roll(incident) == {"ic": bo.id}
    card = stage.card(incident)
    assert f"*Incident Commander*\n<@{bo.id}>" in words(card)
    assert "I'll take command" not in words(card)
    assert room.topic["value"] == f"SEV2 active · IC: {called(bo)} · Checkout errors"
    assert f"Incident Commander: <@{bo.id}>" in words(stage.announcements()[0])
    (duties,) = [said for said in heard_by(stage, bo, incident) if "You are now *Incident Commander*" in said]
    assert stage.organisation.roles["ic"].duties in duties
    assert f"<#{room.id}>" in duties
    assert said_in(stage, incident) == f"{called(bo)} is *Incident Commander* now.\n"


async def test_a_role_is_given_by_a_word_and_its_holder_is_brought_in(stage: Stage, ana: Person, dee: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    assert dee.id not in stage.room(incident).members

    answer = await types(stage, ana, "/incident assign comms @dee", stage.room(incident))

    assert answer == f"{called(dee)} is Comms Lead of INC-1 now, and has been told what that asks of them.\n"
    assert dee.id in stage.room(incident).members
    assert await stage.roll(incident) == {"comms": dee.id}
    assert any("You are now *Comms Lead*" in said for said in heard_by(stage, dee, incident))


async def test_the_same_can_be_said_in_other_words(stage: Stage, ana: Person, dee: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    for typed in (
        "assign @dee comms",
        "assign communications @dee",
        "comms @dee",
        "role COMMS @dee",
        "handover comms @dee",
    ):
        await types(stage, ana, f"/incident {typed}", room)
        assert await stage.roll(incident) == {"comms": dee.id}, typed
        await types(stage, dee, "/incident leave", room)


async def test_roles_are_given_and_left_by_a_form(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident assign ops @bo", stage.room(incident))

    await presses(stage, ana, incident, "assign")
    assert filled(ana, "ops") == bo.id
    await sends(stage, ana, ic=ana.id, ops=None, scribe=cy.id)

    assert await stage.roll(incident) == {"ic": ana.id, "scribe": cy.id}
    assert f"*Scribe*\n<@{cy.id}>" in words(stage.card(incident))
    assert "*Ops Lead*\n_nobody yet_" in words(stage.card(incident))
    assert any("You are no longer Ops Lead of INC-1" in said for said in heard_by(stage, bo, incident))
    assert "role_left" in await stage.facts(incident)


async def test_handing_over_keeps_both_names(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await types(stage, ana, "/incident ic", room)

    await types(stage, ana, "/incident assign ic @bo", room)
    await types(stage, ana, "/incident assign ic @cy", room)

    assert await stage.roll(incident) == {"ic": cy.id}
    handed = [entry for entry in await stage.timeline(incident) if entry.fact == "role_handed_over"]
    assert [entry.details for entry in handed] == [
        {"role": "ic", "from": ana.id, "to": bo.id},
        {"role": "ic", "from": bo.id, "to": cy.id},
    ]
    shown = await types(stage, ana, "/incident timeline", room)
    assert f"<@{ana.id}> became Incident Commander." in shown
    assert f"Incident Commander passed from <@{ana.id}> to <@{bo.id}>." in shown
    assert f"Incident Commander passed from <@{bo.id}> to <@{cy.id}>, by <@{ana.id}>." in shown
    assert f"{called(bo)} is *Incident Commander* now, after {called(ana)}." in said_in(stage, incident)
    off = f"{called(cy)} is Incident Commander of INC-1 now. You no longer are."
    assert any(off in said for said in heard_by(stage, bo, incident))
    assert not any("You no longer are" in said for said in heard_by(stage, ana, incident)), "it was her own doing"
    assert room.topic["value"].startswith(f"SEV2 active · IC: {called(cy)} · ")


async def test_the_duties_reach_only_whoever_still_holds_the_role(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.next("conversations.open", Fault.status(500), when=lambda call: bo.id in str(call.args))

    await types(stage, ana, "/incident assign ic @bo", stage.room(incident))
    await types(stage, ana, "/incident assign ic @cy", stage.room(incident))
    await stage.advance(minutes=2)

    assert not any("You are now" in said for said in heard_by(stage, bo, incident))
    assert any("You are now *Incident Commander*" in said for said in heard_by(stage, cy, incident))


async def test_taking_a_role_is_not_taking_it_away(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    card = stage.card(incident)

    await asyncio.gather(ana.clicks(card, "word:ic"), bo.clicks(card, "word:ic"))
    await stage.settle()

    holder = (await stage.roll(incident))["ic"]
    quick, late = (ana, bo) if holder == ana.id else (bo, ana)
    said = await late.waits_for(lambda: late.ephemeral(room))
    assert f"{called(quick)} is Incident Commander already." in words(said[0])
    assert "`/incident assign ic me`" in words(said[0])
    assert (await stage.facts(incident)).count("role_taken") == 1

    await types(stage, late, "/incident assign ic me", room)
    assert await stage.roll(incident) == {"ic": late.id}


async def test_pressing_twice_says_so(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")

    await types(stage, ana, "/incident ops", stage.room(incident))
    answer = await types(stage, ana, "/incident ops", stage.room(incident))

    assert answer == "You are Ops Lead already.\n"
    assert (await stage.facts(incident)).count("role_taken") == 1


async def test_people_who_come_in_just_as_they_get_a_role_stop_nobody(stage: Stage, ana: Person) -> None:
    """The role, and Slack's word of their coming, write the same row: one has to wait for the other."""
    organisation, by = stage.organisation, UserId(ana.id)
    for title in ("Leak", "Another leak", "A third leak", "A fourth leak"):
        incident = await stage.declares(ana, title, options=["yes"])

        async def given(role: Role, to: UserId, incident: Incident = incident) -> None:
            async with stage.bot.db.transaction() as tx:
                await changes.assign(tx, organisation, incident.id, role, to, by)

        async def comes(user: UserId, incident: Incident = incident) -> None:
            assert incident.channel
            async with stage.bot.db.transaction() as tx:
                await changes.admit(tx, incident.channel, user)

        people = [UserId(stage.person(name).id) for name in ("bo", "cy", "dee", "eli")]
        both = [[given(role, user), comes(user)] for role, user in zip(Role, people, strict=False)]
        await asyncio.gather(*(act for acts in both for act in acts))
        assert len(await stage.roll(incident)) == len(people)


async def test_a_role_can_be_put_down(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    assert "You hold no role in INC-1." in await types(stage, ana, "/incident leave", room)

    await types(stage, ana, "/incident comms", room)
    await types(stage, ana, "/incident ic", room)
    assert "`/incident leave ic` or `/incident leave comms`" in await types(stage, ana, "/incident leave", room)
    assert "That role is not yours" in await types(stage, ana, "/incident leave ops", room)
    answer = await types(stage, ana, "/incident leave comms", room)

    assert answer == "You are no longer Comms Lead of INC-1. Nobody is now.\n"
    assert await stage.roll(incident) == {"ic": ana.id}
    await types(stage, ana, "/incident leave", room)
    assert await stage.roll(incident) == {}
    assert "I'll take command" in words(stage.card(incident))


async def test_two_forms_at_once_do_not_undo_each_other(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await types(stage, ana, "/incident assign", room)
    await types(stage, bo, "/incident ops INC-1")

    await sends(stage, ana, comms=cy.id)
    assert await stage.roll(incident) == {"ops": bo.id, "comms": cy.id}, "ana's form had no Ops Lead in it"

    await types(stage, ana, "/incident assign", room)
    await types(stage, bo, "/incident assign comms INC-1")
    await types(stage, bo, "/incident assign INC-1 comms me")
    told = await is_told(ana, comms=ana.id)
    assert told == {"comms": "Somebody changed the Comms Lead meanwhile. Close this and open it again."}
    assert (await stage.roll(incident))["comms"] == bo.id


CANNOT = (
    ("assign comms @comms", "One person holds a role, so name one: `/incident assign comms @bo`."),
    ("assign comms @bo @cy", "One person holds a role, so name one"),
    ("assign comms @channel", "One person holds a role, so name one"),
    ("assign comms bo", "Name the person too, chosen from the list that Slack shows after @"),
    ("assign comms @hal", "Name the person too"),
    ("assign boss @bo", "“boss” is no role. The roles are ic, comms, ops, deputy, scribe"),
    ("assign <!channel> @bo", "“&lt;!channel&gt;” is no role."),
    ("assign @bo", "Say which role too. The roles are ic,"),
    ("assign comms @tocsin", "Tocsin is an app, and a role needs a person."),
    ("ic @tocsin", "Tocsin is an app, and a role needs a person."),
)


async def test_a_role_that_cannot_be_given_is_answered_and_nothing_is_done(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    before = await stage.facts(incident)

    for typed, answer in CANNOT:
        assert answer in await types(stage, ana, f"/incident {typed}", stage.room(incident))

    assert await stage.roll(incident) == {}
    assert await stage.facts(incident) == before


async def test_the_form_refuses_whoever_cannot_take_part_under_their_field(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    """Slack's own list shows apps and people of other organisations too."""
    sam = _somebody_else(stage)
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident assign", stage.room(incident))

    assert await is_told(ana, comms=stage.slack.bot.id, ops=bo.id) == {
        "comms": "Tocsin is an app, and a role needs a person. Choose somebody else."
    }
    assert await is_told(ana, comms=sam.id) == {
        "comms": "Sam belongs to another organisation. Choose somebody from this workspace."
    }
    with pytest.raises(CannotDo):
        await ana.fills(comms="U0HAL")
    assert await stage.roll(incident) == {}, "not even half of it"

    cy.user.deleted = True
    stage.slack.emit(
        {"type": "user_change", "user": {"id": cy.id, "name": "cy", "real_name": called(cy), "deleted": True}}
    )
    await stage.settle()
    cy.user.deleted = False
    assert await is_told(ana, comms=cy.id) == {"comms": f"{called(cy)}'s account is deactivated. Choose somebody else."}
    assert form(ana).startswith("Roles")


async def test_somebody_whom_slack_does_not_know_is_nobody(stage: Stage, ana: Person) -> None:
    ghost = stage.slack.workspace.users["U0GHOST"] = User(id="U0GHOST", name="ghost", real_name="Ghost")
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.next("users.info", Fault.error("user_not_found"))

    answer = await types(stage, ana, f"/incident assign ic @{ghost.name}", stage.room(incident))

    assert answer == "I know nobody with the id U0GHOST. Write @ and choose a name from Slack's list.\n"
    assert await stage.roll(incident) == {}


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
async def test_while_slack_does_not_say_who_somebody_is_it_answers_in_time(stage: Stage, ana: Person) -> None:
    ghost = stage.slack.workspace.users["U0GHOST"] = User(id="U0GHOST", name="ghost", real_name="Ghost")
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.next("users.info", Fault.hang(20), times=2)

    answer = await types(stage, ana, f"/incident assign ic @{ghost.name}", stage.room(incident))

    assert answer.startswith("Slack did not answer me as it should. Please look whether it was done")
    await types(stage, ana, "/incident assign", stage.room(incident))
    assert "(Reference " in (await is_told(ana, ic=ghost.id))["ic"]
    assert await stage.roll(incident) == {}


async def test_people_of_other_organisations_may_look_but_not_press(stage: Stage, ana: Person) -> None:
    sam = _somebody_else(stage)
    incident = await stage.declares(ana, "Checkout errors")
    stage.room(incident).members.append(sam.id)

    answer = await presses(stage, sam, incident, "ic")

    assert answer.startswith("Only people of this workspace can run its incidents.")
    assert await stage.roll(incident) == {}


async def test_a_guest_who_cannot_be_brought_in_is_said_aloud(stage: Stage, ana: Person) -> None:
    restricted = Fault.error("user_is_restricted")
    stage.slack.faults.next("conversations.invite", restricted, when=lambda call: "U0GUS" in str(call.args))
    incident = await stage.declares(ana, "Checkout errors")

    await types(stage, ana, "/incident assign ops @gus", stage.room(incident))

    assert (
        f":warning: I could not invite {called(stage.person('gus'))} (they are a guest). Please invite them by hand."
        in said_in(stage, incident)
    )
    assert "told_lost" in await stage.facts(incident)


async def test_roles_of_an_incident_that_is_over_stay_as_they_were(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await types(stage, ana, "/incident ic", room)
    await types(stage, ana, "/incident cancel a drill", room)

    for typed in ("ic", "assign ic @bo", "leave ic", "assign"):
        answer = await types(stage, ana, f"/incident {typed}", room)
        assert answer == "INC-1 is canceled. `/incident reopen` brings it back.\n"
    assert await stage.roll(incident) == {"ic": ana.id}


async def test_taking_a_role_in_the_panel_shows_what_can_be_done_next(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident", stage.room(incident))

    shown = await presses_here(stage, ana, "ops")

    assert ":white_check_mark: You are Ops Lead of INC-1 now." in shown
    assert f"*Ops Lead*\n<@{ana.id}>" in shown
    assert "I'll lead ops" not in shown


def _somebody_else(stage: Stage) -> Person:
    """Sam, of another organisation, by Slack Connect."""
    stage.slack.workspace.users["U0SAM"] = User(
        id="U0SAM", name="sam", real_name="Sam", team_id="T0OTHER", is_stranger=True
    )
    return stage.person("sam")
