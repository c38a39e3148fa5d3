"""People: they act only as Slack's client lets them act, and see only what it shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from bot.sandbox import places
from bot.sandbox.people_modals import Modals
from bot.sandbox.people_seen import Acted, CannotDo, Submitted, Typed
from bot.sandbox.people_writing import Where, Writing
from bot.sandbox.state import Channel, Message, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

T = TypeVar("T")

__all__ = ["Acted", "CannotDo", "Person", "Submitted", "Typed"]


class Person(Writing, Modals):
    """Somebody at the keyboard. Every act raises CannotDo where the client would not let them."""

    def __init__(self, slack: Slack, user: User) -> None:
        self._slack = slack
        self.user = user

    def __repr__(self) -> str:
        return f"<{self.user.name}>"

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def channels(self) -> list[Channel]:
        """The conversations this person is in."""
        return [c for c in self._slack.workspace.channels.values() if self.id in c.members]

    @property
    def inbox(self) -> list[Message]:
        """The direct messages with the app, oldest first."""
        channel = self._slack.direct_message(self.id)
        return self.sees(channel) if channel else []

    def sees(self, channel: Where) -> list[Message]:
        """The messages of a channel, with replies and with what only this person sees; none where they cannot look."""
        place = channel if isinstance(channel, Channel) else self._slack.channel(channel)
        if not places.sees(self._slack, self.user, place):
            return []
        return [m for m in place.messages.values() if m.ephemeral_for in (None, self.id)]

    def ephemeral(self, channel: Where) -> list[Message]:
        """What only this person sees there."""
        return [m for m in self.sees(channel) if m.ephemeral_for]

    def pinged(self, channel: Where | None = None) -> list[str]:
        """Why this person's phone buzzed, each time, in a channel or anywhere."""
        place = channel if isinstance(channel, Channel) or channel is None else self._slack.channel(channel)
        return [
            n.why
            for n in self._slack.journal.notified
            if n.user == self.id and (place is None or n.channel == place.id)
        ]

    async def waits_for(self, condition: Callable[[], T | None], timeout: float = 15.0) -> T:
        """The first truthy value of `condition`, looked at again at every change. Raises TimeoutError."""
        found = await self._slack.waits_for(condition, timeout)
        assert found is not None, "only what is truthy ends the wait"
        return found
