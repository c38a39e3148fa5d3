"""People writing: messages, commands, edits, reactions, pins, and coming and going."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from bot.sandbox import payloads, places, rooms, talk, typed
from bot.sandbox.delivery import Delivery, Outcome
from bot.sandbox.hooks import Refused
from bot.sandbox.people_seen import CannotDo, Typed
from bot.sandbox.state import Channel, Message, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

Where = Channel | str  # a channel, its name or its id


class Writing:
    """What a person can write, and where."""

    _slack: Slack
    user: User

    async def types(self, text: str, channel: Where, thread: Message | str | None = None) -> Typed:
        """Type into a channel's composer (or a thread's) and press Enter: a command if it starts with `/`."""
        if not text.startswith("/"):
            return Typed(message=await self.says(text, channel, thread))
        if thread is not None:
            raise CannotDo(f"{text.split()[0]} is not supported in threads. Sorry!")
        place = self._writable(channel)
        name, _, rest = text.partition(" ")
        command = self._slack.app.commands.get(name)
        if command is None:
            raise CannotDo(f"{name} is not a valid command.")
        words = typed.read(self._slack.workspace, rest.strip(), reader=self.user.id)
        said = typed.escaped(words) if command.should_escape else rest.strip()
        payload = payloads.slash_command(self._slack, self.user, place, name, said)
        delivery = Delivery("slash_commands", payload)
        return self._shows(place, delivery, await self._slack.deliveries.send(delivery))

    async def says(self, text: str, channel: Where, thread: Message | str | None = None) -> Message:
        """Post a message. `@ana`, `#general` and links become what Slack's client makes of them."""
        if not text.strip():
            raise CannotDo("there is nothing to send")
        place = self._writable(channel)
        parent = self._parent(place, thread)
        pieces = typed.read(self._slack.workspace, text, reader=self.user.id)
        said = Message(
            ts="",
            user=self.user.id,
            text=typed.stored(pieces),
            blocks=typed.rich_text(pieces),
            client_msg_id=str(uuid.uuid4()),
            thread_ts=parent.ts if parent else None,
        )
        return talk.post(self._slack, place, said)

    async def edits(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        place, said = self._own(message)
        pieces = typed.read(self._slack.workspace, text, reader=self.user.id)
        blocks = typed.rich_text(pieces)
        talk.edit(self._slack, place, said, self.user.id, text=typed.stored(pieces), blocks=blocks)
        return said

    async def deletes(self, message: Message) -> None:
        """Delete one's own message; admins anybody's. An ephemeral message is dismissed."""
        place, said = places.current_message(self._slack, self.user, message)
        if said.user != self.user.id and not said.ephemeral_for and not self.user.is_admin:
            raise CannotDo("only one's own messages can be deleted")
        talk.delete(self._slack, place, said)

    async def reacts(self, message: Message, name: str) -> None:
        """Add a reaction; `name` without colons, a skin tone as in `wave::skin-tone-3`."""
        place, said = self._reactable(message)
        if any(r.name == name and self.user.id in r.users for r in said.reactions):
            raise CannotDo(f"{self.user.name} has already reacted so")
        talk.react(self._slack, place, said, self.user.id, name.strip(":") if "::" not in name else name)

    async def unreacts(self, message: Message, name: str) -> None:
        place, said = self._reactable(message)
        if not any(r.name == name and self.user.id in r.users for r in said.reactions):
            raise CannotDo(f"{self.user.name} has not reacted so")
        talk.unreact(self._slack, place, said, self.user.id, name)

    async def pins(self, message: Message) -> None:
        place, said = self._reactable(message)
        if said.pinned:
            raise CannotDo("it is pinned already")
        talk.pin(self._slack, place, said, self.user.id)

    async def unpins(self, message: Message) -> None:
        place, said = self._reactable(message)
        if not said.pinned:
            raise CannotDo("it is not pinned")
        talk.unpin(self._slack, place, said, self.user.id)

    async def joins(self, channel: Where) -> Channel:
        """Become a member of a public channel."""
        place = self._place(channel)
        if self.user.id in place.members:
            raise CannotDo(f"{self.user.name} is a member already")
        if place.kind != "channel" or self.user.is_restricted or self.user.is_ultra_restricted:
            raise CannotDo("this takes an invitation")
        if place.is_archived:
            raise CannotDo("this channel is archived")
        rooms.join(self._slack, place, self.user.id)
        return place

    async def leaves(self, channel: Where) -> None:
        place = self._member(channel)
        if place.is_general or place.kind == "im":
            raise CannotDo("nobody can leave this channel")
        rooms.leave(self._slack, place, self.user.id)

    async def invites(self, channel: Where, *who: str) -> None:
        """Take others into a channel, by id; the app's bot too."""
        place = self._member(channel)
        for user in who:
            if user in place.members or user not in self._slack.workspace.users:
                raise CannotDo(f"{user} cannot be invited")
            rooms.join(self._slack, place, user, inviter=self.user.id)

    async def archives(self, channel: Where) -> None:
        place = self._member(channel)
        if place.is_general or place.is_archived or place.kind == "im":
            raise CannotDo("this channel cannot be archived")
        rooms.archive(self._slack, place, self.user.id)

    async def unarchives(self, channel: Where) -> None:
        place = self._place(channel)
        if not place.is_archived:
            raise CannotDo("this channel is not archived")
        rooms.unarchive(self._slack, place, self.user.id)

    async def renames(self, channel: Where, name: str) -> None:
        place = self._member(channel)
        if problem := rooms.name_problem(self._slack, name):
            raise CannotDo(problem)
        rooms.rename(self._slack, place, name, self.user.id)

    def _shows(self, place: Channel, delivery: Delivery, outcome: Outcome) -> Typed:
        """Show what the app answered to a command at once."""
        error, reply = outcome.shown, None
        body = {"text": outcome.body} if isinstance(outcome.body, str) else outcome.body
        if not error and body:
            hook = self._slack.screens.hooks.find(delivery.payload["response_url"])
            try:
                reply = self._slack.screens.hooks.say(hook, body)
            except (Refused, AttributeError):
                error = "dispatch_failed"
        if error:
            failure = f'{delivery.payload["command"]} failed with the error "{error}"'
            self._slack.deliveries.show(delivery, failure)
            talk.whisper(self._slack, place, self.user.id, Message(ts="", user=talk.SLACKBOT, text=failure))
        return Typed(reply=reply, error=error, delivery=delivery)

    def _place(self, channel: Where) -> Channel:
        if self.user.deleted:
            raise CannotDo(f"{self.user.name} is deactivated")
        place = channel if isinstance(channel, Channel) else self._slack.channel(channel)
        if not places.sees(self._slack, self.user, place):
            raise CannotDo(f"{self.user.name} does not see this conversation")
        return place

    def _member(self, channel: Where) -> Channel:
        place = self._place(channel)
        if self.user.id not in place.members:
            raise CannotDo(f"{self.user.name} is not a member of #{place.name}")
        return place

    def _writable(self, channel: Where) -> Channel:
        place = self._member(channel)
        if place.is_archived:
            raise CannotDo(f"#{place.name} is archived")
        with_app = place.kind == "im" and self._slack.bot.id in place.members
        app = self._slack.app
        if with_app and (app.messages_tab_read_only or not app.messages_tab):
            raise CannotDo("sending messages to this app has been turned off")
        return place

    def _parent(self, place: Channel, thread: Message | str | None) -> Message | None:
        if thread is None:
            return None
        ts = thread if isinstance(thread, str) else thread.thread_ts or thread.ts
        parent = place.messages.get(ts)
        if parent is None or parent.ephemeral_for:
            raise CannotDo("there is no such message to reply to")
        return parent

    def _own(self, message: Message) -> tuple[Channel, Message]:
        place, said = places.current_message(self._slack, self.user, message)
        self._writable(place)
        if said.user != self.user.id or said.subtype not in (None, "thread_broadcast", "file_share"):
            raise CannotDo("only one's own messages can be edited")
        return place, said

    def _reactable(self, message: Message) -> tuple[Channel, Message]:
        place, said = places.current_message(self._slack, self.user, message)
        self._writable(place)
        if said.ephemeral_for or said.subtype == "tombstone":
            raise CannotDo("nothing can be done with this message")
        return place, said
