"""A postmortem is reviewed: by whom, until when, in which words, until it is published."""

from datetime import UTC, datetime

import pytest

from bot.incidents.model import Incident
from bot.postmortems import files, queries
from bot.postmortems.model import PostmortemState
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.conftest import POSTGRES, SQLITE
from tests.scenarios.hands import called, does, filled, form, heard_by, is_told, reads, sends, types
from tests.scenarios.test_postmortem import canvas_of, drafts_told, postmortems, resolves
from tests.stage import HTTP, SOCKET, Stage, words

ONE_WAY = pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
OTHER_WAY = pytest.mark.parametrize("stage", [(POSTGRES, HTTP)], indirect=True, ids="-".join)


async def test_from_the_draft_to_what_is_published(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await drafted(stage, ana)
    assert "Draft*, not reviewed · owner: Ana" in words(message(stage, incident))
    assert offered(message(stage, incident)) == ["Read", "Edit", "Ask for review", "Checklist"]

    assert "reviewers" in await types(stage, ana, "/incident postmortem reviewers @bo @cy", stage.room(incident))
    assert "is in review" in await press(stage, ana, incident, "next")
    assert "Please review the postmortem of *INC-1*" in heard_by(stage, bo, incident)[-1]
    assert "one of them approves it" in await press(stage, ana, incident, "next")
    assert "comes first" in await types(stage, ana, "/incident postmortem publish", stage.room(incident))

    assert "is approved" in await press(stage, bo, incident, "next")
    assert "is published" in await press(stage, ana, incident, "next")
    (one,) = await postmortems(stage)
    assert (one.state, one.reviewed_by, one.published_by) == (PostmortemState.PUBLISHED, bo.id, ana.id)
    assert set(one.distances) > {"Summary", "Questions"}
    assert {section["outcome"] for section in one.distances.values()} == {"kept"}
    assert (await stage.facts(incident))[-4:] == [
        "postmortem_assigned", "postmortem_in_review", "postmortem_reviewed", "postmortem_published",
    ]  # fmt: skip
    assert offered(message(stage, incident)) == ["Read", "Checklist", "Review again"]
    assert canvas_of(stage, incident).markdown.startswith("> **Published** on")
    assert "takes it up again for changes" in await types(stage, ana, "/incident postmortem edit", stage.room(incident))


@ONE_WAY
async def test_a_section_is_edited_and_what_it_said_is_kept(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await drafted(stage, ana)
    await edits(stage, ana, incident, "Impact", "")
    old = str(filled(ana, "text"))
    assert old in (await postmortems(stage))[0].markdown
    await sends(stage, ana, text=f"{old}\n\nAbout 1,200 <customers> could not pay. <!channel>")

    (one,) = await postmortems(stage)
    assert "About 1,200 &lt;customers&gt; could not pay. &lt;!channel&gt;" in one.markdown
    assert "#entry-1" in one.markdown, "all else is as it was"
    canvas = canvas_of(stage, incident).markdown
    assert "About 1,200" in canvas
    assert canvas.startswith("> To change it, press *Edit*")
    assert (await stage.timeline(incident))[-1].details == {"section": "Impact"}

    await does(stage, ana, "/incident followup Alert on it", incident, due="2031-05-06")
    await types(stage, ana, "/incident postmortem review", stage.room(incident))
    (one,) = await postmortems(stage)
    assert f"Agreed:\n\n- [ ] **F-1** Alert on it: {called(ana)}, due 2031-05-06" in one.markdown
    await types(stage, ana, "/incident postmortem approve", stage.room(incident))
    await edits(stage, bo, incident, "What went well", "")
    await edits(stage, ana, incident, "What went well", "")
    await sends(stage, ana, text="The rollback took two minutes.")
    assert (await postmortems(stage))[0].state is PostmortemState.IN_REVIEW, "other words than were approved"
    assert "Somebody else changed" in (await is_told(bo, text="All of it."))["text"]
    await bo.closes_all()

    await types(stage, ana, "/incident postmortem approve", stage.room(incident))
    await types(stage, ana, "/incident postmortem publish", stage.room(incident))
    (one,) = await postmortems(stage)
    assert one.distances["What went well"]["outcome"] == "replaced"
    assert one.distances["Impact"]["outcome"] in ("light", "heavy")
    assert one.distances["Summary"] == {"closeness": 1.0, "outcome": "kept"}
    async with stage.bot.db.snapshot() as snap:
        kept = await queries.versions(snap, one.id or 0)
    assert [(v.heading, v.number, v.by) for v in kept] == [
        ("Impact", 0, None), ("Impact", 1, ana.id), ("What went well", 0, None), ("What went well", 1, ana.id),
    ]  # fmt: skip
    assert kept[0].text == old


@OTHER_WAY
async def test_without_canvases_the_edited_document_is_shared_as_a_file(stage: Stage, ana: Person) -> None:
    stage.slack.faults.canvas_disabled = True
    incident = await drafted(stage, ana)
    await edits(stage, ana, incident, "Where we were lucky", "")
    await sends(stage, ana, text="It was a quiet evening.")
    files = [file for file in stage.slack.workspace.files.values() if "It was a quiet evening." in file.content]
    assert [file.name.endswith("-v1-draft.md") for file in files] == [True]


@OTHER_WAY
async def test_the_owner_is_reminded_until_it_is_published(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await drafted(stage, ana)
    assert "Write the day like" in await types(stage, ana, "/incident pm due tomorrow", stage.room(incident))
    await types(stage, ana, "/incident postmortem due 2031-05-06", stage.room(incident))
    assert "due 2031-05-06" in words(message(stage, incident))
    await types(stage, ana, "/incident postmortem owner @bo", stage.room(incident))
    assert "You own the postmortem of *INC-1*" in heard_by(stage, bo, incident)[-1]

    await until(stage, 5, 5)
    (soon,) = asked_of(bo)
    assert "should be published by 2031-05-06, and is a draft" in words(soon)
    await until(stage, 5, 6)
    await until(stage, 5, 13)
    (late,) = asked_of(bo)
    assert "was due on 2031-05-06, and is a draft" in words(late)
    place = next(c for c in stage.slack.workspace.channels.values() if c.messages.get(late.ts) is late)
    assert "is in review" in await reads(stage, bo, place, bo.clicks(late, "word:postmortem:next"))
    for word in ("approve", "publish"):
        await types(stage, bo, f"/incident postmortem {word}", stage.room(incident))
    assert asked_of(bo) == []
    assert "Published" in words(late)
    await until(stage, 7, 1)
    assert asked_of(bo) == []


@ONE_WAY
async def test_the_checklist_says_what_is_met_and_where_not(stage: Stage, ana: Person) -> None:
    incident = await drafted(stage, ana)
    shown = await press(stage, ana, incident, "check")
    assert "of 30 are met" in shown
    assert "R1 Every section is there" in shown
    assert "R19 Follow-ups have owner, day and type — _Follow-ups: none is agreed_" in shown
    assert "R12 Causes go beyond what a person did" in shown


@ONE_WAY
async def test_a_private_one_is_given_to_insiders_only_and_seen_by_no_one_else(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Leaked key", options=["yes"])
    await resolves(stage, ana, incident)
    room = stage.room(incident)
    assert "is not in this private channel" in await types(stage, ana, "/incident postmortem owner @bo", room)
    async with stage.bot.db.snapshot() as snap:
        assert set(await files.files(snap, files.Which.PUBLIC)) == {"index.html"}
        assert len(await files.files(snap, files.Which.ALL)) == 4
    for word in ("", " check", " approve", " edit"):
        assert "I know no incident INC-1" in await types(stage, bo, f"/incident postmortem INC-1{word}")


# --- what these stories share


async def drafted(stage: Stage, who: Person) -> Incident:
    incident = await stage.declares(who, "Checkout errors", impact="Nobody in Europe can pay.")
    await resolves(stage, who, incident)
    return incident


def message(stage: Stage, incident: Incident) -> Message:
    return drafts_told(stage, incident)[-1]


def offered(shown: Message) -> list[str]:
    rows = [block["elements"] for block in shown.blocks or [] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


async def press(stage: Stage, who: Person, incident: Incident, which: str) -> str:
    act = who.clicks(message(stage, incident), f"word:postmortem:{which}")
    return await reads(stage, who, stage.room(incident), act)


async def edits(stage: Stage, who: Person, incident: Incident, section: str, part: str) -> None:
    """Open the form of this section."""
    await press(stage, who, incident, "edit")
    assert who.modal
    options = who.modal.body["blocks"][0]["element"]["options"]
    value = next(option["value"] for option in options if option["text"]["text"] == section + part)
    await who.submits(choice=value)
    await who.waits_for(lambda: who.modal and who.modal.body["callback_id"] == "postmortem-edit")
    assert section in form(who)


def asked_of(who: Person) -> list[Message]:
    return [m for m in who.inbox if "The postmortem of *INC-1*" in words(m) and offered(m)]


async def until(stage: Stage, month: int, day: int) -> None:
    left = datetime(2031, month, day, 9, 0, 5, tzinfo=UTC) - stage.clock.now()
    await stage.advance(seconds=left.total_seconds())
    await stage.settle()
