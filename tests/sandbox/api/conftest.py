"""A workspace, and the real SDK's client speaking to it as the bot, without any retries of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import manifest

Refusal = Callable[[Awaitable[AsyncSlackResponse]], Awaitable[dict[str, Any]]]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack(manifest=manifest())
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def bot(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
async def war_room(slack: Slack, bot: AsyncWebClient) -> Channel:
    """A public channel of the bot's own, with Ana and Bo."""
    made = await bot.conversations_create(name="inc-1-checkout")
    channel = slack.channel(made["channel"]["id"])
    await bot.conversations_invite(channel=channel.id, users=["U0ANA", "U0BO"])
    return channel


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.person("ana")


@pytest.fixture
def bo(slack: Slack) -> Person:
    return slack.person("bo")


@pytest.fixture
def refusal() -> Refusal:
    """The answer of a call that Slack refuses."""

    async def asked(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as refused:
            await call
        response = refused.value.response
        assert isinstance(response, AsyncSlackResponse), "Slack did not answer"
        assert isinstance(response.data, dict), "not JSON"
        return response.data

    return asked
