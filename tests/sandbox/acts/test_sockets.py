"""Delivery by Socket Mode: several connections, lost ones, duplicates, and a bare socket that misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from tests.sandbox.acts.conftest import Connect

Json = dict[str, Any]


class Socket:
    """A connection of its own, without the SDK."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def hears(self) -> Json:
        said: Json = json.loads(await asyncio.wait_for(self.ws.receive_str(), 5))
        return said

    async def acks(self, envelope: Json, payload: Json | None = None) -> None:
        await self.ws.send_json({"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})})


class Sockets:
    def __init__(self, slack: Slack, closing: AsyncExitStack, session: aiohttp.ClientSession) -> None:
        self._slack, self._closing, self._session = slack, closing, session

    async def url(self) -> str:
        client = AsyncWebClient(base_url=self._slack.api_url)
        answer = await client.apps_connections_open(app_token=self._slack.app.app_token)
        return str(answer["url"])

    async def open(self, url: str | None = None) -> Socket:
        ws = await self._session.ws_connect(url or await self.url())
        self._closing.push_async_callback(ws.close)
        return Socket(ws)

    async def greeted(self) -> Socket:
        """A connection that has had its hello."""
        socket = await self.open()
        assert (await socket.hears())["type"] == "hello"
        return socket


@pytest.fixture
async def sockets(slack: Slack) -> AsyncIterator[Sockets]:
    slack.channel("general").members.append(slack.bot.id)
    async with AsyncExitStack() as closing:
        session = await closing.enter_async_context(aiohttp.ClientSession())
        yield Sockets(slack, closing, session)


async def test_a_ticket_opens_once_and_not_for_long(slack: Slack, sockets: Sockets) -> None:
    url = await sockets.url()
    hello = await (await sockets.open(url)).hears()
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0TOCSIN"}
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await sockets.open(url)
    late = await sockets.url()
    slack.clock.jump(timedelta(minutes=1))
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await sockets.open(late)


async def test_envelopes_look_as_slack_sends_them(slack: Slack, sockets: Sockets, ana: Person) -> None:
    socket = await sockets.greeted()
    typing = asyncio.create_task(ana.types("/bell", "general"))
    command = await socket.hears()
    await socket.acks(command, {"text": "Ringing"})
    assert (await typing).reply is not None
    await ana.says("hello", "general")
    event = await socket.hears()
    await socket.acks(event)
    await slack.settled()

    assert set(command) == {"envelope_id", "type", "accepts_response_payload", "payload"}
    assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
    assert (event["type"], event["accepts_response_payload"]) == ("events_api", False)
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")
    assert not slack.journal.violations


async def test_each_payload_goes_to_one_connection_in_turn(slack: Slack, sockets: Sockets, ana: Person) -> None:
    first, second = await sockets.greeted(), await sockets.greeted()
    heard = []
    for word, socket in (("one", first), ("two", second), ("three", first)):
        await ana.says(word, "general")
        envelope = await socket.hears()
        await socket.acks(envelope)
        heard.append(envelope["payload"]["event"]["text"])
        await slack.settled()
    assert heard == ["one", "two", "three"]


async def test_an_eleventh_connection_is_too_many(sockets: Sockets) -> None:
    for _ in range(10):
        await sockets.greeted()
    goodbye = await (await sockets.open()).hears()
    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")


async def test_without_socket_mode_the_link_is_disabled(slack: Slack, sockets: Sockets) -> None:
    url = await sockets.url()
    slack.app.manifest["settings"]["socket_mode_enabled"] = False
    goodbye = await (await sockets.open(url)).hears()
    assert goodbye["reason"] == "link_disabled"


async def test_what_happened_while_nobody_listened_is_delivered_later(
    slack: Slack, sockets: Sockets, ana: Person
) -> None:
    await ana.says("hello", "general")
    await slack.settled()
    socket = await sockets.greeted()
    envelope = await socket.hears()
    await socket.acks(envelope)
    assert envelope["payload"]["event"]["text"] == "hello"
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")
    await slack.waits_for(lambda: [d.outcome for d in slack.journal.deliveries] == ["unreachable", "acked"])


async def test_events_older_than_two_hours_are_forgotten(slack: Slack, sockets: Sockets, ana: Person) -> None:
    await ana.says("old", "general")
    await slack.settled()
    slack.clock.jump(timedelta(hours=3))
    await ana.says("new", "general")
    await slack.settled()
    socket = await sockets.greeted()
    envelope = await socket.hears()
    await socket.acks(envelope)
    await slack.settled()
    assert envelope["payload"]["event"]["text"] == "new"
    assert [d.outcome for d in slack.journal.deliveries] == ["unreachable", "unreachable", "acked"]


async def test_an_unacked_event_comes_again_under_the_same_id(slack: Slack, sockets: Sockets, ana: Person) -> None:
    socket = await sockets.greeted()
    slack.rules.ack_deadline = 0.3
    await ana.says("hello", "general")
    first = await socket.hears()
    second = await socket.hears()
    await socket.acks(second)
    await slack.settled()
    assert first["envelope_id"] == second["envelope_id"]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert second["retry_attempt"] == 1


async def test_what_a_cut_connection_carried_goes_to_the_next(slack: Slack, sockets: Sockets, ana: Person) -> None:
    first = await sockets.greeted()
    await ana.says("hello", "general")
    await first.hears()
    assert slack.deliveries.cut(reset=True) == 1
    assert (await first.ws.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    second = await sockets.greeted()
    envelope = await second.hears()
    await second.acks(envelope)
    assert envelope["retry_attempt"] == 1


async def test_duplicates_bear_the_same_envelope_id(slack: Slack, sockets: Sockets, ana: Person) -> None:
    socket = await sockets.greeted()
    slack.deliveries.switches.duplicate = 2
    typing = asyncio.create_task(ana.types("/bell", "general"))
    both = [await socket.hears(), await socket.hears()]
    for envelope in both:
        await socket.acks(envelope)
    assert (await typing).error == ""
    assert both[0] == both[1]


async def test_what_slack_would_not_understand_is_written_down(slack: Slack, sockets: Sockets, ana: Person) -> None:
    socket = await sockets.greeted()
    await ana.says("hello", "general")
    envelope = await socket.hears()
    await socket.ws.send_str("thanks")
    await socket.acks({"envelope_id": "nonsense"})
    await socket.acks(envelope, {"text": "thanks"})
    await slack.waits_for(lambda: len(slack.journal.violations) == 3)
    assert [v.kind for v in slack.journal.violations] == ["not_an_ack", "unknown_envelope", "payload_not_accepted"]


@pytest.mark.parametrize("goodbye", ["warn", "refresh"])
async def test_the_sdk_follows_a_goodbye(
    slack: Slack, app: AsyncApp, over_socket: Connect, ana: Person, goodbye: str
) -> None:
    heard: list[Json] = []

    @app.event("message")
    async def hear(body: Json) -> None:
        heard.append(body)

    slack.channel("general").members.append(slack.bot.id)
    await over_socket()
    before = list(slack.deliveries.sockets.connections)
    await getattr(slack.deliveries, goodbye)()
    await slack.waits_for(lambda: bool(set(slack.deliveries.sockets.connections) - set(before)))
    await ana.says("hello", "general")
    await slack.waits_for(lambda: bool(heard) and slack.journal.deliveries[-1].outcome == "acked")


async def test_the_sdk_comes_back_after_a_reset(slack: Slack, app: AsyncApp, over_socket: Connect, ana: Person) -> None:
    acks(app)
    await over_socket()
    slack.deliveries.cut(reset=True)
    await slack.deliveries.connected()
    assert (await ana.types("/bell", "general")).error == ""


async def test_a_deaf_socket_hears_nothing(slack: Slack, sockets: Sockets, ana: Person) -> None:
    socket = await sockets.greeted()
    slack.deliveries.switches.deaf = True
    slack.rules.ack_deadline = 0.3
    await socket.ws.ping()
    assert (await ana.types("/bell", "general")).error == "operation_timeout"
    assert slack.deliveries.sockets.count == 1


async def test_an_answer_can_be_lost_after_it_was_given(
    slack: Slack, app: AsyncApp, over_socket: Connect, ana: Person
) -> None:
    heard = acks(app)
    await over_socket()
    slack.deliveries.switches.drop = 1
    assert (await ana.types("/bell", "general")).error == "dispatch_failed"
    assert len(heard) == 1
    await slack.deliveries.connected()


async def test_what_gets_lost_on_the_way_comes_later(
    slack: Slack, app: AsyncApp, over_socket: Connect, ana: Person
) -> None:
    heard: list[str] = []

    @app.event("message")
    async def hear(body: Json) -> None:
        heard.append(body["event"]["text"])

    slack.channel("general").members.append(slack.bot.id)
    await over_socket()
    slack.deliveries.switches.lose = 1
    slack.deliveries.switches.delay_s = 0.05
    await ana.says("hello", "general")
    await slack.settled()
    await slack.waits_for(lambda: heard == ["hello"])
    assert [(d.attempt, d.outcome) for d in slack.journal.deliveries] == [(0, "lost"), (1, "acked")]


def acks(app: AsyncApp) -> list[Json]:
    heard: list[Json] = []

    @app.command("/bell")
    async def ring(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    return heard
