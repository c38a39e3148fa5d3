"""Who can be invited, and what happens when some cannot."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import events
from tests.sandbox.api.conftest import Refusal


async def test_the_invited_are_in_at_once(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.conversations_invite(channel=war_room.id, users="U0CY,U0DEE")
    assert war_room.members[-2:] == ["U0CY", "U0DEE"]
    joined = (await events(slack, "member_joined_channel"))[-1]
    assert (joined["user"], joined["inviter"], joined["channel_type"]) == ("U0DEE", slack.bot.id, "C")


@pytest.mark.parametrize(
    ("user", "error"),
    [
        ("U0TOCSIN", "cant_invite_self"),
        ("U0NOBODY", "user_not_found"),
        ("S0SRE", "user_not_found"),
        ("U0ANA", "already_in_channel"),
        ("U0HAL", "cant_invite"),
        ("U0GUS", "user_is_restricted"),
    ],
)
async def test_those_who_cannot_be_invited(
    bot: AsyncWebClient, war_room: Channel, refusal: Refusal, user: str, error: str
) -> None:
    answer = await refusal(bot.conversations_invite(channel=war_room.id, users=user))
    assert answer["error"] == error
    assert answer["errors"] == [{"user": user, "ok": False, "error": error}]


async def test_a_guest_of_one_channel(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    slack.workspace.users["U0CY"].is_ultra_restricted = True
    answer = await refusal(bot.conversations_invite(channel=war_room.id, users="U0CY"))
    assert answer["error"] == "ura_max_channels"


async def test_one_who_cannot_keeps_the_others_out(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    answer = await refusal(bot.conversations_invite(channel=war_room.id, users=["U0CY", "U0HAL", "U0DEE"]))
    assert [error["user"] for error in answer["errors"]] == ["U0HAL"]
    assert war_room.members == [slack.bot.id, "U0ANA", "U0BO"]
    slack.rules.invite_partly = True
    await refusal(bot.conversations_invite(channel=war_room.id, users=["U0CY", "U0HAL", "U0DEE"]))
    assert war_room.members[-2:] == ["U0CY", "U0DEE"]


async def test_unless_forced(bot: AsyncWebClient, war_room: Channel) -> None:
    answer = await bot.conversations_invite(channel=war_room.id, users=["U0CY", "U0HAL"], force=True)
    assert [error["error"] for error in answer["errors"]] == ["cant_invite"]
    assert war_room.members[-1] == "U0CY"


async def test_a_hundred_at_most(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    many = [f"U0{number}" for number in range(101)]
    assert (await refusal(bot.conversations_invite(channel=war_room.id, users=many)))["error"] == "invalid_arguments"


async def test_inviting_takes_a_member(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_invite(channel="C0RANDOM", users="U0GUS")))["error"] == "not_in_channel"


async def test_removing_somebody(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    await bot.conversations_kick(channel=war_room.id, user="U0BO")
    assert "U0BO" not in war_room.members
    assert (await events(slack, "member_left_channel"))[-1]["user"] == "U0BO"
    assert (await refusal(bot.conversations_kick(channel=war_room.id, user="U0BO")))["error"] == "not_in_channel"
    assert (await refusal(bot.conversations_kick(channel=war_room.id, user=slack.bot.id)))["error"] == "cant_kick_self"
