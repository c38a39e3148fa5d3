"""What people outside the fix are told, and when they are told next."""

import re
from datetime import timedelta

import pytest

from bot.sandbox.people import Person
from tests.scenarios.hands import (
    called,
    filled,
    form,
    is_told,
    presses,
    said_in,
    sends,
    types,
    under_announcement,
)
from tests.stage import Stage, words


async def test_one_form_says_it_all(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", affected="checkout")
    room = stage.room(incident)

    shown = await presses(stage, ana, incident, "update")
    assert "What should people know?" in shown
    assert (filled(ana, "status"), filled(ana, "severity"), filled(ana, "next")) == ("active", "SEV2", "30")
    said = "Payments in <Europe> & the UK fail; @channel we roll back."
    await sends(stage, ana, message=said, status="mitigated", severity="SEV1", next="45")

    escaped = "Payments in &lt;Europe&gt; &amp; the UK fail; @channel we roll back."
    now = await stage.incident(incident.id)
    assert (now.status, now.severity, now.last_update) == ("mitigated", "SEV1", escaped)
    assert now.next_update_due_at
    assert timedelta(minutes=44) < now.next_update_due_at - stage.clock.now() < timedelta(minutes=45)
    posted = stage.slack.find_message(room, "Update* on *INC-1*")
    assert posted
    assert escaped in words(posted)
    assert f"SEV1 Critical · mitigated · Next update <!date^{int(now.next_update_due_at.timestamp())}^" in words(posted)
    assert f"by {called(ana)}" in words(posted)
    assert f"*Last update*\n{escaped}" in words(stage.card(incident))
    assert f"due <!date^{int(now.next_update_due_at.timestamp())}^" in words(stage.card(incident))
    (announcement,) = stage.announcements()
    assert f"*Last update*\n{escaped}" in words(announcement)
    (reply,) = under_announcement(stage)
    assert reply.thread_ts == announcement.ts
    assert escaped in words(reply)
    assert [f for f in await stage.facts(incident) if "channel" not in f and f != "declared"] == [
        "severity_changed",
        "mitigated",
        "update_posted",
    ]
    assert ana.pinged(room) == []
    assert stage.person("bo").pinged() == []


async def test_the_message_can_be_typed_at_once(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident update We & @bo look at #payments", stage.room(incident))
    assert filled(ana, "message") == f"We & @{called(bo)} look at #payments"


async def test_the_form_recalls_what_was_said_last(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message="Errors > 5 %", next="0")

    assert "This is what was said last" in await presses(stage, ana, incident, "update")
    assert filled(ana, "message") == "Errors > 5 %"
    assert "*Next update*\nwhen there is news" in words(stage.card(incident))
    assert "The next update comes when there is news" in said_in(stage, incident)


@pytest.mark.parametrize("message", ["", "  \n "])
async def test_an_update_says_something(stage: Stage, ana: Person, message: str) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await presses(stage, ana, incident, "update")
    assert "message" in await is_told(ana, message=message)
    assert "update_posted" not in await stage.facts(incident)


async def test_what_others_changed_meanwhile_stays(stage: Stage, ana: Person, bo: Person) -> None:
    """The form shows what was true when it was opened; who only writes a message does not mean to turn it back."""
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    await presses(stage, ana, incident, "update")
    await types(stage, bo, "/incident severity 1 SEV1")
    await types(stage, bo, "/incident mitigate 1 rolled back")

    await sends(stage, ana, message="We look at it.")

    now = await stage.incident(incident.id)
    assert (now.severity, now.status) == ("SEV1", "mitigated")
    assert "relapsed" not in await stage.facts(incident)
    posted = stage.slack.find_message(room, "Update* on *INC-1*")
    assert posted
    assert "SEV1 Critical · mitigated" in words(posted)


async def test_an_update_after_it_was_resolved_is_answered(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await presses(stage, ana, incident, "update")
    await types(stage, bo, "/incident cancel 1 a drill")

    told = await is_told(ana, message="We look at it.")
    assert told == {"message": "INC-1 is canceled. /incident reopen brings it back."}
    assert form(ana).startswith("Post an update")
    assert filled(ana, "message") == "We look at it.", "what was typed is not lost"


async def test_the_card_says_when_an_update_is_overdue_and_the_next_one_moves_it(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    assert "*Next update*\ndue <!date^" in words(stage.card(incident))

    await stage.advance(minutes=9)
    assert "overdue" not in words(stage.card(incident))
    await stage.advance(minutes=2)
    assert "*Next update*\n:warning: *overdue* since <!date^" in words(stage.card(incident))

    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message="We look at it.", next="20")
    assert "overdue" not in words(stage.card(incident))
    await stage.advance(minutes=19)
    assert "overdue" not in words(stage.card(incident))
    await stage.advance(minutes=2)
    assert "*overdue*" in words(stage.card(incident))


async def test_nothing_is_overdue_once_it_is_over_nor_in_a_severity_without_updates(stage: Stage, ana: Person) -> None:
    over = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident cancel a drill", stage.room(over))
    quiet = await stage.declares(ana, "Wrong logo", severity="SEV5")

    await stage.advance(days=2)

    assert "overdue" not in words(stage.card(over))
    assert "*Next update*\nwhen there is news" in words(stage.card(quiet))


async def test_an_overdue_update_is_shown_after_a_restart_too(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await stage.bot.stop()
    stage.clock.jump(timedelta(minutes=15))
    await stage.start_bot()

    assert "*overdue* since" in words(stage.card(incident))


async def test_a_long_update_with_much_to_escape_is_kept_whole_and_shown_as_far_as_it_fits(
    stage: Stage, ana: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message="&<>" * 666)

    assert (await stage.incident(incident.id)).last_update == "&amp;&lt;&gt;" * 666
    assert re.search("&(amp|lt|gt);…\n", words(stage.card(incident))), "not cut within a character"
