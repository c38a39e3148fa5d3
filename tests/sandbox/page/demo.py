"""A small Bolt app that shows every block and element, for looking at the page and for clicking through it.

Run it by hand: `python -m tests.sandbox.page.demo`, and open the address it prints.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import company, showcase

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Tocsin", "description": "Shows what can be shown."},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Tocsin", "always_online": True},
        "shortcuts": [
            {"name": "Start something", "type": "global", "callback_id": "start", "description": "Opens the modal"},
            {"name": "Add to timeline", "type": "message", "callback_id": "note", "description": "Takes a note"},
        ],
        "slash_commands": [
            {
                "command": "/demo",
                "description": "Shows all blocks",
                "usage_hint": "[modal|whisper]",
                "should_escape": True,
            },
            {"command": "/deaf", "description": "Is never answered", "should_escape": False},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "chat:write",
                "chat:write.public",
                "channels:read",
                "channels:manage",
                "channels:history",
                "channels:join",
                "groups:read",
                "groups:history",
                "commands",
                "users:read",
                "im:write",
                "im:history",
                "im:read",
                "pins:write",
                "pins:read",
                "bookmarks:write",
                "bookmarks:read",
                "reactions:write",
                "reactions:read",
                "files:write",
                "files:read",
                "canvases:write",
                "canvases:read",
                "app_mentions:read",
                "mpim:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def build(slack: Slack) -> AsyncApp:
    """The app, which answers everything at once but `/deaf` and the button `deaf`."""
    app = AsyncApp(
        client=AsyncWebClient(token=slack.app.bot_token, base_url=slack.api_url), process_before_response=False
    )

    @app.command("/demo")
    async def demo(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        if command["text"] == "modal":
            await client.views_open(trigger_id=command["trigger_id"], view=showcase.modal())
        elif command["text"] == "whisper":
            who, where = command["user_id"], command["channel_id"]
            await client.chat_postEphemeral(channel=where, user=who, text="Psst: only for your eyes.")
        else:
            await client.conversations_join(channel=command["channel_id"])
            await client.chat_postMessage(channel=command["channel_id"], text="All blocks", blocks=showcase.blocks())

    @app.command("/deaf")
    async def deaf(body: Json) -> None:
        """Without `ack`, Bolt lets the three seconds pass."""

    @app.shortcut("start")
    async def start(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=showcase.modal())

    @app.shortcut("note")
    async def note(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        where, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_postMessage(channel=where, thread_ts=ts, text="Noted on the timeline.")

    @app.action("open_modal")
    async def open_modal(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=showcase.modal())

    @app.action("push")
    async def push(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=showcase.second_modal())

    @app.action("resolve")
    async def resolve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        text = f"Resolved by <@{body['user']['id']}>"
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=text, blocks=[showcase.said(text)]
        )

    @app.action("deaf")
    async def deaf_button(body: Json) -> None:
        """The same."""

    @app.options("suggest")
    async def suggest(ack: Any, body: Json) -> None:
        await ack(options=[showcase.option(f"{body['value']} {n}", f"{body['value']}-{n}") for n in range(1, 4)])

    @app.action(re.compile(".*"))
    async def anything(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        action = body["actions"][0]
        who = body["user"]["id"]
        said = f"<@{who}> used {action['action_id']}: {showcase.chosen(action)}"
        if "channel" in body:
            await client.chat_postEphemeral(channel=body["channel"]["id"], user=who, text=said)

    @app.view("everything")
    async def submitted(ack: Any, body: Json, client: AsyncWebClient) -> None:
        values = body["view"]["state"]["values"]
        if "error" in (values["title"]["title"]["value"] or ""):
            await ack(
                response_action="errors", errors={"title": "The word “error” is taken.", "severity": "Choose again."}
            )
            return
        await ack()
        await client.chat_postMessage(
            channel="C0INCIDENTS", text=f"Declared: *{showcase.escaped(values['title']['title']['value'])}*"
        )

    @app.view("second")
    async def second(ack: Any) -> None:
        await ack()

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=showcase.home(event["user"]))

    @app.event("app_mention")
    async def mention(event: Json, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="You called?")

    return app


@asynccontextmanager
async def running(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """The app, connected; its client is given."""
    app = build(slack)
    handler = AsyncSocketModeHandler(app, slack.app.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.deliveries.connected()
    try:
        yield app.client
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def main() -> None:
    slack = Slack(manifest=MANIFEST)
    await slack.start(port=8765, page=True)
    async with running(slack) as client:
        await company.furnish(slack, client)
        print(f"{slack.url}/sandbox/?as=ana", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
