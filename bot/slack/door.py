"""The door: where everything that people do in Slack comes in. Floors say what they listen to; Bolt is here only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.models.views import View

from bot.kernel.errors import Refused, Rejected, Repeat, Unavailable
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.slack import blocks
from bot.slack.commands import Word, Words
from bot.slack.faults import EXPECTED, spoken
from bot.slack.message import Message

if TYPE_CHECKING:
    from bot.world import World

TOO_LATE = "Slack did not open the form in time: it allows three seconds. Please try once more."
AT_ONCE_S = 0.3  # a form that takes longer to draw is announced by one that says so

# Where an element of a form holds its one value.
PLAIN = (
    "value", "selected_user", "selected_date_time", "selected_date", "selected_conversation", "selected_channel",
)  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass
class Asked:
    """Somebody asked for something, and looks at the screen for the answer."""

    world: World
    user: UserId
    key: str  # the same for a second delivery of the same act
    trigger: str
    ack: AsyncAck
    respond: AsyncRespond | None  # None where Slack gives no response_url: in views, and for global shortcuts
    typed: bool = False  # a typed command, whose ack may carry the answer
    acked: bool = False

    async def acknowledge(self) -> None:
        if not self.acked:
            self.acked = True
            await self.ack()

    async def answer(self, message: Message) -> None:
        """To this person only, at once; may be lost."""
        shown: Any = [block.to_dict() for block in message.blocks] or None
        if self.typed and not self.acked:
            self.acked = True  # shown wherever it was typed, even where we are no member
            await self.ack(text=message.text, blocks=shown, response_type="ephemeral")
            return
        await self.acknowledge()
        if self.respond is None:
            await self.open(notice(message))
            return
        await self._respond(message, in_place=False)

    async def replace(self, message: Message) -> None:
        """In place of what only they see: of the answer to what was typed, or of the message whose button was pressed.
        Never for a button of a message that everybody sees. Where Slack replaces nothing it stands below."""
        await self.acknowledge()
        await self._respond(message, in_place=True)

    async def _respond(self, message: Message, *, in_place: bool) -> None:
        shown: Any = [block.to_dict() for block in message.blocks] or None
        assert self.respond, "there is a message to answer"
        try:
            await self.respond(text=message.text, blocks=shown, response_type="ephemeral", replace_original=in_place)
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            log.warning("answer_lost", error=type(lost).__name__)

    async def shows(self, title: str, drawing: Coroutine[Any, Any, View]) -> None:
        """The modal that `drawing` makes. Where that is not done at once, one that says so is opened before Slack's
        trigger dies, and filled after. Raises Refused as `drawing` does, while nothing is on the screen."""
        drawn = asyncio.create_task(drawing)
        try:
            if (await asyncio.wait({drawn}, timeout=AT_ONCE_S))[0]:
                await self.open(drawn.result())
                return
            screen = await self.open(loading(title))
            await screen.show(await _or_why(drawn))
        finally:
            drawn.cancel()

    async def open(self, view: View) -> Screen:
        """A modal on their screen. Raises Refused if Slack will not open it."""
        await self.acknowledge()
        try:
            return Screen(self.world, await self._show(view))
        except (Rejected, Unavailable) as why:
            if isinstance(why, Rejected) and why.code == "exchanged_trigger_id":
                raise Repeat({}) from why  # a second delivery of what has its form already
            log.warning("form_not_opened", error=str(why))
            raise Refused(TOO_LATE) from why

    async def _show(self, view: View) -> str:
        return await self.world.slack.open_view(self.trigger, view)


@dataclass
class Invocation(Asked):
    """A word was typed, or its button pressed."""

    channel: ChannelId | None = None
    rest: str = ""  # what followed the word, as Slack sends it: escaped, mentions as tokens
    incident: IncidentId | None = None  # what the button was about
    modal: str | None = None  # the view it was pressed in: another one goes on top
    values: dict[str, Any] = field(default_factory=dict)  # what stands in that view's fields now, by their names
    carries: dict[str, Any] = field(default_factory=dict)  # what that view carries
    shown: Screen | None = None  # what was opened in answer

    @property
    def screen(self) -> Screen | None:
        """The modal it was pressed in, to be drawn anew."""
        return Screen(self.world, self.modal) if self.modal else None

    async def _show(self, view: View) -> str:
        slack = self.world.slack
        return await (slack.push_view if self.modal else slack.open_view)(self.trigger, view)


@dataclass
class Picked(Asked):
    """A shortcut was chosen; `message` is the one it was chosen on, if it was a message shortcut."""

    channel: ChannelId | None = None
    message: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Screen:
    """A modal that somebody has open."""

    world: World
    view_id: str

    async def show(self, view: View) -> None:
        """Put this on it. If they closed it meanwhile, so be it."""
        try:
            await self.world.slack.update_view(self.view_id, view)
        except Rejected as why:
            if why.code != "not_found":
                raise


@dataclass(frozen=True)
class Submission:
    """A modal was sent. `values` by field name: text, option, user id, Unix time or ISO date; None where left empty."""

    world: World
    user: UserId
    key: str
    values: dict[str, Any]
    carries: dict[str, Any]
    ack: AsyncAck

    async def close(self) -> None:
        """It is recorded: take all of it off the screen."""
        await self.ack(response_action="clear")

    async def becomes(self, view: View) -> None:
        """Nothing is recorded yet: the same modal asks for more."""
        await self.ack(response_action="update", view=view)


@dataclass(frozen=True)
class Happened:
    """An event, written down before it was acked; deal with `key` in the transaction that answers it."""

    world: World
    key: str
    event: dict[str, Any]

    @property
    def channel(self) -> ChannelId:
        return ChannelId(str(self.event.get("channel", "")))

    @property
    def ts(self) -> MessageTs:
        return MessageTs(str(self.event.get("ts", "")))


@dataclass(frozen=True)
class Shortcut:
    callback: str
    name: str  # at most 24 characters
    description: str
    on_message: bool
    act: Callable[[Picked], Awaitable[None]]


@dataclass
class Door:
    """What the floors listen to. The app manifest is made from this, and Bolt's listeners too."""

    words: Words = field(default_factory=Words)
    alone: Callable[[Invocation], Awaitable[None]] | None = None  # what the command means without a word
    forms: dict[str, Callable[[Submission], Awaitable[None]]] = field(default_factory=dict)
    shortcuts: list[Shortcut] = field(default_factory=list)
    events: dict[str, list[Callable[[Happened], Awaitable[None]]]] = field(default_factory=dict)

    def word(self, word: Word) -> None:
        self.words.add(word)

    def form(self, callback: str, act: Callable[[Submission], Awaitable[None]]) -> None:
        if callback in self.forms:
            raise ValueError(f"two forms are called {callback}")
        self.forms[callback] = act

    def shortcut(self, shortcut: Shortcut) -> None:
        self.shortcuts.append(shortcut)

    def event(self, kind: str, act: Callable[[Happened], Awaitable[None]]) -> None:
        """`kind` as in the manifest's subscriptions: `reaction_added`, `message.channels` …"""
        self.events.setdefault(kind, []).append(act)


async def _or_why(drawn: asyncio.Task[View]) -> View:
    try:
        return await drawn
    except EXPECTED as why:
        return notice(Message(spoken(why)))


def loading(title: str) -> View:
    return blocks.modal("loading", title, [blocks.section(":hourglass_flowing_sand: One moment …")])


def notice(message: Message) -> View:
    return blocks.modal("notice", "Tocsin", message.blocks or [blocks.section(message.text)])


def entered(state: dict[str, Any]) -> dict[str, Any]:
    """The values of a submitted view, by field name."""
    return {name: _value(element) for block in state.get("values", {}).values() for name, element in block.items()}


def _value(element: dict[str, Any]) -> Any:
    kind = element.get("type")
    if kind == "checkboxes":
        return [option["value"] for option in element.get("selected_options") or []]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    return next((element[name] for name in PLAIN if name in element), None)


def carried(view: dict[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
