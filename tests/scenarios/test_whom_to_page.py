"""Who is behind a name is asked when the page goes out, and a level with nobody in it holds up nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.escalations import audit
from bot.organisation import ACME, Organisation
from bot.sandbox.people import Person
from tests.scenarios.hands import called, form, said_in, types
from tests.scenarios.test_paging import page, pages, shouts
from tests.stage import Stage, words

pytestmark = pytest.mark.organisation(ACME)
WORSE = """
policies:
  default:
    levels:
      - {notify: ["U0GUS"], ack_within: 1m}
"""
EMPTY = """
policies:
  default:
    levels:
      - {notify: ["@ghosts", "nobody@acme.example"], ack_within: 5m}
      - {notify: ["U0HAL", "role:ic"], ack_within: 5m}
      - {notify: ["U0FAY"], ack_within: 5m}
      - {notify: ["role:deputy"], ack_within: 5m}
    repeat: 0
    when_exhausted: {notify: ["#incidents"], every: 10m}
"""


@pytest.fixture(params=[EMPTY])
def empty(request: pytest.FixtureRequest, stage: Stage, file: Path) -> Organisation:
    """An organisation whose people are mostly not there; the stage's bot goes by it from its next start."""
    file.write_text(request.param)
    stage.organisation = Organisation.load(file)
    return stage.organisation


