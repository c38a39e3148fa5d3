"""Published rates, by the workspace's clock."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from bot.sandbox.state import Channel


@pytest.fixture
def published(slack: Slack, war_room: Channel) -> Slack:
    slack.clock.run(0)
    slack.rules.rates = "published"
    return slack


async def wait_of(bot: AsyncWebClient, channel: str) -> int | None:
    """Post; the seconds one is told to wait, or None if it went through."""
    try:
        await bot.chat_postMessage(channel=channel, text="Hello")
    except SlackApiError as refused:
        answer = refused.response
    else:
        return None
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    return int(answer.headers["Retry-After"])


async def test_a_message_a_second_and_channel(published: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    posts = [await wait_of(bot, war_room.id) for _ in range(5)]
    assert posts == [None, None, None, 1, 1]
    assert await wait_of(bot, "C0RANDOM") is None, "another channel has its own"
    published.clock.jump(timedelta(seconds=1))
    assert [await wait_of(bot, war_room.id) for _ in range(2)] == [None, 1]
    assert len(published.journal.accepted("chat.postMessage")) == 5


async def test_somebody_by_user_or_by_channel_is_the_same(published: Slack, bot: AsyncWebClient) -> None:
    published.rules.posts_burst = 1
    direct = (await bot.chat_postMessage(channel="U0ANA", text="Hello"))["channel"]
    assert await wait_of(bot, direct) is not None
    assert await wait_of(bot, "U0BO") is None


async def test_all_channels_together(published: Slack, bot: AsyncWebClient) -> None:
    published.rules.posts_per_minute = 2
    posts = [await wait_of(bot, channel) for channel in ("C0RANDOM", "C0GENERAL", "C0PAYMENTS")]
    assert posts == [None, None, 30]


async def test_a_tier(published: Slack, bot: AsyncWebClient) -> None:
    for _ in range(20):
        await bot.users_list()
    with pytest.raises(SlackApiError) as refused:
        await bot.users_list()
    assert refused.value.response.headers["Retry-After"] == "3"
    assert (await bot.users_info(user="U0ANA"))["ok"], "another method has its own"
    published.clock.jump(timedelta(seconds=3))
    assert (await bot.users_list())["ok"]


async def test_no_limits_unless_asked_for(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    assert [await wait_of(bot, war_room.id) for _ in range(10)] == [None] * 10
