"""The app's Home: what goes on, and what is yours in it."""

from bot.sandbox.people import Person
from tests.scenarios.hands import form, presses, reads, sends, types
from tests.stage import Stage, view_words


async def opened(stage: Stage, who: Person) -> str:
    await who.opens_home()
    await stage.settle()
    assert who.home
    return view_words(who.home.body)


async def test_on_a_quiet_day_it_offers_to_declare(stage: Stage, ana: Person) -> None:
    assert "Nothing is going on. :herb:" in await opened(stage, ana)

    await reads(stage, ana, "#general", ana.clicks(ana.home, "word:declare"))
    assert form(ana).startswith("Declare an incident")
    await sends(stage, ana, title="Checkout errors", severity="SEV2")
    assert (await stage.incident_called("Checkout errors")).channel


async def test_it_shows_what_goes_on_the_worst_first_and_what_is_yours(stage: Stage, ana: Person, bo: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", impact="Nobody in <Europe> can pay.")
    await stage.declares(ana, "Everything is down", severity="SEV1")
    over = await stage.declares(ana, "A drill")
    await types(stage, ana, "/incident cancel a drill", stage.room(over))
    await presses(stage, ana, incident, "ic")
    await types(stage, ana, "/incident ops INC-1")

    shown = await opened(stage, ana)

    live, past = shown.split("*Over*")
    assert live.index("*INC-2* Everything is down — SEV1, active") < live.index("*INC-1* Checkout errors")
    assert "You are *Incident Commander* and *Ops Lead*." in live
    assert "Nobody in &lt;Europe&gt; can pay." in live
    assert "Next update: due <!date^" in live
    assert "*INC-3* A drill — SEV2, canceled" in past
    assert "You are" not in await opened(stage, bo)


async def test_it_says_when_an_update_is_overdue(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    await stage.advance(minutes=11)
    assert "Next update: :warning: *overdue* since" in await opened(stage, ana)


async def test_an_incident_is_run_from_there(stage: Stage, ana: Person) -> None:
    await stage.declares(ana, "Checkout errors")
    await opened(stage, ana)

    shown = await reads(stage, ana, "#general", ana.clicks(ana.home, "word:panel", "1"))
    assert "I'll take command" in shown
    assert "ana" not in shown


async def test_the_messages_tab_draws_nothing(stage: Stage, ana: Person) -> None:
    await ana.opens_messages()
    await stage.settle()
    assert ana.home is None
