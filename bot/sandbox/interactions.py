"""What is on people's screens from the app: stacks of modals, Homes, and what they had entered there."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING

from bot.sandbox import blockkit
from bot.sandbox.blockkit.values import HELD
from bot.sandbox.hooks import Hooks
from bot.sandbox.state import Channel, Json, Message, View
from bot.sandbox.triggers import Trigger, Triggers

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

DEEPEST = 3  # views in a stack, set by Slack
TROUBLE = "We had some trouble connecting. Try again?"
NOT_RESPONDING = "This app is not responding. Try again?"


class StackFull(Exception):
    """Three views are open already."""


class Screens:
    """Opens, changes and closes what people see. What may be shown at all is checked before, in `api/views.py`."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.triggers = Triggers(slack.clock, slack.rules)
        self.hooks = Hooks(slack)
        self.entered: dict[tuple[str, str, str], dict[str, Json]] = {}  # person, channel, ts -> values in a message
        self.offered: dict[tuple[str, str], list[Json]] = {}  # person, action_id -> options last offered to them
        self.warned: dict[tuple[str, str, str], str] = {}  # person, channel, ts -> the warning beside a message
        self.places: dict[str, str] = {}  # view id -> the channel it was opened from

    # Finding

    def stack(self, user: str) -> list[View]:
        """The open modals of somebody, topmost last."""
        return self._slack.workspace.modals.setdefault(user, [])

    def top(self, user: str) -> View | None:
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        return self._slack.workspace.homes.get(user)

    def by_id(self, view_id: str) -> View | None:
        return next((v for v in self._all() if v.id == view_id), None)

    def by_external_id(self, external_id: str) -> View | None:
        return next((v for v in self._all() if v.body.get("external_id") == external_id), None)

    def is_open(self, view: View) -> bool:
        """Whether a view is still on a screen, on top or beneath another."""
        return self.by_id(view.id) is view

    # Showing

    def open(self, trigger: Trigger, body: Json) -> View:
        """Show a modal as the first of a new stack. One that was open before is gone, without a word to the app."""
        self.stack(trigger.user).clear()
        return self._shown(trigger.user, body, trigger.channel)

    def push(self, user: str, body: Json) -> View:
        """Show a modal on top of the others. Raises StackFull."""
        stack = self.stack(user)
        if len(stack) >= DEEPEST:
            raise StackFull
        place = self.places.get(stack[-1].id) if stack else None
        return self._shown(user, body, place)

    def replace(self, view: View, body: Json) -> None:
        """Show another content in a view. What was entered is kept where block_id and action_id are the same."""
        before, view.body = view.body, self._filled(body)
        view.values = blockkit.kept_values(before["blocks"], view.values, view.body["blocks"])
        view.hash, view.errors, view.trouble = self._hash(), {}, ""
        self._changed(view)

    def publish(self, user: str, body: Json) -> View:
        """Show somebody's Home, a new one or the one they had with new content."""
        if (home := self.home(user)) is not None:
            self.replace(home, body)
            return home
        home = self._view(user, body, None)
        self._slack.workspace.homes[user] = home
        self._changed(home)
        return home

    def close(self, view: View) -> None:
        """Take a view off its stack, and whatever lies on top of it."""
        stack = self.stack(view.user)
        if view in stack:
            del stack[stack.index(view) :]
            self._changed(view)

    def clear(self, user: str) -> None:
        """Take all modals off a screen."""
        stack = self.stack(user)
        gone = list(stack)
        stack.clear()
        for view in gone[:1]:
            self._changed(view)

    def refuse(self, view: View, errors: dict[str, str]) -> None:
        """Show errors beneath the fields of a view, and nothing else that was wrong before."""
        view.errors, view.trouble = errors, ""
        self._changed(view)

    def in_trouble(self, view: View, trouble: str = TROUBLE) -> None:
        """Show that the app could not be reached or understood. The view stays."""
        view.errors, view.trouble = {}, trouble
        self._changed(view)

    def enter(self, view: View, block_id: str, action_id: str, value: Json) -> None:
        """Note what a person put into an element."""
        view.values.setdefault(block_id, {})[action_id] = value
        view.errors.pop(block_id, None)
        self._changed(view)

    def enter_in_message(
        self, user: str, channel: Channel, message: Message, placed: blockkit.Placed, value: Json
    ) -> None:
        """Note what a person chose in a message; others do not see it, and the app only with the next click."""
        if placed.element["type"] in HELD:
            mine = self.entered.setdefault((user, channel.id, message.ts), {})
            mine.setdefault(placed.block_id, {})[placed.action_id] = value

    def warn(self, user: str, channel: Channel, message: Message, warning: str) -> None:
        """Show a warning beside a message to whom its app did not answer; empty takes it away."""
        before = self.warned.pop((user, channel.id, message.ts), "")
        if warning:
            self.warned[user, channel.id, message.ts] = warning
        if warning != before:
            self._slack.changed("message", channel=channel.id, ts=message.ts)

    def in_message(self, user: str, channel: Channel, message: Message) -> dict[str, Json]:
        """state.values of a message, as this person left it."""
        blocks = [*message.blocks, *(b for a in message.attachments for b in a.get("blocks") or [])]
        values = blockkit.initial_values(blocks)
        mine = self.entered.get((user, channel.id, message.ts), {})
        for block_id, action_id in [(b, a) for b, actions in values.items() for a in actions]:
            chosen = mine.get(block_id, {}).get(action_id)
            if chosen is not None and chosen["type"] == values[block_id][action_id]["type"]:
                values[block_id][action_id] = copy.deepcopy(chosen)
        return values

    # On the wire

    def payload(self, view: View) -> Json:
        """A view as it appears in payloads, with everything entered."""
        return self.answer(view) | {"state": {"values": copy.deepcopy(view.values)}}

    def answer(self, view: View) -> Json:
        """A view as the Web API answers it: nothing entered is told there."""
        workspace, body = self._slack.workspace, copy.deepcopy(view.body)
        return {
            "id": view.id,
            "team_id": workspace.team_id,
            "type": body["type"],
            "blocks": body["blocks"],
            "private_metadata": body.get("private_metadata") or "",
            "callback_id": body.get("callback_id") or "",
            "state": {"values": {}},
            "hash": view.hash,
            "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(body.get("clear_on_close")),
            "notify_on_close": bool(body.get("notify_on_close")),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": view.previous_view_id,
            "root_view_id": view.root_view_id,
            "app_id": workspace.app_id,
            "external_id": body.get("external_id") or "",
            "app_installed_team_id": workspace.team_id,
            "bot_id": workspace.bot_id,
        }

    def _all(self) -> list[View]:
        workspace = self._slack.workspace
        return [v for stack in workspace.modals.values() for v in stack] + list(workspace.homes.values())

    def _shown(self, user: str, body: Json, place: str | None) -> View:
        view = self._view(user, body, place)
        stack = self.stack(user)
        if stack:
            view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        if place is not None:
            self.places[view.id] = place
        self._changed(view)
        return view

    def _view(self, user: str, body: Json, place: str | None) -> View:
        view_id = self._slack.new_id("V")
        filled = self._filled(body)
        return View(
            id=view_id,
            user=user,
            body=filled,
            hash=self._hash(),
            values=blockkit.initial_values(filled["blocks"], place),
            root_view_id=view_id,
            opened=self._slack.epoch(),
        )

    def _filled(self, body: Json) -> Json:
        return copy.deepcopy(body) | {"blocks": blockkit.fill_ids(body["blocks"])}

    def _hash(self) -> str:
        return f"{self._slack.epoch()}.{secrets.token_hex(4)}"

    def _changed(self, view: View) -> None:
        self._slack.changed("modals" if view.body["type"] == "modal" else "home", user=view.user)
