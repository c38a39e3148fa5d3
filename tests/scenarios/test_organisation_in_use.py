"""What an organisation decides is what its people see."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.conftest import SQLITE
from tests.scenarios.hands import form, heard_by, presses, sends, types
from tests.stage import SOCKET, Stage, stage_of, with_api_url, words

OURS = """
announce: "#engineering"
channel_prefix: outage
timeline_reaction: memo
severities:
  SEV1: {name: Red, meaning: The shop is closed., first_update: 2m}
  SEV2: {name: Amber & co, meaning: "Something <important> is broken.", page: false}
roles:
  ic:
    title: Captain
    duties: "You are the *captain*. Ask; do not type."
"""


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Stage]:
    file = tmp_path / "tocsin.yaml"
    file.write_text(getattr(request, "param", OURS), encoding="utf-8")
    made = stage_of(await new_database(SQLITE), SOCKET)
    made.organisation = Organisation.load(file)
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    await made.settle()
    assert made.violations() == []
    assert await made.lost_effects() == []
    await made.bot.stop()
    await made.slack.stop()


async def test_its_severities_roles_channel_names_and_announcements(stage: Stage, ana: Person) -> None:
    await types(stage, ana, "/incident")
    assert "SEV1 Red\nThe shop is closed." in form(ana)
    assert "SEV2 Amber & co\nSomething <important> is broken." in form(ana)
    await sends(stage, ana, title="Checkout errors", severity="SEV2")
    incident = await stage.incident_called("Checkout errors")

    assert stage.room(incident).name == "outage-1-checkout-errors"
    assert stage.said(stage.slack.channel("#incidents")) == []
    (announced,) = stage.said(stage.slack.channel("#engineering"))
    assert "SEV2 Amber &amp; co" in words(announced)
    assert "Captain: _nobody yet_" in words(announced)
    answer = await presses(stage, ana, incident, "ic")
    assert answer.startswith("You are Captain of INC-1 now.")
    assert any("You are the *captain*. Ask; do not type." in said for said in heard_by(stage, ana, incident))


async def test_its_reaction_keeps_messages(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    said = await ana.says("Error rate falls", stage.room(incident))
    await ana.reacts(said, "pushpin")
    await stage.settle()
    assert "message_kept" not in await stage.facts(incident)
    await ana.reacts(said, "memo")
    await stage.settle()
    assert "message_kept" in await stage.facts(incident)


async def test_its_first_update_is_due_when_it_says(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.advance(minutes=3)
    assert "*overdue*" in words(stage.card(incident))


@pytest.mark.parametrize("stage", ["announce: null"], indirect=True)
async def test_without_a_place_to_announce_nothing_is_announced(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors")
    await presses(stage, ana, incident, "update")
    await sends(stage, ana, message="We look at it.")
    await types(stage, ana, "/incident cancel a drill", stage.room(incident))

    assert stage.said(stage.slack.channel("#incidents")) == []
    assert "*canceled*" in words(stage.card(incident))
