"""response_url: answering an interaction without a token, five times within half an hour."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from aiohttp import web

from bot.sandbox import talk
from bot.sandbox.api import content
from bot.sandbox.api.registry import NO_TOKEN, ApiError, Call
from bot.sandbox.state import Channel, Json, Message

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

Origin = Literal["commands", "actions", "app"]
KEPT = 10_000  # hooks remembered


class Refused(Exception):
    """The hook did nothing. `error` is Slack's word for why."""

    def __init__(self, error: str, status: int = 400, *messages: str) -> None:
        super().__init__(error)
        self.error, self.status, self.messages = error, status, messages


@dataclass
class Hook:
    """One response_url. `original` is the ts of the message that it can replace or delete."""

    channel: str
    user: str
    issued: datetime
    original: str | None = None
    uses: int = 0


class Hooks:
    """All response_urls given out by this process."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._issued: dict[tuple[str, str], Hook] = {}

    def issue(self, origin: Origin, channel: str, user: str, *, original: Message | None = None) -> str:
        """A new response_url."""
        token = secrets.token_urlsafe(24)
        hook = Hook(channel, user, self._slack.clock.now(), original.ts if original else None)
        self._issued[origin, token] = hook
        while len(self._issued) > KEPT:
            self._issued.pop(next(iter(self._issued)))
        return f"{self._slack.url}/hooks/{origin}/{token}"

    def find(self, url: str) -> Hook:
        """The hook behind a response_url that was issued here."""
        _, origin, token = url.rsplit("/", 2)
        return self._issued[origin, token]

    def use(self, origin: str, token: str, body: bytes) -> None:
        """Do what a POST to the hook asks for. Raises Refused."""
        hook = self._issued.get((origin, token))
        if hook is None:
            raise Refused("no_service", 404)
        if self._slack.clock.now() - hook.issued > timedelta(seconds=self._slack.rules.hook_ttl):
            raise Refused("expired_url", 404)
        if hook.uses >= self._slack.rules.hook_uses:
            raise Refused("used_url", 404)
        self.say(hook, _read(body))
        hook.uses += 1

    def say(self, hook: Hook, body: Json) -> Message | None:
        """Post, replace or delete as `body` asks; also for the answer to a command. What was posted. Raises Refused."""
        channel = self._slack.workspace.channels.get(hook.channel)
        if channel is None:
            raise Refused("channel_not_found", 404)
        if channel.is_archived:
            raise Refused("channel_is_archived", 410)
        if body.get("delete_original"):
            talk.delete(self._slack, channel, self._original(hook, channel))
            return None
        said = _content(self._slack, body)
        if body.get("replace_original") and hook.original is not None:
            self._replace(channel, self._original(hook, channel), body, said)
            return None
        return self._post(hook, channel, body, said)

    def _original(self, hook: Hook, channel: Channel) -> Message:
        """Raises Refused if it is gone, or if there is none: what somebody typed is not the app's to change."""
        found = channel.messages.get(hook.original or "")
        if found is None or found.bot_id != self._slack.workspace.bot_id:
            raise Refused("message_not_found", 404)
        return found

    def _replace(self, channel: Channel, said: Message, body: Json, changes: Json) -> None:
        wanted = body.get("response_type")
        if wanted and (wanted == "ephemeral") != bool(said.ephemeral_for):
            self._slack.journal.violate("hook_visibility", f"response_type {wanted}")
        if not said.ephemeral_for:
            talk.edit(self._slack, channel, said, self._slack.bot.id, marked=False, **changes)
            return
        for name, value in changes.items():
            setattr(said, name, value)
        self._slack.changed("message", channel=channel.id, ts=said.ts)

    def _post(self, hook: Hook, channel: Channel, body: Json, words: Json) -> Message:
        said = Message(ts="", bot_id=self._slack.workspace.bot_id, subtype="bot_message", **words)
        if body.get("response_type") == "in_channel":
            said.thread_ts = body.get("thread_ts")
            said = talk.post(self._slack, channel, said)
        else:
            if body.get("thread_ts"):
                self._slack.journal.violate("hook_thread", str(body["thread_ts"]))
            said = talk.whisper(self._slack, channel, hook.user, said)
        # What a command was answered with first is what its hook can replace from then on.
        hook.original = hook.original or said.ts
        return said


def routes(slack: Slack) -> list[web.RouteDef]:
    return [web.post("/hooks/{origin}/{token}", _endpoint(slack))]


def _endpoint(slack: Slack) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            slack.screens.hooks.use(request.match_info["origin"], request.match_info["token"], body)
        except Refused as why:
            said: Json = {"ok": False, "error": why.error}
            if why.messages:
                said["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in why.messages]}
            return web.json_response(said, status=why.status)
        slack.flush()
        return web.Response(text="ok")

    return answer


def _read(body: bytes) -> Json:
    try:
        said = json.loads(body)
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(said, dict):
        raise Refused("invalid_payload")
    return said


def _content(slack: Slack, body: Json) -> Json:
    """Text, blocks and attachments, checked and noted as those of chat.postMessage are. Raises Refused."""
    args = {name: body[name] for name in ("text", "blocks", "attachments") if body.get(name)}
    if not isinstance(args.get("text", ""), str):
        raise Refused("invalid_payload")
    try:
        said = content.read(Call(slack, "response_url", args, NO_TOKEN, slack.clock.now()))
    except ApiError as refused:
        raise Refused(refused.error, 400, *refused.extra.get("errors", [])) from None
    if said.empty:
        raise Refused("no_text")
    return {"text": said.text or "", "blocks": said.blocks or [], "attachments": said.attachments or []}
