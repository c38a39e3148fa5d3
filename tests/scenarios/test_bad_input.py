"""What people can type that nobody planned for: each gets a clear answer, nothing is half done, nobody is called."""

import io

from bot.incidents.model import TEXT_LIMIT, TITLE_LIMIT
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from tests.scenarios.hands import buzzes, form, is_told, presses, said_in, sends, types
from tests.stage import Stage, words

NASTY = "<!channel> <!here|x> <@U0BO> &<>*_~`@bo #general </b>"
ESCAPED = "&lt;!channel&gt; &lt;!here|x&gt; &lt;@U0BO&gt; &amp;&lt;&gt;*_~`@bo #general &lt;/b&gt;"


async def test_nothing_that_anybody_writes_calls_somebody(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    """Through every door and out of every window. The stage's own check finds whatever is not escaped."""
    incident = await stage.declares(ana, NASTY, affected=NASTY, impact=NASTY)
    room = stage.room(incident)
    for who in (bo, cy):
        await who.joins(room)
    await types(stage, ana, "/incident ic", room)
    await types(stage, ana, f"/incident severity sev1 {NASTY}", room)
    await types(stage, ana, f"/incident note {NASTY}", room)
    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message=NASTY, status="mitigated")
    await types(stage, ana, f"/incident reopen {NASTY}", room)
    said = await bo.says(NASTY.replace("@bo", "bo"), room)
    await ana.reacts(said, "pushpin")
    await types(stage, ana, "/incident edit", room)
    await sends(stage, ana, title=f"{NASTY} again", impact=NASTY)
    other = await stage.declares(cy, f"{NASTY} elsewhere")
    await types(stage, cy, f"/incident merge INC-1 {NASTY}", stage.room(other))
    await types(stage, ana, "/incident resolve", room)
    await sends(stage, ana, resolution=NASTY)
    await types(stage, ana, "/incident timeline", room)
    await types(stage, ana, "/incident export", room)
    await types(stage, ana, "/incident list", room)
    await ana.opens_home()
    await stage.settle()

    assert ESCAPED in words(stage.card(incident))
    assert ESCAPED in words(stage.announcements()[0])
    assert buzzes(stage, bo, incident) == buzzes(stage, cy, incident) == []
    assert [ping for ping in stage.slack.journal.notified if ping.why not in ("dm", "mention")] == []
    assert bo.pinged("#incidents") == cy.pinged("#incidents") == []
    assert room.name == "inc-1-channel-here-x-u0bo-_-bo-general-b"


TITLES = (
    ("🔥🔥🔥", "inc"),
    ("支付错误", "inc"),
    ("שגיאות בתשלום", "inc"),
    ("Ошибки оплаты EU", "inc-eu"),
    ("Zahlung schlägt fehl", "inc-zahlung-schlagt-fehl"),
    ("*", "inc"),
    ("`rm -rf /`", "inc-rm-rf"),
    ("a" * TITLE_LIMIT, "inc-" + "a" * 74),
    ("🔥" * TITLE_LIMIT, "inc"),
)


async def test_any_title_makes_a_channel_a_card_and_an_announcement(stage: Stage, ana: Person) -> None:
    for number, (title, name) in enumerate(TITLES, start=1):
        incident = await stage.declares(ana, title)
        assert stage.room(incident).name == name.replace("inc", f"inc-{number}", 1)
        assert title[:60] in words(stage.card(incident))
        assert title[:60] in words(stage.announcements()[-1])


async def test_words_from_right_to_left_leave_the_rest_in_order(stage: Stage, ana: Person) -> None:
    await stage.submits_declaration(ana, "שגיאות \u202eבתשלום")
    await stage.settle()
    incident = await stage.incident(1)
    assert "INC-1 · \u2068שגיאות בתשלום\u2069" in words(stage.card(incident))


async def test_a_title_that_cannot_be_seen_is_none(stage: Stage, ana: Person) -> None:
    await types(stage, ana, "/incident")
    for title in ("   ", "\u200b\u200b", "\u202e \u2066"):
        assert await is_told(ana, title=title) == {"title": "Give it a few words that others will recognise."}
    assert await stage.incidents() == []


