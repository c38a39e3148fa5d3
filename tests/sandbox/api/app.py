"""The app of these tests: it may do everything the simulator serves, and hears every event it knows."""

from typing import Any

from bot.sandbox.events import SUBSCRIPTIONS
from bot.sandbox.methods import METHODS
from bot.sandbox.server import Slack

Json = dict[str, Any]


def manifest(*, without: tuple[str, ...] = (), **settings: Any) -> Json:
    scopes = {scope for spec in METHODS.values() if spec.caller == "bot" for scope in spec.accepted_scopes}
    heard = {scope for event in SUBSCRIPTIONS.values() for scope in event.scopes}
    given = (scopes | heard | {"chat:write.public", "commands"}) - set(without)
    return {
        "display_information": {"name": "Bell"},
        "features": {"app_home": {"home_tab_enabled": True, "messages_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": sorted(given)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(SUBSCRIPTIONS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
            **settings,
        },
    }


async def events(slack: Slack, kind: str) -> list[Json]:
    """The events of a type (or subtype of message) that were sent to the app, in order."""
    await slack.settled()
    sent = [record.payload["event"] for record in slack.journal.deliveries if record.kind == "events_api"]
    return [event for event in sent if kind in (event.get("subtype"), event["type"])]


def section(words: str, block_id: str | None = None) -> Json:
    block: Json = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
    return {**block, "block_id": block_id} if block_id else block
