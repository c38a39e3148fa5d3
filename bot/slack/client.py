"""The Web API methods we use: typed ids in, Unavailable or Rejected out, never faster than Slack allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.models.views import View

from bot.kernel.clock import Clock
from bot.kernel.errors import Rejected, Unavailable
from bot.kernel.ids import ChannelId, MessageTs, TeamId, UserId
from bot.slack.calls import CALL_TIMEOUT, Look
from bot.slack.message import Message
from bot.slack.pace import Limits
from bot.slack.people import People

METADATA = "tocsin_effect"  # event_type of the mark by which we find our own messages again
CLOCKS_DIFFER = timedelta(minutes=90)  # at most, Slack's and ours: one set by hand or to a wrong zone is an hour off


@dataclass(frozen=True)
class Identity:
    """Who we are in the workspace, from auth.test."""

    user: UserId
    bot_id: str
    team: TeamId
    url: str  # https://acme.slack.com/
    scopes: frozenset[str]


@dataclass(frozen=True)
class Room:
    id: ChannelId
    name: str


@dataclass(frozen=True)
class File:
    name: str
    title: str
    text: str


class Slack(People):
    """One workspace."""

    def __init__(
        self, token: str, api_url: str, limits: Limits, clock: Clock, timeout: timedelta = CALL_TIMEOUT
    ) -> None:
        super().__init__(token, api_url, limits, clock, timeout)
        self.me: Identity | None = None
        self._rooms: dict[str, ChannelId] = {}
        self._joined: set[ChannelId] = set()
        self._as_it_is: set[ChannelId] = set()  # channels that cannot be joined: we are in, or not
        self._direct: dict[UserId, ChannelId] = {}

    async def sign_in(self) -> Identity:
        """Raises Unavailable or Rejected (`invalid_auth` …)."""
        answer = await self.call("auth.test")
        scopes = frozenset(s.strip() for s in answer["headers"].get("x-oauth-scopes", "").split(",") if s.strip())
        self.me = Identity(
            UserId(answer["user_id"]), answer["bot_id"], TeamId(answer["team_id"]), answer["url"], scopes
        )
        self.signed_out = None
        return self.me

    # --- channels

    async def create_channel(self, name: str, *, private: bool) -> Room:
        made = await self.call("conversations.create", name=name, is_private=private)
        return Room(ChannelId(made["channel"]["id"]), made["channel"]["name"])

    async def own_channel(self, name: str, since: datetime) -> Room | None:
        """The channel of this name that we made since then, if there is one."""
        async for room in self.pages("users.conversations", "channels", types="public_channel,private_channel"):
            recent = room["created"] >= (since - CLOCKS_DIFFER).timestamp()
            if recent and room["name"] == name and self.me and room["creator"] == self.me.user:
                return Room(ChannelId(room["id"]), room["name"])
        return None

    async def channel_named(self, name: str) -> ChannelId | None:
        """The id of "#incidents" or of an id given as it is. Public ones, and private ones we are in."""
        wanted = name.removeprefix("#")
        if wanted[:1] in "CG" and wanted.isupper():
            return ChannelId(wanted)
        if wanted not in self._rooms:
            types = "public_channel,private_channel"
            async for room in self.pages("conversations.list", "channels", types=types, exclude_archived=True):
                self._rooms[room["name"]] = ChannelId(room["id"])
        return self._rooms.get(wanted)

    async def announcements(self, name: str) -> ChannelId:
        """The channel of this name, joined, so that what was posted there can be found again."""
        channel = await self.channel_named(name)
        if channel is None:
            raise Rejected("channel_not_found", f"there is no channel {name}: create it, or change `announce`")
        if channel in self._joined | self._as_it_is:
            return channel
        try:
            await self.call("conversations.join", channel=channel)
        except Rejected as refusal:
            if refusal.code not in {"method_not_supported_for_channel_type", "missing_scope"}:
                raise
            self._as_it_is.add(channel)
        else:
            self._joined.add(channel)
        return channel

    async def channel_trouble(self, name: str) -> str | None:
        """Why nobody can be reached in "#incidents", or by an id, in words; None if they can. Raises Unavailable."""
        try:
            channel = await self.channel_named(name)
            if channel is None:
                return "Tocsin sees no such channel: create it, unarchive it or, if it is private, invite Tocsin to it."
            if not name.startswith("#"):  # those with a name are listed, and the archived ones are not
                room = (await self.call("conversations.info", channel=channel))["channel"]
                return "This channel is archived." if room.get("is_archived") else None
        except Rejected as refusal:
            return f"Slack does not let Tocsin see this channel ({refusal})."
        return None

    async def invite(self, channel: ChannelId, users: Sequence[UserId]) -> dict[UserId, str]:
        """Bring these people in. Returns those who could not come, with Slack's word for why."""
        failed: dict[UserId, str] = {}
        for start in range(0, len(users), 100):
            batch = users[start : start + 100]
            try:
                answer = await self.call("conversations.invite", channel=channel, users=list(batch), force=True)
                errors = answer.get("errors") or []
            except Rejected as refusal:
                if refusal.code in {"channel_not_found", "is_archived", "not_in_channel", "missing_scope"}:
                    raise
                errors = [{"user": user, "error": refusal.code} for user in batch]
            failed |= {e["user"]: e["error"] for e in errors if e.get("user") and e["error"] != "already_in_channel"}
        return failed

    async def members(self, channel: ChannelId) -> set[UserId]:
        """Who is in it, ourselves among them."""
        return {UserId(user) async for user in self.pages("conversations.members", "members", channel=channel)}

    async def set_topic(self, channel: ChannelId, topic: str) -> None:
        await self.call("conversations.setTopic", channel=channel, topic=topic)

    async def direct_channel(self, user: UserId) -> ChannelId:
        """Where this person is written to directly. Asked once: it never changes."""
        if user not in self._direct:
            self._direct[user] = ChannelId((await self.call("conversations.open", users=[user]))["channel"]["id"])
        return self._direct[user]

    # --- messages

    async def post(
        self,
        channel: ChannelId,
        message: Message,
        key: str,
        *,
        thread: MessageTs | None = None,
        last_look: Look | None = None,
    ) -> MessageTs:
        """A new message that carries `key`, by which `find_post` finds it again."""
        mark = {"event_type": METADATA, "event_payload": {"key": key}}
        try:
            answer = await self.call(
                "chat.postMessage", channel=channel, text=message.text, blocks=message.sent(), metadata=mark,
                thread_ts=thread, unfurl_links=False, unfurl_media=False, last_look=last_look,
            )  # fmt: skip
        except Rejected as refusal:
            raise self._out_of(channel, refusal) from refusal
        return MessageTs(answer["ts"])

    def _out_of(self, channel: ChannelId, refusal: Rejected) -> Exception:
        """Somebody took us out of a channel that we had joined: then we join again. Of one that is gone we forget
        the name, which another may bear by now."""
        if refusal.code in {"channel_not_found", "is_archived"}:
            self._rooms = {name: room for name, room in self._rooms.items() if room != channel}
        if refusal.code == "not_in_channel" and channel in self._joined:
            self._joined.discard(channel)
            return Unavailable("chat.postMessage: somebody took us out of the channel")
        return refusal

    async def whisper(self, channel: ChannelId, user: UserId, message: Message) -> None:
        """To this person only, in a channel that they and we are in. Nobody can find it again, and it may be lost."""
        await self.call("chat.postEphemeral", channel=channel, user=user, text=message.text, blocks=message.sent())

    async def find_post(
        self, channel: ChannelId, key: str, since: datetime, *, thread: MessageTs | None = None
    ) -> MessageTs | None:
        """The message that carries `key`, if it was posted since then."""
        oldest = f"{(since - CLOCKS_DIFFER).timestamp():.6f}"
        where: dict[str, Any] = {"channel": channel, "oldest": oldest, "include_all_metadata": True}
        method = "conversations.history"
        if thread:
            method, where["ts"] = "conversations.replies", thread
        async for said in self.pages(method, "messages", **where):
            mark = said.get("metadata") or {}
            if mark.get("event_type") == METADATA and mark.get("event_payload", {}).get("key") == key:
                return MessageTs(said["ts"])
        return None

    async def update(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        await self.call("chat.update", channel=channel, ts=ts, text=message.text, blocks=message.sent())

    async def message_at(self, channel: ChannelId, ts: MessageTs, thread: MessageTs | None = None) -> dict[str, Any]:
        """The message as it is now; in a thread where `thread` says so or Slack does. Raises Rejected."""
        if thread is None:
            answer = await self.call("conversations.history", channel=channel, latest=ts, inclusive=True, limit=1)
            found = [m for m in answer["messages"] if m["ts"] == ts]
            if found:
                return dict(found[0])
        answer = await self.call("conversations.replies", channel=channel, ts=thread or ts, limit=1000)
        for said in answer["messages"]:
            if said["ts"] == ts:
                return dict(said)
        raise Rejected("message_not_found")

    async def pin(self, channel: ChannelId, ts: MessageTs) -> None:
        try:
            await self.call("pins.add", channel=channel, timestamp=ts)
        except Rejected as refusal:
            if refusal.code != "already_pinned":
                raise

    async def upload(self, channel: ChannelId, file: File) -> None:
        """A text file, shared in the channel: asked for, sent, and completed."""
        body = file.text.encode()
        slot = await self.call("files.getUploadURLExternal", filename=file.name, length=len(body))
        try:
            async with self.session.post(slot["upload_url"], data=body) as sent:
                if sent.status != 200:
                    raise Unavailable(f"upload: {sent.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"upload: {type(error).__name__}") from error  # not shared yet: nothing to look for
        files = [{"id": slot["file_id"], "title": file.title}]
        await self.call("files.completeUploadExternal", files=files, channel_id=channel)

    async def find_file(self, channel: ChannelId, name: str, since: datetime) -> bool:
        """Whether a file of ours of this name was shared in the channel since then."""
        oldest = f"{since.timestamp() - 5:.6f}"  # not long before: an earlier file may have the same name
        async for said in self.pages("conversations.history", "messages", channel=channel, oldest=oldest):
            if self.me and said.get("user") == self.me.user and any(f["name"] == name for f in said.get("files") or ()):
                return True
        return False

    # --- answers to one person: at once or not at all

    async def open_view(self, trigger: str, view: View) -> str:
        return str((await self.answer("views.open", trigger_id=trigger, view=view.to_dict()))["view"]["id"])

    async def push_view(self, trigger: str, view: View) -> str:
        return str((await self.answer("views.push", trigger_id=trigger, view=view.to_dict()))["view"]["id"])

    async def update_view(self, view_id: str, view: View) -> None:
        await self.answer("views.update", view_id=view_id, view=view.to_dict())

    async def publish_home(self, user: UserId, view: View) -> None:
        await self.call("views.publish", user_id=user, view=view.to_dict())
