"""What a token may do, by the type of conversation."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import rooms
from bot.sandbox.server import Slack
from bot.sandbox.state import Kind
from tests.sandbox.api.conftest import Refusal


async def test_without_the_scope_it_is_named(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    slack.app.scopes.remove("pins:write")
    answer = await refusal(bot.pins_add(channel="C0RANDOM", timestamp="1.0"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "pins:write")
    assert answer["provided"].split(",") == sorted(slack.app.scopes)


@pytest.mark.parametrize(
    ("kind", "scope"),
    [("channel", "channels:history"), ("group", "groups:history"), ("im", "im:history"), ("mpim", "mpim:history")],
)
async def test_reading_needs_the_scope_of_the_type(
    slack: Slack, bot: AsyncWebClient, refusal: Refusal, kind: Kind, scope: str
) -> None:
    if kind in ("im", "mpim"):
        others = ["U0ANA"] if kind == "im" else ["U0ANA", "U0BO"]
        channel, _ = rooms.direct(slack, [*others, slack.bot.id])
    else:
        channel = rooms.create(slack, "place", slack.bot.id, kind=kind)
    assert (await bot.conversations_history(channel=channel.id))["ok"]
    slack.app.scopes.remove(scope)
    answer = await refusal(bot.conversations_history(channel=channel.id))
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


async def test_listing_needs_the_scope_of_each_type(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    slack.app.scopes.remove("groups:read")
    assert (await bot.conversations_list(types="public_channel"))["ok"]
    answer = await refusal(bot.conversations_list(types="public_channel,private_channel"))
    assert answer["needed"] == "groups:read"


async def test_making_a_private_channel_takes_another_scope(
    slack: Slack, bot: AsyncWebClient, refusal: Refusal
) -> None:
    slack.app.scopes.remove("groups:write")
    assert (await bot.conversations_create(name="open"))["ok"]
    assert (await refusal(bot.conversations_create(name="closed", is_private=True)))["needed"] == "groups:write"


async def test_a_finer_scope_is_enough(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    made = await bot.conversations_create(name="open")
    slack.app.scopes.remove("channels:manage")
    assert (await bot.conversations_invite(channel=made["channel"]["id"], users="U0ANA"))["ok"]
    slack.app.scopes.remove("channels:write.invites")
    answer = await refusal(bot.conversations_invite(channel=made["channel"]["id"], users="U0BO"))
    assert answer["needed"] == "channels:write.invites,channels:manage"


async def test_addresses_are_seen_with_their_scope(slack: Slack, bot: AsyncWebClient) -> None:
    assert (await bot.users_info(user="U0ANA"))["user"]["profile"]["email"] == "ana@acme.example"
    slack.app.scopes.remove("users:read.email")
    assert "email" not in (await bot.users_info(user="U0ANA"))["user"]["profile"]


async def test_another_name_takes_a_scope(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    answer = await refusal(bot.chat_postMessage(channel="C0RANDOM", text="Hello", username="Somebody"))
    assert answer["needed"] == "chat:write.customize"