async def test_groups_and_addresses_mean_the_people_behind_them(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    await stage.declares(cy, "Checkout errors", severity="SEV1")
    assert "@sre-oncall, level 1" in words(page(ana))
    assert len(pages(bo)) == 1
    await stage.advance(minutes=5, seconds=5)
    assert "fay@acme.example, level 2" in words(page(stage.person("fay")))


async def test_whoever_is_in_the_group_when_the_level_is_paged(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await stage.advance(minutes=5, seconds=5)
    stage.slack.admin.staffs("sre-oncall", [cy.id])
    await stage.settle()
    for _ in range(3):
        await stage.advance(minutes=5, seconds=5)
    assert len(pages(cy)) == 1, "in the second round it is Cy"
    assert len(pages(bo)) == 1
    assert "exhausted" not in await stage.facts(incident)


async def test_a_running_escalation_keeps_the_policy_it_began_with(stage: Stage, ana: Person, file: Path) -> None:
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    file.write_text(WORSE)
    stage.organisation = Organisation.load(file)
    await stage.restart_bot()
    await stage.advance(minutes=5, seconds=5)
    assert len(pages(stage.person("fay"))) == 1
    assert pages(stage.person("gus")) == []


async def test_levels_with_nobody_are_passed_over_at_once_and_recorded(
    stage: Stage, ana: Person, empty: Organisation
) -> None:
    assert list(empty.policies) == ["default"]
    await stage.restart_bot()
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert "level 3 of policy" in words(page(stage.person("fay")))
    skipped = [e for e in await stage.timeline(incident) if e.fact == "level_empty"]
    assert [e.details["level"] for e in skipped] == [1, 2]
    assert "@ghosts (there is no such group); nobody@acme.example (nobody here has this address)" in skipped[0].text
    assert "U0HAL (the account is deactivated); role:ic (nobody holds it)" in skipped[1].text
    assert "Level 1: :warning: @ghosts (there is no such group)" in said_in(stage, incident)

    await stage.advance(minutes=5, seconds=5)
    assert "exhausted" in await stage.facts(incident), "the last level had nobody either"
    assert len(shouts(stage)) == 1
    assert "not reached: there is no such group" in said_in(stage, incident)
    assert ", Fay Tanaka, role:deputy" in said_in(stage, incident)


async def test_a_name_that_leads_nowhere_is_shown_beside_those_that_do(stage: Stage, ana: Person, file: Path) -> None:
    file.write_text('policies: {default: {levels: [{notify: ["U0FAY", "@ghosts", "role:ic"], ack_within: 5m}]}}')
    stage.organisation = Organisation.load(file)
    await stage.restart_bot()
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert len(pages(stage.person("fay"))) == 1
    (failed,) = [e for e in await stage.timeline(incident) if e.fact == "page_failed"]
    assert failed.details["whom"] == "@ghosts"
    assert ":warning: @ghosts (there is no such group)" in said_in(stage, incident)
    assert "role:ic" not in said_in(stage, incident), "nobody leads yet: that is no fault"


async def test_whoever_slack_cannot_write_to_counts_as_nobody(
    stage: Stage, ana: Person, file: Path, request: pytest.FixtureRequest
) -> None:
    """We had not heard that the account is gone; Slack says so when we write."""
    request.node.add_marker(pytest.mark.loses)
    file.write_text(
        'policies: {default: {levels: [{notify: ["U0BO"], ack_within: 5m}, {notify: ["U0CY"], ack_within: 5m}]}}'
    )
    stage.organisation = Organisation.load(file)
    await stage.restart_bot()
    stage.slack.admin.deactivates("bo", told=False)
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert len(pages(stage.person("cy"))) == 1, "at once"
    (failed,) = [e for e in await stage.timeline(incident) if e.fact == "page_failed"]
    assert failed.details["to"] == "U0BO"
    assert failed.text
    assert ":warning: Bo Berg" in said_in(stage, incident)


async def test_a_group_or_a_policy_can_be_called_by_hand(stage: Stage, ana: Person, cy: Person, dee: Person) -> None:
    incident = await stage.declares(ana, "Wrong logo", severity="SEV5")
    said = await types(stage, ana, "/incident page @comms the press is calling", stage.room(incident))
    assert said.startswith("Paging @comms for INC-1")
    assert f"{called(ana)} asks for you: the press is calling" in words(page(cy))
    assert len(pages(dee)) == 1
    await types(stage, ana, "/incident ack", stage.room(incident))
    said = await types(stage, ana, "/incident page press", stage.room(incident))
    assert said.startswith("Paging policy press")
    assert len(pages(cy)) == 2


async def test_whom_to_page_can_be_chosen_in_a_form(stage: Stage, ana: Person) -> None:
    incident = await stage.declares(ana, "Wrong logo", severity="SEV5")
    assert "Who is needed?" in await types(stage, ana, "/incident page", stage.room(incident))
    sent = await ana.submits({"reason": "a fresh pair of eyes"})
    assert "Choose either a person or a policy" in str(sent.errors)
    sent = await ana.submits({"who": "U0FAY", "reason": "a fresh pair of eyes"})
    assert sent.closed, sent
    await stage.settle()
    assert "a fresh pair of eyes" in words(page(stage.person("fay")))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("page somebody", "Say whom to page"), ("page @tocsin", "is an app"), ("page", "Who is needed?"),
        ("pass", "You were not paged for INC-1"), ("why", "You were not paged for INC-1"),
        ("ack", "Nobody is being paged for INC-1"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_said_with_the_mend(stage: Stage, ana: Person, typed: str, told: str) -> None:
    incident = await stage.declares(ana, "Wrong logo", severity="SEV5")
    said = await types(stage, ana, f"/incident {typed}", stage.room(incident))
    assert told in said or told in form(ana)


async def test_escalating_what_pages_nobody_of_itself_begins_with_its_policy(
    stage: Stage, ana: Person, bo: Person
) -> None:
    incident = await stage.declares(ana, "Wrong logo", severity="SEV4")
    assert "level 1 of policy default" in await types(stage, ana, "/incident escalate", stage.room(incident))
    assert len(pages(bo)) == 1
    assert "level 2 of default" in await types(stage, ana, "/incident escalate", stage.room(incident))
    assert len(pages(stage.person("fay"))) == 1


async def test_who_is_on_call_is_shown_policy_by_policy(stage: Stage, ana: Person) -> None:
    said = await types(stage, ana, "/incident oncall")
    for part in (
        "*default* — for SEV1, SEV2", "1. Ana Álvarez, Bo Berg — 5 min to answer", "whoever is ic then",
        "*discreet* — for private SEV1, SEV2", "*press* — only by hand",
    ):  # fmt: skip
        assert part in said, said
    assert bool(ana.pinged()) is False


async def test_what_nobody_looks_after_is_found_by_the_auditor(stage: Stage, ana: Person) -> None:
    """A private one that no route covers: nobody is paged for it, and nobody leads it."""
    await stage.declares(ana, "Wrong logo", severity="SEV4")
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    await types(stage, ana, "/incident ack", stage.room(incident))
    assert await unwatched(stage) == 0
    stage.organisation = stage.organisation.model_copy(update={"policies": {}, "routing": ()})
    await stage.restart_bot()
    await types(stage, ana, "/incident reopen", stage.room(incident))
    await stage.advance(minutes=1)
    assert await unwatched(stage) == 0
    second = await stage.declares(ana, "Payments fail", severity="SEV1")
    assert "Nobody was paged" in said_in(stage, second)
    stage.clock.jump(timedelta(minutes=31))
    assert await unwatched(stage) == 1


async def unwatched(stage: Stage) -> int:
    async with stage.bot.db.snapshot() as snap:
        found = await audit.check(Organisation.load(ACME))(snap)
    assert found
    return found.count
