"""A small app, as its manifest would be."""

import copy
from typing import Any

Json = dict[str, Any]

_MANIFEST: Json = {
    "display_information": {"name": "Bell"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "bell"},
        "slash_commands": [
            {"command": "/bell", "description": "Ring", "should_escape": True},
            {"command": "/plain", "description": "Ring plainly"},
        ],
        "shortcuts": [
            {"name": "Ring", "type": "global", "callback_id": "ring", "description": "Ring"},
            {"name": "Ring about this", "type": "message", "callback_id": "ring_about", "description": "Ring"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "chat:write.public",
                "app_mentions:read",
                "channels:read",
                "channels:history",
                "channels:join",
                "groups:read",
                "groups:history",
                "im:read",
                "im:history",
                "im:write",
                "reactions:read",
                "pins:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "pin_added",
                "reaction_added",
                "reaction_removed",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def manifest() -> Json:
    return copy.deepcopy(_MANIFEST)


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def button(action_id: str, value: str = "", **more: Any) -> Json:
    given = {"value": value} if value else {}
    return {"type": "button", "action_id": action_id, "text": text(action_id), **given, **more}


def actions(*elements: Json, block_id: str = "row") -> list[Json]:
    return [{"type": "actions", "block_id": block_id, "elements": list(elements)}]


def field(name: str, element: Json | None = None, **more: Any) -> Json:
    """An input block called as its element."""
    inside = element or {"type": "plain_text_input"}
    return {"type": "input", "block_id": name, "label": text(name), "element": {"action_id": name, **inside}, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    given = {"type": "modal", "callback_id": "form", "title": text("Bell"), "submit": text("Ring"), **more}
    return {name: value for name, value in given.items() if value is not None} | {"blocks": list(blocks)}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


def section(words: str) -> Json:
    return {"type": "section", "text": text(words)}
