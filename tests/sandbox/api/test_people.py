"""People, groups, the workspace and the bot itself."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.api.conftest import Refusal


async def test_who_the_bot_is(slack: Slack, bot: AsyncWebClient) -> None:
    me = await bot.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == ("U0TOCSIN", "B0TOCSIN", "T0TOCSIN")
    assert (await bot.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == me["user_id"]
    assert (await bot.team_info())["team"]["domain"] == "acme"


@pytest.mark.parametrize(("user", "hours"), [("U0CY", 8), ("U0FAY", 9), ("U0DEE", 1)])
async def test_everybody_has_a_zone(bot: AsyncWebClient, user: str, hours: int) -> None:
    assert (await bot.users_info(user=user))["user"]["tz_offset"] == hours * 3600


async def test_what_kind_of_user_somebody_is(bot: AsyncWebClient) -> None:
    everyone = {user["name"]: user for user in (await bot.users_list())["members"]}
    assert everyone["hal"]["deleted"]
    assert everyone["gus"]["is_restricted"]
    assert everyone["eli"]["is_admin"]
    assert everyone["tocsin"]["is_bot"]
    assert everyone["ana"]["profile"]["display_name"] == "ana"
    assert everyone["ana"]["real_name"] == "Ana Álvarez"


async def test_nobody_of_that_name(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_finding_by_address(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await bot.users_lookupByEmail(email="Ana@Acme.example"))["user"]["id"] == "U0ANA"
    for absent in ("hal@acme.example", "nobody@acme.example"):
        assert (await refusal(bot.users_lookupByEmail(email=absent)))["error"] == "users_not_found"


async def test_groups(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    listed = (await bot.usergroups_list(include_users=True))["usergroups"]
    assert {group["handle"]: group["users"] for group in listed} == {
        "sre-oncall": ["U0ANA", "U0BO"],
        "comms": ["U0CY", "U0DEE"],
    }
    assert (await bot.usergroups_users_list(usergroup="S0SRE"))["users"] == ["U0ANA", "U0BO"]
    slack.workspace.groups["S0SRE"].date_delete = slack.epoch()
    assert len((await bot.usergroups_list())["usergroups"]) == 1
    assert (await refusal(bot.usergroups_users_list(usergroup="S0SRE")))["error"] == "no_such_subteam"


async def test_a_free_plan_has_no_groups(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    slack.faults.free_plan = True
    assert (await refusal(bot.usergroups_list()))["error"] == "plan_upgrade_required"


async def test_where_somebody_else_is_as_far_as_the_bot_may_know(bot: AsyncWebClient) -> None:
    found = await bot.users_conversations(user="U0DEE", types="public_channel,private_channel")
    assert {channel["name"] for channel in found["channels"]} == {"general", "incidents", "random"}
