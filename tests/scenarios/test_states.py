"""How an incident goes from one state to the next, and who hears of it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.incidents.model import Incident
from bot.incidents.terms import Status
from bot.sandbox.people import Person
from tests.scenarios.hands import (
    buzzes,
    called,
    filled,
    form,
    is_told,
    presses,
    presses_here,
    said_in,
    sends,
    types,
    under_announcement,
)
from tests.stage import Stage, words


async def in_state(stage: Stage, who: Person, state: str, title: str = "Checkout errors") -> Incident:
    """An incident that has come so far."""
    start: dict[str, Any] = {"triage": ["yes"]} if state in ("triage", "declined") else {}
    incident = await stage.declares(who, title, **start)
    room = stage.room(incident)
    said = {
        "mitigated": ["mitigate rolled back"],
        "declined": ["decline only a blip"],
        "canceled": ["cancel a drill"],
        "resolved": ["resolve"],
        "closed": ["resolve", "close"],
    }
    for word in said.get(state, []):
        await types(stage, who, f"/incident {word}", room)
        if word == "resolve":
            await sends(stage, who, resolution="Rolled back 412.")
    assert (await stage.incident(incident.id)).status == state
    return incident


async def status(stage: Stage, incident: Incident) -> str:
    return str((await stage.incident(incident.id)).status)


def just_now(stage: Stage, moment: datetime | None) -> bool:
    return moment is not None and timedelta(0) <= stage.clock.now() - moment < timedelta(seconds=30)


# --- each way, by word


@pytest.mark.parametrize(
    ("before", "typed", "after", "fact", "said"),
    [
        ("triage", "accept", "active", "accepted", "*accepted* this incident."),
        ("triage", "status active", "active", "accepted", "*accepted* this incident."),
        ("triage", "decline only a blip", "declined", "declined", "*declined* this incident: only a blip."),
        ("triage", "status declined only a blip", "declined", "declined", "*declined* this incident: only a blip."),
        ("triage", "cancel a drill", "canceled", "canceled", "*canceled* this incident: a drill."),
        ("active", "mitigate rolled back", "mitigated", "mitigated", "says it is *mitigated*: rolled back."),
        ("active", "status mitigated", "mitigated", "mitigated", "says it is *mitigated*."),
        ("active", "cancel a drill!", "canceled", "canceled", "*canceled* this incident: a drill!"),
        ("active", "status cancelled a drill", "canceled", "canceled", "*canceled* this incident: a drill."),
        (
            "mitigated",
            "reopen errors again",
            "active",
            "relapsed",
            "says it is *not* mitigated after all: errors again.",
        ),
        ("mitigated", "status active", "active", "relapsed", "says it is *not* mitigated after all."),
        ("mitigated", "cancel a drill", "canceled", "canceled", "*canceled* this incident: a drill."),
        ("resolved", "close", "closed", "closed", "*closed* this incident."),
        ("resolved", "status closed all done", "closed", "closed", "*closed* this incident: all done."),
        ("resolved", "reopen errors again", "active", "reopened", "*reopened* this incident: errors again."),
        ("resolved", "status reopened errors again", "active", "reopened", "*reopened* this incident: errors again."),
        ("closed", "reopen errors again", "active", "reopened", "*reopened* this incident: errors again."),
        ("declined", "reopen it is real", "active", "reopened", "*reopened* this incident: it is real."),
        ("canceled", "reopen no drill", "active", "reopened", "*reopened* this incident: no drill."),
    ],
)
async def test_a_word_moves_it_and_everybody_hears(
    stage: Stage, ana: Person, before: str, typed: str, after: str, fact: str, said: str
) -> None:
    incident = await in_state(stage, ana, before)
    room = stage.room(incident)

    answer = await types(stage, ana, f"/incident {typed}", room)

    assert answer.startswith(f"INC-1 is {after}")
    assert await status(stage, incident) == after
    assert (await stage.facts(incident))[-1] == fact
    assert f"{called(ana)} {said}" in said_in(stage, incident)
    assert f"*Status*\n*{after}*" in words(stage.card(incident))
    assert f"— *{after}*" in words(stage.announcements()[0])
    assert room.topic["value"].startswith(f"SEV2 {after} · ")
    assert buzzes(stage, ana, incident) == [], "nobody's phone buzzes for what they did themselves"


async def test_those_who_follow_the_announcement_hear_of_the_end_and_of_a_reopening(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "resolved")
    await types(stage, ana, "/incident reopen <!channel> again", stage.room(incident))

    ended, again = under_announcement(stage)
    assert ended.text == f":white_check_mark: {called(ana)} *resolved* INC-1: Rolled back 412."
    assert again.text == f":rotating_light: {called(ana)} *reopened* INC-1: &lt;!channel&gt; again."
    assert "*What ended it*" not in words(stage.card(incident)), "it goes on"
    assert (await stage.incident(incident.id)).next_update_due_at, "updates are due again"
    assert ana.pinged("#incidents") == []
    assert buzzes(stage, ana, incident) == []


# --- by button


@pytest.mark.parametrize(("before", "word", "after"), [("triage", "accept", "active"), ("resolved", "close", "closed")])
async def test_a_button_that_needs_no_reason_asks_only_once(
    stage: Stage, ana: Person, before: str, word: str, after: str
) -> None:
    incident = await in_state(stage, ana, before)

    pressed = await ana.clicks(stage.card(incident), f"word:{word}")
    await stage.settle()

    assert pressed.confirm, "a slip of the finger is asked about"
    assert await status(stage, incident) == after


@pytest.mark.parametrize(
    ("before", "word", "after", "question"),
    [
        ("triage", "decline", "declined", "Why is it no incident?"),
        ("mitigated", "reopen", "active", "What is going on again?"),
        ("resolved", "reopen", "active", "What is going on again?"),
    ],
)
async def test_a_button_asks_for_the_reason_where_it_matters(
    stage: Stage, ana: Person, before: str, word: str, after: str, question: str
) -> None:
    incident = await in_state(stage, ana, before)

    assert question in await presses(stage, ana, incident, word)
    assert await status(stage, incident) == before
    assert "reason" in await is_told(ana, reason="")
    assert "others will want to know" in str(await is_told(ana, reason="   "))
    await sends(stage, ana, reason="We looked again & again")

    assert await status(stage, incident) == after
    assert "We looked again &amp; again" in said_in(stage, incident)


async def test_mitigated_by_button_asks_how_but_takes_no_answer_for_one(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    assert "What stopped the harm?" in await presses(stage, ana, incident, "mitigate")
    await sends(stage, ana)
    assert await status(stage, incident) == "mitigated"
    assert just_now(stage, (await stage.incident(incident.id)).mitigated_at)


async def test_cancel_is_in_the_panel_and_asks_why(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    await types(stage, ana, "/incident", stage.room(incident))
    assert "Why is it canceled?" in await presses_here(stage, ana, "cancel")
    await sends(stage, ana, reason="a drill")
    assert await status(stage, incident) == "canceled"
    assert ana.modal is None, "the panel beneath is gone too"


# --- by form


@pytest.mark.parametrize(
    ("before", "to", "reason"),
    [
        ("triage", "active", None),
        ("triage", "declined", "only a blip"),
        ("triage", "canceled", "a drill"),
        ("active", "mitigated", None),
        ("active", "canceled", "a drill"),
        ("mitigated", "active", None),
        ("mitigated", "canceled", "a drill"),
        ("resolved", "active", "errors again"),
        ("resolved", "closed", None),
        ("closed", "active", "errors again"),
        ("declined", "active", "it is real"),
        ("canceled", "active", "no drill"),
    ],
)
async def test_the_form_moves_it(stage: Stage, ana: Person, before: str, to: str, reason: str | None) -> None:
    incident = await in_state(stage, ana, before)
    shown = await types(stage, ana, "/incident status", stage.room(incident))
    assert f"INC-1 is {Status(before).spoken}. It is now" in shown

    if reason:
        assert "Say in a few words why" in (await is_told(ana, status=to))["reason"]
        assert await status(stage, incident) == before
    await sends(stage, ana, status=to, reason=reason)

    assert await status(stage, incident) == to


async def test_the_form_leads_to_the_form_that_resolving_needs(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    await types(stage, ana, "/incident status", stage.room(incident))

    await ana.submits(status="resolved", reason="Rolled back 412.")
    assert form(ana).startswith("Resolve\n")
    assert filled(ana, "resolution") == "Rolled back 412."
    await sends(stage, ana)

    assert await status(stage, incident) == "resolved"


@pytest.mark.parametrize("typed", ["resolve rolled back @bo's release", "status resolved rolled back @bo's release"])
async def test_what_ended_it_can_be_typed_at_once(stage: Stage, ana: Person, bo: Person, typed: str) -> None:
    incident = await in_state(stage, ana, "active")
    shown = await types(stage, ana, f"/incident {typed}", stage.room(incident))
    assert shown.startswith("Resolve\n")
    assert filled(ana, "resolution") == f"rolled back @{called(bo)}'s release"


# --- where it cannot go


REFUSED = {
    "triage": (
        ("resolve", "INC-1 is in triage, so it cannot become resolved. From here it can become"),
        ("mitigate it stopped", "INC-1 is in triage, so it cannot become mitigated."),
        ("reopen", "INC-1 is in triage. `/incident accept` makes it active."),
        ("reopen it is real", "INC-1 is in triage. `/incident accept` makes it active."),
    ),
    "active": (
        ("accept", "INC-1 is active already; only one in triage can be accepted."),
        ("decline it is none", "From here it can become mitigated, resolved, merged or canceled."),
        ("status triage", "INC-1 is active, so it cannot become triage."),
        ("status better", "“better” is no status. They are triage, active"),
        ("status <!here>", "“&lt;!here&gt;” is no status."),
        ("close", "INC-1 is active, so it cannot become closed."),
    ),
    "mitigated": (("mitigate twice", "INC-1 is mitigated already."),),
    "resolved": (
        ("resolve", "INC-1 is resolved already. `/incident reopen` brings it back."),
        ("mitigate", "INC-1 is resolved, so it cannot become mitigated."),
        ("severity sev1", "INC-1 is resolved. `/incident reopen` brings it back."),
        ("severity", "INC-1 is resolved. `/incident reopen` brings it back."),
        ("ic", "INC-1 is resolved. `/incident reopen` brings it back."),
        ("update all well", "INC-1 is resolved. `/incident reopen` brings it back."),
        ("edit", "INC-1 is resolved. `/incident reopen` brings it back."),
        ("merge", "INC-1 is resolved, so it cannot become merged."),
    ),
    "closed": (("close", "INC-1 is closed already. `/incident reopen` brings it back."),),
    "declined": (("cancel why", "INC-1 is declined, so it cannot become canceled."),),
}


@pytest.mark.parametrize("state", REFUSED)
async def test_where_it_cannot_go_it_says_where_it_can(stage: Stage, ana: Person, state: str) -> None:
    incident = await in_state(stage, ana, state)
    facts = await stage.facts(incident)

    for typed, answer in REFUSED[state]:
        assert answer in await types(stage, ana, f"/incident {typed}", stage.room(incident))
        assert ana.modal is None

    assert await status(stage, incident) == state
    assert await stage.facts(incident) == facts


async def test_a_card_that_somebody_still_has_in_sight_may_be_out_of_date(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await in_state(stage, ana, "active")
    await bo.joins(stage.room(incident))
    await presses(stage, ana, incident, "resolve")
    await presses(stage, bo, incident, "resolve")
    await sends(stage, ana, resolution="Rolled back 412.")

    told = await is_told(bo, resolution="Switched it off.")
    assert told == {"resolution": "INC-1 is resolved already. /incident reopen brings it back."}
    assert (await stage.incident(incident.id)).resolution == "Rolled back 412."
    assert (await stage.facts(incident)).count("resolved") == 1


async def test_two_people_pressing_at_once_is_said_to_the_second(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await in_state(stage, ana, "triage")
    room, card = stage.room(incident), stage.card(incident)
    await bo.joins(room)

    await asyncio.gather(ana.clicks(card, "word:accept"), bo.clicks(card, "word:accept"))
    await stage.settle()
    await ana.waits_for(lambda: ana.ephemeral(room) and bo.ephemeral(room))
    both = [words(said) for who in (ana, bo) for said in who.ephemeral(room)]

    assert sorted(both) == [
        "INC-1 is active already; only one in triage can be accepted.\n",
        "INC-1 is active now.\n",
    ]
    assert (await stage.facts(incident)).count("accepted") == 1


# --- severity


async def test_the_severity_is_changed_by_word_button_and_form(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    room = stage.room(incident)

    assert await types(stage, ana, "/incident sev 1 more & more", room) == "INC-1 is SEV1 now.\n"
    assert "changed the severity from SEV2 to *SEV1*: more &amp; more." in said_in(stage, incident)
    assert "SEV1 Critical" in words(stage.card(incident))
    assert room.topic["value"].startswith("SEV1 active · ")

    shown = await presses(stage, ana, incident, "severity")
    assert "INC-1 is SEV1. It should be" in shown
    assert stage.organisation.severities["SEV4"].meaning in shown
    await sends(stage, ana, severity="SEV4", reason="Only the logo")
    assert (await stage.incident(incident.id)).severity == "SEV4"
    changed = [entry for entry in await stage.timeline(incident) if entry.fact == "severity_changed"]
    assert [(e.details["from"], e.details["to"], e.text) for e in changed] == [
        ("SEV2", "SEV1", "more &amp; more"),
        ("SEV1", "SEV4", "Only the logo"),
    ]


async def test_a_severity_that_is_none_or_the_same_is_answered(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    room = stage.room(incident)
    assert "INC-1 is SEV2 already." in await types(stage, ana, "/incident severity SEV2", room)
    assert "“sev9” is no severity. Write SEV1" in await types(stage, ana, "/incident severity sev9", room)
    await types(stage, ana, "/incident severity", room)
    assert (await is_told(ana, severity="SEV2")) == {"severity": "INC-1 is SEV2 already."}


async def test_a_worse_severity_wants_its_update_sooner(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    await stage.advance(minutes=3)
    await types(stage, ana, "/incident severity sev1", stage.room(incident))
    due = (await stage.incident(incident.id)).next_update_due_at
    assert due
    assert just_now(stage, due - timedelta(minutes=5))


# --- details


async def test_details_are_edited_and_what_two_people_change_at_once_is_not_lost(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody can pay.")
    room = stage.room(incident)
    await types(stage, ana, "/incident edit", room)
    await types(stage, bo, "/incident edit INC-1")
    assert filled(ana, "impact") == "Nobody can pay."

    await sends(stage, ana, title="Checkout errors in Europe")
    await sends(stage, bo, impact="Nobody in Europe can pay.")

    now = await stage.incident(incident.id)
    assert (now.title, now.impact) == ("Checkout errors in Europe", "Nobody in Europe can pay.")
    assert "INC-1 · Checkout errors in Europe" in words(stage.card(incident))
    assert [e.details["field"] for e in await stage.timeline(incident) if e.fact == "details_changed"] == [
        "title",
        "impact",
    ]

    await types(stage, ana, "/incident edit", room)
    await types(stage, bo, "/incident edit INC-1")
    await sends(stage, ana, title="Everything is down")
    assert await is_told(bo, title="Checkout errors in the EU") == {
        "title": "Somebody changed this meanwhile. Close this and open it again."
    }
    assert (await stage.incident(incident.id)).title == "Everything is down"


# --- resolving


async def test_resolving_asks_what_ended_it_and_when_with_what_is_known(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    declared = incident.declared_at
    await stage.advance(minutes=20)
    await types(stage, ana, "/incident mitigate rolled back", stage.room(incident))
    mitigated = (await stage.incident(incident.id)).mitigated_at
    assert mitigated
    await stage.advance(minutes=20)

    shown = await presses(stage, ana, incident, "resolve")
    assert "What ended it?" in shown
    assert filled(ana, "started") is None
    assert filled(ana, "detected") == int(declared.timestamp())
    assert filled(ana, "mitigated") == int(mitigated.timestamp())
    began = declared - timedelta(minutes=10)
    await sends(stage, ana, resolution="Rolled back 412.", started=began)

    now = await stage.incident(incident.id)
    assert now.started_at == began.replace(microsecond=0)
    assert now.detected_at == declared.replace(microsecond=0)
    assert just_now(stage, now.resolved_at)
    assert "*What ended it*\nRolled back 412." in words(stage.card(incident))
    assert "*What ended it*\nRolled back 412." in words(stage.announcements()[0])
    assert "*Over since*" in words(stage.card(incident))


async def test_what_is_left_empty_stays_unknown(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "mitigated")
    await types(stage, ana, "/incident resolve", stage.room(incident))
    await sends(stage, ana, resolution="It stopped by itself.", detected=None, mitigated=None)

    now = await stage.incident(incident.id)
    assert (now.started_at, now.detected_at, now.mitigated_at) == (None, None, None)


async def test_times_to_come_and_in_the_wrong_order_are_told_under_their_fields(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    await stage.advance(hours=1)
    await types(stage, ana, "/incident resolve", stage.room(incident))
    now, what = stage.clock.now(), {"resolution": "Rolled back 412."}

    for field in ("started", "detected", "mitigated"):
        told = await is_told(ana, **what, **{field: now + timedelta(minutes=5)})
        assert told == {field: "That is still to come. Please choose a time in the past."}
        await ana.fills({field: None})
    for field in ("detected", "mitigated"):
        told = await is_told(ana, **what, started=now - timedelta(minutes=5), **{field: now - timedelta(minutes=6)})
        assert told == {field: "That is before users began to be hurt. One of the two times is wrong."}
        await ana.fills({field: None})
    assert await status(stage, incident) == "active"

    await sends(stage, ana, mitigated=now - timedelta(minutes=5), detected=now - timedelta(minutes=4))
    assert await status(stage, incident) == "resolved", "it may have ended before anybody noticed"


async def test_a_resolution_needs_words(stage: Stage, ana: Person) -> None:
    incident = await in_state(stage, ana, "active")
    await types(stage, ana, "/incident resolve", stage.room(incident))
    assert await is_told(ana, resolution=" \n ") == {"resolution": "Say in a few words what ended it."}
    assert await status(stage, incident) == "active"


# --- merging


async def test_merging_by_form_brings_its_people_over(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    first = await stage.declares(ana, "Checkout errors")
    second = await stage.declares(bo, "Payments fail")
    await types(stage, cy, "/incident ops INC-2")

    await types(stage, bo, "/incident merge", stage.room(second))
    await sends(stage, bo, into="1", reason="same error & trace")

    assert await status(stage, second) == "merged"
    assert {bo.id, cy.id} <= set(stage.room(first).members)
    assert (await stage.facts(first)).count("merged") == (await stage.facts(second)).count("merged") == 1
    merged = f"{called(bo)} *merged* this incident into *INC-1*: same error &amp; trace."
    assert f"{merged} It goes on there in <#{first.channel}>." in said_in(stage, second)
    assert f"{called(bo)} merged INC-2 into this incident: same error &amp; trace." in said_in(stage, first)
    assert "*Goes on in*\n*INC-1*" in words(stage.card(second))
    assert "It goes on in INC-1." in await types(stage, bo, "/incident resolve", stage.room(second))
    assert "It goes on in INC-1." in await types(stage, bo, "/incident reopen why not", stage.room(second))
    assert "It goes on in INC-1." in await types(stage, bo, "/incident status", stage.room(second))


@pytest.mark.parametrize("typed", ["merge INC-1 same trace", "merge INC-2 INC-1 same trace", "merge 2 1 same trace"])
async def test_merging_by_word(stage: Stage, ana: Person, bo: Person, typed: str) -> None:
    await stage.declares(ana, "Checkout errors")
    second = await stage.declares(bo, "Payments fail")

    place = stage.room(second) if "2" not in typed else "#general"
    answer = await types(stage, bo, f"/incident {typed}", place)

    assert answer == "INC-2 is merged into INC-1, where its people are invited.\n"
    assert await status(stage, second) == "merged"
    assert [e.text for e in await stage.timeline(second) if e.fact == "merged"] == ["same trace"]


async def test_merging_that_makes_no_sense_is_answered(stage: Stage, ana: Person, bo: Person) -> None:
    first = await stage.declares(ana, "Checkout errors")
    room = stage.room(first)
    assert "There is no other incident going on" in await types(stage, ana, "/incident merge", room)
    assert "cannot be merged into itself" in await types(stage, ana, "/incident merge INC-1", room)
    assert "I know no incident INC-7" in await types(stage, ana, "/incident merge INC-7", room)

    over = await in_state(stage, ana, "canceled", "A drill")
    assert "INC-2 is canceled. Merge into one that goes on." in await types(stage, ana, "/incident merge 2", room)
    assert "INC-2 is canceled, so it cannot become merged" in await types(
        stage, ana, "/incident merge INC-1", stage.room(over)
    )
    await stage.declares(ana, "Leak", options=["yes"])
    answer = await types(stage, ana, "/incident merge INC-3", room)
    assert answer == "One is private and one is public: merged, the wrong people would see it.\n"
    assert await status(stage, first) == "active"


async def test_the_choices_to_merge_into_are_those_that_go_on(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await stage.declares(ana, "Payments fail")
    await stage.declares(ana, "Leak", options=["yes"])
    await in_state(stage, ana, "canceled", "A drill")

    shown = await types(stage, ana, "/incident merge", stage.room(incident))
    assert "INC-2 Payments fail" in shown
    assert not any(name in shown for name in ("INC-1 Checkout", "INC-3", "INC-4"))
