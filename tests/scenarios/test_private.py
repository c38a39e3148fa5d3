"""A private incident is known to those in its channel, and to nobody else."""

import io

import pytest

from bot.incidents.model import Incident
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.state import Channel
from tests.scenarios.hands import form, presses, said_in, sends, types
from tests.stage import Stage, view_words, words

SECRET = "Zanzibar keys leaked"


async def leak(stage: Stage, who: Person, title: str = SECRET) -> Incident:
    return await stage.declares(who, title, options=["yes"], impact=f"{title} to everybody")


async def home(stage: Stage, who: Person) -> str:
    await who.opens_home()
    await stage.settle()
    assert who.home
    return view_words(who.home.body)


def seen_by(stage: Stage, who: Person) -> str:
    """All that this person can find in Slack."""
    places: list[Channel] = list(stage.slack.workspace.channels.values())
    shown = [words(message) for place in places for message in who.sees(place)]
    visible = [place for place in places if who.sees(place) or not place.is_private]
    return "\n".join([*shown, *(f"{place.name} {place.topic['value']}" for place in visible)])


async def test_it_gets_a_private_channel_and_is_announced_nowhere(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)

    room = stage.room(incident)
    assert room.is_private
    assert room.name == "inc-1-zanzibar-keys-leaked"
    assert ana.id in room.members
    assert ":lock: Private: only the members of this channel know of it." in words(stage.card(incident))
    assert stage.announcements() == []
    assert SECRET in seen_by(stage, ana), "or the next line proves nothing"
    assert "anzibar" not in seen_by(stage, bo)


async def test_its_whole_life_is_announced_nowhere(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)
    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message="Zanzibar keys are rotated", severity="SEV1", status="mitigated")
    await types(stage, ana, "/incident note rotated the Zanzibar keys", room)
    await types(stage, ana, "/incident resolve", room)
    await sends(stage, ana, resolution="Zanzibar keys are rotated.")
    await types(stage, ana, "/incident reopen Zanzibar again", room)
    await types(stage, ana, "/incident cancel no Zanzibar", room)

    assert "canceled" in said_in(stage, incident)
    assert stage.said(stage.slack.channel("#incidents")) == []
    assert "anzibar" not in seen_by(stage, bo)


async def test_outsiders_find_it_in_no_list_and_by_no_number(stage: Stage, ana: Person, bo: Person) -> None:
    await leak(stage, ana)
    public = await stage.declares(ana, "Checkout errors")

    for typed in ("timeline 1", "panel 1", "1", "ic 1", "assign 1 ic @bo", "severity 1 sev1", "status 1 mitigated",
                  "mitigate 1", "resolve 1", "note 1 hm", "export 1", "edit 1", "update 1", "merge 2 1",
                  "cancel 1 no"):  # fmt: skip
        answer = await types(stage, bo, f"/incident {typed}")
        other = "merge 2 7" if typed == "merge 2 1" else typed.replace("1", "7", 1)
        nonexistent = await types(stage, bo, f"/incident {other}")
        assert answer == "I know no incident INC-1. `/incident list` shows those there are.\n", typed
        assert nonexistent == answer.replace("INC-1", "INC-7"), "there is no telling it from one that is not"
    assert "anzibar" not in await types(stage, bo, "/incident list")
    assert "INC-2" in await types(stage, bo, "/incident list")
    assert "anzibar" not in await home(stage, bo)
    await types(stage, bo, "/incident merge 2")
    assert "anzibar" not in (form(bo) if bo.modal else "")
    said = await bo.says("keys", "#engineering")
    await bo.message_shortcut("add_to_timeline", said)
    await bo.waits_for(lambda: bo.modal and "It belongs to" in form(bo))
    assert "anzibar" not in form(bo)
    assert "INC-2 Checkout errors" in form(bo)
    assert await stage.facts(public)


async def test_insiders_see_it_everywhere(stage: Stage, ana: Person) -> None:
    await leak(stage, ana)

    assert f":lock: *INC-1* {SECRET}" in await types(stage, ana, "/incident list")
    assert f":lock: *INC-1* {SECRET}" in await home(stage, ana)
    assert "declared the incident" in await types(stage, ana, "/incident timeline 1")
    said = await ana.says("keys", "#engineering")
    await ana.message_shortcut("add_to_timeline", said)
    await ana.waits_for(lambda: ana.modal and "It belongs to" in form(ana))
    assert f"INC-1 {SECRET}" in form(ana)


