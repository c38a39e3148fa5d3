"""One step, done as people and apps do it: over the keyboard, or by an app's webhook."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.sandbox import blockkit, rooms, talk
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.replay.casting import Cast
from bot.sandbox.replay.customs import Custom, Customs, Deed
from bot.sandbox.replay.planning import Step
from bot.sandbox.replay.record import Record
from bot.sandbox.state import Channel, Message, View
from bot.sandbox.words import stored

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

HOMES = {"alert": "alerts", "deploy": "deploys"}  # where apps post, by the kind of what they say
TALK = "engineering"  # where people talk before there is a room
FORM_S = 15.0  # real seconds until a form has to be on the screen
ROOM_S = 30.0
NAME = re.compile(r"\{(\w+)\}")
OPTION = "option:"


class Actors:
    """The record's people and apps in the workspace. `room`: the incident's channel, once the app has opened it."""

    def __init__(self, slack: "Slack", record: Record, customs: Customs, cast: Cast, shift: timedelta) -> None:
        self._slack = slack
        self._record = record
        self._customs = customs
        self._cast = cast
        self._shift = shift
        self._known = set(slack.workspace.channels)  # what was there before
        self._said: dict[str, tuple[Channel, Message]] = {}  # by event

    @property
    def room(self) -> Channel | None:
        """The first channel that the app has opened since the story began, and in which anybody is but itself."""
        bot = self._slack.bot.id
        for channel in self._slack.workspace.channels.values():
            if channel.id not in self._known and channel.creator == bot and not channel.kind.endswith("im"):
                return channel
        return None

    def user(self, who: str) -> str:
        """The user's id; nothing for an app."""
        return self._cast.people.get(who, "")

    async def act(self, step: Step) -> None:
        """Raises CannotDo or TimeoutError if it could not be done."""
        if step.deed is Deed.POST:
            self._posts(step)
        elif step.deed is Deed.SAY:
            await self._says(step)
        elif step.deed is Deed.KEEP:
            await self._keeps(step)
        else:
            await self._does(step)
        if step.deed is Deed.DECLARE:
            await self._slack.waits_for(lambda: self.room and self.room.messages, ROOM_S)

    def _posts(self, step: Step) -> None:
        channel = self._place(step, HOMES.get(str(step.details.get("kind")), TALK))
        parent = self._parent(step)
        said = Message(
            ts="", subtype="bot_message", bot_id=_bot_id(step.who), text=stored(step.text),
            thread_ts=parent.ts if parent else None, extra={"username": step.who},
        )  # fmt: skip
        self._said[step.event] = channel, talk.post(self._slack, channel, said)

    async def _says(self, step: Step) -> None:
        person = self._person(step)
        place = self._thread_place(step) or (None if step.details.get("channel") else self.room)
        channel = place or self._place(step, TALK)
        await self._in(person, channel)
        self._said[step.event] = channel, await person.says(step.text, channel, self._parent(step))

    async def _keeps(self, step: Step) -> None:
        if step.event not in self._said:
            raise CannotDo("what was to be kept has not been said")
        person, (channel, message) = self._person(step), self._said[step.event]
        await self._in(person, channel)
        if channel is self.room:
            await person.reacts(message, self._customs.reaction)
            return
        await person.message_shortcut(self._customs.shortcut, message)
        await self._sends(person, self._customs.shortcut_form, self._values(step, person))

    async def _does(self, step: Step) -> None:
        custom, person = self._customs.deeds[step.deed], self._person(step)
        values = self._values(step, person)
        if custom.button and (message := self._with_button(person, custom.button)):
            await person.clicks(message, custom.button)
            return
        channel = self.room if step.deed is not Deed.DECLARE and self.room else self._place(step, TALK)
        await self._in(person, channel)
        typed = await person.types(_text(custom.types, values), channel)
        if typed.error:
            raise CannotDo(f"the command failed with {typed.error}")
        if custom.form:
            await self._sends(person, custom, values)

    async def _sends(self, person: Person, custom: Custom, values: Mapping[str, object]) -> None:
        """Wait for the form, fill it in and send it."""
        if not custom.form:
            return
        view = await person.waits_for(lambda: _shown(person, custom.form), FORM_S)
        given = {name: _value(view, name, template, values) for name, template in custom.fields.items()}
        sent = await person.submits({name: value for name, value in given.items() if value not in (None, "")})
        if not sent.closed:
            await person.closes()
            raise CannotDo("; ".join(sent.errors.values()) or sent.trouble or "the form stayed open")

    def _person(self, step: Step) -> Person:
        if not (user := self.user(step.who)):
            raise CannotDo(f"{step.who} is an app, and cannot do that")
        return self._slack.person(user)

    async def _in(self, person: Person, channel: Channel) -> None:
        """Nobody speaks in a channel without being there."""
        if person.id not in channel.members:
            await person.joins(channel)

    def _place(self, step: Step, usual: str) -> Channel:
        """Where it is said, made if there is no such channel."""
        name = str(step.details.get("channel") or usual).removeprefix("#")
        for channel in self._slack.workspace.channels.values():
            if channel.name == name:
                return channel
        people = list(dict.fromkeys(self._cast.people.values()))
        made = rooms.create(self._slack, name, people[0])
        self._known.add(made.id)
        for user in people[1:]:
            rooms.join(self._slack, made, user)
        return made

    def _parent(self, step: Step) -> Message | None:
        found = self._said.get(str(step.details.get("thread")))
        return found[1] if found else None

    def _thread_place(self, step: Step) -> Channel | None:
        found = self._said.get(str(step.details.get("thread")))
        return found[0] if found else None

    def _with_button(self, person: Person, action: str) -> Message | None:
        for message in reversed(person.inbox):
            if any(placed.action_id == action for placed in blockkit.elements(message.blocks)):
                return message
        return None

    def _values(self, step: Step, person: Person) -> dict[str, object]:
        """All that templates may name, in the workspace's time and on the person's clock."""
        values: dict[str, object] = {"title": self._record.title, **step.details, "text": step.text}
        if isinstance(about := step.details.get("about"), datetime):
            values["about"] = self._clock_time(about + self._shift, person) + " "
        for name in ("started", "detected"):
            if isinstance(moment := step.details.get(name), datetime):
                values[name] = int((moment + self._shift).timestamp())
        if to := step.details.get("to"):
            values["to"] = self._slack.workspace.users[self._cast.people[str(to)]].name
        return values

    def _clock_time(self, moment: datetime, person: Person) -> str:
        zone = ZoneInfo(person.user.tz)
        there, today = moment.astimezone(zone), self._slack.clock.now().astimezone(zone).date()
        return f"{there:%H:%M}" if there.date() == today else f"{there:%Y-%m-%d %H:%M}"


def _bot_id(who: str) -> str:
    return "B0" + re.sub(r"[^A-Z0-9]", "", who.upper())[:12]


def _shown(person: Person, callback: str) -> View | None:
    view = person.modal
    return view if view and view.body.get("callback_id") == callback else None


def _text(template: str, values: Mapping[str, object]) -> str:
    said = NAME.sub(lambda found: _word(values.get(found[1])), template)
    return re.sub(r"[^\S\n]+", " ", said).strip()


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _value(view: View, name: str, template: str, values: Mapping[str, object]) -> object:
    if alone := NAME.fullmatch(template):
        return values.get(alone[1])
    if template.startswith(OPTION):
        return _option(view, name, _text(template.removeprefix(OPTION), values))
    return _text(template, values)


def _option(view: View, name: str, words: str) -> object:
    """The value of the option that has these words in it; what is chosen already, if none has."""
    for placed in blockkit.elements(view.body["blocks"]):
        if placed.action_id == name:
            options = placed.element.get("options") or []
            return next((option["value"] for option in options if words in option["text"]["text"]), None)
    return None
