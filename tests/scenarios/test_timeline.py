"""The record: what gets onto it, what becomes of it later, and how it is read."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Fact
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.scenarios.hands import called, form, is_told, presses_here, said_in, sends, types
from tests.stage import Stage

MADRID = ZoneInfo("Europe/Madrid")


async def entry(stage: Stage, incident: Incident) -> TimelineEntry:
    """The one note or message on the timeline."""
    (found,) = [e for e in await stage.timeline(incident) if e.fact in (Fact.NOTED, Fact.MESSAGE_KEPT)]
    return found


async def shown(stage: Stage, who: Person) -> str:
    return await types(stage, who, "/incident timeline 1")


async def exported(stage: Stage, who: Person, incident: Incident) -> dict[str, str]:
    """The files of an export, by how their names end."""
    before = set(stage.slack.workspace.files)
    await types(stage, who, "/incident export 1")
    new = [file for key, file in stage.slack.workspace.files.items() if key not in before]
    assert {tuple(file.shares) for file in new} == {(incident.channel,)}
    return {file.name.rpartition(".")[2]: file.content for file in new}


# --- notes


async def test_a_note_is_on_the_record_and_in_the_channel_and_calls_nobody(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)

    answer = await types(stage, ana, "/incident note rolled back with @bo & @channel, see #payments", room)

    assert answer.startswith("It is on the timeline of INC-1, <!date^")
    noted = await entry(stage, incident)
    assert noted.by == ana.id
    assert noted.text == f"rolled back with <@{bo.id}|bo> &amp; @channel, see <#C0PAYMENTS|payments>"
    assert f":pushpin: {called(ana)} noted: rolled back with @{called(bo)} &amp; @channel, see #payments" in said_in(
        stage, incident
    )
    assert bo.pinged(room) == []
    assert f"<@{ana.id}>: rolled back with <@{bo.id}|bo>" in await shown(stage, ana)


async def test_a_note_says_when_it_was_on_the_clock_of_who_writes_it(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    half_past = datetime.now(MADRID).replace(hour=14, minute=30, second=0, microsecond=0) + timedelta(days=1)
    stage.clock.jump(half_past.astimezone(UTC) - stage.clock.now())

    answer = await types(stage, ana, "/incident note 14:05 rolled back", stage.room(incident))

    noted = await entry(stage, incident)
    assert noted.at.astimezone(MADRID).strftime("%H:%M") == "14:05"
    assert half_past - noted.at == timedelta(minutes=25)
    assert noted.text == "rolled back"
    assert f"<!date^{int(noted.at.timestamp())}^" in answer
    assert f"noted for <!date^{int(noted.at.timestamp())}^" in said_in(stage, incident)
    assert "(noted <!date^" in await shown(stage, ana)


async def test_a_time_to_come_is_refused_with_the_mend(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    noon = datetime.now(MADRID).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    stage.clock.jump(noon.astimezone(UTC) - stage.clock.now())
    room = stage.room(incident)

    answer = await types(stage, ana, "/incident note 15:05 rolled back", room)
    assert answer.startswith("15:05 is still to come: where you are it is 12:00.")
    assert f"`{noon - timedelta(days=1):%Y-%m-%d} 15:05`" in answer
    assert "is still to come" in await types(stage, ana, "/incident note 2099-01-01 10:00 rolled back", room)
    assert "There is no 2026-02-31." in await types(stage, ana, "/incident note 2026-02-31 10:00 rolled back", room)
    assert "Say what happened after the time" in await types(stage, ana, "/incident note 11:05", room)
    assert Fact.NOTED not in await stage.facts(incident)

    await types(stage, ana, f"/incident note {noon - timedelta(days=1):%Y-%m-%d} 15:05 rolled back", room)
    assert noon - (await entry(stage, incident)).at == timedelta(hours=20, minutes=55)


async def test_a_note_by_form(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident", stage.room(incident))
    await presses_here(stage, ana, "note")
    to_come = stage.clock.now() + timedelta(minutes=9)
    assert await is_told(ana, text="x", at=to_come) == {
        "at": "That is still to come. Please choose a time in the past."
    }
    assert await is_told(ana, text=" ", at=None) == {"text": "Say what happened."}
    await sends(stage, ana, text="Saw <b> & *stars*", at=stage.clock.now() - timedelta(hours=1))

    noted = await entry(stage, incident)
    assert noted.text == "Saw &lt;b&gt; &amp; *stars*"
    assert timedelta(minutes=59) < noted.recorded_at - noted.at < timedelta(minutes=61)


async def test_a_note_that_is_too_long_is_refused(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    answer = await types(stage, ana, "/incident note " + "x" * 2001, stage.room(incident))
    assert answer == "That is 2001 characters; at most 2000 fit. Please shorten it.\n"
    assert Fact.NOTED not in await stage.facts(incident)


async def test_notes_can_be_made_after_it_is_over(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))
    await types(stage, ana, "/incident note we learned a lot", stage.room(incident))
    assert (await entry(stage, incident)).text == "we learned a lot"


# --- messages, by shortcut


async def test_the_shortcut_keeps_a_message_with_its_own_time_author_and_link(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    said = await bo.says("Error rate is <5 % & falling @ana", room)
    await stage.advance(minutes=12)

    await ana.message_shortcut("add_to_timeline", said)
    answer = await ana.waits_for(lambda: ana.ephemeral(room))
    await stage.settle()

    assert answer[0].text == "It is on the timeline of INC-1."
    kept = await entry(stage, incident)
    assert (kept.by, kept.text) == (bo.id, f"Error rate is &lt;5 % &amp; falling <@{ana.id}>")
    assert kept.at.timestamp() == pytest.approx(float(said.ts))
    assert kept.permalink
    assert kept.permalink.endswith(f"/archives/{room.id}/p{said.ts.replace('.', '')}")
    assert (
        f"<@{bo.id}>: Error rate is &lt;5 % &amp; falling <@{ana.id}>  _(<{kept.permalink}|message>)_"
        in await shown(stage, ana)
    )

    await ana.message_shortcut("add_to_timeline", said)
    again = await ana.waits_for(lambda: ana.ephemeral(room)[1:])
    assert again[0].text == "You put it on the timeline of INC-1 before."


async def test_elsewhere_the_shortcut_asks_for_which_incident(stage: Stage, ana: Person, bo: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    incident = await stage.declares(ana, "Payments fail", severity="SEV1")
    said = await bo.says("Deploy 412 went out\nat noon & more", "#engineering")

    await ana.message_shortcut("add_to_timeline", said)
    await ana.waits_for(lambda: ana.modal)
    assert "> Deploy 412 went out\n> at noon &amp; more" in form(ana)
    assert "INC-2 Payments fail\n" in form(ana), "the worst first"
    await sends(stage, ana, incident="2")

    kept = await entry(stage, incident)
    assert (kept.by, kept.text) == (bo.id, "Deploy 412 went out\nat noon &amp; more")
    assert kept.permalink


async def test_a_very_long_message_from_elsewhere_is_cut_not_lost(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says('"ошибка" ' * 400, "#engineering")

    await ana.message_shortcut("add_to_timeline", said)
    await ana.waits_for(lambda: ana.modal)
    await sends(stage, ana)

    kept = await entry(stage, incident)
    assert kept.text.startswith('"ошибка" "ошибка"')
    assert kept.text.endswith("…")
    assert len(kept.text) > 1500


async def test_without_any_incident_the_shortcut_says_so(stage: Stage, ana: Person) -> None:
    said = await ana.says("hello", "#engineering")
    await ana.message_shortcut("add_to_timeline", said)
    answer = await ana.waits_for(lambda: ana.ephemeral("#engineering"))
    assert "There is no incident that this message could belong to." in answer[0].text


# --- messages, by reaction


@pytest.mark.parametrize("reaction", ["pushpin", "pushpin::skin-tone-3"])
async def test_a_reaction_keeps_a_message_and_taking_it_away_withdraws_it(
    stage: Stage, ana: Person, bo: Person, reaction: str
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    said = await bo.says("Error rate falls", room)

    await ana.reacts(said, reaction)
    await stage.settle()
    kept = await entry(stage, incident)
    assert (kept.by, kept.text, kept.kept_by) == (bo.id, "Error rate falls", [ana.id])
    assert kept.permalink

    await ana.unreacts(said, reaction)
    await stage.settle()
    assert (await entry(stage, incident)).withdrawn_why == "nobody keeps it any more"
    assert f"~<@{bo.id}>: Error rate falls~" in await shown(stage, ana)
    assert "withdrawn: nobody keeps it any more" in await shown(stage, ana)

    await bo.reacts(said, reaction)
    await stage.settle()
    assert (await entry(stage, incident)).withdrawn_at is None


async def test_it_stays_while_somebody_else_keeps_it(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await bo.joins(room)
    said = await bo.says("Error rate falls", room)
    await ana.reacts(said, "pushpin")
    await bo.reacts(said, "pushpin")
    await ana.message_shortcut("add_to_timeline", said)
    await stage.settle()

    await ana.unreacts(said, "pushpin")
    await bo.unreacts(said, "pushpin")
    await stage.settle()

    kept = await entry(stage, incident)
    assert kept.withdrawn_at is None, "the shortcut keeps it; taking a reaction away does not undo that"
    assert kept.kept_by == [f"shortcut:{ana.id}"]


async def test_replies_in_threads_are_kept_too(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    question = await ana.says("What changed?", room)
    reply = await ana.says("Release 412", room, thread=question)

    await ana.reacts(reply, "pushpin")
    await stage.settle()

    kept = await entry(stage, incident)
    assert kept.text == "Release 412"
    assert kept.permalink
    assert f"thread_ts={question.ts}" in kept.permalink


async def test_other_reactions_and_other_channels_keep_nothing(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await ana.reacts(await ana.says("hm", stage.room(incident)), "eyes")
    await ana.reacts(await ana.says("hm", "#general"), "pushpin")
    await stage.settle()
    assert Fact.MESSAGE_KEPT not in await stage.facts(incident)


async def test_a_reaction_that_is_gone_when_its_event_comes_late_keeps_nothing(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("hm", stage.room(incident))
    await stage.settle()

    stage.slack.deliveries.switches.shuffle = 2  # the two events arrive newest first
    await ana.reacts(said, "pushpin")
    await ana.unreacts(said, "pushpin")
    await stage.settle()

    stage.slack.deliveries.switches.shuffle = 0
    assert Fact.MESSAGE_KEPT not in await stage.facts(incident)


async def test_an_app_without_a_person_is_named_and_files_too(stage: Stage, ana: Person) -> None:
    from bot.sandbox import talk

    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    alert = Message(ts="", bot_id="B0GRAFANA", text="5xx > 5 %".replace(">", "&gt;"), extra={"username": "Grafana"})
    talk.post(stage.slack, room, alert)
    await ana.reacts(alert, "pushpin")
    await stage.settle()

    kept = await entry(stage, incident)
    assert kept.by is None
    assert "5xx &gt; 5 %" in await shown(stage, ana)
    assert "Tocsin: 5xx" not in await shown(stage, ana)


# --- what becomes of them


async def test_an_edit_is_followed_and_what_it_said_before_stays(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Error rate 50 %", stage.room(incident))
    await ana.reacts(said, "pushpin")
    await stage.settle()

    await ana.edits(said, "Error rate 5 %")
    await stage.settle()

    kept = await entry(stage, incident)
    assert kept.text == "Error rate 5 %"
    assert [version["text"] for version in kept.earlier] == ["Error rate 50 %"]
    assert f"<@{ana.id}>: Error rate 5 %  _(edited, " in await shown(stage, ana)
    await ana.reacts(said, "eyes")
    await ana.pins(said)
    await ana.says("a reply", stage.room(incident), thread=said)
    await stage.settle()
    assert len((await entry(stage, incident)).earlier) == 1, "pins and replies change a message too, but not its words"


@pytest.mark.parametrize("with_replies", [False, True], ids=["alone", "with replies"])
async def test_a_deleted_message_is_withdrawn_visibly(stage: Stage, ana: Person, with_replies: bool) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    said = await ana.says("Bo broke it", room)
    if with_replies:
        await ana.says("No", room, thread=said)
    await ana.reacts(said, "pushpin")
    await stage.settle()

    await ana.deletes(said)
    await stage.settle()

    kept = await entry(stage, incident)
    assert kept.withdrawn_why == "the message was deleted"
    assert f"~<@{ana.id}>: Bo broke it~" in await shown(stage, ana)
    files = await exported(stage, ana, incident)
    assert f"~~{called(ana)}: Bo broke it~~ (withdrawn: the message was deleted)" in files["md"]


async def test_a_message_in_a_private_channel_is_followed_too(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Leak", options=["yes"])
    said = await ana.says("Key in the log", stage.room(incident))
    await ana.reacts(said, "pushpin")
    await stage.settle()
    await ana.edits(said, "Key in the access log")
    await stage.settle()
    assert (await entry(stage, incident)).text == "Key in the access log"


# --- reading it


async def test_a_long_timeline_is_read_page_by_page(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    async with stage.bot.db.transaction() as tx:
        from bot.incidents import queries
        from bot.incidents.timeline import record

        locked = await queries.locked(tx, incident.id)
        for number in range(90):
            record(tx, locked, Fact.NOTED, locked.declared_by, f"step {number} " + "é&amp;" * 900)

    first = await shown(stage, ana)
    assert "step 89 " in first
    assert "step 50 " in first
    assert "step 49 " not in first
    assert "92 entries; page 1 of 3, the newest first." in first
    assert "← Earlier" in first
    assert "Later →" not in first

    second = await presses_here(stage, ana, "timeline:earlier")
    assert "step 49 " in second
    third = await presses_here(stage, ana, "timeline:earlier")
    assert "declared the incident" in third
    assert "← Earlier" not in third
    assert "step 49 " in await presses_here(stage, ana, "timeline:later")
    assert len(stage.slack.screens.stack(ana.id)) == 1, "a page is turned, not laid on top"


async def test_the_record_is_shared_as_markdown_and_json_the_same_each_time(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout | errors *now* [x](y) <b>")
    room = stage.room(incident)
    await types(stage, ana, "/incident assign ic @bo", room)
    await types(stage, ana, "/incident note a | b `c` with @bo", room)
    said = await ana.says("Error rate 50 %", room)
    await ana.reacts(said, "pushpin")
    await stage.settle()
    await ana.edits(said, "Error rate 5 %")
    await stage.settle()

    files = await exported(stage, ana, incident)

    assert files["md"].startswith("# INC-1 Checkout \\| errors \\*now\\* \\[x\\](y) &lt;b>\n")
    rows = files["md"].splitlines()[8:]
    assert all(row.replace("\\|", "").count("|") == 4 for row in rows), rows
    assert f"| {called(bo)} became Incident Commander, by {called(ana)}. |" in files["md"]
    assert f"{called(ana)}: a \\| b \\`c\\` with {called(bo)}" in files["md"]
    assert f"{called(ana)}: Error rate 5 % (edited; before: “Error rate 50 %”) | [message](http" in files["md"]
    record = json.loads(files["json"])
    assert record["schema"] == "tocsin.incident/1"
    assert record["people"][bo.id] == called(bo)
    assert [held["user"] for held in record["roles"]] == [bo.id]
    assert [e["fact"] for e in record["timeline"]] == list(await stage.facts(incident))
    assert next(e for e in record["timeline"] if e["earlier"])["text"] == "Error rate 5 %"
    assert await exported(stage, ana, incident) == files
    assert "@" not in files["md"], "a file calls nobody"


async def test_an_export_says_where_it_will_be(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    answer = await types(stage, ana, "/incident export 1")
    assert answer == "The timeline of INC-1 will be in its channel in a moment, as two files.\n"
