"""Follow-ups: made, listed, done or not; their owners are reminded, and the postmortem has them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.followups.model import FollowUp, FollowUpState
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.conftest import POSTGRES, SQLITE
from tests.scenarios.hands import called, does, filled, form, presses_here, reads, said_in, sends, types
from tests.scenarios.test_postmortem import canvas_of, resolves
from tests.stage import HTTP, SOCKET, Stage, words

ONE_WAY = pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
OTHER_WAY = pytest.mark.parametrize("stage", [(POSTGRES, HTTP)], indirect=True, ids="-".join)
WISH = "Alert on connections in use"


async def test_one_is_made_by_a_word_and_done_by_a_button(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident followup @bo Alert on it", stage.room(incident))
    assert filled(ana, "title") == "Alert on it"
    assert filled(ana, "owner") == bo.id
    await sends(stage, ana, title=WISH, kind="detect", priority="high", link="https://tickets.example.com/7")
    (one,) = await follow_ups(stage)
    assert (one.title, one.owner, one.state) == (WISH, bo.id, FollowUpState.OPEN)
    assert (one.due_on - stage.clock.now().date()).days == 14
    assert f"{called(ana)} added the follow-up *F-1* {WISH} ({called(bo)}, due {one.due_on})" in said_in(
        stage, incident
    )

    shown = await types(stage, bo, "/incident followups")
    assert "0 of 1 done, 1 open." in shown
    assert f"*F-1* {WISH}" in shown
    assert "Nothing is open" in await presses_here(stage, bo, "followups:done")
    assert "1 of 1 done, 0 open." in form(bo)
    assert (await stage.facts(incident))[-2:] == ["follow_up_added", "follow_up_done"]
    assert "is done already" in await types(stage, ana, "/incident followups done F-1")


@ONE_WAY
async def test_a_message_becomes_one_and_its_evidence(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, bo, f"/incident ops {incident.id}")
    said = await bo.says("TODO: We should alert on connections in use", stage.room(incident))
    await reads(stage, ana, stage.room(incident), ana.message_shortcut("followup_from_message", said))
    assert filled(ana, "title") == "We should alert on connections in use"
    await sends(stage, ana, title=WISH, owner=stage.person("dee").id)
    (one,) = await follow_ups(stage)
    kept = [entry for entry in await stage.timeline(incident) if entry.fact.value == "message_kept"]
    assert one.entry == kept[0].place
    assert kept[0].permalink

    await resolves(stage, ana, incident)
    document = canvas_of(stage, incident).markdown
    assert (
        f"- [ ] **F-1** {WISH}: {called(stage.person('dee'))}, due {one.due_on}, prevent, normal. ([{one.entry}]("
        in document
    )


@OTHER_WAY
async def test_not_doing_one_needs_a_reason_and_editing_moves_its_day(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", affected="Checkout, EU")
    await does(stage, ana, f"/incident followup {WISH}", incident, priority="urgent")
    await does(stage, ana, "/incident followup Write a runbook", incident, due="2031-05-06")
    shown = await types(stage, ana, "/incident followups checkout")
    assert "0 of 2 done, 2 open" in shown
    assert "0 of 0 done" in await types(stage, ana, "/incident followups service search")
    assert "due 2031-05-06" in await types(stage, ana, "/incident followups INC-1")

    await types(stage, ana, "/incident followups edit 1")
    await sends(stage, ana, due="2031-01-02", owner=None)
    await types(stage, ana, "/incident followups drop F-2")
    await sends(stage, ana, why="The old page is gone in a month.")
    first, second = await follow_ups(stage)
    assert (str(first.due_on), first.owner) == ("2031-01-02", None)
    assert (second.state, second.why) == (FollowUpState.NOT_DOING, "The old page is gone in a month.")
    assert "1 open, 1 not going to be done" in await types(stage, ana, "/incident followups all")
    assert "F-2 is open again" in await types(stage, ana, "/incident followups reopen 2")


@ONE_WAY
async def test_its_owner_is_reminded_before_on_and_after_its_day_until_it_is_done(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await does(stage, ana, f"/incident followup {WISH}", incident, owner=bo.id, due="2031-05-06")
    await resolves(stage, ana, incident)

    await until(stage, 2031, 5, 4)
    (soon,) = asked_of(bo)
    assert f"*F-1* {WISH} is due on 2031-05-06." in words(soon)
    await until(stage, 2031, 5, 6)
    (due,) = asked_of(bo)
    assert "is due today" in words(due)
    assert "is due on" not in words(soon)
    await until(stage, 2031, 5, 13)
    await until(stage, 2031, 5, 20)
    (late,) = asked_of(bo)
    assert "is overdue since 2031-05-06" in words(late)
    assert len([m for m in bo.inbox if "F-1" in words(m)]) == 4
    assert "14 days overdue" in await types(stage, bo, "/incident followups mine")

    place = next(c for c in stage.slack.workspace.channels.values() if c.messages.get(late.ts) is late)
    assert "F-1 is done" in await reads(stage, bo, place, bo.clicks(late, "word:followups:done"))
    assert asked_of(bo) == []
    assert f"{called(bo)} has done it" in words(late)
    await until(stage, 2031, 6, 20)
    assert asked_of(bo) == []


@OTHER_WAY
async def test_those_of_a_private_incident_are_known_inside_only(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Leaked key", options=["yes"])
    assert incident.is_private, "needs a private incident"
    await does(stage, ana, f"/incident followup {WISH}", incident, owner=bo.id, due="2031-05-06")
    assert WISH in await types(stage, ana, "/incident followups all")
    assert "0 of 0 done" in await types(stage, bo, "/incident followups mine")
    assert "0 of 0 done" in await types(stage, bo, "/incident followups all")
    for verb in ("done", "edit", "drop", "reopen"):
        assert "I know no follow-up F-1" in await types(stage, bo, f"/incident followups {verb} F-1")
    await until(stage, 2031, 5, 4)
    assert asked_of(bo) == []
    assert "I could not write to" in said_in(stage, incident), "its channel is asked instead"


# --- what these stories share


async def follow_ups(stage: Stage) -> list[FollowUp]:
    async with stage.bot.db.snapshot() as snap:
        return list((await snap.session.execute(select(FollowUp).order_by(col(FollowUp.id)))).scalars())


def asked_of(who: Person) -> list[Message]:
    """The reminders of follow-ups that wait for an answer."""
    return [m for m in who.inbox if "F-1" in words(m) and any(b["type"] == "actions" for b in m.blocks or [])]


async def until(stage: Stage, year: int, month: int, day: int) -> None:
    """The morning of that day, by the organisation's clock, and a little."""
    left = datetime(year, month, day, 9, 0, 5, tzinfo=UTC) - stage.clock.now()
    await stage.advance(seconds=left.total_seconds())
    await stage.settle()
