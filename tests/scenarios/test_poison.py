"""What one sick row does to the others: nothing. And the sick one is told, and tried again."""

from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.escalations.model import Escalation
from bot.incidents.model import Incident
from bot.kernel.effect import OwedEffect, State
from bot.sandbox.people import Person
from tests.scenarios.hands import types
from tests.scenarios.test_paging import pages
from tests.stage import PAGING, Stage

pytestmark = pytest.mark.organisation(PAGING)
BROKEN = {"levels": "none"}


async def breaks_its_policy(stage: Stage, incident: Incident) -> dict[str, Any]:
    """As a hand in the database or a bug of an older version would. Returns what it was."""
    async with stage.bot.db.transaction() as tx:
        mine = col(Escalation.incident_id) == incident.id
        policy = dict((await tx.session.execute(select(Escalation).where(mine))).scalars().one().policy)
        await tx.session.execute(update(Escalation).where(mine).values(policy=BROKEN))
    return policy


async def mends_its_policy(stage: Stage, incident: Incident, policy: dict[str, Any]) -> None:
    async with stage.bot.db.transaction() as tx:
        mine = col(Escalation.incident_id) == incident.id
        await tx.session.execute(update(Escalation).where(mine).values(policy=policy))


async def test_an_escalation_that_cannot_be_read_holds_up_no_other(
    stage: Stage, log: StringIO, ana: Person, cy: Person
) -> None:
    sick, *well = [await stage.declares(ana, title, severity="SEV1") for title in ("Sick", "Well", "Fine")]
    policy = await breaks_its_policy(stage, sick)
    await stage.advance(minutes=5, seconds=5)
    assert sorted(m.text.split("INC-")[1][0] for m in pages(cy)) == [str(one.id) for one in well]
    assert "sweep_failed" in log.getvalue()

    log.truncate(0)
    for _ in range(60):
        await stage.advance(seconds=1)
    tries = log.getvalue().count('"event": "sweep_failed"')
    assert 1 <= tries < 30, f"{tries} tries in a minute"

    await mends_its_policy(stage, sick, policy)
    await stage.advance(minutes=2)
    assert len(pages(cy)) == 3, "mended, it goes on"


async def test_people_can_still_act_in_an_incident_whose_escalation_cannot_be_read(
    stage: Stage, ana: Person, bo: Person
) -> None:
    sick = await stage.declares(ana, "Sick", severity="SEV1")
    policy = await breaks_its_policy(stage, sick)
    await types(stage, ana, "/incident severity SEV2", stage.room(sick))
    await types(stage, ana, "/incident cancel a drill", stage.room(sick))
    assert (await stage.incident(sick.id)).status == "canceled"
    await mends_its_policy(stage, sick, policy)
    await stage.advance(minutes=2)


@pytest.mark.loses
async def test_somebody_whom_slack_does_not_know_costs_no_time(
    stage: Stage, ana: Person, bo: Person, cy: Person
) -> None:
    """Their account is gone since we last looked: the next level is paged at once, and it stands on the timeline."""
    del stage.slack.workspace.users[bo.id]
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert len(pages(cy)) == 1
    assert (await stage.facts(incident)).count("page_failed") == 1


async def test_an_effect_of_an_unknown_kind_holds_up_only_what_must_come_after_it(
    stage: Stage, log: StringIO, ana: Person, bo: Person
) -> None:
    async with stage.bot.db.transaction() as tx:
        tx.add(
            OwedEffect(
                key="a later version's", kind="SendPigeon", lane="pigeons", payload={"to": "sea"}, urgency=0,
                due_at=tx.now, created_at=tx.now,
            )
        )  # fmt: skip
        tx.owes = True
    await stage.declares(ana, "Checkout errors", severity="SEV1")
    assert len(pages(bo)) == 1
    assert "effect_not_understood" in log.getvalue()
    for _ in range(10):
        await stage.advance(seconds=30)
    (pigeon,) = await stage.effects(State.OWED)
    assert 2 <= pigeon.attempts <= 8, "now and then: a version that knows it may come"


@pytest.mark.loses
async def test_an_effect_that_nobody_understands_is_given_up_and_told(stage: Stage, log: StringIO, ana: Person) -> None:
    incident = await stage.declares(ana, "Checkout errors", severity="SEV4")
    async with stage.bot.db.transaction() as tx:
        tx.add(
            OwedEffect(
                key="a later version's", kind="SendPigeon", lane=f"incident:{incident.id}:room", payload={}, urgency=10,
                due_at=tx.now, created_at=tx.now, incident_id=incident.id,
            )
        )  # fmt: skip
        tx.owes = True
    await stage.advance(hours=7)
    assert await stage.lost_effects() == ["SendPigeon: no version of Tocsin that runs here knows it"]
    assert "effect_lost" in log.getvalue()
    await types(stage, ana, "/incident note looking", stage.room(incident))
    assert [m for m in stage.said(stage.room(incident)) if "looking" in m.text], "the channel hears the rest"
