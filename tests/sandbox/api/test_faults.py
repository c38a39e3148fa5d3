"""What tests can make go wrong, before and after the effect."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Fault
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel

LOST = (aiohttp.ClientError, TimeoutError)


def said(channel: Channel) -> list[str]:
    return [message.text for message in channel.messages.values() if not message.subtype]


@pytest.mark.parametrize(
    ("fault", "happens"),
    [
        (Fault.reset, False),
        (lambda: Fault.reset(after=True), True),
        (lambda: Fault.hang(0.01), False),
        (lambda: Fault.hang(30, after=True), True),
    ],
)
async def test_an_answer_is_lost(slack: Slack, war_room: Channel, fault: Callable[[], Fault], happens: bool) -> None:
    slack.faults.next("chat.postMessage", fault())
    hasty = AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)
    with pytest.raises(LOST):
        await hasty.chat_postMessage(channel=war_room.id, text="Hello")
    assert said(war_room) == (["Hello"] if happens else [])
    assert (await hasty.chat_postMessage(channel=war_room.id, text="Again"))["ok"]


@pytest.mark.parametrize(
    ("fault", "status", "error", "happens"),
    [
        (Fault.status(429, retry_after=7), 429, "ratelimited", False),
        (Fault.status(500), 500, None, False),
        (Fault.status(503, after=True), 503, None, True),
        (Fault.error("fatal_error"), 200, "fatal_error", False),
        (Fault.error("internal_error", after=True), 200, "internal_error", True),
    ],
)
async def test_an_answer_is_spoilt(
    slack: Slack,
    bot: AsyncWebClient,
    war_room: Channel,
    fault: Fault,
    status: int,
    error: str | None,
    happens: bool,
) -> None:
    slack.faults.next("chat.postMessage", fault)
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=war_room.id, text="Hello")
    assert refused.value.response.status_code == status
    assert said(war_room) == (["Hello"] if happens else [])
    call = slack.journal.calls[-1]
    assert (call.error, call.status, call.took_effect) == (error, status, happens)
    assert call.fault
    if status == 429:
        assert refused.value.response.headers["Retry-After"] == "7"


async def test_so_many_times_and_only_then(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    fault = Fault.error("internal_error")
    slack.faults.next("chat.postMessage", fault, times=2, when=lambda call: call.args["text"] == "b")
    answers = []
    for text in "abbbc":
        try:
            await bot.chat_postMessage(channel=war_room.id, text=text)
        except SlackApiError:
            answers.append(text)
    assert answers == ["b", "b"]
    assert said(war_room) == ["a", "b", "c"]


async def test_calls_take_their_time(slack: Slack, bot: AsyncWebClient) -> None:
    slack.faults.latency("auth.test", 0.05)
    slack.faults.latency("*", 0.02)
    await bot.auth_test()
    await bot.users_list()
    slow, quick = slack.journal.calls
    assert slow.took.total_seconds() >= 0.05
    assert quick.took.total_seconds() >= 0.02


@pytest.mark.parametrize("after", [False, True])
async def test_a_call_is_held(slack: Slack, bot: AsyncWebClient, war_room: Channel, after: bool) -> None:
    gate = slack.faults.hold("chat.postMessage", after=after)
    call = asyncio.ensure_future(bot.chat_postMessage(channel=war_room.id, text="Hello"))
    await gate.reached()
    assert said(war_room) == (["Hello"] if after else [])
    assert not call.done()
    gate.release()
    assert (await call)["ok"]
    assert said(war_room) == ["Hello"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_held_call_is_dropped(slack: Slack, bot: AsyncWebClient, war_room: Channel, after: bool) -> None:
    gate = slack.faults.hold("chat.postMessage", after=after)
    call = asyncio.ensure_future(bot.chat_postMessage(channel=war_room.id, text="Hello"))
    await gate.reached()
    gate.drop()
    with pytest.raises(LOST):
        await call
    assert said(war_room) == (["Hello"] if after else [])
    assert (await bot.chat_postMessage(channel=war_room.id, text="Again"))["ok"], "a gate holds one call"


async def test_an_upload_can_fail_too(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    slack.faults.next("upload", Fault.status(500))
    with pytest.raises(SlackRequestError):
        await bot.files_upload_v2(channel=war_room.id, content="x", filename="a.md")
    assert not said(war_room)


async def test_clearing_lets_everything_go(slack: Slack, bot: AsyncWebClient) -> None:
    gate = slack.faults.hold("auth.test")
    slack.faults.next("users.list", Fault.reset())
    slack.faults.free_plan = True
    call = asyncio.ensure_future(bot.auth_test())
    await gate.reached()
    slack.faults.clear()
    assert (await call)["ok"]
    assert (await bot.users_list())["ok"]
    assert (await bot.usergroups_list())["ok"]
