"""What arrives twice, too late, out of order or while we cannot listen comes to the same as if it had arrived once."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Fact
from bot.sandbox.faults import Fault
from bot.sandbox.journal import DeliveryRecord
from bot.sandbox.people import Person
from bot.sandbox.state import User
from tests.stage import Stage, words
from tests.wholeness import assert_whole

PUSHPIN = "pushpin"


def last(stage: Stage, kind: str) -> DeliveryRecord:
    """The last delivery of this type."""
    return next(r for r in reversed(stage.slack.journal.deliveries) if _type(r) == kind)


def _type(record: DeliveryRecord) -> str:
    return str((record.payload.get("event") or record.payload).get("type") or record.kind)


async def kept(stage: Stage, incident: Incident) -> list[TimelineEntry]:
    return [entry for entry in await stage.timeline(incident) if entry.fact is Fact.MESSAGE_KEPT]


# --- forms


async def test_a_form_sent_twice_at_one_instant_makes_one_incident(stage: Stage, ana: Person) -> None:
    await stage.opens_declaration(ana)
    first, second = await ana.submits_twice({"title": "Checkout errors", "severity": "SEV2"})
    assert not first.trouble + second.trouble
    assert not {**first.errors, **second.errors}
    assert ana.modal is None
    await stage.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)


async def test_a_form_that_comes_again_after_a_restart_makes_one_incident(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    await stage.restart_bot()
    again = await stage.slack.deliveries.again(last(stage, "view_submission"))
    assert (again.acked, again.body) == (True, {"response_action": "clear"})
    await stage.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)
    assert len(await stage.incidents()) == 1


async def test_a_form_whose_ack_was_lost_may_be_sent_again(stage: Stage, ana: Person) -> None:
    """She saw an error although it was recorded, and presses the button once more."""
    await stage.opens_declaration(ana)
    stage.slack.deliveries.switches.drop = 1
    sent = await ana.submits({"title": "Checkout errors", "severity": "SEV2"})
    assert sent.trouble
    if stage.slack.app.socket_mode:
        await stage.slack.waits_for(lambda: stage.slack.deliveries.sockets.count)
    sent = await ana.submits({"title": "Checkout errors", "severity": "SEV2"})
    assert sent.closed, sent
    await stage.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)


# --- commands and buttons


async def test_a_command_that_comes_again_is_done_once(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await ana.types("/incident note rolled back", stage.room(incident))
    record = last(stage, "slash_commands")
    for _ in range(2):
        assert (await stage.slack.deliveries.again(record)).acked
        await stage.restart_bot()
    assert (await stage.facts(incident)).count("noted") == 1
    assert len([m for m in stage.said(stage.room(incident)) if "rolled back" in words(m)]) == 1


async def test_a_command_that_comes_again_does_not_frighten_anybody(stage: Stage, ana: Person) -> None:
    await stage.opens_declaration(ana)
    again = await stage.slack.deliveries.again(last(stage, "slash_commands"))
    assert again.acked
    await stage.settle()
    assert not again.body
    assert ana.ephemeral("#general") == []
    assert ana.modal


async def test_a_click_that_comes_again_is_done_once(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await bo.joins(stage.room(incident))
    await bo.clicks(stage.card(incident), "word:ic")
    await stage.settle()
    assert (await stage.slack.deliveries.again(last(stage, "block_actions"))).acked
    await stage.restart_bot()
    assert (await stage.slack.deliveries.again(last(stage, "block_actions"))).acked
    await stage.settle()
    assert (await stage.facts(incident)).count("role_taken") == 1
    assert await stage.roll(incident) == {"ic": bo.id}


async def test_a_double_click_is_one_click(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await bo.joins(stage.room(incident))
    card = stage.card(incident)
    twice = await asyncio.gather(bo.clicks(card, "word:ic"), bo.clicks(card, "word:ic"))
    assert not [acted.trouble for acted in twice if acted.trouble]
    await stage.settle()
    assert (await stage.facts(incident)).count("role_taken") == 1
    assert await stage.roll(incident) == {"ic": bo.id}
    duties = [message for message in bo.inbox if message.user == stage.slack.bot.id]
    assert len(duties) == 1


async def test_of_two_who_take_a_role_at_once_one_has_it_and_the_other_is_told(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    room = stage.room(incident)
    for person in (bo, cy):
        await person.joins(room)
    card = stage.card(incident)
    await asyncio.gather(bo.clicks(card, "word:ic"), cy.clicks(card, "word:ic"))
    await stage.settle()
    facts = await stage.facts(incident)
    assert (facts.count("role_taken"), facts.count("role_handed_over")) == (1, 0)
    holder = (await stage.roll(incident))["ic"]
    other = cy if holder == bo.id else bo
    name = (bo if other is cy else cy).user.real_name
    await other.waits_for(lambda: [m for m in other.ephemeral(room) if name in words(m)])
    assert other.inbox == []


# --- several at once


async def test_two_who_declare_the_same_at_once_are_brought_together(stage: Stage, ana: Person, bo: Person) -> None:
    for person in (ana, bo):
        await stage.opens_declaration(person)
    sent = await asyncio.gather(
        ana.submits({"title": "Checkout errors", "severity": "SEV2"}),
        bo.submits({"title": "checkout errors ", "severity": "SEV1"}),
    )
    assert all(each.closed for each in sent), sent
    await stage.settle()
    (incident,) = await stage.incidents()
    assert {ana.id, bo.id} <= set(stage.room(incident).members)
    assert len(stage.announcements()) == 1
    for person in (ana, bo):
        assert len(person.inbox) == 1


async def test_two_who_declare_different_things_at_once_get_two_numbers(stage: Stage, ana: Person, bo: Person) -> None:
    for person in (ana, bo):
        await stage.opens_declaration(person)
    await asyncio.gather(
        ana.submits({"title": "Checkout errors", "severity": "SEV2"}),
        bo.submits({"title": "Search is slow", "severity": "SEV3"}),
    )
    await stage.settle()
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", ana)
    await assert_whole(stage.slack, stage.bot.db, "Search is slow", bo)
    assert [incident.id for incident in await stage.incidents()] == [1, 2]


async def test_twenty_at_once_get_the_numbers_from_one_to_twenty(stage: Stage) -> None:
    crowd = [join(stage, n) for n in range(20)]
    for who in crowd:
        await stage.opens_declaration(who)
    # How soon each is answered is for the benchmarks: here the machine may be busy.
    await asyncio.gather(*(who.submits({"title": f"Trouble {n}", "severity": "SEV3"}) for n, who in enumerate(crowd)))
    await stage.settle()
    assert [incident.id for incident in await stage.incidents()] == list(range(1, 21))
    for n, who in enumerate(crowd):
        await assert_whole(stage.slack, stage.bot.db, f"Trouble {n}", who)


def join(stage: Stage, n: int) -> Person:
    """One more person in the company."""
    place = stage.slack.workspace
    user = User(id=f"U0CROWD{n:02}", name=f"p{n:02}", real_name=f"Person {n}", team_id=place.team_id, updated=0)
    place.users[user.id] = user
    stage.slack.channel("#general").members.append(user.id)
    return stage.person(user.name)


# --- events


async def test_an_event_that_comes_three_times_counts_once(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    stage.slack.deliveries.switches.duplicate = 3
    await ana.reacts(said, PUSHPIN)
    await stage.settle()
    assert len(await kept(stage, incident)) == 1
    assert len([r for r in stage.slack.journal.deliveries if _type(r) == "reaction_added"]) == 3


async def test_an_event_that_comes_again_after_a_restart_counts_once(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await ana.reacts(said, PUSHPIN)
    await stage.settle()
    await ana.unreacts(said, PUSHPIN)
    await stage.settle()
    (entry,) = await kept(stage, incident)
    assert entry.withdrawn_at
    await stage.restart_bot()
    assert (await stage.slack.deliveries.again(last(stage, "reaction_added"))).acked
    await stage.settle()
    (entry,) = await kept(stage, incident)
    assert entry.withdrawn_at, "the old reaction is not a new one"


async def test_an_edit_that_overtakes_the_reaction_is_not_lost(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled bakc", stage.room(incident))
    await stage.settle()
    stage.slack.deliveries.switches.shuffle = 2
    await ana.reacts(said, PUSHPIN)
    await ana.edits(said, "Rolled back")
    await stage.settle()
    order = [_type(r) for r in stage.slack.journal.deliveries if _type(r) in ("reaction_added", "message")][-2:]
    assert order == ["message", "reaction_added"], "the switch works"
    (entry,) = await kept(stage, incident)
    assert entry.text == "Rolled back"


async def test_of_two_edits_in_the_wrong_order_the_later_one_holds(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("one", stage.room(incident))
    await ana.reacts(said, PUSHPIN)
    await stage.settle()
    stage.slack.deliveries.switches.shuffle = 2
    await ana.edits(said, "two")
    await ana.edits(said, "three")
    await stage.settle()
    (entry,) = await kept(stage, incident)
    assert entry.text == "three"


async def test_a_reaction_and_its_taking_back_in_the_wrong_order_leave_nothing(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    stage.slack.deliveries.switches.shuffle = 2
    await ana.reacts(said, PUSHPIN)
    await ana.unreacts(said, PUSHPIN)
    await stage.settle()
    assert [entry for entry in await kept(stage, incident) if not entry.withdrawn_at] == []


async def test_an_event_is_not_acked_before_it_is_written_down(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    stage.slack.rules.ack_deadline = 0.5
    await rename(stage, "delivery", "gone")
    await ana.reacts(said, PUSHPIN)
    tries = await stage.slack.waits_for(lambda: reactions(stage)[1:])
    assert not [r for r in reactions(stage) if r.outcome == "acked"]
    await rename(stage, "gone", "delivery")
    for wait in (0, 60, 300):
        stage.clock.jump(timedelta(seconds=wait))
        if any(r.outcome == "acked" for r in reactions(stage)):
            break
        await stage.slack.settled()
    await stage.slack.waits_for(lambda: [r for r in reactions(stage) if r.outcome == "acked"])
    await stage.settle()
    assert tries
    assert len(await kept(stage, incident)) == 1


def reactions(stage: Stage) -> list[DeliveryRecord]:
    return [r for r in stage.slack.journal.deliveries if _type(r) == "reaction_added"]


async def rename(stage: Stage, table: str, to: str) -> None:
    """A table of the database is not to be had."""
    async with stage.bot.db.engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


async def test_an_event_whose_listener_failed_is_taken_up_again(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    stage.slack.faults.next("conversations.history", Fault.status(500))
    await ana.reacts(said, PUSHPIN)
    await stage.settle()
    assert await kept(stage, incident) == []
    assert len(await stage.undealt()) == 1
    await stage.advance(seconds=11)
    assert len(await kept(stage, incident)) == 1
    assert await stage.undealt() == []


async def test_what_slack_could_not_tell_us_for_an_hour_is_not_lost(stage: Stage, ana: Person) -> None:
    """Longer than a few tries, and Slack itself has long forgotten it."""
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Rolled back", stage.room(incident))
    await stage.settle()
    stage.slack.faults.next("conversations.history", Fault.status(503), times=1_000)
    await ana.reacts(said, PUSHPIN)
    for _ in range(12):
        await stage.advance(minutes=5)
    assert await kept(stage, incident) == []
    stage.slack.faults.clear()
    await stage.advance(minutes=11)
    assert len(await kept(stage, incident)) == 1
