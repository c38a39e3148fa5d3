"""An incident is resolved: its postmortem is drafted from the record, and delivered as well as Slack lets it be."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.incidents.model import Incident
from bot.postmortems.model import Place, Postmortem, PostmortemState
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.state import Canvas, Message
from tests.conftest import ALL_WAYS
from tests.stage import Stage, view_words, words

ENDED = "We rolled back release 412."


@pytest.mark.parametrize("stage", ALL_WAYS, indirect=True, ids="-".join)
async def test_resolving_brings_a_draft_as_the_channels_canvas(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody in Europe can pay.")
    await ana.types("/incident ic", stage.room(incident))
    await stage.advance(minutes=12)
    await resolves(stage, ana, incident)

    canvas = canvas_of(stage, incident)
    assert canvas.title == "INC-1 Checkout errors: postmortem"
    assert "“Nobody in Europe can pay.” (1)" in canvas.markdown
    assert "Drafted by rules from the timeline; no AI was used: no model is configured" in canvas.markdown
    assert f"resolved it and said what ended it: “{ENDED}”" in canvas.markdown
    assert f"**Q1 for {ana.user.real_name}:**" in canvas.markdown
    assert "entry-1" not in canvas.markdown, "a canvas has no anchors"
    (told,) = drafts_told(stage, incident)
    assert f"/docs/{stage.slack.workspace.team_id}/{canvas.id}|" in told.text
    assert f"<@{ana.id}>" in told.text
    assert (await stage.facts(incident))[-2:] == ["resolved", "postmortem_drafted"]


async def test_the_draft_is_stored_with_where_it_went(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)

    (kept,) = await postmortems(stage)
    assert kept.place is Place.CANVAS
    assert kept.canvas == canvas_of(stage, incident).id
    assert kept.owner == ana.id
    assert kept.state is PostmortemState.DRAFT
    assert kept.resolved_at == (await stage.incident(incident.id)).resolved_at
    assert "#entry-1" in kept.markdown, "the stored document has the anchors that a canvas lacks"


async def test_without_canvases_it_comes_as_a_file(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.canvas_disabled = True
    await resolves(stage, ana, incident)

    (file,) = stage.slack.workspace.files.values()
    assert file.name.startswith("inc-1-postmortem-")
    assert file.name.endswith(".md")
    assert stage.room(incident).id in file.shares
    assert ENDED in file.content
    assert '<a id="entry-1"></a>' in file.content
    (told,) = drafts_told(stage, incident)
    assert "a file in this channel" in told.text


async def test_without_canvases_and_files_it_comes_as_a_thread(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.canvas_disabled = stage.slack.faults.files_disabled = True
    await resolves(stage, ana, incident)

    (parent,) = drafts_told(stage, incident)
    replies = [m for m in stage.said(stage.room(incident)) if m.thread_ts == parent.ts and m.ts != parent.ts]
    assert len(replies) > 1, "long enough to need several parts"
    assert all(len(reply.text) <= 2900 for reply in replies)
    text = "\n".join(reply.text for reply in replies)
    assert text.startswith("*INC-1 Checkout errors: postmortem*")
    assert ENDED in text
    assert "*Questions*" in text
    (kept,) = await postmortems(stage)
    assert kept.place is Place.THREAD
    assert kept.permalink
    assert kept.permalink.endswith(parent.ts.replace(".", ""))


async def test_every_severity_gets_one(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "A typo", severity="SEV5")
    await resolves(stage, ana, incident)
    assert "For SEV5 Cosmetic a postmortem is up to you." in canvas_of(stage, incident).markdown


async def test_a_private_incidents_draft_stays_in_its_channel(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Leaked key", options=["yes"])
    assert incident.is_private, "needs a private incident"
    await resolves(stage, ana, incident)
    canvas = canvas_of(stage, incident)
    assert canvas.channel_id == stage.room(incident).id
    assert "private incidents are not sent to a model" in canvas.markdown
    assert bo.id not in stage.room(incident).members
    assert all(canvas.id not in words(message) for message in stage.announcements())


@pytest.mark.loses
async def test_where_nothing_can_be_posted_the_loss_is_recorded_and_told_and_the_draft_can_be_read(
    stage: Stage, ana: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.canvas_disabled = stage.slack.faults.files_disabled = True
    stage.slack.faults.next(
        "chat.postMessage", Fault.error("restricted_action"), when=lambda call: "postmortem" in str(call.args)
    )
    await resolves(stage, ana, incident)
    assert (await stage.facts(incident))[-1] == "told_lost"
    assert "I could not post the postmortem (restricted_action)" in ana.inbox[-1].text
    await ana.types("/incident postmortem", stage.room(incident))
    assert ENDED in await ana.waits_for(lambda: modal_of(ana, "What ended it"))


# --- when it goes on after all


async def test_resolved_anew_it_is_drafted_anew_and_what_people_wrote_stays(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)
    first = canvas_of(stage, incident)
    first.markdown += "\n\nAna wrote this into the canvas."
    first.section_ids.append("temp:C:by-hand")
    await stage.advance(minutes=5)
    await ana.types("/incident reopen Errors are back", stage.room(incident))
    await stage.settle()
    assert len(await postmortems(stage)) == 1
    await stage.advance(minutes=5)
    await resolves(stage, ana, incident, "We turned the cache off.")

    earlier, new = await postmortems(stage)
    assert earlier.state is PostmortemState.SUPERSEDED
    assert new.state is PostmortemState.DRAFT
    assert first.markdown.startswith("> **Superseded.**")
    assert "Ana wrote this into the canvas." in first.markdown
    second = stage.slack.workspace.canvases[str(new.canvas)]
    assert second.id != first.id
    assert "We turned the cache off." in second.markdown
    assert "It was reopened once." in second.markdown
    assert stage.room(incident).id in second.writers, "shared with the channel"
    assert second.id in drafts_told(stage, incident)[-1].text


async def test_a_deleted_canvas_needs_no_mark(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)
    del stage.slack.workspace.canvases[canvas_of(stage, incident).id]
    stage.room(incident).canvas_id = None
    await stage.advance(minutes=5)
    await ana.types("/incident reopen Errors are back", stage.room(incident))
    await resolves(stage, ana, incident)
    assert canvas_of(stage, incident).id in drafts_told(stage, incident)[-1].text
    assert "told_lost" not in await stage.facts(incident)


async def test_a_lost_answer_soon_after_a_reopening_does_not_take_the_old_canvas_for_the_new(
    stage: Stage, ana: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)
    await stage.advance(seconds=5)
    await ana.types("/incident reopen Errors are back", stage.room(incident))
    stage.slack.faults.next("conversations.canvases.create", Fault.reset())
    await resolves(stage, ana, incident)
    first, second = await postmortems(stage)
    assert first.canvas
    assert second.canvas
    assert first.canvas != second.canvas


async def test_a_canvas_that_people_made_is_left_alone(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    theirs = Canvas(
        id="F0THEIRS", title="Notes", markdown="Our notes", owner=ana.id, channel_id=stage.room(incident).id
    )
    theirs.section_ids = ["temp:C:F0THEIRS1"]
    stage.slack.workspace.canvases[theirs.id] = theirs
    stage.room(incident).canvas_id = theirs.id
    await resolves(stage, ana, incident)

    (kept,) = await postmortems(stage)
    assert kept.canvas != theirs.id
    assert theirs.markdown == "Our notes"
    assert stage.room(incident).id in stage.slack.workspace.canvases[str(kept.canvas)].writers


async def test_on_a_free_plan_with_a_canvas_there_already_it_is_a_file(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.free_plan = True
    await resolves(stage, ana, incident)
    await stage.advance(minutes=5)
    await ana.types("/incident reopen Errors are back", stage.room(incident))
    await resolves(stage, ana, incident)
    first, second = await postmortems(stage)
    assert first.place is Place.CANVAS
    assert second.place is Place.FILE


# --- when Slack does not answer


@pytest.mark.parametrize(
    "fault", [Fault.reset(after=True), Fault.status(500, after=True), Fault.error("fatal_error", after=True)], ids=str
)
async def test_a_lost_answer_makes_no_second_canvas(stage: Stage, ana: Person, fault: Fault) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.next("conversations.canvases.create", fault)
    await resolves(stage, ana, incident)
    assert len(stage.slack.workspace.canvases) == 1
    (kept,) = await postmortems(stage)
    assert kept.canvas == canvas_of(stage, incident).id
    assert len(drafts_told(stage, incident)) == 1


@pytest.mark.parametrize(
    ("method", "place"),
    [("files.completeUploadExternal", Place.FILE), ("chat.postMessage", Place.THREAD)],
)
async def test_a_lost_answer_doubles_neither_the_file_nor_a_part(
    stage: Stage, ana: Person, method: str, place: Place
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    stage.slack.faults.canvas_disabled = True
    stage.slack.faults.files_disabled = place is Place.THREAD
    await resolves(stage, ana, incident, settle=False)
    stage.slack.faults.next(method, Fault.reset(after=True), when=lambda call: "postmortem" in str(call.args))
    await comes_to_rest(stage)

    (kept,) = await postmortems(stage)
    assert kept.place is place
    said = stage.said(stage.room(incident))
    assert len([m for m in said if m.files]) == (place is Place.FILE)
    assert len(drafts_told(stage, incident)) == 1
    texts = [m.text for m in said]
    assert len(texts) == len(set(texts)), "nothing was said twice"


async def test_the_bot_killed_while_it_drafts_goes_on_where_it_was(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    async with stage.slack.faults.hold("conversations.canvases.create", after=True) as gate:
        await resolves(stage, ana, incident, settle=False)
        await gate.reached()
        gate.drop()
    await stage.restart_bot()
    await stage.advance(seconds=40)
    await comes_to_rest(stage)
    assert len(stage.slack.workspace.canvases) == 1
    assert len(await postmortems(stage)) == 1
    assert len(drafts_told(stage, incident)) == 1
    assert (await stage.facts(incident)).count("postmortem_drafted") == 1


# --- reading it


async def test_the_word_and_the_button_show_it(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)
    await ana.types("/incident postmortem", stage.room(incident))
    shown = await ana.waits_for(lambda: modal_of(ana, "What ended it"))
    assert ENDED in shown
    assert "canvas in this channel" in shown.lower()
    await ana.closes_all()

    await ana.clicks(stage.card(incident), "word:postmortem")
    assert ENDED in await ana.waits_for(lambda: modal_of(ana, "What ended it"))


@pytest.mark.parametrize("word", ["retro", "pm"])
async def test_other_words_for_it_work_too(stage: Stage, ana: Person, word: str) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await resolves(stage, ana, incident)
    await ana.types(f"/incident {word} INC-1", "#general")
    assert await ana.waits_for(lambda: modal_of(ana, "Questions"))


async def test_before_it_is_resolved_the_answer_says_when(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    typed = await ana.types("/incident postmortem", stage.room(incident))
    assert typed.reply
    assert "drafted when it is resolved: `/incident resolve`" in typed.reply.text

    await ana.types("/incident cancel Nothing was wrong", stage.room(incident))
    await stage.settle()
    typed = await ana.types("/incident postmortem", stage.room(incident))
    assert typed.reply
    assert "so it has no postmortem" in typed.reply.text


async def test_a_hostile_title_mentions_and_formats_nothing(stage: Stage, ana: Person, bo: Person) -> None:
    stage.slack.faults.canvas_disabled = stage.slack.faults.files_disabled = True
    title = f"<!channel> & <@{bo.id}> # **boom** | ![](@{bo.id}) [x](https://evil.example)"
    incident = await stage.declares(ana, title)
    before = len(bo.pinged())
    await resolves(stage, ana, incident, f"<!here> <@{bo.id}> ```x``` @channel")
    assert len(bo.pinged()) == before
    text = "\n".join(m.text for m in stage.said(stage.room(incident)) if m.thread_ts)
    assert "<!" not in text
    assert f"<@{bo.id}>" not in text
    assert "<https://evil" not in text


# --- what these stories share


async def resolves(stage: Stage, who: Person, incident: Incident, what: str = ENDED, *, settle: bool = True) -> None:
    await who.types("/incident resolve", stage.room(incident))
    await who.waits_for(lambda: who.modal and who.modal.body["callback_id"] == "resolve")
    sent = await who.submits({"resolution": what})
    assert sent.closed, sent
    if settle:
        await comes_to_rest(stage)


async def comes_to_rest(stage: Stage) -> None:
    """Until all that is owed is paid, and what had to wait has waited."""
    await stage.settle()
    for _ in range(30):
        if await stage.open_effects():
            await stage.advance(seconds=5)
    assert await stage.open_effects() == 0


def canvas_of(stage: Stage, incident: Incident) -> Canvas:
    return stage.slack.workspace.canvases[str(stage.room(incident).canvas_id)]


def drafts_told(stage: Stage, incident: Incident) -> list[Message]:
    return [m for m in stage.said(stage.room(incident)) if "The postmortem of INC-" in m.text]


async def postmortems(stage: Stage) -> list[Postmortem]:
    async with stage.bot.db.snapshot() as snap:
        return list((await snap.session.execute(select(Postmortem).order_by(col(Postmortem.id)))).scalars())


def modal_of(who: Person, words_in_it: str) -> str | None:
    """The words of the topmost modal, once they hold these."""
    shown = view_words(who.modal.body) if who.modal else ""
    return shown if words_in_it in shown else None
