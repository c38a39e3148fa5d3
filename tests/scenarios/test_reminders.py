"""People are reminded of what is due: at the right time, the right people, once, and no more when it is done."""

from datetime import timedelta

import pytest

from bot.reminders.model import Kind
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from tests.scenarios.hands import called, filled, form, said_in, sends, types
from tests.scenarios.reminding import answers, answers_with, asked_in, closed, reminders, told, with_roles
from tests.stage import Stage, words

TITLE = "Checkout errors"


async def test_an_update_is_asked_for_by_and_by(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    before = len(cy.inbox)
    await stage.advance(minutes=4)
    assert told(cy) == []

    await stage.advance(minutes=1, seconds=1)
    (friendly,) = told(cy)
    assert "the next status update is due <!date^" in words(friendly)
    assert answers(friendly) == ["Post update", "Nothing new", "Snooze 10 min", "Snooze 30 min"]
    assert "You get this as Comms Lead" in words(friendly)
    assert "late" not in words(friendly)

    await stage.advance(minutes=5)
    (now,) = told(cy)
    assert "is due now" in words(now)
    assert "I asked once more" in closed(stage, cy.inbox[before:])[0]
    assert told(bo) == []

    await stage.advance(minutes=5)
    assert told(cy) == []
    (second,) = told(bo)
    assert "has not come yet" in words(second)
    assert f"I asked {called(bo)}" in closed(stage, cy.inbox[before:])[1]

    await stage.advance(minutes=5)
    assert told(bo) == []
    (last,) = [m for m in asked_in(stage, incident) if "has not come yet" in words(m)]
    assert "I ask everybody here" in words(last)
    assert len(cy.inbox) - before == 2, "each stage is a message of its own, and no other came"
    assert ana.pinged(stage.room(incident)) == []
    assert told(ana) == []


async def test_an_update_deals_with_it_and_says_so(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=10, seconds=1)
    (asked,) = told(cy)

    assert "What should people know?" in await answers_with(stage, cy, asked, "word:update")
    await sends(stage, cy, message="We roll back.", next="30")

    assert told(cy) == []
    assert f"{called(cy)} posted an update, <!date^" in closed(stage, cy.inbox)[-1]
    await stage.advance(minutes=24)
    assert told(cy) == [], "the clock has moved"
    await stage.advance(minutes=2)
    (friendly,) = told(cy)
    await answers_with(stage, cy, friendly, "word:update")
    assert filled(cy, "message") == "We roll back.", "it begins from what was said last"
    assert "This is what was said last" in form(cy)
    assert incident.id


async def test_nothing_new_is_said_and_moves_the_clock(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=10, seconds=1)
    (asked,) = told(cy)

    assert "Noted for INC-1: nothing new. The next update is due" in await answers_with(
        stage, cy, asked, "word:nothing-new"
    )

    now = await stage.incident(incident.id)
    assert now.next_update_due_at
    assert timedelta(minutes=29) < now.next_update_due_at - stage.clock.now() < timedelta(minutes=30)
    assert (await stage.facts(incident))[-1] == "nothing_new"
    assert told(cy) == []
    assert f"{called(cy)} says there is nothing new" in closed(stage, cy.inbox)[-1]
    assert "overdue" not in words(stage.card(incident))


async def test_a_snooze_puts_it_off_and_stands_nowhere_else(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    facts = await stage.facts(incident)
    await stage.advance(minutes=10, seconds=1)
    (asked,) = told(cy)

    assert "Snoozed for 10 min" in await answers_with(stage, cy, asked, "word:snooze:10")

    assert told(cy) == []
    assert f"{called(cy)} snoozed this until <!date^" in closed(stage, cy.inbox)[-1]
    assert await stage.facts(incident) == facts
    await stage.advance(minutes=9)
    assert (told(cy), told(bo)) == ([], [])
    await stage.advance(minutes=2)
    (again,) = told(cy)
    assert "Snooze 30 min" in answers(again)
    assert told(bo) == []
    await stage.advance(minutes=5)
    assert len(told(bo)) == 1, "it goes on from there"


async def test_snooze_can_be_typed_and_says_when_there_is_nothing_to_snooze(stage: Stage, ana: Person) -> None:
    incident = await with_roles(stage, TITLE, ana, ana)
    room = stage.room(incident)
    assert "nothing to snooze" in await types(stage, ana, "/incident snooze", room)
    await stage.advance(minutes=10, seconds=1)
    assert "Say for how long" in await types(stage, ana, "/incident snooze a while", room)
    assert "up to a day" in await types(stage, ana, "/incident snooze 3000", room)
    assert "Snoozed for 30 min" in await types(stage, ana, "/incident snooze 30", room)
    assert told(ana) == []


async def test_nobody_with_a_role_is_asked_in_the_channel(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, TITLE, severity="SEV3")
    await stage.advance(minutes=30, seconds=1)
    (update,) = asked_in(stage, incident)
    assert "nobody has a role yet" in words(update)
    assert answers(update)[:3] == ["Post update", "I'll do comms", "Nothing new"], "one question, not two"

    assert "You are Comms Lead of INC-1 now" in await answers_with(stage, bo, update, "word:comms")

    assert asked_in(stage, incident) == [update], "the update is still due"
    assert told(bo) == [], "everybody was asked already"


@pytest.mark.parametrize("severity", ["SEV1", "SEV2"])
async def test_a_grave_incident_without_a_commander_asks_for_one(stage: Stage, ana: Person, severity: str) -> None:
    incident = await stage.declares(ana, TITLE, severity=severity)
    await stage.advance(minutes=4)
    assert asked_in(stage, incident) == []
    await stage.advance(minutes=1, seconds=1)
    asked = next(m for m in asked_in(stage, incident) if "Who takes command?" in words(m))
    assert answers(asked) == ["I'll take command", "Snooze 10 min"]
    assert stage.person("bo").pinged(stage.room(incident)) == []

    await answers_with(stage, ana, asked, "word:snooze:10")
    assert f"{called(ana)} snoozed this until" in words(asked)
    await stage.advance(minutes=10, seconds=1)
    again = next(m for m in asked_in(stage, incident) if "Who takes command?" in words(m))
    assert again.ts != asked.ts
    await answers_with(stage, ana, again, "word:ic")
    assert f"{called(ana)} took the role" in words(again)
    assert answers(again) == []


async def test_after_two_hours_the_commander_is_asked_whether_to_slow_down(stage: Stage, ana: Person) -> None:
    incident = await with_roles(stage, TITLE, ana, None, severity="SEV1")
    for _ in range(8):
        await stage.advance(minutes=15)
        await types(stage, ana, "/incident nothing-new", stage.room(incident))
    (asked,) = told(ana)
    assert answers(asked) == ["Every 40 min", "Keep every 20 min"]

    assert "an update every 40 min" in await answers_with(stage, ana, asked, "word:pace:slow")

    assert (await stage.incident(incident.id)).is_slow
    assert "pace_changed" in await stage.facts(incident)
    assert f"{called(ana)} changed how often updates come" in words(asked)
    assert "an update every *40 min* from the next one on" in said_in(stage, incident)
    await types(stage, ana, "/incident nothing-new", stage.room(incident))
    due = (await stage.incident(incident.id)).next_update_due_at
    assert due
    assert timedelta(minutes=39) < due - stage.clock.now() < timedelta(minutes=40)
    await types(stage, ana, "/incident severity SEV2", stage.room(incident))
    assert (await stage.incident(incident.id)).is_slow, "it is not worse than it was"
    await types(stage, ana, "/incident severity SEV1", stage.room(incident))
    assert not (await stage.incident(incident.id)).is_slow


async def test_the_pace_can_be_kept_and_is_not_asked_again(stage: Stage, ana: Person) -> None:
    incident = await with_roles(stage, TITLE, ana, ana, severity="SEV3")
    room = stage.room(incident)
    await types(stage, ana, "/incident nothing-new", room)
    await stage.advance(minutes=59)
    await types(stage, ana, "/incident nothing-new", room)
    await stage.advance(minutes=54)
    await types(stage, ana, "/incident nothing-new", room)
    await stage.advance(minutes=8)
    (asked,) = told(ana)

    await answers_with(stage, ana, asked, "word:pace:keep")

    assert f"{called(ana)} keeps updates every 1 h" in words(asked)
    await stage.advance(minutes=20)
    assert not [m for m in told(ana) if "pace" in words(m) or "enough" in words(m)]
    assert not (await stage.incident(incident.id)).is_slow
    assert "every 2 h" in await types(stage, ana, "/incident pace slow", room)
    assert "pace normal" in await types(stage, ana, "/incident pace", room)
    assert "every 1 h" in await types(stage, ana, "/incident pace normal", room)


async def test_a_silent_incident_is_asked_whether_it_is_still_going(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await with_roles(stage, "Wrong logo", bo, None, severity="SEV5")
    await stage.advance(hours=24, seconds=1)
    (asked,) = told(bo)
    assert answers(asked) == ["Still going", "Mitigated", "Resolve"]

    assert "INC-1 is still going" in await answers_with(stage, bo, asked, "word:still-going")

    assert f"{called(bo)} says it is still going" in words(asked)
    assert (await stage.facts(incident))[-1] == "still_going"
    await stage.advance(hours=23)
    assert told(bo) == []
    await stage.advance(hours=2)
    (asked,) = told(bo)
    await ana.says("I look at it now.", stage.room(incident))
    await stage.settle()
    assert told(bo) == []
    assert "There was word of it" in words(asked)


async def test_what_is_said_in_the_channel_is_heard_once_a_minute_and_what_we_say_is_not(
    stage: Stage, ana: Person
) -> None:
    incident = await stage.declares(ana, "Wrong logo", severity="SEV5")
    first = incident.heard_at
    await stage.advance(seconds=30)
    await ana.says("Hello?", stage.room(incident))
    await stage.settle()
    assert (await stage.incident(incident.id)).heard_at == first
    await stage.advance(seconds=40)
    said = await ana.says("Anybody?", stage.room(incident))
    await stage.settle()
    heard = (await stage.incident(incident.id)).heard_at
    assert heard - first >= timedelta(seconds=70)
    await stage.advance(minutes=2)
    await ana.says("Elsewhere", "#general")
    await ana.edits(said, "Somebody?")
    await stage.settle()
    assert (await stage.incident(incident.id)).heard_at == heard
    await stage.advance(hours=25)
    assert asked_in(stage, incident), "we said something ourselves"
    assert (await stage.incident(incident.id)).heard_at == heard


async def test_one_in_triage_is_not_forgotten(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Odd noise", severity="SEV5", triage=["yes"])
    assert incident.status == "triage", "needs one in triage"
    await stage.advance(hours=1, seconds=1)
    (asked,) = asked_in(stage, incident)
    assert "Accept, decline or merge it?" in words(asked)
    await answers_with(stage, ana, asked, "word:accept")
    assert f"{called(ana)} accepted it" in words(asked)


async def test_what_is_mitigated_for_a_day_is_asked_about(stage: Stage, ana: Person) -> None:
    incident = await with_roles(stage, "Wrong logo", ana, None, severity="SEV5")
    await types(stage, ana, "/incident mitigate painted over", stage.room(incident))
    await stage.advance(hours=24, seconds=1)
    (asked,) = told(ana)
    assert answers(asked) == ["Resolve", "Reopen", "Snooze 1 day"]
    await answers_with(stage, ana, asked, f"word:snooze:{24 * 60}")
    await stage.advance(hours=23)
    assert told(ana) == []
    await stage.advance(hours=2)
    (asked,) = told(ana)
    await answers_with(stage, ana, asked, "word:resolve")
    await sends(stage, ana, resolution="new logo")
    assert f"{called(ana)} resolved it" in words(asked)
    await stage.advance(days=9)
    assert told(ana) == []


async def test_roles_that_change_hands_take_the_reminder_along(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=10, seconds=1)
    (asked,) = told(cy)
    await stage.advance(minutes=3)
    await types(stage, ana, "/incident assign comms me", stage.room(incident))
    assert told(cy) == []
    assert f"I asked {called(ana)}" in words(asked)
    (passed,) = told(ana)
    assert "late" not in words(passed), "it could not have been said to her before"
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))
    assert told(ana) == []
    assert f"{called(ana)} canceled it" in words(passed)
    assert asked_in(stage, incident) == []


# --- when things go wrong


async def test_after_downtime_one_message_comes_and_says_that_it_is_late(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    before = len(cy.inbox), len(bo.inbox)
    await stage.bot.stop()
    stage.clock.jump(timedelta(minutes=45))
    await stage.start_bot()

    assert (len(cy.inbox), len(bo.inbox)) == before, "of a kind only the latest is sent"
    (asked,) = asked_in(stage, incident)
    # It was declared a moment before: 45 minutes less the ten to the due time and the ten to the channel.
    assert "This comes 25 min late" in words(asked)


async def test_a_restart_in_between_forgets_and_repeats_nothing(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=10, seconds=1)
    (asked,) = told(cy)
    await stage.restart_bot()
    assert told(cy) == [asked]
    await stage.advance(minutes=5)
    assert "I asked" in words(asked)
    await stage.restart_bot()
    (second,) = told(bo)
    await types(stage, bo, "/incident nothing-new", stage.room(incident))
    assert f"{called(bo)} says there is nothing new" in words(second)


@pytest.mark.loses
async def test_who_cannot_be_written_to_is_asked_in_the_channel(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=4)
    stage.slack.faults.next("chat.postMessage", Fault.error("channel_not_found"))
    await stage.advance(minutes=1, seconds=1)
    assert told(cy) == []
    (asked,) = asked_in(stage, incident)
    assert f"I could not write to {called(cy)} directly" in words(asked)
    assert "told_lost" not in await stage.facts(incident)
    await stage.advance(minutes=5)
    assert len(told(cy)) == 1, "the next one is tried directly again"
    assert f"I asked {called(cy)}" in words(asked) or "I asked once more" in words(asked)


async def test_a_lost_answer_does_not_remind_twice(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    await with_roles(stage, TITLE, bo, cy)
    before = len(cy.inbox)
    await stage.advance(minutes=4)
    stage.slack.faults.next("chat.postMessage", Fault.reset(after=True))
    await stage.advance(minutes=1, seconds=1)
    await stage.catches_up()
    assert len(cy.inbox) - before == 1
    (asked,) = told(cy)
    assert answers(asked)


async def test_what_is_dealt_with_while_its_answer_is_lost_is_closed_all_the_same(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=4)
    stage.slack.faults.next("chat.postMessage", Fault.reset(after=True))
    await stage.advance(minutes=1, seconds=1)
    assert len(told(cy)) == 1, "it came through"
    await types(stage, cy, "/incident nothing-new", stage.room(incident))
    await stage.catches_up()
    assert told(cy) == []
    assert f"{called(cy)} says there is nothing new" in closed(stage, cy.inbox)[-1]


async def test_what_is_dealt_with_before_slack_takes_it_is_never_sent(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    await stage.advance(minutes=4)
    before = len(cy.inbox)
    stage.slack.faults.next("chat.postMessage", Fault.status(429, retry_after=20))
    await stage.advance(minutes=1, seconds=1)
    await types(stage, cy, "/incident nothing-new", stage.room(incident))
    await stage.catches_up()
    assert len(cy.inbox) == before


async def test_a_private_incident_reminds_insiders_only(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await stage.declares(ana, "Zanzibar keys leaked", options=["yes"])
    await types(stage, ana, "/incident assign comms @cy", stage.room(incident))
    await cy.leaves(stage.room(incident))
    await stage.settle()
    before = len(stage.said(stage.slack.channel("#incidents")))
    await stage.advance(minutes=10, seconds=1)
    assert told(cy) == [], "she is no insider any more"
    assert "a status update is due now" in "".join(words(m) for m in asked_in(stage, incident))
    await stage.advance(minutes=30)
    assert len(stage.said(stage.slack.channel("#incidents"))) == before
    assert told(bo) == []


async def test_there_is_one_of_a_kind(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    incident = await with_roles(stage, TITLE, bo, cy)
    for _ in range(40):
        await stage.advance(minutes=3)
        shown = await reminders(stage, incident)
        open_ = [*told(bo), *told(cy), *asked_in(stage, incident)]
        assert len(open_) == len([one for one in shown.values() if one.is_open])
    assert Kind.UPDATE in shown
    assert Kind.SLOW_DOWN in shown
