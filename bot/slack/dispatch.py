"""Bolt's side of the door: each delivery is parsed once, written down where it must be, and answered in one place
when it is refused."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.kernel.clock import Stopwatch
from bot.kernel.db import DATABASE_TROUBLE
from bot.kernel.errors import Refused, Repeat, Unavailable
from bot.kernel.ids import ChannelId, IncidentId, UserId
from bot.slack.client import Identity
from bot.slack.commands import COMMAND
from bot.slack.door import Asked, Door, Happened, Invocation, Picked, Shortcut, Submission, carried, entered, notice
from bot.slack.faults import spoken
from bot.slack.message import Message
from bot.slack.text import plain

if TYPE_CHECKING:
    from bot.world import World

BOLT_WAITS_S = 3.0  # for the answer to a command: after that it says nothing, and Slack that it failed
STRANGER = "Only people of this workspace can run its incidents. Please ask one of them to do it for you."

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[Any]]
Act = Callable[[Invocation], Awaitable[None]]


def bolt_app(world: World, door: Door, signing_secret: str) -> AsyncApp:
    """Everything the door listens to, on a Bolt app that asks nothing of Slack before it answers."""

    async def authorize() -> AuthorizeResult:
        if world.slack.me is None:
            raise Unavailable("not signed in to Slack yet")
        return _authorized(world.slack.me, world.slack.web.token or "")

    app = AsyncApp(
        client=AsyncWebClient(base_url=world.slack.web.base_url, session=world.slack.session),
        signing_secret=signing_secret or None,
        authorize=authorize,
        request_verification_enabled=bool(signing_secret),
    )
    Entrance(world, door).attach(app)
    return app


class Entrance:
    def __init__(self, world: World, door: Door) -> None:
        self.world = world
        self.door = door

    def attach(self, app: AsyncApp) -> None:
        app.use(self.remember)
        app.use(self.insiders_only)
        app.command(COMMAND)(self.on_command)
        app.action(re.compile(r"^word:"))(self.on_button)
        app.action(re.compile(".*"))(self.on_other_action)
        for callback in self.door.forms:
            app.view(callback)(self.on_form)
        for shortcut in self.door.shortcuts:
            listen = app.message_shortcut if shortcut.on_message else app.global_shortcut
            listen(shortcut.callback)(self.on_shortcut)
        for kind in {subscribed.partition(".")[0] for subscribed in self.door.events}:
            app.event(kind)(self.on_event)
        app.error(self.on_error)

    # --- before anything else

    async def remember(self, body: dict[str, Any], context: AsyncBoltContext, next_: Next) -> BoltResponse | None:
        """Write an event down before Bolt acks it, which it does before any listener runs."""
        context["since"] = Stopwatch()
        if body.get("type") != "event_callback":
            await next_()
            return None
        key = f"event:{body['event_id']}"
        if not context.get("replayed"):
            try:
                async with self.world.db.transaction() as tx:
                    new = await tx.receive(key, body)
            except DATABASE_TROUBLE as trouble:
                log.error("delivery_not_written_down", delivery=key, error=str(trouble))
                return BoltResponse(status=503, body="")
            if not new:
                return BoltResponse(status=200, body="")
        context["delivery"] = key
        await next_()
        return None

    async def insiders_only(self, body: dict[str, Any], next_: Next) -> BoltResponse | None:
        """People of other organisations, who come by Slack Connect, may read; they do not run our incidents."""
        team, user = body.get("team") or {}, body.get("user") or {}
        if isinstance(user, dict) and user.get("team_id", team.get("id")) != team.get("id"):
            raise Refused(STRANGER)
        await next_()
        return None

    # --- people

    async def on_command(self, body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond) -> None:
        act, rest = self._meant(body.get("text") or "")
        asked = Invocation(
            self.world, UserId(body["user_id"]), f"command:{body['trigger_id']}", body["trigger_id"], ack, respond,
            typed=True, channel=ChannelId(body["channel_id"]), rest=rest,
        )  # fmt: skip
        await self._act(asked, act(asked))

    def _meant(self, text: str) -> tuple[Act, str]:
        if self.door.alone and not text.strip():
            return self.door.alone, ""
        word, rest = self.door.words.read(text)
        return word.act, rest

    async def on_button(self, body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond) -> None:
        pressed, view = body["actions"][0], body.get("view") or {}
        number, _, rest = str(pressed.get("value") or "").partition(" ")
        user = UserId(body["user"]["id"])
        asked = Invocation(
            self.world, user, f"action:{user}:{pressed['action_ts']}:{pressed['action_id']}", body["trigger_id"], ack,
            None if view else respond, channel=_channel(body), rest=rest,
            incident=IncidentId(int(number)) if number.isdecimal() else None,
            modal=view["id"] if view.get("type") == "modal" else None,
            values=entered(view.get("state") or {}), carries=carried(view),
        )  # fmt: skip
        word = self.door.words.find(pressed["action_id"].split(":")[1])
        await self._act(asked, word.act(asked))

    async def on_other_action(self, ack: AsyncAck) -> None:
        """Fields that report a change on the way, and buttons that only open a link."""
        await ack()

    async def on_form(self, body: dict[str, Any], view: dict[str, Any], ack: AsyncAck) -> None:
        sent = Submission(
            self.world, UserId(body["user"]["id"]), f"view:{view['id']}:{view['callback_id']}",
            entered(view["state"]), carried(view), ack,
        )  # fmt: skip
        with structlog.contextvars.bound_contextvars(delivery=sent.key):
            await self.door.forms[view["callback_id"]](sent)

    async def on_shortcut(self, body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond) -> None:
        shortcut = self._shortcut(body["callback_id"])
        picked = Picked(
            self.world, UserId(body["user"]["id"]), f"shortcut:{body['trigger_id']}", body["trigger_id"], ack,
            respond if body.get("response_url") else None, channel=_channel(body), message=body.get("message") or {},
        )  # fmt: skip
        await self._act(picked, shortcut.act(picked))

    def _shortcut(self, callback: str) -> Shortcut:
        return next(shortcut for shortcut in self.door.shortcuts if shortcut.callback == callback)

    async def _act(self, asked: Asked, act: Awaitable[None]) -> None:
        with structlog.contextvars.bound_contextvars(delivery=asked.key):
            await act
            await asked.acknowledge()

    # --- events

    async def on_event(self, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        happened = Happened(self.world, context["delivery"], event)
        with structlog.contextvars.bound_contextvars(delivery=happened.key):
            for act in self._listening(event):
                await act(happened)
            async with self.world.db.transaction() as tx:
                await tx.settle(happened.key)

    def _listening(self, event: dict[str, Any]) -> list[Callable[[Happened], Awaitable[None]]]:
        if event["type"] != "message":
            return self.door.events.get(event["type"], [])
        kinds = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
        return self.door.events.get(kinds.get(event.get("channel_type", ""), ""), [])

    # --- whatever was raised

    async def on_error(
        self, error: Exception, request: AsyncBoltRequest, response: BoltResponse | None, body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> BoltResponse | None:  # fmt: skip
        """Say it to the person, where they are looking. `response` is None when it was acked already, and then
        Bolt takes no other."""
        said = await self._say(error, body, context, acked=response is None)
        return None if response is None else said

    async def _say(
        self, error: Exception, body: dict[str, Any], context: AsyncBoltContext, *, acked: bool
    ) -> BoltResponse | None:
        if isinstance(error, Repeat):
            return _again(body)
        words = spoken(error)
        if body.get("type") == "event_callback":
            return None  # it is written down and will be tried again
        if body.get("type") == "view_submission":
            field = error.field if isinstance(error, Refused) else None
            return _field_error(body["view"], field, words)
        if "command" in body and not acked and context["since"].seconds() < BOLT_WAITS_S:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
        await self._tell(body, context, words)
        return BoltResponse(status=200, body="")

    async def _tell(self, body: dict[str, Any], context: AsyncBoltContext, words: str) -> None:
        view = body.get("view") or {}
        user = UserId(body["user_id"] if "command" in body else body["user"]["id"])
        asked = Invocation(
            self.world, user, "", body.get("trigger_id", ""), context.ack,
            context.respond if body.get("response_url") else None, acked=True,
            modal=view["id"] if view.get("type") == "modal" else None,
        )  # fmt: skip
        try:
            await asked.answer(Message(words))
        except (Refused, Repeat):
            log.warning("refusal_not_shown")


def _authorized(me: Identity, token: str) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=me.team, bot_user_id=me.user, bot_id=me.bot_id, bot_token=token)


def _channel(body: dict[str, Any]) -> ChannelId | None:
    found = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    return ChannelId(found) if found else None


def _again(body: dict[str, Any]) -> BoltResponse:
    """The second delivery of what was done: the screen shows the same as after the first."""
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "clear"})
    return BoltResponse(status=200, body="")


def _field_error(view: dict[str, Any], field: str | None, words: str) -> BoltResponse:
    """Under its field, where only plain words are shown."""
    inputs = {block["element"]["action_id"]: block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not inputs:
        return BoltResponse(status=200, body={"response_action": "update", "view": notice(Message(words)).to_dict()})
    where = inputs.get(field or "") or next(iter(inputs.values()))
    shown = plain(words, str).replace("`", "")
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {where: shown}})
