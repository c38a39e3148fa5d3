"""What happens to messages, whoever does it: each deed changes the workspace, tells the app, and notes who is pinged.

Nothing here asks whether it is allowed; `api/` asks for the bot, `people.py` for people."""

from typing import TYPE_CHECKING

from bot.sandbox import pings, shapes
from bot.sandbox.state import Channel, Json, Message, Pin, Reaction, User

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

SLACKBOT = "USLACKBOT"
EDITABLE = {"text", "blocks", "attachments", "metadata", "files", "broadcast"}


def post(slack: "Slack", channel: Channel, said: Message) -> Message:
    """Put a message into a channel, or into the thread of its `thread_ts`. Its `ts` is given here."""
    said.ts = slack.new_ts(channel)
    if said.broadcast:
        said.subtype = "thread_broadcast"
    _keep(slack, channel, said)
    parent = _thread_of(channel, said)
    before = shapes.message(slack, channel, parent) if parent else None
    if parent:
        parent.thread_ts = parent.ts
        parent.reply_ts.append(said.ts)
    _tell(slack, channel, said)
    if parent and before:
        _keep(slack, channel, parent)
        _tell_change(slack, channel, parent, before)
    for file_id in said.files:
        slack.workspace.files[file_id].shares.setdefault(channel.id, []).append(said.ts)
        slack.changed("file", file=file_id)
        slack.emit(_file_shared(channel, said, file_id), channel=channel)
    pings.note(slack, channel, said, parent)
    return said


def whisper(slack: "Slack", channel: Channel, to: str, said: Message) -> Message:
    """Show a message to one person. It is in no history and makes no event."""
    said.ts, said.ephemeral_for = slack.new_ts(channel), to
    _keep(slack, channel, said)
    return said


def notice(slack: "Slack", channel: Channel, subtype: str, by: str, text: str, **extra: object) -> Message:
    """Slack's own line about what somebody did: channel_join, channel_topic …"""
    said = Message(ts="", user=by, subtype=subtype, text=text, extra=dict(extra))
    return post(slack, channel, said)


def edit(slack: "Slack", channel: Channel, said: Message, by: str, *, marked: bool = True, **changes: object) -> None:
    """Change a message. `marked`: it shows "edited" from now on. Nobody is pinged by an edit."""
    before = shapes.message(slack, channel, said)
    if unknown := set(changes) - EDITABLE:
        raise TypeError(f"a message has no {unknown} that can be edited")
    for name, value in changes.items():
        setattr(said, name, value)
    if marked:
        said.edited = {"user": by, "ts": f"{slack.epoch()}.000000"}
    _keep(slack, channel, said)
    _tell_change(slack, channel, said, before)


def delete(slack: "Slack", channel: Channel, said: Message) -> None:
    """Take a message away. The first of a thread with replies leaves a tombstone."""
    before = shapes.message(slack, channel, said)
    _forget(slack, channel, said)
    if said.reply_ts:
        _bury(said)
        _keep(slack, channel, said)
        _tell_change(slack, channel, said, before)
        return
    parent = _thread_of(channel, said)
    parent_before = shapes.message(slack, channel, parent) if parent else {}
    del channel.messages[said.ts]
    slack.changed("message", channel=channel.id, ts=said.ts)
    if said.ephemeral_for:
        return
    slack.emit(_hidden(slack, channel, "message_deleted", deleted_ts=said.ts, previous_message=before), channel=channel)
    if parent:
        parent.reply_ts.remove(said.ts)
        parent.thread_ts = parent.ts if parent.reply_ts else None
        _keep(slack, channel, parent)
        _tell_change(slack, channel, parent, parent_before)


def react(slack: "Slack", channel: Channel, said: Message, by: str, name: str) -> None:
    """`name` without colons. Once more by the same person changes nothing."""
    found = next((r for r in said.reactions if r.name == name), None)
    if found is None:
        found = Reaction(name=name, users=[])
        said.reactions.append(found)
    if by in found.users:
        return
    found.users.append(by)
    _keep(slack, channel, said)
    slack.emit(_reaction("reaction_added", channel, said, by, name), channel=channel)


def unreact(slack: "Slack", channel: Channel, said: Message, by: str, name: str) -> None:
    for reaction in said.reactions:
        if reaction.name == name and by in reaction.users:
            reaction.users.remove(by)
            said.reactions = [r for r in said.reactions if r.users]
            _keep(slack, channel, said)
            slack.emit(_reaction("reaction_removed", channel, said, by, name), channel=channel)
            return


