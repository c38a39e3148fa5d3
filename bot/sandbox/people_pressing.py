"""People at elements: clicking, choosing, typing into fields, looking options up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.sandbox import answers, blockkit, payloads, places
from bot.sandbox.blockkit.values import HELD
from bot.sandbox.delivery import Delivery
from bot.sandbox.interactions import NOT_RESPONDING, TROUBLE
from bot.sandbox.people_seen import Acted, CannotDo
from bot.sandbox.state import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

SHORTEST_QUERY = 3  # characters before options are looked up, unless the element says otherwise
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")


class Pressing:
    """What a person can do with elements. `where` names a message or a view; None is the topmost modal."""

    _slack: Slack
    user: User

    async def clicks(self, where: Message | View | None, action_id: str, value: object = None) -> Acted:
        """Press a button, or choose in a menu or picker. A confirm dialog is confirmed, and noted.

        `action_id` may be written "block_id/action_id". Of several buttons with one action_id, `value` says which.
        Raises CannotDo when it is not there to be clicked now.
        """
        self._able()
        if isinstance(where, Message):
            channel, message = places.current_message(self._slack, self.user, where)
            return await self._in_message(channel, message, action_id, value)
        return await self._in_view(places.current_view(self._slack, self.user, where), action_id, value, enter=True)

    async def fills(self, _given: Mapping[str, object] | None = None, /, **given: object) -> None:
        """Put values into the topmost modal, one after the other. Text is typed without pressing Enter."""
        for action_id, value in {**(_given or {}), **given}.items():
            await self._in_view(places.current_view(self._slack, self.user, None), action_id, value, enter=False)

    async def enters(self, action_id: str, given: object) -> Acted:
        """Type into a field of the topmost modal and press Enter, which tells the app if the field dispatches."""
        return await self._in_view(places.current_view(self._slack, self.user, None), action_id, given, enter=True)

    async def looks_up(self, action_id: str, typed: str, where: Message | View | None = None) -> list[Json]:
        """Type into a menu that the app fills. The options it offers, to be chosen by `clicks` or `fills` then."""
        self._able()
        spot, container = self._lookup(where, action_id)
        least = spot.placed.element.get("min_query_length", SHORTEST_QUERY)
        if len(typed) < least:
            raise CannotDo(f"options are looked up from {least} characters on")
        payload = payloads.block_suggestion(
            self._slack, self.user, container, spot.placed.block_id, spot.placed.action_id, typed
        )
        delivery = Delivery("interactive", payload)
        outcome = await self._slack.deliveries.send(delivery)
        try:
            options = answers.to_suggestion(outcome)
        except answers.NotUnderstood as why:
            self._slack.deliveries.show(delivery, f"Options could not be loaded: {why}")
            options = []
        self._slack.screens.offered[self.user.id, spot.placed.action_id] = options
        return options

    def _able(self) -> None:
        if self.user.deleted:
            raise CannotDo(f"{self.user.name} is deactivated")
        if not self._slack.app.interactivity:
            raise CannotDo("the app has interactivity switched off")

    async def _in_message(self, channel: Channel, message: Message, name: str, value: object) -> Acted:
        spot = places.in_message(message, name, value, self.user)
        entered = self._entered(spot, value)
        screens = self._slack.screens
        screens.enter_in_message(self.user.id, channel, message, spot.placed, entered)
        if not spot.placed.dispatches:
            return Acted()
        action = blockkit.action_payload(spot.placed, entered, payloads.action_ts(self._slack))
        payload = payloads.message_actions(self._slack, self.user, channel, message, [action], spot.attachment)
        acted = await self._tells(payload, spot, NOT_RESPONDING)
        screens.warn(self.user.id, channel, message, acted.trouble)
        return acted

    async def _in_view(self, view: View, name: str, value: object, *, enter: bool) -> Acted:
        self._able()
        spot = places.in_view(view, name, value, self.user)
        entered = self._entered(spot, value)
        if spot.placed.element["type"] in HELD:
            self._slack.screens.enter(view, spot.placed.block_id, spot.placed.action_id, entered)
        if not _dispatches(spot.placed, enter=enter):
            return Acted()
        action = blockkit.action_payload(spot.placed, entered, payloads.action_ts(self._slack))
        acted = await self._tells(payloads.view_actions(self._slack, self.user, view, [action]), spot, TROUBLE)
        if acted.trouble and self._slack.screens.is_open(view):
            self._slack.screens.in_trouble(view)
        return acted

    def _entered(self, spot: places.Spot, value: object) -> Json:
        offered = self._slack.screens.offered.get((self.user.id, spot.placed.action_id), [])
        return places.entered(self._slack, self.user, spot, value, offered)

    async def _tells(self, payload: Json, spot: places.Spot | None, trouble: str) -> Acted:
        delivery = Delivery("interactive", payload)
        outcome = await self._slack.deliveries.send(delivery)
        shown = "" if outcome.acked else trouble
        if shown:
            self._slack.deliveries.show(delivery, shown)
        confirm = spot.placed.element.get("confirm") if spot else None
        return Acted(trouble=shown, confirm=confirm, delivery=delivery, outcome=outcome)

    def _lookup(self, where: Message | View | None, action_id: str) -> tuple[places.Spot, Json]:
        if isinstance(where, Message):
            channel, message = places.current_message(self._slack, self.user, where)
            spot = places.in_message(message, action_id, None, self.user)
            container = payloads.in_message(self._slack, channel, message, spot.attachment)
        else:
            view = places.current_view(self._slack, self.user, where)
            spot = places.in_view(view, action_id, None, self.user)
            container = payloads.in_view(self._slack, view)
        if not spot.placed.element["type"].endswith("external_select"):
            raise CannotDo(f"{action_id!r} has its options already")
        return spot, container


def _dispatches(placed: blockkit.Placed, *, enter: bool) -> bool:
    """Whether the app is told: fields that are typed into tell it on Enter, or at each character if they say so."""
    if not placed.dispatches or placed.element["type"] not in TYPED:
        return placed.dispatches
    config = placed.element.get("dispatch_action_config") or {}
    on = config.get("trigger_actions_on") or ["on_enter_pressed"]
    return "on_character_entered" in on or (enter and "on_enter_pressed" in on)
