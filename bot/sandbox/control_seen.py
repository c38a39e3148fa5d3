"""What one person sees of the workspace, as the page draws it. Nothing they may not see leaves here."""

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.sandbox import places
from bot.sandbox.control_stage import trouble
from bot.sandbox.state import Canvas, Channel, File, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

WINDOW = 60  # messages, with all their replies, that are told at once; earlier ones when asked for
COUNTED = 99  # unread messages that are counted one by one
UNCOUNTED = {"channel_join", "channel_leave"}  # comings and goings make no channel unread
MARKDOWN = ("text/markdown", "text/x-markdown")
PICTURES = ("image/png", "image/jpeg", "image/gif")
READABLE = ("application/json", "application/x-yaml", "application/yaml")


class Sight:
    """The eyes of one person."""

    def __init__(self, slack: "Slack", user: User) -> None:
        self._slack = slack
        self.user = user

    def everything(self) -> Json:
        """All but messages and the journal."""
        place = self._slack.workspace
        return {
            "as": self.user.id,
            "me": self.user.model_dump(),
            "team": {"id": place.team_id, "name": place.name, "domain": place.domain},
            "app": app(self._slack),
            "channels": {c.id: self.channel(c) for c in place.channels.values() if self.may_look(c)},
            "clock": clock(self._slack),
            **people(self._slack),
            **trouble(self._slack),
            **self.modals(),
            **self.home(),
        }

    def may_look(self, channel: Channel) -> bool:
        return places.sees(self._slack, self.user, channel)

    # Channels

    def channel(self, channel: Channel) -> Json:
        """A channel without its messages, but with what is pinned."""
        shown = channel.model_dump(include={"id", "name", "kind", "created", "creator", "is_archived", "is_general"})
        unread = self._unread(channel)
        canvas = self._slack.workspace.canvases.get(channel.canvas_id or "")
        return shown | {
            "member": self.user.id in channel.members,
            "members": list(channel.members),
            "topic": channel.topic,
            "purpose": channel.purpose,
            "pins": list(self._pins(channel)),
            "bookmarks": [mark.model_dump() for mark in channel.bookmarks],
            "canvas": canvas and canvas.model_dump(include={"id", "title", "updated"}) | {"size": len(canvas.markdown)},
            "last_read": channel.last_read.get(self.user.id, "0"),
            "last_ts": channel.last_ts,
            "unread": len(unread),
            "mentions": self._mentions(channel),
        }

    def _unread(self, channel: Channel) -> list[Message]:
        if self.user.id not in channel.members:
            return []
        read = channel.last_read.get(self.user.id, "0")
        found: list[Message] = []
        for message in reversed(channel.messages.values()):
            if message.ts <= read or len(found) >= COUNTED:
                break
            if self._is_news(message):
                found.append(message)
        return found

    def _is_news(self, message: Message) -> bool:
        is_reply = message.thread_ts not in (None, message.ts) and not message.broadcast
        is_mine = message.user == self.user.id or message.ephemeral_for not in (None, self.user.id)
        return not (is_reply or is_mine or message.subtype in UNCOUNTED)

    def _mentions(self, channel: Channel) -> int:
        read = channel.last_read.get(self.user.id, "0")
        me = self.user.id
        pinged = self._slack.journal.notified
        return len({n.ts for n in pinged if n.user == me and n.channel == channel.id and n.ts > read})

    def _pins(self, channel: Channel) -> Iterator[Json]:
        for pin in reversed(channel.pins):
            message = channel.messages.get(pin.ts)
            if message is not None:
                words = message.model_dump(include={"text", "thread_ts"})
                yield {**pin.model_dump(), **words, "user": self._author(message)}

    # Messages

    def messages(self, channel: Channel, before: str | None = None) -> Json:
        """The newest messages before `before`, each with all its replies; `older` tells whether there are more."""
        told: list[Message] = []
        older = False
        for message in reversed(channel.messages.values()):
            if not self._is_shown(message) or (before is not None and message.ts >= before):
                continue
            if message.thread_ts not in (None, message.ts):
                continue
            if len(told) >= WINDOW:
                older = True
                break
            told.append(message)
        since = {message.ts for message in told}
        replies = [m for m in channel.messages.values() if m.thread_ts in since and m.ts not in since]
        shown = sorted([*told, *(m for m in replies if self._is_shown(m))], key=lambda message: message.ts)
        return {"channel": channel.id, "messages": [self.message(channel, m) for m in shown], "older": older}

    def message(self, channel: Channel, message: Message) -> Json | None:
        """A message as it is drawn, or None if it is another's ephemeral one."""
        if not self._is_shown(message):
            return None
        shown = message.model_dump(exclude={"files", "metadata", "client_msg_id"})
        entered = self._slack.screens.entered.get((self.user.id, channel.id, message.ts)) or {}
        files = [self._card(file_id) for file_id in message.files]
        return shown | {"user": self._author(message), "files": [f for f in files if f], "values": entered}

    def _is_shown(self, message: Message) -> bool:
        return message.ephemeral_for in (None, self.user.id)

    def _author(self, message: Message) -> str | None:
        place = self._slack.workspace
        return message.user or (place.bot_user_id if message.bot_id == place.bot_id else None)

    # Screens

    def modals(self) -> Json:
        return {"modals": [view(one) for one in self._slack.screens.stack(self.user.id)]}

    def home(self) -> Json:
        found = self._slack.screens.home(self.user.id)
        return {"home": view(found) if found else None}

    # Files

    def file(self, file_id: str) -> Json | None:
        """A file or canvas to be read, or None if there is none that this person may open."""
        if canvas := self.canvas_to_read(file_id):
            about = canvas.model_dump(include={"id", "title", "markdown"})
            return about | {"user": canvas.owner, "canvas": True, "title": canvas.title or "Untitled"}
        if file := self.file_to_read(file_id):
            return self._card(file_id) | {"user": file.user} | _content(file)
        return None

    def file_to_read(self, file_id: str) -> File | None:
        file = self._slack.workspace.files.get(file_id)
        if file is None or file.deleted:
            return None
        shown = any(self._looks_into(channel_id) for channel_id in file.shares)
        return file if shown or file.user == self.user.id else None

    def canvas_to_read(self, canvas_id: str) -> Canvas | None:
        canvas = self._slack.workspace.canvases.get(canvas_id)
        if canvas is None:
            return None
        holders = {canvas.owner, *canvas.readers, *canvas.writers}
        rooms = [*holders, canvas.channel_id or "", *self._shares(canvas_id)]
        return canvas if self.user.id in holders or any(map(self._looks_into, rooms)) else None

    def _shares(self, file_id: str) -> list[str]:
        file = self._slack.workspace.files.get(file_id)
        return list(file.shares) if file else []

    def _looks_into(self, channel_id: str) -> bool:
        channel = self._slack.workspace.channels.get(channel_id)
        return channel is not None and self.may_look(channel)

    def _card(self, file_id: str) -> Json:
        if canvas := self._slack.workspace.canvases.get(file_id):
            return {"id": canvas.id, "title": canvas.title, "name": canvas.title, "canvas": True}
        if file := self._slack.workspace.files.get(file_id):
            return file.model_dump(include={"id", "name", "title", "mimetype", "size", "deleted"})
        return {}


