"""The panel: what can be done now, in every state."""

import pytest

from bot.sandbox.people import Person
from tests.scenarios.hands import form, presses_here, types
from tests.scenarios.test_states import in_state
from tests.stage import Stage

ROLES = {"I'll take command", "I'll do comms", "I'll lead ops", "Roles"}
ALWAYS = {"Add a note", "Timeline", "Export", "Catch me up", "Add a follow-up"}
PAGING = {"Page somebody", "Escalate"}
OFFERED = {
    "triage": {*ROLES, *ALWAYS, *PAGING, "Severity", "Status", "Accept", "Decline", "Merge", "Cancel", "Edit details",
               "Post update", "Similar incidents"},
    "active": {*ROLES, *ALWAYS, *PAGING, "Severity", "Status", "Mitigated", "Resolve", "Merge", "Cancel",
               "Edit details", "Post update", "Similar incidents"},
    "mitigated": {*ROLES, *ALWAYS, *PAGING, "Severity", "Status", "Resolve", "Reopen", "Merge", "Cancel",
                  "Edit details", "Post update", "Similar incidents"},
    "resolved": {*ALWAYS, "Status", "Reopen", "Close", "Postmortem"},
    "closed": {*ALWAYS, "Status", "Reopen", "Postmortem"},
    "declined": {*ALWAYS, "Status", "Reopen"},
    "canceled": {*ALWAYS, "Status", "Reopen"},
}  # fmt: skip


def buttons(who: Person) -> set[str]:
    assert who.modal
    rows = [block for block in who.modal.body["blocks"] if block["type"] == "actions"]
    return {element["text"]["text"] for row in rows for element in row["elements"]}


@pytest.mark.parametrize("state", OFFERED)
async def test_it_offers_what_fits_the_state(stage: Stage, ana: Person, state: str) -> None:
    incident = await in_state(stage, ana, state)
    await types(stage, ana, "/incident", stage.room(incident))
    assert buttons(ana) == OFFERED[state]


async def test_a_merged_incident_can_still_be_read(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    second = await stage.declares(ana, "Payments fail")
    await types(stage, ana, "/incident merge INC-1", stage.room(second))
    await types(stage, ana, "/incident", stage.room(second))
    assert buttons(ana) == ALWAYS


@pytest.mark.parametrize("state", OFFERED)
async def test_every_button_does_something(stage: Stage, ana: Person, state: str) -> None:
    """Each either acts, and the panel shows what is next; or opens its form on top."""
    incident = await in_state(stage, ana, state)
    await types(stage, ana, "/incident", stage.room(incident))
    assert ana.modal
    ids = [e["action_id"] for b in ana.modal.body["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert ids
    for action in ids:
        await types(stage, ana, "/incident", stage.room(incident))
        if action not in str(ana.modal.body):
            continue  # the role was taken a moment ago
        before = form(ana)
        assert await presses_here(stage, ana, action.removeprefix("word:")) != before
        if len(stage.slack.screens.stack(ana.id)) == 1:
            assert ":white_check_mark:" in form(ana)
            break  # its state may be another one now


async def test_who_holds_what_is_in_it(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident assign deputy @bo", stage.room(incident))
    shown = await types(stage, ana, "/incident", stage.room(incident))
    assert f"*Deputy*\n<@{bo.id}>" in shown
    assert "*Incident Commander*\n_nobody yet_" in shown
    assert "*Scribe*" not in shown