async def test_what_is_too_long_is_stopped_by_slack_already(stage: Stage, ana: Person) -> None:
    await types(stage, ana, "/incident")
    told = await is_told(ana, title="x" * (TITLE_LIMIT + 1), impact="x" * (TEXT_LIMIT + 1))
    assert set(told) == {"title", "impact"}
    assert await stage.incidents() == []


async def test_what_is_typed_too_long_is_refused(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", triage=["yes"])
    before = await stage.facts(incident)
    for word in ("decline", "cancel", "severity sev1", "accept", "note"):
        answer = await types(stage, ana, f"/incident {word} {'x' * 2500}", stage.room(incident))
        assert "at most 2000 fit. Please shorten it." in answer
    assert await stage.facts(incident) == before


async def test_control_characters_do_not_reach_the_database(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody\x00 can \x1b[31mpay")
    assert incident.impact == "Nobody can [31mpay"


async def test_a_lone_asterisk_does_not_eat_the_card(stage: Stage, ana: Person) -> None:
    """A title stands in plain text, or outside of what is bold."""
    incident = await stage.declares(ana, "Queue *stuck")
    assert "INC-1 · Queue *stuck" in words(stage.card(incident))
    assert "*INC-1* Queue *stuck — SEV2" in await types(stage, ana, "/incident list")


# --- when something beneath fails


async def test_when_slack_does_not_open_the_form_it_says_so(stage: Stage, ana: Person) -> None:
    stage.slack.faults.next("views.open", Fault.error("expired_trigger_id"))
    await ana.types("/incident", "#general")
    said = await ana.waits_for(lambda: ana.ephemeral("#general"))
    assert said[0].text == "Slack did not open the form in time: it allows three seconds. Please try once more."


async def test_when_the_database_is_away_nothing_is_recorded_and_it_says_so(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await types(stage, ana, "/incident severity", stage.room(incident))
    async with stage.bot.db.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE delivery RENAME TO away")
    try:
        told = await is_told(ana, severity="SEV1")
    finally:
        async with stage.bot.db.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO delivery")

    assert told["severity"].startswith("I cannot reach my database, so nothing was recorded. Please try again in a mo")
    assert "(Reference " in told["severity"]
    assert form(ana).startswith("Change severity"), "what was chosen is still there"
    await sends(stage, ana, severity="SEV1")
    assert (await stage.incident(1)).severity == "SEV1"


async def test_a_fault_of_ours_has_a_reference_that_is_in_the_log_too(
    log: io.StringIO, stage: Stage, ana: Person
) -> None:
    await stage.declares(ana, "Checkout errors")
    async with stage.bot.db.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE incident SET severity = 'SEV9'")

    answer = await types(stage, ana, "/incident 1")
    async with stage.bot.db.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE incident SET severity = 'SEV2'")

    assert answer.startswith("Something went wrong inside Tocsin. Please look whether it was done")
    reference = answer.partition("(Reference ")[2].partition(")")[0]
    assert reference
    assert reference in log.getvalue()


async def test_the_same_modal_sent_twice_is_one_incident(stage: Stage, ana: Person) -> None:
    await types(stage, ana, "/incident")
    first, second = await ana.submits_twice(title="Checkout errors", severity="SEV2")
    await stage.settle()
    assert first.closed
    assert not second.trouble
    assert len(await stage.incidents()) == 1


async def test_two_people_declaring_the_same_are_brought_together(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Éclair checkout errors")
    await stage.submits_declaration(bo, "éclair CHECKOUT errors", severity="SEV1", impact="Europe & Asia")
    await stage.settle()

    assert len(await stage.incidents()) == 1
    assert bo.id in stage.room(incident).members
    noted = [e for e in await stage.timeline(incident) if e.fact == "noted"]
    assert [e.text for e in noted] == ["Declared it too, as SEV1; Europe &amp; Asia"]
    assert "declared this a moment ago as INC-1. You are being brought into <#" in words(bo.inbox[-1])
    assert said_in(stage, incident) == ""
