"""Where a person finds what they want to click: the current message or view, and the element in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox import blockkit
from bot.sandbox.people_seen import CannotDo
from bot.sandbox.state import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack


@dataclass(frozen=True)
class Spot:
    """An element on a screen. `attachment` counts from 1 when the element stands in one."""

    placed: blockkit.Placed
    attachment: int | None = None


def sees(slack: Slack, user: User, channel: Channel) -> bool:
    """Whether somebody can look into a channel; guests only into those they are in."""
    if user.id in channel.members:
        return True
    return not (channel.is_private or user.is_restricted or user.is_ultra_restricted)


def current_message(slack: Slack, user: User, message: Message) -> tuple[Channel, Message]:
    """The message as it is now, and where. Raises CannotDo if this person does not see it, or it is gone."""
    places = [(c, m) for c in slack.workspace.channels.values() if (m := c.messages.get(message.ts)) is not None]
    found = [place for place in places if place[1] is message] or [p for p in places if p[1].user == message.user]
    if not found:
        raise CannotDo("this message is gone")
    channel, now = found[0]
    if not sees(slack, user, channel):
        raise CannotDo(f"{user.name} is not in this conversation")
    if now.ephemeral_for not in (None, user.id):
        raise CannotDo("only somebody else sees this message")
    return channel, now


def current_view(slack: Slack, user: User, view: View | None) -> View:
    """The view as it is now: the topmost modal, or the Home. Raises CannotDo if it is not on the screen."""
    top = slack.screens.top(user.id)
    if view is None:
        if top is None:
            raise CannotDo(f"{user.name} has no modal open")
        return top
    home = slack.screens.home(user.id)
    for shown in (top, home):
        if shown is not None and shown.id == view.id:
            return shown
    raise CannotDo("this view is not on the screen")


def in_message(message: Message, name: str, value: object, user: User) -> Spot:
    """The element called so in a message or its attachments."""
    spots = [Spot(p) for p in blockkit.elements(message.blocks)]
    for number, attachment in enumerate(message.attachments, 1):
        spots += [Spot(p, number) for p in blockkit.elements(attachment.get("blocks") or [])]
    return _only(_visible(spots, user), name, value)


def in_view(view: View, name: str, value: object, user: User) -> Spot:
    spots = [Spot(p) for p in blockkit.elements(view.body["blocks"])]
    return _only(_visible(spots, user), name, value)


def _only(spots: list[Spot], name: str, value: object) -> Spot:
    """The one element with this action_id (or "block_id/action_id"); of several buttons the one with that value."""
    found = [s for s in spots if s.placed.action_id == name]
    found = found or [s for s in spots if f"{s.placed.block_id}/{s.placed.action_id}" == name]
    if len(found) > 1:
        found = [s for s in found if value is not None and s.placed.element.get("value") == value] or found
    if not found:
        there = ", ".join(sorted({s.placed.action_id for s in spots})) or "nothing"
        raise CannotDo(f"there is no {name!r} here to use; there is {there}")
    if len(found) > 1:
        raise CannotDo(f"there are {len(found)} elements called {name!r}: say block_id/action_id, or a button's value")
    return found[0]


def _visible(spots: list[Spot], user: User) -> list[Spot]:
    return [s for s in spots if user.id in s.placed.element.get("visible_to_user_ids", [user.id])]


def entered(slack: Slack, user: User, spot: Spot, given: object, offered: list[Json]) -> Json:
    """What the element holds when this person enters that. Raises CannotDo where the client would not let them."""
    element = spot.placed.element
    try:
        value = blockkit.value_of(element, _suggested(element, given, offered))
    except blockkit.CannotEnter as why:
        raise CannotDo(str(why)) from None
    for picked in _picked(value):
        _check_picked(slack, user, element, picked)
    return value


def _suggested(element: Json, given: object, offered: list[Json]) -> object:
    """For menus the app fills: the offered option that was meant by its value or text."""
    if not element["type"].endswith("external_select") or given is None:
        return given
    if isinstance(given, list):
        return [_one_of(offered, one) for one in given]
    return _one_of(offered, given)


def _one_of(offered: list[Json], given: object) -> Json:
    for option in offered:
        if given in (option, option["value"], option["text"]["text"]):
            return option
    raise CannotDo(f"{given!r} was not suggested; look it up first")


def _picked(value: Json) -> list[str]:
    one = [value.get(f"selected_{what}") for what in ("user", "channel", "conversation")]
    many = [picked for what in ("users", "channels", "conversations") for picked in value.get(f"selected_{what}") or []]
    return [*filter(None, one), *many]


def _check_picked(slack: Slack, user: User, element: Json, picked: str) -> None:
    workspace = slack.workspace
    if "users_select" in element["type"]:
        if (found := workspace.users.get(picked)) is None or found.deleted:
            raise CannotDo(f"{picked} is nobody who can be chosen")
        return
    channel = workspace.channels.get(picked)
    if channel is None and picked in workspace.users and "conversations" in element["type"]:
        return
    if channel is None or channel.is_archived or not sees(slack, user, channel):
        raise CannotDo(f"{picked} is not among the conversations {user.name} can choose")
    if "channels_select" in element["type"] and channel.kind != "channel":
        raise CannotDo(f"{picked} is no public channel")
    kinds = {"channel": "public", "group": "private", "im": "im", "mpim": "mpim"}
    include = (element.get("filter") or {}).get("include")
    if include and kinds[channel.kind] not in include:
        raise CannotDo(f"{picked} is left out by this menu's filter")
