"""What is said in an incident's channel is recorded as it is said, and follows what becomes of it."""

from bot.incidents.model import Incident
from bot.kernel.ids import ChannelId, MessageTs
from bot.sandbox.people import Person
from bot.transcript import queries
from bot.transcript.changes import hear
from bot.transcript.model import ChannelMessage
from tests.stage import Stage


async def transcript(stage: Stage, incident: Incident) -> list[tuple[str | None, str]]:
    async with stage.bot.db.snapshot() as snap:
        return [(said.author or said.app, said.text) for said in await queries.said(snap, incident.id)]


async def withheld(stage: Stage, incident: Incident) -> set[str]:
    async with stage.bot.db.snapshot() as snap:
        return set(await queries.withheld(snap, incident.channel))


async def test_what_people_and_apps_say_is_recorded_and_what_we_say_is_not(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    first = await bo.says("the last deploy looks odd", room)
    await ana.says("which one?", room, thread=first)
    await bo.says("nothing of yours", "#general")
    await stage.settle()

    assert await transcript(stage, incident) == [(bo.id, "the last deploy looks odd"), (ana.id, "which one?")]
    async with stage.bot.db.snapshot() as snap:
        assert [said.thread for said in await queries.said(snap, incident.id)] == [None, first.ts]


async def test_an_edit_replaces_the_words_and_a_deletion_takes_them_away(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    kept, gone = await bo.says("40 orders lost", room), await bo.says("my password is swordfish", room)
    await bo.edits(kept, "14 orders lost")
    await bo.deletes(gone)
    await stage.settle()

    assert await transcript(stage, incident) == [(bo.id, "14 orders lost")]
    async with stage.bot.db.transaction() as tx:  # Slack tells of the first words once more, late
        channel, ts = ChannelId(room.id), MessageTs(gone.ts)
        row = ChannelMessage(channel=channel, ts=ts, incident_id=incident.id, text="my password is swordfish", as_of=ts)
        await hear(tx, row)
    assert await transcript(stage, incident) == [(bo.id, "14 orders lost")]


async def test_a_message_marked_with_no_entry_is_kept_from_the_model_until_nobody_marks_it(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    said = await bo.says("the customer is Globex", room)
    await bo.reacts(said, "no_entry_sign")
    await ana.reacts(said, "no_entry_sign")
    await stage.settle()
    assert await withheld(stage, incident) == {said.ts}

    await bo.unreacts(said, "no_entry_sign")
    await stage.settle()
    assert await withheld(stage, incident) == {said.ts}, "Ana still marks it"

    await ana.unreacts(said, "no_entry_sign")
    await stage.settle()
    assert await withheld(stage, incident) == set()
