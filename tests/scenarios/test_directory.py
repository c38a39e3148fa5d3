"""Who is meant by a name: learned at the start, kept fresh by what Slack tells, in whatever order it tells it."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.people import queries
from bot.people.directory import Known as Found
from bot.people.model import Person as Known
from bot.sandbox.faults import Fault
from bot.sandbox.state import User
from bot.slack.calls import CONNECTING
from tests.stage import Stage

ANA, BO, CY, DEE, HAL = map(UserId, ("U0ANA", "U0BO", "U0CY", "U0DEE", "U0HAL"))
SRE = "@sre-oncall"


async def members(stage: Stage, group: str = SRE) -> list[UserId] | None:
    async with stage.bot.db.snapshot() as snap:
        return await queries.members_of(snap, group)


async def by_email(stage: Stage, email: str) -> Found | None:
    async with stage.bot.db.snapshot() as snap:
        return await queries.by_email(snap, email)


async def test_names_are_known_after_the_start(stage: Stage) -> None:
    assert await members(stage) == [ANA, BO]
    assert await members(stage, "S0COMMS") == [CY, DEE]
    assert await members(stage, "@nobody") is None
    found = await by_email(stage, "Ana@acme.example")
    assert found
    assert found.id == ANA
    async with stage.bot.db.snapshot() as snap:
        assert await queries.has_learned(snap, "people")
        assert await queries.has_learned(snap, "groups")
        assert not await queries.has_learned(snap, "schedules")
        assert await queries.able(snap, [HAL, BO, UserId(stage.slack.workspace.bot_user_id), ANA]) == [BO, ANA]


async def test_many_names_are_looked_up_at_once(stage: Stage) -> None:
    async with stage.bot.db.snapshot() as snap:
        found = await queries.directory(
            snap, users=[DEE], emails=["BO@acme.example", "x@acme.example"], groups=[SRE, "S0COMMS", "@gone"]
        )
    assert found.learned == {"people", "groups"}
    assert found.members_of(SRE) == found.members_of("S0SRE") == [ANA, BO]
    assert found.members_of("@COMMS") == [CY, DEE]
    assert found.members_of("@gone") is None
    bo, dee = found.by_email("bo@acme.example"), found.person(DEE)
    assert bo
    assert dee
    assert (bo.id, dee.name) == (BO, "Dee Okafor")
    assert found.by_email("x@acme.example") is None
    assert found.able([HAL]) == [], "nobody asked for him"


async def test_a_group_follows_its_members(stage: Stage) -> None:
    admin = stage.slack.admin
    await stage.advance(seconds=2)
    admin.staffs("sre-oncall", ["cy", "hal"])
    await stage.settle()
    assert await members(stage) == [CY], "Hal has left the company"
    await stage.advance(seconds=2)
    admin.renames("sre-oncall", "reliability")
    await stage.settle()
    assert await members(stage) is None
    assert await members(stage, "@reliability") == [CY]
    await stage.advance(seconds=2)
    admin.disables("reliability")
    await stage.settle()
    assert await members(stage, "@reliability") is None
    await stage.advance(seconds=2)
    admin.enables("reliability")
    made = admin.founds("payments", ["ana"])
    await stage.settle()
    assert await members(stage, "@reliability") == [CY]
    assert await members(stage, made.id) == [ANA]


async def test_two_changes_within_a_second_are_asked_for(stage: Stage) -> None:
    await stage.advance(seconds=2)
    stage.clock.run(0)
    stage.slack.admin.staffs("sre-oncall", ["cy"])
    stage.slack.admin.staffs("sre-oncall", ["dee"])
    stage.clock.run()
    await stage.settle()
    assert await members(stage) == [DEE]


@pytest.mark.parametrize("in_order", [True, False])
async def test_of_two_that_are_equally_old_slack_knows_the_later_one(stage: Stage, in_order: bool) -> None:
    group = stage.slack.workspace.groups["S0SRE"]
    group.users, group.updated = [DEE], group.created + 10
    first = {"id": "S0SRE", "handle": "sre-oncall", "name": "SRE", "users": [CY], "date_update": group.updated}
    second = {**first, "users": [DEE]}
    for told in (first, second) if in_order else (second, first):
        stage.slack.emit({"type": "subteam_updated", "subteam": told})
        await stage.settle()
    assert await members(stage) == [DEE]
    stage.slack.emit({"type": "subteam_updated", "subteam": {**first, "date_update": group.updated - 5}})
    await stage.settle()
    assert await members(stage) == [DEE]


async def test_older_news_does_not_bring_back_older_members(stage: Stage) -> None:
    known = stage.slack.workspace.groups["S0SRE"].created
    old = {"id": "S0SRE", "handle": "sre-oncall", "name": "SRE", "users": [HAL, DEE], "date_update": known + 10}
    new = {**old, "users": [CY], "date_update": known + 20}
    for told in (new, old):
        stage.slack.emit({"type": "subteam_updated", "subteam": told})
        await stage.settle()
    step = {"subteam_id": "S0SRE", "removed_users": [], "added_users": [DEE], "date_previous_update": known}
    asked = len(stage.slack.journal.accepted("usergroups.list"))
    stage.slack.emit({"type": "subteam_members_changed", **step, "date_update": known + 10})
    await stage.settle()
    assert await members(stage) == [CY]
    assert len(stage.slack.journal.accepted("usergroups.list")) == asked, "there is nothing to ask"


async def test_the_step_alone_is_enough(stage: Stage) -> None:
    """Slack promises no order, nor that both of its events arrive."""
    known = stage.slack.workspace.groups["S0SRE"].created
    step = {"subteam_id": "S0SRE", "removed_users": [BO], "added_users": [CY], "date_previous_update": known}
    asked = len(stage.slack.journal.accepted("usergroups.list"))
    stage.slack.emit({"type": "subteam_members_changed", **step, "date_update": known + 10})
    await stage.settle()
    assert await members(stage) == [ANA, CY]
    assert len(stage.slack.journal.accepted("usergroups.list")) == asked


async def test_a_step_from_where_we_never_were_is_asked_for(stage: Stage) -> None:
    await stage.advance(seconds=2)
    stage.slack.admin.staffs("sre-oncall", ["cy"], told=False)
    missed = stage.slack.workspace.groups["S0SRE"].updated
    step = {"subteam_id": "S0SRE", "removed_users": [], "added_users": [DEE], "date_previous_update": missed}
    stage.slack.admin.staffs("sre-oncall", ["cy", "dee"], told=False)
    stage.slack.emit({"type": "subteam_members_changed", **step, "date_update": missed + 1})
    await stage.settle()
    assert await members(stage) == [CY, DEE]


async def test_what_was_missed_is_learned_at_the_next_start(stage: Stage) -> None:
    admin, place = stage.slack.admin, stage.slack.workspace
    admin.deactivates("bo", told=False)
    admin.gives_address("ana", "Alvarez@ACME.example", told=False)
    del place.groups["S0COMMS"], place.users["U0FAY"]
    await stage.restart_bot()
    assert await members(stage) == [ANA]
    assert await members(stage, "@comms") is None
    found = await by_email(stage, "alvarez@acme.example")
    assert found
    assert found.id == ANA
    async with stage.bot.db.snapshot() as snap:
        fay = await queries.person(snap, UserId("U0FAY"))
    assert fay
    assert fay.is_gone


async def test_accounts_are_followed(stage: Stage) -> None:
    admin = stage.slack.admin
    admin.deactivates("bo")
    new = admin.hires("noa", "Noa New")
    await stage.settle()
    assert await members(stage) == [ANA]
    found = await by_email(stage, "noa@acme.example")
    assert found
    assert found.id == new.id
    admin.reactivates("bo")
    await stage.settle()
    assert await members(stage) == [ANA, BO]


async def test_an_address_that_two_accounts_had_means_who_is_still_here(stage: Stage) -> None:
    stage.slack.admin.gives_address("hal", "ana@acme.example")
    await stage.settle()
    found = await by_email(stage, "ana@acme.example")
    assert found
    assert found.id == ANA


async def test_somebody_of_another_organisation_is_not_gone_because_the_list_leaves_them_out(stage: Stage) -> None:
    stage.slack.emit({"type": "user_change", "user": {"id": "U0FAR", "name": "far", "is_stranger": True}})
    await stage.settle()
    await stage.restart_bot()
    async with stage.bot.db.snapshot() as snap:
        far = await queries.person(snap, UserId("U0FAR"))
    assert far
    assert (far.is_stranger, far.is_gone) == (True, False)


async def test_a_workspace_without_groups_has_none(stage: Stage) -> None:
    stage.slack.faults.free_plan = True
    await stage.restart_bot()
    assert await members(stage) is None
    async with stage.bot.db.snapshot() as snap:
        assert await queries.has_learned(snap, "groups")


async def test_without_the_scope_what_we_knew_stays(stage: Stage) -> None:
    stage.slack.app.scopes.remove("usergroups:read")
    await stage.restart_bot()
    assert await members(stage) == [ANA, BO]


async def test_who_cannot_be_reached_is_logged_at_the_start(stage: Stage, file: Path, log: io.StringIO) -> None:
    file.write_text(
        "policies:\n  default:\n    levels:\n"
        '      - {notify: ["@sre-oncall", "@comms", "U0HAL", "announce", "role:ic", "U0FAY"], ack_within: 5m}\n'
        '    when_exhausted: {notify: ["#nowhere"], every: 5m}\n'
    )
    stage.organisation = Organisation.load(file)
    for gone in ("cy", "dee"):
        stage.slack.admin.deactivates(gone, told=False)
    await stage.restart_bot()
    said = [json.loads(line) for line in log.getvalue().splitlines()]
    found = [line for line in said if line["event"] == "target_unresolved"]
    assert [(line["policy"], line["where"], line["target"]) for line in found] == [
        ("default", "level 1", "@comms"),
        ("default", "level 1", "U0HAL"),
        ("default", "when_exhausted", "#nowhere"),
    ]
    assert found[1]["why"] == "Hal Ruiz's account is deactivated."


async def test_the_groups_are_asked_for_again_where_their_own_lane_is_slower(
    stage: Stage, file: Path, log: io.StringIO
) -> None:
    file.write_text('policies: {default: {levels: [{notify: ["@sre-oncall"], ack_within: 5m}]}}')
    stage.organisation = Organisation.load(file)
    stage.slack.admin.staffs("sre-oncall", ["hal"], told=False)
    stage.slack.faults.next("usergroups.list", Fault.status(503))
    await stage.restart_bot()
    await stage.catches_up()
    assert log.getvalue().count("target_unresolved") == 1


async def test_while_slack_is_away_nothing_is_said_of_names(stage: Stage, file: Path, log: io.StringIO) -> None:
    file.write_text('policies: {default: {levels: [{notify: ["@nobody", "U0NOBODY1"], ack_within: 5m}]}}')
    stage.organisation = Organisation.load(file)
    stage.slack.faults.next("*", Fault.status(503), times=1_000, when=lambda call: call.name not in CONNECTING)
    await stage.restart_bot()
    assert "target_unresolved" not in log.getvalue()
    stage.slack.faults.clear()
    await stage.catches_up()
    assert log.getvalue().count("target_unresolved") == 2


@pytest.mark.parametrize("people", [1_200])
async def test_a_large_workspace_is_written_in_parts_and_once(stage: Stage, people: int) -> None:
    for number in range(people):
        user = User(id=f"U1{number:06}", name=f"p{number}", real_name=f"P {number}", email=f"p{number}@acme.example")
        stage.slack.workspace.users[user.id] = user
    await stage.restart_bot()
    async with stage.bot.db.snapshot() as snap:
        assert await queries.known(snap) == people + 9
        first = {row.id: row.updated_at for row in (await snap.session.execute(select(Known))).scalars()}
    await stage.advance(seconds=5)
    await stage.restart_bot()
    async with stage.bot.db.snapshot() as snap:
        asked = select(Known).where(col(Known.id).like("U1%"))
        assert {row.updated_at - first[row.id] for row in (await snap.session.execute(asked)).scalars()} == {
            timedelta(0)
        }, "what is not new is not written"
