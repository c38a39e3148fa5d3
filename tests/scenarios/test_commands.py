"""What people type after /incident, wherever they are."""

import pytest

from bot.sandbox import rooms
from bot.sandbox.people import Person
from bot.slack.commands import Where
from tests.conftest import ALL_WAYS, POSTGRES
from tests.scenarios.hands import called, filled, form, sends, types
from tests.stage import HTTP, SOCKET, Stage


async def test_the_command_alone_opens_the_form_with_what_each_severity_means(stage: Stage, ana: Person) -> None:
    shown = await types(stage, ana, "/incident")

    assert shown.startswith("Declare an incident")
    for key, terms in stage.organisation.severities.items():
        assert f"{key} {terms.name}\n{terms.meaning}" in shown
    assert filled(ana, "severity") == "SEV3"
    assert stage.slack.find_message("#general", "INC-") is None


async def test_what_is_wrong_can_be_typed_at_once(stage: Stage, ana: Person, bo: Person) -> None:
    await types(stage, ana, "/incident declare Checkout & cart: @bo sees <errors> in #payments")

    assert filled(ana, "title") == f"Checkout & cart: @{called(bo)} sees <errors> in #payments"
    assert filled(ana, "impact") is None


async def test_a_title_that_is_too_long_goes_into_the_impact_as_a_whole(stage: Stage, ana: Person) -> None:
    whole = "Checkout fails for everybody who pays by card " * 4
    await types(stage, ana, f"/incident declare {whole}")

    title = str(filled(ana, "title"))
    assert len(title) <= 120
    assert title.endswith("…")
    assert filled(ana, "impact") == whole.strip()