async def test_whoever_comes_in_sees_it_and_whoever_leaves_does_not(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)

    await ana.invites(room, bo.id)
    await types(stage, ana, "/incident assign ops @cy", room)
    assert "INC-1" in await types(stage, bo, "/incident list")
    assert "INC-1" in await types(stage, cy, "/incident list")
    assert cy.id in room.members

    await bo.leaves(room)
    await stage.settle()
    assert "There are no incidents" in await types(stage, bo, "/incident list")
    assert "I know no incident INC-1" in await types(stage, bo, "/incident timeline 1")


async def test_a_form_that_was_open_when_they_left_is_refused(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)
    await ana.invites(room, bo.id)
    await stage.settle()
    await types(stage, bo, "/incident severity", room)
    await bo.leaves(room)
    await stage.settle()

    sent = await bo.submits(severity="SEV1")
    assert sent.errors == {"severity": "I know no incident INC-1. /incident list shows those there are."}
    assert (await stage.incident(1)).severity == "SEV2"


async def test_acting_in_its_channel_is_proof_enough_should_an_event_be_lost(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)
    stage.slack.deliveries.switches.lose = 2
    room.members.append(bo.id)  # and nobody was told
    stage.slack.deliveries.switches.lose = 0

    assert await types(stage, bo, "/incident severity sev1", room) == "INC-1 is SEV1 now.\n"
    assert "INC-1" in await types(stage, bo, "/incident list")


async def test_whoever_came_and_went_while_the_bot_was_away_is_asked_for(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await leak(stage, ana)
    room = stage.room(incident)
    await ana.invites(room, bo.id)
    await stage.settle()
    await stage.bot.stop()
    room.members.remove(bo.id)  # and nobody was told
    room.members.append(cy.id)
    await stage.start_bot()

    assert "There are no incidents" in await types(stage, bo, "/incident list")
    assert "INC-1" in await types(stage, cy, "/incident list")
    assert "INC-1" in await types(stage, ana, "/incident list")


async def test_the_same_title_declared_by_an_outsider_is_another_incident(
    stage: Stage, ana: Person, bo: Person
) -> None:
    await leak(stage, ana, "Checkout errors")
    await stage.submits_declaration(bo, "Checkout errors")
    await stage.settle()

    first, second = await stage.incidents()
    assert first.is_private
    assert not second.is_private
    assert bo.id not in stage.room(first).members


async def test_two_private_ones_are_merged_among_those_who_see_both(stage: Stage, ana: Person, bo: Person) -> None:
    first, second = await leak(stage, ana), await leak(stage, ana, "Key in the log")
    await ana.invites(stage.room(second), bo.id)
    await stage.settle()

    answer = await types(stage, bo, "/incident merge INC-1 same key", stage.room(second))
    assert answer.startswith("I know no incident INC-1.")
    await types(stage, ana, "/incident merge INC-1 same key", stage.room(second))

    assert (await stage.incident(second.id)).status == "merged"
    assert (await stage.facts(first)).count("merged") == 1


@pytest.mark.loses
async def test_its_title_is_in_no_log(log: io.StringIO, stage: Stage, ana: Person, bo: Person) -> None:
    stage.slack.faults.next("chat.update", Fault.error("cant_update_message"))
    incident = await leak(stage, ana)
    room = stage.room(incident)
    for typed in ("note Zanzibar again", "Zanzibar", "severity Zanzibar", "status Zanzibar", "cancel for Zanzibar"):
        await types(stage, ana, f"/incident {typed}", room)
    await types(stage, bo, "/incident timeline 1")
    stage.slack.faults.next("views.open", Fault.error("internal_error"))
    await ana.types("/incident reopen", room)
    await ana.waits_for(lambda: "form_not_opened" in log.getvalue())
    await stage.bot.stop()
    await stage.start_bot()

    assert "serving" in log.getvalue(), "needs something in the log"
    assert "anzibar" not in log.getvalue()
