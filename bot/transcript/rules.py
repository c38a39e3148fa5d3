"""Reading a message as Slack tells it."""

from collections.abc import Mapping
from typing import Any

from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.slack.text import escape, shorten
from bot.transcript.model import ChannelMessage

APP_NAME_LIMIT = 80  # characters; a webhook may call itself anything
SPOKEN = (None, "file_share", "thread_broadcast", "me_message", "bot_message")  # subtypes of what somebody writes


def is_said(message: Mapping[str, Any], bot_id: str | None) -> bool:
    """Whether somebody said it, a person or an app, and not we."""
    return message.get("subtype") in SPOKEN and (not bot_id or message.get("bot_id") != bot_id)


def read(incident: IncidentId, channel: ChannelId, message: Mapping[str, Any], as_of: MessageTs) -> ChannelMessage:
    """`as_of`: Slack's time of these words."""
    thread = message.get("thread_ts")
    return ChannelMessage(
        channel=channel, ts=MessageTs(message["ts"]), incident_id=incident,
        thread=MessageTs(thread) if thread and thread != message["ts"] else None, author=author(message),
        app=app(message), text=said_in(message), as_of=as_of,
    )  # fmt: skip


def gone(incident: IncidentId, channel: ChannelId, message: Mapping[str, Any], as_of: MessageTs) -> ChannelMessage:
    """That it was said stays; what was said goes."""
    left = read(incident, channel, message, as_of)
    left.text, left.is_deleted = "", True
    return left


def author(message: Mapping[str, Any]) -> UserId | None:
    """Who wrote it, if a person did."""
    return UserId(str(message["user"])) if message.get("user") and not message.get("bot_id") else None


def app(message: Mapping[str, Any]) -> str | None:
    """What the app is called that wrote it, if one did."""
    profile = message.get("bot_profile") or {}
    named = str(message.get("username") or profile.get("name") or "")
    return None if author(message) else shorten(named, APP_NAME_LIMIT) or None


def said_in(message: Mapping[str, Any]) -> str:
    """What a message says, with the names of its files, as Slack stores text."""
    files = [escape(str(file.get("name") or "a file")) for file in message.get("files") or ()]
    return "\n".join(filter(None, [str(message.get("text") or ""), f"({', '.join(files)})" if files else ""]))
