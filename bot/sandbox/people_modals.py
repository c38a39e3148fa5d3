"""People at modals, shortcuts and the Home."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.sandbox import answers, blockkit, payloads, places, rooms
from bot.sandbox.delivery import Delivery, Outcome
from bot.sandbox.interactions import NOT_RESPONDING
from bot.sandbox.people_pressing import Pressing
from bot.sandbox.people_seen import Acted, CannotDo, Submitted
from bot.sandbox.state import Channel, Json, Message, View


class Modals(Pressing):
    @property
    def modal(self) -> View | None:
        """The topmost modal."""
        return self._slack.screens.top(self.user.id)

    @property
    def home(self) -> View | None:
        """The app's Home as it was last published for this person."""
        return self._slack.screens.home(self.user.id)

    async def submits(self, _given: Mapping[str, object] | None = None, /, **given: object) -> Submitted:
        """Fill in the topmost modal and press its submit button. The client checks the entries first."""
        await self.fills(_given, **given)
        view, errors = self._checked()
        if errors:
            return Submitted(view, errors=errors)
        delivery = self._submission(view)
        outcome = await self._slack.deliveries.send(delivery)
        return self._answered(view, delivery, outcome)

    async def submits_twice(
        self, _given: Mapping[str, object] | None = None, /, **given: object
    ) -> tuple[Submitted, Submitted]:
        """Submit the same view twice at one instant, as an impatient person on two devices does."""
        await self.fills(_given, **given)
        view, errors = self._checked()
        if errors:
            return Submitted(view, errors=errors), Submitted(view, errors=errors)
        first, second = self._submission(view), self._submission(view)
        both = await asyncio.gather(self._slack.deliveries.send(first), self._slack.deliveries.send(second))
        return self._answered(view, first, both[0]), self._answered(view, second, both[1])

    async def closes(self) -> None:
        """Press Cancel (or Close) in the topmost modal: the one beneath appears, unless it clears all."""
        view = places.current_view(self._slack, self.user, None)
        clears = bool(view.body.get("clear_on_close"))
        closed = payloads.view_closed(self._slack, self.user, view, is_cleared=clears)
        if clears:
            self._slack.screens.clear(self.user.id)
        else:
            self._slack.screens.close(view)
        await self._tells_closed(view, closed)

    async def closes_all(self) -> None:
        """Press the X: the whole stack is gone. The app hears of the root view only."""
        places.current_view(self._slack, self.user, None)
        root = self._slack.screens.stack(self.user.id)[0]
        closed = payloads.view_closed(self._slack, self.user, root, is_cleared=True)
        self._slack.screens.clear(self.user.id)
        await self._tells_closed(root, closed)

    async def shortcut(self, callback_id: str) -> Acted:
        """Start a global shortcut from the ⚡ menu."""
        self._able()
        self._declared(callback_id, "global")
        return await self._tells(payloads.shortcut(self._slack, self.user, callback_id), None, NOT_RESPONDING)

    async def message_shortcut(self, callback_id: str, message: Message) -> Acted:
        """Start a message shortcut from the message's menu. Ephemeral messages have none."""
        self._able()
        self._declared(callback_id, "message")
        channel, now = places.current_message(self._slack, self.user, message)
        if now.ephemeral_for or now.subtype == "tombstone":
            raise CannotDo("this message has no shortcuts")
        payload = payloads.message_action(self._slack, self.user, channel, now, callback_id)
        return await self._tells(payload, None, NOT_RESPONDING)

    async def opens_home(self) -> View | None:
        """Open the app's Home. The app hears of it each time; what is shown is what it published before."""
        if not self._slack.app.home_tab:
            raise CannotDo("the app has no Home")
        return self._opens("home")

    async def opens_messages(self) -> Channel:
        """Open the app's Messages tab: the direct messages with it."""
        if not self._slack.app.messages_tab:
            raise CannotDo("the app has no Messages tab")
        self._opens("messages")
        return self._direct_messages()

    def _opens(self, tab: str) -> View | None:
        if self.user.deleted:
            raise CannotDo(f"{self.user.name} is deactivated")
        channel = self._direct_messages()
        event: Json = {"type": "app_home_opened", "user": self.user.id, "channel": channel.id, "tab": tab}
        if tab == "home" and self.home is not None:
            event["view"] = self._slack.screens.payload(self.home)
        self._slack.emit(event)
        return self.home

    def _direct_messages(self) -> Channel:
        return rooms.direct(self._slack, [self.user.id, self._slack.bot.id])[0]

    def _checked(self) -> tuple[View, dict[str, str]]:
        """The topmost modal, with what the client says against submitting it."""
        view = places.current_view(self._slack, self.user, None)
        if not view.body.get("submit"):
            raise CannotDo("this modal has no submit button")
        if view.body.get("submit_disabled"):
            raise CannotDo("its submit button is disabled")
        errors = blockkit.check_entries(view.body["blocks"], view.values)
        if errors:
            self._slack.screens.refuse(view, errors)
        return view, errors

    def _submission(self, view: View) -> Delivery:
        return Delivery(
            "interactive", payloads.view_submission(self._slack, self.user, view, self._response_urls(view))
        )

    def _answered(self, view: View, delivery: Delivery, outcome: Outcome) -> Submitted:
        trouble = answers.to_submission(self._slack, view, outcome)
        if trouble:
            self._slack.deliveries.show(delivery, view.trouble or trouble)
        return Submitted(
            view,
            errors=dict(view.errors),
            trouble=trouble,
            closed=not self._slack.screens.is_open(view),
            delivery=delivery,
            outcome=outcome,
        )

    def _response_urls(self, view: View) -> list[Json]:
        """A response_url for each chosen conversation whose input asks for one."""
        urls = []
        for placed in blockkit.elements(view.body["blocks"]):
            value = view.values.get(placed.block_id, {}).get(placed.action_id, {})
            chosen = value.get("selected_conversation") or value.get("selected_channel")
            if placed.in_input and placed.element.get("response_url_enabled") and chosen:
                url = self._slack.screens.hooks.issue("actions", chosen, self.user.id)
                ids = {"block_id": placed.block_id, "action_id": placed.action_id}
                urls.append({**ids, "channel_id": chosen, "response_url": url})
        return urls

    async def _tells_closed(self, view: View, payload: Json) -> None:
        if view.body.get("notify_on_close"):
            await self._slack.deliveries.send(Delivery("interactive", payload))

    def _declared(self, callback_id: str, kind: str) -> None:
        found = self._slack.app.shortcuts.get(callback_id)
        if found is None or found.kind != kind:
            raise CannotDo(f"the app has no {kind} shortcut {callback_id!r}")
