"""Slash commands, typed by people, answered by a Bolt app."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.sandbox.people import CannotDo, Person
from bot.sandbox.server import Slack
from tests.sandbox.acts.conftest import Connect

Json = dict[str, Any]


async def test_a_command_is_answered_to_the_person_alone(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person, bo: Person
) -> None:
    heard: list[Json] = []

    @app.command("/bell")
    async def ring(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack("Ringing")

    await connect()
    typed = await ana.types("/bell now", "general")

    assert typed.reply is not None
    assert typed.reply.text == "Ringing"
    assert typed.reply in ana.sees("general")
    assert typed.reply not in bo.sees("general")
    assert {
        "command": "/bell",
        "text": "now",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ANA",
        "user_name": "ana",
        "team_domain": "acme",
        "api_app_id": "A0TOCSIN",
        "is_enterprise_install": "false",
    }.items() <= heard[0].items()
    assert not slack.journal.violations


async def test_an_answer_in_the_channel_is_seen_by_all(
    app: AsyncApp, connect: Connect, ana: Person, bo: Person
) -> None:
    @app.command("/bell")
    async def ring(ack: AsyncAck) -> None:
        await ack(text="Ding", response_type="in_channel")

    await connect()
    await ana.types("/bell", "general")

    assert "Ding" in [m.text for m in bo.sees("general")]


async def test_names_become_tokens_only_where_the_command_asks_for_it(
    app: AsyncApp, connect: Connect, ana: Person
) -> None:
    heard: list[str] = []

    @app.command("/bell")
    @app.command("/plain")
    async def ring(ack: AsyncAck, body: Json) -> None:
        heard.append(body["text"])
        await ack()

    await connect()
    said = "@bo and @sre-oncall in #general, @nobody & https://x.io/a?b=1&c <3"
    await ana.types(f"/bell {said}", "general")
    await ana.types(f"/plain {said}", "general")

    link = "<https://x.io/a?b=1&amp;c>"
    assert heard == [
        f"<@U0BO|bo> and <!subteam^S0SRE|sre-oncall> in <#C0GENERAL|general>, @nobody &amp; {link} &lt;3",
        said,
    ]


async def test_private_channels_and_direct_messages_hide_their_names(
    slack: Slack, app: AsyncApp, connect: Connect
) -> None:
    heard: list[str] = []

    @app.command("/bell")
    async def ring(ack: AsyncAck, body: Json) -> None:
        heard.append(body["channel_name"])
        await ack()

    await connect()
    dee = slack.person("dee")
    channel = await dee.opens_messages()
    await dee.types("/bell", "leadership")
    await dee.types("/bell", channel)

    assert heard == ["privategroup", "directmessage"]


async def test_a_late_ack_shows_a_timeout(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    shown = asyncio.Event()
    slack.rules.ack_deadline = 0.3

    @app.command("/bell")
    async def ring(ack: AsyncAck) -> None:
        await shown.wait()
        await ack("too late")

    await connect()
    typed = await ana.types("/bell", "general")
    shown.set()

    assert typed.error == "operation_timeout"
    assert [m.text for m in ana.ephemeral("general")] == ['/bell failed with the error "operation_timeout"']
    assert slack.journal.deliveries[0].shown == '/bell failed with the error "operation_timeout"'
    assert slack.journal.deliveries[0].outcome == "timeout"


async def test_a_command_nobody_listens_to_fails_over_http(app: AsyncApp, over_http: Connect, ana: Person) -> None:
    await over_http()
    typed = await ana.types("/bell", "general")
    assert typed.error == "dispatch_failed"


async def test_a_command_fails_while_no_socket_is_open(slack: Slack, ana: Person) -> None:
    typed = await ana.types("/bell", "general")
    assert typed.error == "dispatch_failed"
    assert slack.journal.deliveries[0].outcome == "unreachable"


async def test_an_answer_that_is_no_message_fails(app: AsyncApp, connect: Connect, ana: Person) -> None:
    @app.command("/bell")
    async def ring(ack: AsyncAck) -> None:
        await ack(blocks=[{"type": "nonsense"}])

    await connect()
    assert (await ana.types("/bell", "general")).error == "dispatch_failed"


async def test_the_client_keeps_commands_where_they_belong(slack: Slack, ana: Person) -> None:
    parent = await ana.says("hello", "general")
    with pytest.raises(CannotDo, match="not supported in threads"):
        await ana.types("/bell", "general", thread=parent)
    with pytest.raises(CannotDo, match="not a valid command"):
        await ana.types("/unknown", "general")
    with pytest.raises(CannotDo, match="does not see"):
        await ana.types("/bell", "leadership")
    with pytest.raises(CannotDo, match="deactivated"):
        await slack.person("hal").types("/bell", "general")


async def test_a_hook_serves_five_times_for_half_an_hour(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person
) -> None:
    answered: list[str] = []
    done = asyncio.Event()

    @app.command("/bell")
    async def ring(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        for number in range(6):
            answer = await respond(f"{number}")
            answered.append(answer.body)
        done.set()

    await connect()
    await ana.types("/bell", "general")
    await asyncio.wait_for(done.wait(), 5)

    assert answered == ["ok"] * 5 + ['{"ok": false, "error": "used_url"}']
    assert [m.text for m in ana.ephemeral("general")] == ["0", "1", "2", "3", "4"]
