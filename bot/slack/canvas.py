"""Canvases: documents of Slack. A channel has at most one that is its own; others stand alone and are shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.kernel.ids import CanvasId, ChannelId

if TYPE_CHECKING:
    from bot.slack.client import Slack

TITLE_LIMIT = 255  # characters
CLOCKS_DIFFER_S = 60


@dataclass(frozen=True)
class ChannelCanvas:
    id: CanvasId
    is_ours: bool
    created: float  # Unix time, by Slack's clock

    def made_since(self, moment: datetime) -> bool:
        return self.is_ours and self.created >= moment.timestamp() - CLOCKS_DIFFER_S


async def create_in_channel(slack: Slack, channel: ChannelId, title: str, markdown: str) -> CanvasId:
    """The channel's own canvas. Raises Rejected("channel_canvas_already_exists")."""
    made = await slack.call(
        "conversations.canvases.create",
        channel_id=channel,
        title=title[:TITLE_LIMIT],
        document_content=_content(markdown),
    )
    return CanvasId(made["canvas_id"])


async def create_alone(slack: Slack, title: str, markdown: str) -> CanvasId:
    """Nobody but us sees it until it is shared."""
    made = await slack.call("canvases.create", title=title[:TITLE_LIMIT], document_content=_content(markdown))
    return CanvasId(made["canvas_id"])


async def share(slack: Slack, canvas: CanvasId, channel: ChannelId) -> None:
    """Let the members of a channel read and write it."""
    await slack.call("canvases.access.set", canvas_id=canvas, access_level="write", channel_ids=[channel])


async def put_on_top(slack: Slack, canvas: CanvasId, markdown: str) -> None:
    """Before what is there, which stays as people left it."""
    change = {"operation": "insert_at_start", "document_content": _content(markdown)}
    await slack.call("canvases.edit", canvas_id=canvas, changes=[change])


async def replace(slack: Slack, canvas: CanvasId, markdown: str) -> None:
    """All that is there, by this."""
    change = {"operation": "replace", "document_content": _content(markdown)}
    await slack.call("canvases.edit", canvas_id=canvas, changes=[change])


async def of_channel(slack: Slack, channel: ChannelId) -> ChannelCanvas | None:
    """The channel's own canvas, and whether we made it."""
    place = (await slack.call("conversations.info", channel=channel))["channel"]
    found = ((place.get("properties") or {}).get("canvas") or {}).get("file_id")
    if not found:
        return None
    file = (await slack.call("files.info", file=found))["file"]
    ours = slack.me is not None and file.get("user") == slack.me.user
    return ChannelCanvas(CanvasId(found), ours, float(file.get("created", 0)))


def link(slack: Slack, canvas: CanvasId) -> str | None:
    """Where a browser finds it; None before we have signed in."""
    return f"{slack.me.url}docs/{slack.me.team}/{canvas}" if slack.me else None


def _content(markdown: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": markdown}
