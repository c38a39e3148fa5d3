"""What the page lets a person do: names of acts, and the deeds of `Person` behind them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox import rooms
from bot.sandbox.people import Acted, CannotDo, Person
from bot.sandbox.state import Channel, Json, Message, View

if TYPE_CHECKING:
    from bot.sandbox.server import Slack


class Unreadable(Exception):
    """The page asked for something that makes no sense. The message says what is missing."""


@dataclass(frozen=True)
class Deed:
    """Somebody, and what they were said to do it with."""

    slack: "Slack"
    person: Person
    args: Json

    def text(self, name: str) -> str:
        given = self.args.get(name)
        if not isinstance(given, str):
            raise Unreadable(f"{name} has to be a text")
        return given

    def optional(self, name: str) -> str | None:
        return None if self.args.get(name) is None else self.text(name)

    def channel(self) -> Channel:
        channel = self.slack.workspace.channels.get(self.text("channel"))
        if channel is None:
            raise CannotDo("there is no such conversation")
        return channel

    def message(self) -> Message:
        message = self.channel().messages.get(self.text("ts"))
        if message is None:
            raise CannotDo("this message is gone")
        return message

    def where(self) -> Message | View | None:
        """The message or view that is meant; None is the topmost modal."""
        given = self.args.get("where")
        if given is None:
            return None
        if not isinstance(given, dict):
            raise Unreadable("where has to be {channel, ts} or {view}")
        if "view" not in given:
            return Deed(self.slack, self.person, given).message()
        view = self.slack.screens.by_id(str(given["view"]))
        if view is None or view.user != self.person.id:
            raise CannotDo("this view is not on the screen")
        return view

    def entered(self) -> list[tuple[str, Any]]:
        """What was put into fields before: pairs of "block_id/action_id" and value."""
        given = self.args.get("entered") or []
        if not isinstance(given, list) or not all(isinstance(e, dict) and "name" in e for e in given):
            raise Unreadable("entered has to be a list of {name, value}")
        return [(str(entry["name"]), entry.get("value")) for entry in given]


async def does(slack: "Slack", who: str, act: str, args: Json) -> Json:
    """Do it, and tell what the page has to know. Raises CannotDo and Unreadable."""
    user = slack.workspace.users.get(who)
    if user is None or user.is_bot:
        raise Unreadable(f"{who!r} is nobody here")
    if act not in ACTS:
        raise Unreadable(f"there is no act {act!r}; there are {', '.join(sorted(ACTS))}")
    return await ACTS[act](Deed(slack, slack.person(who), args)) or {}


Act = Callable[[Deed], Awaitable[Json | None]]


async def types(deed: Deed) -> None:
    """Send a message or a command. What a command failed with is said in the channel, to this person only."""
    await deed.person.types(deed.text("text"), deed.channel(), deed.optional("thread"))


async def edits(deed: Deed) -> None:
    await deed.person.edits(deed.message(), deed.text("text"))


async def deletes(deed: Deed) -> None:
    await deed.person.deletes(deed.message())


async def reacts(deed: Deed) -> None:
    await deed.person.reacts(deed.message(), deed.text("name"))


async def unreacts(deed: Deed) -> None:
    await deed.person.unreacts(deed.message(), deed.text("name"))


async def pins(deed: Deed) -> None:
    await deed.person.pins(deed.message())


async def unpins(deed: Deed) -> None:
    await deed.person.unpins(deed.message())


async def joins(deed: Deed) -> None:
    await deed.person.joins(deed.channel())


async def leaves(deed: Deed) -> None:
    await deed.person.leaves(deed.channel())


async def invites(deed: Deed) -> None:
    await deed.person.invites(deed.channel(), deed.text("user"))


async def archives(deed: Deed) -> None:
    await deed.person.archives(deed.channel())


async def unarchives(deed: Deed) -> None:
    await deed.person.unarchives(deed.channel())


async def opens_dm(deed: Deed) -> Json:
    """Open the direct messages with somebody."""
    other = deed.text("user")
    if other not in deed.slack.workspace.users or deed.person.user.deleted:
        raise CannotDo("there is nobody to write to")
    channel, _ = rooms.direct(deed.slack, sorted({deed.person.id, other}))
    return {"channel": channel.id}


async def clicks(deed: Deed) -> Json:
    """Press or choose, after what was typed into the other fields there is in place."""
    where = deed.where()
    for name, value in deed.entered():
        await _fills(deed, where, name, value)
    return _shown(await deed.person.clicks(where, deed.text("name"), deed.args.get("value")))


async def submits(deed: Deed) -> Json:
    top = deed.person.modal
    if top is None or top.id != deed.text("view"):
        raise CannotDo("this view is not on top")
    submitted = await deed.person.submits(dict(deed.entered()))
    return {"errors": submitted.errors, "trouble": submitted.trouble, "closed": submitted.closed}


async def closes(deed: Deed) -> None:
    await deed.person.closes()


async def closes_all(deed: Deed) -> None:
    await deed.person.closes_all()


async def looks_up(deed: Deed) -> Json:
    return {"options": await deed.person.looks_up(deed.text("name"), deed.text("typed"), deed.where())}


async def shortcut(deed: Deed) -> Json:
    return _shown(await deed.person.shortcut(deed.text("callback_id")))


async def message_shortcut(deed: Deed) -> Json:
    return _shown(await deed.person.message_shortcut(deed.text("callback_id"), deed.message()))


async def opens_home(deed: Deed) -> None:
    await deed.person.opens_home()


async def opens_messages(deed: Deed) -> None:
    await deed.person.opens_messages()


async def _fills(deed: Deed, where: Message | View | None, name: str, value: object) -> None:
    top = deed.person.modal
    if where is None or (isinstance(where, View) and top is not None and top.id == where.id):
        await deed.person.fills({name: value})
    else:
        await deed.person.clicks(where, name, value)


def _shown(acted: Acted) -> Json:
    return {"trouble": acted.trouble}


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        types,
        edits,
        deletes,
        reacts,
        unreacts,
        pins,
        unpins,
        joins,
        leaves,
        invites,
        archives,
        unarchives,
        opens_dm,
        clicks,
        submits,
        closes,
        closes_all,
        looks_up,
        shortcut,
        message_shortcut,
        opens_home,
        opens_messages,
    )
}
