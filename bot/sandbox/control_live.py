"""The page's wire: each open page is told what changed for the person it shows, a few milliseconds after it did."""

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from bot.sandbox.control_journal import Record
from bot.sandbox.control_seen import Sight, clock, people
from bot.sandbox.control_stage import Watch, trouble
from bot.sandbox.state import Channel, Json, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

GATHERED_S = 0.02  # changes within this time are told together
HEARTBEAT_S = 20.0
SHOWN_FIRST = 300  # entries of the journal that a page is told at once
Change = tuple[str, str, str]  # kind, channel or user, ts


class Live:
    """All open pages."""

    def __init__(self, slack: "Slack", record: Record) -> None:
        self._slack = slack
        self._record = record
        self._viewers: set[Viewer] = set()
        self._watch = Watch(slack, lambda: self._changed("insight", {}))
        slack.on_change.append(self._changed)
        slack.clock.on_jump(lambda: self._changed("clock", {}))

    async def serve(self, request: web.Request, user: User) -> web.StreamResponse:
        """Talk to one page until it goes away."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        await socket.prepare(request)
        viewer = Viewer(self._slack, self._record, self._watch, user)
        self._watch.begin()
        self._viewers.add(viewer)
        telling = asyncio.create_task(viewer.tell(socket))
        try:
            async for said in socket:
                if said.type is WSMsgType.TEXT:
                    viewer.heard(said.data)
        finally:
            self._viewers.discard(viewer)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            if not self._viewers:
                await self._watch.end()
        return socket

    def _changed(self, kind: str, ids: dict[str, str]) -> None:
        for viewer in self._viewers:
            viewer.note(kind, ids)


class Viewer:
    """One open page: whom it shows, what it has loaded, and what it was told last."""

    def __init__(self, slack: "Slack", record: Record, watch: Watch, user: User) -> None:
        self._slack = slack
        self._record = record
        self._watch = watch
        self._user = user
        self._loaded: set[str] = set()  # channels whose messages it holds
        self._told: dict[tuple[str, str], Json] = {}  # what it holds of channels and screens
        self._journal = 0  # the record's revision it holds
        self._changes: dict[Change, None] = {("state", "", ""): None}
        self._stirred = asyncio.Event()
        self._stirred.set()

    def note(self, kind: str, ids: dict[str, str]) -> None:
        """Something changed: it is told with the next batch."""
        self._changes[
            kind, ids.get("channel") or ids.get("user") or next(iter(ids.values()), ""), ids.get("ts", "")
        ] = None
        self._stirred.set()

    def heard(self, said: str) -> None:
        """The page opens a channel, asks for older messages, or has read up to the end."""
        try:
            asked = json.loads(said)
        except ValueError:
            return
        if not isinstance(asked, dict):
            return
        for verb in ("open", "older", "read"):
            channel = self._slack.workspace.channels.get(str(asked.get(verb, "")))
            if channel is not None and self._sight.may_look(channel):
                self._asked(verb, channel, asked)

    async def tell(self, socket: web.WebSocketResponse) -> None:
        """Send what changed, batch after batch."""
        while True:
            await self._stirred.wait()
            await asyncio.sleep(GATHERED_S)
            self._stirred.clear()
            changes, self._changes = self._changes, {}
            for told in self._news(list(changes)):
                await socket.send_str(json.dumps(told, ensure_ascii=False))

    @property
    def _sight(self) -> Sight:
        return Sight(self._slack, self._slack.workspace.users.get(self._user.id, self._user))

    def _asked(self, verb: str, channel: Channel, asked: Json) -> None:
        if verb == "read":
            if channel.last_read.get(self._user.id, "0") < channel.last_ts and self._user.id in channel.members:
                channel.last_read[self._user.id] = channel.last_ts
                self._slack.changed("channel", channel=channel.id)
        else:
            self._changes[verb, channel.id, str(asked.get("before") or "")] = None
            self._stirred.set()

    def _news(self, changes: list[Change]) -> Iterator[Json]:
        """What to tell of these changes; each thing once."""
        kinds = {kind for kind, _, _ in changes}
        if "state" in kinds:
            yield self._state()
        if kinds & {"user", "group"}:
            yield {"kind": "people", **people(self._slack)}
        for channel_id in dict.fromkeys(key for kind, key, _ in changes if kind in ("channel", "message")):
            yield from self._channel(channel_id)
        if "canvas" in kinds:
            yield from (told for channel_id in self._with_canvas() for told in self._channel(channel_id))
        for kind, key, ts in changes:
            if kind == "message":
                yield from self._message(key, ts)
            elif kind in ("open", "older"):
                yield from self._messages(key, ts or None)
            elif kind == "file":
                yield from self._shared(key)
        if kinds & {"view", "modals", "home"}:
            yield from self._screens()
        if "clock" in kinds:
            yield {"kind": "clock", **clock(self._slack)}
        if "trouble" in kinds:
            yield {"kind": "trouble", **trouble(self._slack)}
        if kinds & {"state", "insight"}:
            yield {"kind": "insight", "insight": self._watch.latest}
        if kinds & {"state", "journal", "delivery"}:
            yield from self._entries()

    def _state(self) -> Json:
        told = self._sight.everything()
        self._loaded.clear()
        self._journal = 0
        self._told = {("channel", channel_id): shown for channel_id, shown in told["channels"].items()}
        self._told["screens", "modals"] = {"modals": told["modals"]}
        self._told["screens", "home"] = {"home": told["home"]}
        return {"kind": "state", **told}

    def _channel(self, channel_id: str) -> Iterator[Json]:
        channel = self._slack.workspace.channels.get(channel_id)
        if channel is None or not self._sight.may_look(channel):
            if self._told.pop(("channel", channel_id), None):
                self._loaded.discard(channel_id)
                yield {"kind": "channel_gone", "id": channel_id}
            return
        shown = self._sight.channel(channel)
        if self._told.get(("channel", channel_id)) != shown:
            self._told["channel", channel_id] = shown
            yield {"kind": "channel", "channel": shown}

    def _message(self, channel_id: str, ts: str) -> Iterator[Json]:
        if channel_id not in self._loaded:
            return
        channel = self._slack.workspace.channels.get(channel_id)
        message = channel.messages.get(ts) if channel else None
        shown = self._sight.message(channel, message) if channel and message else None
        if shown:
            yield {"kind": "message", "channel": channel_id, "message": shown}
        else:
            yield {"kind": "message_gone", "channel": channel_id, "ts": ts}

    def _messages(self, channel_id: str, before: str | None) -> Iterator[Json]:
        channel = self._slack.workspace.channels.get(channel_id)
        if channel is not None and self._sight.may_look(channel):
            self._loaded.add(channel_id)
            yield {"kind": "messages", "reset": before is None, **self._sight.messages(channel, before)}

    def _shared(self, file_id: str) -> Iterator[Json]:
        file = self._slack.workspace.files.get(file_id)
        for channel_id, shares in (file.shares if file else {}).items():
            for ts in shares:
                yield from self._message(channel_id, ts)

    def _with_canvas(self) -> list[str]:
        return [channel.id for channel in self._slack.workspace.channels.values() if channel.canvas_id]

    def _screens(self) -> Iterator[Json]:
        for name, shown in (("modals", self._sight.modals()), ("home", self._sight.home())):
            if self._told.get(("screens", name)) != shown:
                self._told["screens", name] = shown
                yield {"kind": name, **shown}

    def _entries(self) -> Iterator[Json]:
        told = self._record.since(self._journal)
        told["entries"] = told["entries"][-SHOWN_FIRST:]
        if told["entries"] or self._journal == 0:
            yield {"kind": "journal", "reset": self._journal == 0, **told}
        self._journal = told["revision"]
