"""The door of this floor: messages kept on the timeline by shortcut or reaction, and what becomes of them later."""

from datetime import timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.incidents import forms, keeping, modals, queries, rules
from bot.incidents.asking import seen, standing_in
from bot.incidents.keeping import SHORTCUT
from bot.incidents.model import Incident, Said
from bot.kernel.errors import Refused, Rejected
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.slack.door import Door, Happened, Picked, Shortcut, Submission
from bot.slack.message import Message
from bot.transcript import changes as transcript
from bot.transcript.rules import gone, is_said, read, said_in
from bot.world import World

HEARD_EVERY = timedelta(minutes=1)


def listen(door: Door) -> None:
    door.shortcut(Shortcut("add_to_timeline", "Add to timeline", "Keep this message on the timeline", True, on_picked))
    door.form("keep", on_keep_form)
    door.event("reaction_added", on_reaction)
    door.event("reaction_removed", on_reaction_gone)
    door.event("message.channels", on_message)
    door.event("message.groups", on_message)


async def on_picked(picked: Picked) -> None:
    """In an incident's channel the message is kept at once; anywhere else they say for which incident."""
    here = await standing_in(picked.world, picked.channel, picked.user)
    if here is None:
        await picked.shows("Add to timeline", _asking_which(picked))
        return
    async with picked.world.db.transaction() as tx:
        await tx.once(picked.key)
        new = await keeping.keep(tx, here.id, _said(picked), UserId(SHORTCUT + picked.user))
    said = f"It is on the timeline of {here.name}." if new else f"You put it on the timeline of {here.name} before."
    await picked.answer(Message(said))


async def _asking_which(picked: Picked) -> View:
    async with picked.world.db.snapshot() as snap:
        choices = [*await queries.live(snap, picked.user), *await queries.recent(snap, picked.user)]
    if not choices:
        raise Refused("There is no incident that this message could belong to. `/incident` declares one.")
    return modals.keep(choices, _said(picked))


def _said(picked: Picked) -> Said:
    assert picked.channel
    return _read(picked.world, picked.channel, picked.message)


def _read(world: World, channel: ChannelId, message: dict[str, Any]) -> Said:
    assert world.slack.me, "nothing is heard before we have signed in"
    return rules.read(channel, message, world.slack.me.url)


async def on_keep_form(sent: Submission) -> None:
    into, said = forms.incident({"incident": int(sent.values["incident"])}), Said(**sent.carries)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, into, sent.user)
        await keeping.keep(tx, into, said, UserId(SHORTCUT + sent.user))
    await sent.close()


async def on_reaction(happened: Happened) -> None:
    """The message is read as it is now: if the reaction is gone again, the events came in the wrong order."""
    incident = await _reacted_in(happened)
    if incident is None:
        return
    item, user = happened.event["item"], UserId(happened.event["user"])
    channel = ChannelId(item["channel"])
    try:
        message = await happened.world.slack.message_at(channel, MessageTs(item["ts"]))
    except Rejected as why:
        if why.code in {"message_not_found", "thread_not_found"}:
            return  # deleted before we could read it
        raise
    if not rules.has_reacted(message, user, happened.world.organisation.timeline_reaction):
        return
    async with happened.world.db.transaction() as tx:
        await tx.settle(happened.key)
        await keeping.keep(tx, incident.id, _read(happened.world, channel, message), user)


async def on_reaction_gone(happened: Happened) -> None:
    if await _reacted_in(happened) is None:
        return
    item = happened.event["item"]
    async with happened.world.db.transaction() as tx:
        await tx.settle(happened.key)
        await keeping.let_go(tx, ChannelId(item["channel"]), MessageTs(item["ts"]), UserId(happened.event["user"]))


async def _reacted_in(happened: Happened) -> Incident | None:
    """The incident in whose channel the timeline's reaction was used, whatever its skin tone."""
    item = happened.event["item"]
    wanted = happened.world.organisation.timeline_reaction
    if rules.toneless(happened.event["reaction"]) != wanted or item.get("type") != "message":
        return None
    async with happened.world.db.snapshot() as snap:
        return await queries.in_channel(snap, ChannelId(item["channel"]))


async def on_message(happened: Happened) -> None:
    """Slack also says `changed` for unfurls, pins and new replies: only other words are an edit."""
    event = happened.event
    kind = event.get("subtype")
    if kind == "message_deleted":
        await _deleted(happened, {**event.get("previous_message", {}), "ts": event["deleted_ts"]})
    elif kind == "message_changed" and event["message"].get("subtype") == "tombstone":
        await _deleted(happened, event["message"])  # what is left of the first message of a thread
    elif kind == "message_changed":
        await _changed(happened, event["message"])
    elif _is_said(happened, event):
        await _spoken(happened)


def _is_said(happened: Happened, message: dict[str, Any]) -> bool:
    me = happened.world.slack.me
    return is_said(message, me.bot_id if me else None)


async def _spoken(happened: Happened) -> None:
    """All of it is recorded. Of a lively discussion, one message a minute is enough to know that it is not
    forgotten."""
    async with happened.world.db.snapshot() as snap:
        incident = await queries.in_channel(snap, happened.channel)
    if incident is None:
        return
    said = read(incident.id, happened.channel, happened.event, happened.ts)
    is_sign = said.author and incident.is_live and snap.now - incident.heard_at >= HEARD_EVERY
    async with happened.world.db.transaction() as tx:
        await tx.settle(happened.key)
        if is_sign:
            await keeping.hear(tx, happened.channel)  # first: it locks the incident that the message refers to
        await transcript.hear(tx, said)


async def _changed(happened: Happened, message: dict[str, Any]) -> None:
    async with happened.world.db.transaction() as tx:
        await keeping.follow_edit(tx, happened.channel, MessageTs(message["ts"]), said_in(message), happened.ts)
        incident = await queries.in_channel(tx, happened.channel)
        if incident and _is_said(happened, message):
            await transcript.hear(tx, read(incident.id, happened.channel, message, happened.ts))


async def _deleted(happened: Happened, message: dict[str, Any]) -> None:
    async with happened.world.db.transaction() as tx:
        await keeping.follow_deletion(tx, happened.channel, MessageTs(message["ts"]))
        incident = await queries.in_channel(tx, happened.channel)
        if incident:
            await transcript.hear(tx, gone(incident.id, happened.channel, message, happened.ts))