def view(shown: View) -> Json:
    return shown.model_dump(include={"id", "body", "hash", "values", "errors", "trouble"})


def people(slack: "Slack") -> Json:
    place = slack.workspace
    return {
        "users": {user.id: user.model_dump() for user in place.users.values()},
        "groups": {group.id: group.model_dump() for group in place.groups.values()},
    }


def clock(slack: "Slack") -> Json:
    return {"now": slack.clock.now().timestamp(), "speed": slack.clock.speed}


def app(slack: "Slack") -> Json:
    """What the page's menus and completions offer."""
    installed = slack.app
    commands = [
        {"name": c.name, "description": c.description, "usage_hint": c.usage_hint}
        for c in sorted(installed.commands.values(), key=lambda command: command.name)
    ]
    shortcuts = [
        {"name": s.name, "type": s.kind, "callback_id": s.callback_id, "description": s.description}
        for s in installed.shortcuts.values()
    ]
    return {
        "name": installed.display_name,
        "description": str((installed.manifest.get("display_information") or {}).get("description") or ""),
        "bot_user_id": slack.workspace.bot_user_id,
        "commands": commands,
        "shortcuts": shortcuts,
        "home_tab": installed.home_tab,
        "messages_tab": installed.messages_tab,
        "messages_tab_read_only": installed.messages_tab_read_only,
    }


def _content(file: File) -> Json:
    """How a file is shown: as a document, a picture, plain text, or not at all."""
    if file.mimetype in PICTURES:
        return {"picture": True}
    if file.is_base64 and not file.mimetype.startswith("text/"):
        return {}
    text = base64.b64decode(file.content).decode(errors="replace") if file.is_base64 else file.content
    if file.mimetype in MARKDOWN or file.name.endswith((".md", ".markdown")):
        return {"markdown": text}
    return {"text": text} if file.mimetype.startswith("text/") or file.mimetype in READABLE else {}