def pin(slack: "Slack", channel: Channel, said: Message, by: str) -> None:
    before = shapes.message(slack, channel, said)
    channel.pins.append(Pin(ts=said.ts, created=slack.epoch(), created_by=by))
    said.pinned = True
    _keep(slack, channel, said)
    slack.emit({"type": "pin_added", **_pinned(slack, channel, said, by)}, channel=channel)
    _tell_change(slack, channel, said, before)


def unpin(slack: "Slack", channel: Channel, said: Message, by: str) -> None:
    before = shapes.message(slack, channel, said)
    about = _pinned(slack, channel, said, by)
    channel.pins = [pin for pin in channel.pins if pin.ts != said.ts]
    said.pinned = False
    _keep(slack, channel, said)
    count = {"pin_count": len(channel.pins), "has_pins": bool(channel.pins)}
    slack.emit({"type": "pin_removed", **about, **count}, channel=channel)
    _tell_change(slack, channel, said, before)


def by_the_bot(slack: "Slack", **content: object) -> Message:
    """A message of the app, not yet posted."""
    bot: User = slack.bot
    return Message.model_validate({"ts": "", "user": bot.id, "bot_id": bot.bot_id, "app_id": bot.app_id, **content})


def _keep(slack: "Slack", channel: Channel, said: Message) -> None:
    channel.messages[said.ts] = said
    slack.changed("channel", channel=channel.id)
    slack.changed("message", channel=channel.id, ts=said.ts)


def _thread_of(channel: Channel, said: Message) -> Message | None:
    return channel.messages.get(said.thread_ts) if said.thread_ts and said.thread_ts != said.ts else None


def _forget(slack: "Slack", channel: Channel, said: Message) -> None:
    channel.pins = [pin for pin in channel.pins if pin.ts != said.ts]
    for file_id in said.files:
        shares = slack.workspace.files[file_id].shares
        shares[channel.id] = [ts for ts in shares.get(channel.id, []) if ts != said.ts]
        slack.changed("file", file=file_id)
    slack.changed("channel", channel=channel.id)


def _bury(said: Message) -> None:
    said.user, said.text, said.subtype = SLACKBOT, shapes.TOMBSTONE, "tombstone"
    said.bot_id = said.app_id = said.client_msg_id = said.metadata = said.edited = None
    said.blocks, said.attachments, said.reactions, said.files, said.pinned = [], [], [], [], False


def _tell(slack: "Slack", channel: Channel, said: Message) -> None:
    event = shapes.message(slack, channel, said) | {"channel": channel.id, "event_ts": said.ts}
    if said.files and not said.subtype:
        event["subtype"] = "file_share"
    slack.emit(event | {"channel_type": channel.kind}, channel=channel)
    if f"<@{slack.bot.id}" in said.text and channel.kind != "im" and said.client_msg_id:
        slack.emit(event | {"type": "app_mention"}, channel=channel)


def _tell_change(slack: "Slack", channel: Channel, said: Message, before: Json) -> None:
    if said.ephemeral_for:
        return
    now = shapes.message(slack, channel, said)
    slack.emit(_hidden(slack, channel, "message_changed", message=now, previous_message=before), channel=channel)


def _hidden(slack: "Slack", channel: Channel, subtype: str, **about: object) -> Json:
    ts = slack.new_ts(channel)
    about = {**about, "hidden": True, "channel": channel.id, "channel_type": channel.kind}
    return {"type": "message", "subtype": subtype, **about, "ts": ts, "event_ts": ts}


def _reaction(kind: str, channel: Channel, said: Message, by: str, name: str) -> Json:
    item = {"type": "message", "channel": channel.id, "ts": said.ts}
    event = {"type": kind, "user": by, "reaction": name, "item": item}
    return event | ({"item_user": said.user} if said.user else {})


def _pinned(slack: "Slack", channel: Channel, said: Message, by: str) -> Json:
    shown = shapes.message(slack, channel, said, metadata=False)
    shown |= {"permalink": shapes.permalink(slack, channel, said)}
    when = next(pin for pin in channel.pins if pin.ts == said.ts)
    item = {"type": "message", "created": when.created, "created_by": when.created_by, "channel": channel.id}
    return {
        "user": by,
        "channel_id": channel.id,
        "item": item | {"message": shown},
        "item_user": said.user,
        "pin_count": len(channel.pins),
        "pinned_info": {"channel": channel.id, "pinned_by": when.created_by, "pinned_ts": when.created},
    }


def _file_shared(channel: Channel, said: Message, file_id: str) -> Json:
    about = {"file_id": file_id, "user_id": said.user, "file": {"id": file_id}, "channel_id": channel.id}
    return {"type": "file_shared", **about}
