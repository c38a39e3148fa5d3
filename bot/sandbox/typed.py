"""What people type, as Slack's client turns it into stored text: names become tokens, & < > are escaped."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.state import Json, Workspace

PIECES = re.compile(
    r"(?P<link>https?://[^\s<>]+)"
    r"|(?<![\w@])@(?P<name>\w[\w.\-]*)"
    r"|(?<![\w#])#(?P<channel>\w[\w\-]*)"
    r"|:(?P<emoji>[a-z0-9_+\-]+):"
)
BROADCASTS = ("here", "channel", "everyone")


@dataclass(frozen=True)
class Piece:
    """A stretch of typed text. `id` is what it refers to; `text` is how it was typed or is called."""

    kind: Literal["text", "user", "usergroup", "channel", "broadcast", "link", "emoji"]
    text: str
    id: str = ""


def read(workspace: Workspace, typed: str, *, reader: str) -> list[Piece]:
    """Split typed text at what the client of `reader` completes: names it knows, channels it can see, links."""
    pieces: list[Piece] = []
    at = 0
    for match in PIECES.finditer(typed):
        found = _found(workspace, match, reader)
        if found is None:
            continue
        piece, length = found
        if match.start() > at:
            pieces.append(Piece("text", typed[at : match.start()]))
        pieces.append(piece)
        at = match.start() + length
    return [*pieces, Piece("text", typed[at:])] if typed[at:] else pieces


def stored(pieces: list[Piece]) -> str:
    """The `text` of a message."""
    return "".join(_stored(p) for p in pieces)


def escaped(pieces: list[Piece]) -> str:
    """The `text` of a slash command with `should_escape`: as stored, with names beside the ids."""
    return "".join(_named(p) for p in pieces)


def rich_text(pieces: list[Piece]) -> list[Json]:
    """The `blocks` that the client sends along with a message."""
    section = {"type": "rich_text_section", "elements": [_element(p) for p in pieces]}
    return [{"type": "rich_text", "elements": [section]}]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _found(workspace: Workspace, match: re.Match[str], reader: str) -> tuple[Piece, int] | None:
    if match["link"]:
        url = match["link"].rstrip(".,;:!?)")
        return Piece("link", url, url), len(url)
    if match["emoji"]:
        return Piece("emoji", match["emoji"]), len(match[0])
    if match["channel"]:
        return _channel(workspace, match["channel"], reader)
    return _name(workspace, match["name"])


def _name(workspace: Workspace, typed: str) -> tuple[Piece, int] | None:
    name = typed.rstrip(".-")
    if name in BROADCASTS:
        return Piece("broadcast", name, name), len(name) + 1
    for user in workspace.users.values():
        if user.name == name.lower() and not user.deleted:
            return Piece("user", user.name, user.id), len(name) + 1
    for group in workspace.groups.values():
        if group.handle == name.lower() and not group.date_delete:
            return Piece("usergroup", group.handle, group.id), len(name) + 1
    return None


def _channel(workspace: Workspace, typed: str, reader: str) -> tuple[Piece, int] | None:
    name = typed.rstrip("-")
    for channel in workspace.channels.values():
        if channel.name == name and channel.kind in ("channel", "group"):
            if channel.is_private and reader not in channel.members:
                continue
            return Piece("channel", "" if channel.is_private else name, channel.id), len(name) + 1
    return None


def _stored(piece: Piece) -> str:
    match piece.kind:
        case "user":
            return f"<@{piece.id}>"
        case "usergroup":
            return f"<!subteam^{piece.id}>"
        case "channel":
            return f"<#{piece.id}|{piece.text}>"
        case "broadcast":
            return f"<!{piece.id}>"
        case "link":
            return f"<{escape(piece.id)}>"
        case "emoji":
            return f":{piece.text}:"
        case _:
            return escape(piece.text)


def _named(piece: Piece) -> str:
    match piece.kind:
        case "user":
            return f"<@{piece.id}|{piece.text}>"
        case "usergroup":
            return f"<!subteam^{piece.id}|{piece.text}>"
        case _:
            return _stored(piece)


def _element(piece: Piece) -> Json:
    match piece.kind:
        case "user":
            return {"type": "user", "user_id": piece.id}
        case "usergroup":
            return {"type": "usergroup", "usergroup_id": piece.id}
        case "channel":
            return {"type": "channel", "channel_id": piece.id}
        case "broadcast":
            return {"type": "broadcast", "range": piece.id}
        case "link":
            return {"type": "link", "url": piece.id}
        case "emoji":
            return {"type": "emoji", "name": piece.text}
        case _:
            return {"type": "text", "text": piece.text}
