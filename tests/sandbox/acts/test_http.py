"""Delivery by HTTP: signatures, deadlines, retries."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.delivery.signed_http import sign
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from tests.sandbox.acts.conftest import Connect, serve_web

Json = dict[str, Any]


class Listener:
    """A bare HTTP server that answers as it is told, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], str]] = []
        self.answers: list[web.Response] = []
        self.stays_silent: asyncio.Event | None = None

    async def hear(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((headers, (await request.read()).decode()))
        if self.stays_silent is not None:
            await self.stays_silent.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    @property
    def retries(self) -> list[tuple[str | None, str | None]]:
        return [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in self.came]


@pytest.fixture
async def listener(slack: Slack) -> AsyncIterator[Listener]:
    slack.channel("general").members.append(slack.bot.id)
    listener = Listener()
    site = web.Application()
    site.router.add_post("/slack/events", listener.hear)
    async with AsyncExitStack() as closing:
        await serve_web(slack, site, closing)
        yield listener
        if listener.stays_silent:
            listener.stays_silent.set()


def test_the_documented_example_is_signed_as_documented() -> None:
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signed = sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body.encode())
    assert signed == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


async def test_what_is_sent_is_signed_and_in_its_format(slack: Slack, listener: Listener, ana: Person) -> None:
    await ana.types("/bell x y", "general")
    await ana.shortcut("ring")
    await ana.says("hello", "general")
    await slack.settled()

    verifier = SignatureVerifier(slack.app.signing_secret)
    assert all(verifier.is_valid_request(body, headers) for headers, body in listener.came)
    types = [headers["content-type"] for headers, _ in listener.came]
    assert types == ["application/x-www-form-urlencoded"] * 2 + ["application/json"]
    assert "command=%2Fbell&text=x+y" in listener.came[0][1]
    assert listener.came[1][1].startswith("payload=%7B%22type%22%3A+%22shortcut%22")
    event = json.loads(listener.came[2][1])
    assert event["type"] == "event_callback"
    assert event["event_id"].startswith("Ev")


async def test_an_event_is_retried_three_times_by_the_clock(slack: Slack, listener: Listener, ana: Person) -> None:
    listener.answers = [web.Response(status=500) for _ in range(9)]
    await ana.says("hello", "general")

    def came(times: int) -> Callable[[], bool]:
        return lambda: [d.outcome for d in slack.journal.deliveries] == ["refused"] * times

    await slack.waits_for(came(2))
    slack.clock.jump(timedelta(seconds=59))
    await slack.settled()
    assert len(listener.came) == 2
    slack.clock.jump(timedelta(seconds=1))
    await slack.waits_for(came(3))
    slack.clock.jump(timedelta(minutes=5))
    await slack.waits_for(came(4))
    slack.clock.jump(timedelta(hours=1))
    await slack.settled()

    assert listener.retries == [
        (None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error"),
    ]  # fmt: skip
    assert len({json.loads(body)["event_id"] for _, body in listener.came}) == 1


async def test_an_app_can_ask_for_no_retry(slack: Slack, listener: Listener, ana: Person) -> None:
    listener.answers = [web.Response(status=500, headers={"x-slack-no-retry": "1"})]
    await ana.says("hello", "general")
    await slack.settled()
    await ana.says("again", "general")
    await slack.settled()
    assert listener.retries == [(None, None)] * 2


async def test_a_silent_app_is_asked_again(slack: Slack, listener: Listener, ana: Person) -> None:
    listener.stays_silent = asyncio.Event()
    await ana.says("hello", "general")
    await slack.waits_for(lambda: len(slack.journal.deliveries) == 2)
    listener.stays_silent.set()
    await slack.settled()
    assert slack.journal.deliveries[0].outcome == "timeout"
    assert slack.journal.deliveries[0].took >= timedelta(seconds=2.9)
    assert listener.retries == [(None, None), ("1", "http_timeout")]


async def test_commands_are_not_retried(slack: Slack, listener: Listener, ana: Person) -> None:
    listener.answers = [web.Response(status=500)]
    assert (await ana.types("/bell", "general")).error == "dispatch_failed"
    slack.clock.jump(timedelta(minutes=10))
    await slack.settled()
    assert len(listener.came) == 1


async def test_a_lost_answer_makes_an_event_come_again(slack: Slack, listener: Listener, ana: Person) -> None:
    slack.deliveries.switches.drop = 1
    await ana.says("hello", "general")
    await slack.waits_for(lambda: [d.outcome for d in slack.journal.deliveries] == ["lost", "acked"])
    assert listener.retries == [(None, None), ("1", "connection_failed")]


async def test_everything_can_come_twice(slack: Slack, listener: Listener, ana: Person) -> None:
    slack.deliveries.switches.duplicate = 2
    await ana.says("hello", "general")
    await slack.settled()
    assert sorted(listener.retries, key=str) == [("1", "http_timeout"), (None, None)]
    assert len({json.loads(body)["event_id"] for _, body in listener.came}) == 1


@pytest.mark.parametrize("switch", ["wrong_signature", "old_signature"])
async def test_bolt_refuses_what_is_signed_wrongly(
    slack: Slack, app: AsyncApp, over_http: Connect, ana: Person, switch: str
) -> None:
    await over_http()
    setattr(slack.deliveries.switches, switch, True)
    assert (await ana.types("/bell", "general")).error == "dispatch_failed"
    assert slack.journal.deliveries[0].detail == "HTTP 401"


async def test_bolt_passes_the_checks_of_its_url(slack: Slack, app: AsyncApp, over_http: Connect) -> None:
    await over_http()
    assert await slack.deliveries.verify_url()
    assert await slack.deliveries.check_ssl()


async def test_a_jumped_clock_does_not_spoil_signatures(slack: Slack, listener: Listener, ana: Person) -> None:
    slack.clock.jump(timedelta(days=2))
    await ana.types("/bell", "general")
    headers, body = listener.came[0]
    assert SignatureVerifier(slack.app.signing_secret).is_valid_request(body, headers)


async def test_without_any_transport_nothing_arrives(slack: Slack, ana: Person) -> None:
    slack.app.manifest["settings"]["socket_mode_enabled"] = False
    assert slack.deliveries.mode is None
    assert (await ana.types("/bell", "general")).error == "dispatch_failed"


def test_an_app_is_what_its_manifest_says(slack: Slack) -> None:
    app = slack.app
    assert app.commands["/bell"].should_escape
    assert not app.commands["/plain"].should_escape
    assert {s.callback_id: s.kind for s in app.shortcuts.values()} == {"ring": "global", "ring_about": "message"}
    assert (app.bot_token, app.app_token, app.signing_secret) == (
        "xoxb-sandbox", "xapp-sandbox", "sandbox-signing-secret",
    )  # fmt: skip
    assert app.socket_mode
    app.request_url = "http://127.0.0.1:1/slack/events"
    assert not app.socket_mode


async def test_order_can_be_shaken(slack: Slack, listener: Listener, ana: Person) -> None:
    slack.deliveries.switches.shuffle = 3
    for word in ("one", "two", "three"):
        await ana.says(word, "general")
    await slack.settled()
    came = [json.loads(body)["event"]["text"] for _, body in listener.came]
    assert sorted(came) == ["one", "three", "two"]
    assert came[0] == "three"