async def test_in_an_incidents_channel_the_command_alone_shows_what_can_be_done(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")

    shown = await types(stage, ana, "/incident", stage.room(incident))

    assert shown.startswith("INC-1\nINC-1 · Checkout errors")
    for label in ("I'll take command", "Roles", "Mitigated", "Resolve", "Post update", "Timeline", "Add a note"):
        assert label in shown
    assert shown.index("I'll take command") < shown.index("Post update") < shown.index("Resolve") < shown.index("Roles")
    for label in ("Accept", "Reopen", "Close"):
        assert f"\n{label}\n" not in shown


async def test_help_lists_every_word_with_who_may_use_it_and_where(stage: Stage, ana: Person) -> None:
    shown = await types(stage, ana, "/incident help")

    anywhere, inside = shown.split("*In an incident's channel, or anywhere with its number after the word; ")
    assert "*Anywhere; by anyone*" in anywhere
    assert inside.startswith("by anyone who can see the incident*")
    for word in stage.bot.door.words:
        group = inside if word.where != "anywhere" else anywhere
        assert f"`/incident {word.name}" in group
        assert word.help in group


async def test_a_word_that_is_nearly_right_gets_the_nearest(stage: Stage, ana: Person) -> None:
    for typed, meant in (("reslove", "resolve"), ("TIMELIN", "timeline"), ("cancle it", "cancel")):
        answer = await types(stage, ana, f"/incident {typed}")
        assert answer.startswith(f"I don't know the word “{typed.split()[0]}”. Did you mean `/incident {meant}`?")
    assert ana.modal is None


async def test_words_that_are_no_command_are_offered_as_a_declaration(stage: Stage, ana: Person) -> None:
    answer = await types(stage, ana, "/incident Payments `down` @channel & <gone>")

    assert "write `/incident declare Payments 'down' @channel &amp; &lt;gone&gt;`" in answer
    assert "`/incident help` lists every word" in answer


INSIDE = (
    "ic", "comms", "ops", "assign", "assign comms @bo", "leave", "severity", "severity sev1", "status",
    "status mitigated", "accept", "decline no", "mitigate", "resolve", "merge", "reopen yes", "close", "cancel no",
    "note", "note 14:05 rolled back", "timeline", "export", "edit", "update", "panel", "postmortem",
    "nothing-new", "still-going", "snooze", "pace slow", "ack", "pass", "page @bo", "escalate", "why",
    "followup renew it", "catchup", "draft", "suggest",
)  # fmt: skip


async def test_a_word_in_the_wrong_place_answers_with_the_mend(stage: Stage, ana: Person) -> None:
    for typed in INSIDE:
        answer = await types(stage, ana, f"/incident {typed}")
        assert answer.startswith("That works in an incident's channel. Go there, or say which incident you mean: ")
        assert f"`/incident {typed.split()[0]} INC-42`" in answer
        assert "`/incident list`" in answer
        assert ana.modal is None
    assert {typed.split()[0] for typed in INSIDE} == {w.name for w in stage.bot.door.words if w.where is Where.INCIDENT}


async def test_words_work_anywhere_with_the_number(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    for level, number in enumerate(("1", "INC-1", "inc-1", "#1", "inc1"), start=1):
        assert f"<@{ana.id}> declared" in await types(stage, ana, f"/incident timeline {number}")
        assert "INC-1 · Checkout errors" in await types(stage, ana, f"/incident panel {number}")
        assert "INC-1 · Checkout errors" in await types(stage, ana, f"/incident {number}")
        answer = await types(stage, ana, f"/incident severity {number} sev{level} as it seems")
        assert answer == f"INC-1 is SEV{level} now.\n"


async def test_a_number_that_nobody_has_is_answered(stage: Stage, ana: Person) -> None:
    for typed in ("timeline 42", "resolve INC-42", "42", "merge 42 43", "panel 99999999999999"):
        answer = await types(stage, ana, f"/incident {typed}")
        assert answer.startswith("I know no incident INC-")
        assert "`/incident list` shows those there are" in answer


async def test_it_answers_where_the_bot_is_no_member(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    dee = stage.person("dee")
    leadership = stage.slack.channel("#leadership")
    assert stage.slack.bot.id not in leadership.members

    assert "INC-1" in await types(stage, dee, "/incident list", leadership)
    assert "I'll take command" in await types(stage, dee, "/incident 1", leadership)
    assert "SEV1" in await types(stage, dee, "/incident severity 1 sev1", leadership)
    assert "an incident's channel" in await types(stage, dee, "/incident resolve", leadership)


async def test_it_answers_in_direct_messages_between_people(stage: Stage, ana: Person, bo: Person) -> None:
    talk = rooms.direct(stage.slack, [ana.id, bo.id])[0]

    assert "There are no incidents" in await types(stage, ana, "/incident list", talk)
    await types(stage, ana, "/incident", talk)
    await sends(stage, ana, title="Checkout errors", severity="SEV2")
    assert (await stage.incident_called("Checkout errors")).channel


@pytest.mark.parametrize("stage", ALL_WAYS, indirect=True, ids="-".join)
async def test_the_shortcuts_open_the_form_too(stage: Stage, ana: Person, bo: Person) -> None:
    await ana.shortcut("declare_incident")
    await ana.waits_for(lambda: ana.modal)
    assert form(ana).startswith("Declare an incident")

    said = await ana.says("Checkout is failing\nfor all of Europe, says @bo", "#payments")
    await ana.message_shortcut("declare_from_message", said)
    await ana.waits_for(lambda: ana.modal and filled(ana, "title"))
    assert filled(ana, "title") == f"Checkout is failing for all of Europe, says @{called(bo)}"
    assert filled(ana, "impact") == f"Checkout is failing\nfor all of Europe, says @{called(bo)}"


@pytest.mark.parametrize("stage", [(POSTGRES, HTTP), (POSTGRES, SOCKET)], indirect=True, ids="-".join)
async def test_while_the_database_is_slow_a_form_says_so_and_is_filled_after(stage: Stage, ana: Person) -> None:
    """Slack's trigger dies after three seconds, so the form is opened while the answer is still being found."""
    incident = await stage.declares(ana, "Checkout errors")
    for number, found in ((1, "What ended it?"), (7, "I know no incident INC-7")):
        async with stage.bot.db.engine.begin() as connection:
            await connection.exec_driver_sql("LOCK TABLE incident IN ACCESS EXCLUSIVE MODE")
            await ana.types(f"/incident resolve INC-{number}", stage.room(incident))
            await ana.waits_for(lambda: ana.modal)
            assert form(ana) == "Resolve\n:hourglass_flowing_sand: One moment …"
        assert found in await ana.waits_for(lambda: form(ana) if "One moment" not in form(ana) else None)
        await ana.closes()
