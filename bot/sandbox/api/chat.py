"""What the app says: posting, editing, deleting, whispering, linking."""

from bot.sandbox import rooms, shapes, talk
from bot.sandbox.api import content
from bot.sandbox.api.arguments import is_ts
from bot.sandbox.api.registry import ApiError, Call, method
from bot.sandbox.state import Channel, Json, Message

OWN = ("bot_message", "thread_broadcast")  # subtypes of what the app says; there may be none


@method("chat.postMessage")
async def post(call: Call) -> Json:
    channel = _addressed(call)
    said = content.read(call)
    if said.empty:
        raise ApiError("no_text")
    thread = _thread(call, channel)
    message = talk.by_the_bot(
        call.slack,
        text=_cut(call, said.text or ""),
        blocks=said.blocks or [],
        attachments=said.attachments or [],
        metadata=said.metadata,
        thread_ts=thread,
        broadcast=bool(thread and call.args.get("reply_broadcast")),
    )
    if call.given("username"):
        message.subtype, message.extra = "bot_message", {"username": call.args["username"]}
    talk.post(call.slack, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(call.slack, channel, message)}


@method("chat.update")
async def update(call: Call) -> Json:
    channel = _of_own(call)
    message = _own(call, channel, "cant_update_message")
    said = content.read(call)
    changes = _changes(call, said, message)
    marked = not message.blocks and not said.blocks
    talk.edit(call.slack, channel, message, call.slack.bot.id, marked=marked, **changes)
    shown = shapes.message(call.slack, channel, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def _changes(call: Call, said: content.Content, message: Message) -> Json:
    """What an edit changes: text without blocks takes the blocks away; what is not mentioned otherwise stays."""
    if said.text is None and said.blocks is None and said.attachments is None and said.metadata is None:
        raise ApiError("no_text")
    if len(call.args.get("text", "")) > call.slack.rules.text_advice:
        raise ApiError("msg_too_long")
    changes: Json = {}
    if said.text is not None:
        changes |= {"text": said.text, "blocks": [], "attachments": []}
    if said.blocks is not None:
        changes |= {"blocks": said.blocks}
    if said.attachments is not None:
        changes |= {"attachments": said.attachments}
    after = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments, **changes}
    if not after["text"].strip() and not after["blocks"] and not after["attachments"]:
        raise ApiError("no_text")
    if said.metadata is not None:
        changes["metadata"] = said.metadata or None
    return changes


@method("chat.delete")
async def delete(call: Call) -> Json:
    channel = _of_own(call)
    message = _own(call, channel, "cant_delete_message")
    ts = message.ts
    talk.delete(call.slack, channel, message)
    return {"channel": channel.id, "ts": ts}


@method("chat.postEphemeral")
async def whisper(call: Call) -> Json:
    channel = call.member_channel()
    if channel.is_archived:
        raise ApiError("is_archived")
    if call.args["user"] not in channel.members:
        raise ApiError("user_not_in_channel")
    said = content.read(call)
    if said.empty:
        raise ApiError("no_text")
    if len(said.text or "") > call.slack.rules.text_limit:
        raise ApiError("msg_too_long")
    thread = _thread(call, channel)
    message = talk.by_the_bot(
        call.slack,
        text=said.text or "",
        blocks=said.blocks or [],
        attachments=said.attachments or [],
        thread_ts=thread,
    )
    talk.whisper(call.slack, channel, call.args["user"], message)
    return {"message_ts": message.ts}


@method("chat.getPermalink")
async def link(call: Call) -> Json:
    channel = call.channel()
    if call.slack.rules.permalink_needs_membership and not call.slack.is_member(channel):
        raise ApiError("channel_not_found")
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": shapes.permalink(call.slack, channel, message)}


def _addressed(call: Call) -> Channel:
    """Where a post goes: a channel by id, or, not wisely, by name; or somebody's direct messages."""
    given = call.args["channel"]
    channel = call.slack.workspace.channels.get(given) or _by_name(call, given) or _direct(call, given)
    if channel is None or not call.slack.visible(channel):
        raise ApiError("channel_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.kind == "im":
        _reachable(call, channel)
    elif not call.slack.is_member(channel) and "chat:write.public" not in call.token.scopes:
        raise ApiError("not_in_channel")
    return channel


def _by_name(call: Call, given: str) -> Channel | None:
    name = given.removeprefix("#")
    found = next((place for place in call.slack.workspace.channels.values() if name and place.name == name), None)
    if found:
        call.violate("channel_by_name", given)
    return found


def _direct(call: Call, user: str) -> Channel | None:
    """The direct messages with a user, opened if they are not."""
    person = call.slack.workspace.users.get(user)
    if person is None or person.deleted:
        return None
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    return rooms.direct(call.slack, [user, call.slack.bot.id])[0]


def _reachable(call: Call, channel: Channel) -> None:
    if not call.slack.app.messages_tab:
        raise ApiError("messages_tab_disabled")
    users = call.slack.workspace.users
    if any(users[member].deleted for member in channel.members):
        raise ApiError("channel_not_found")


def _thread(call: Call, channel: Channel) -> str | None:
    """The ts of the thread's first message."""
    ts = call.args.get("thread_ts")
    if not ts:
        return None
    parent = channel.messages.get(ts)
    if not is_ts(ts) or parent is None or parent.ephemeral_for:
        raise ApiError("thread_not_found")
    if parent.subtype == "tombstone" and not parent.reply_ts:
        raise ApiError("cannot_reply_to_message")
    if parent.thread_ts and parent.thread_ts != parent.ts:
        call.violate("thread_of_reply", ts)
        return parent.thread_ts
    return parent.ts


def _cut(call: Call, text: str) -> str:
    rules = call.slack.rules
    if len(text) > rules.text_advice:
        call.violate("long_text", f"{len(text)} characters")
    return text[: rules.text_limit]


def _of_own(call: Call) -> Channel:
    """A channel where the app can edit what it said."""
    channel = call.channel()
    if channel.is_archived:
        raise ApiError("is_inactive" if call.name == "chat.update" else "cant_delete_message")
    public = "chat:write.public" in call.token.scopes and not call.slack.rules.update_needs_membership
    if not call.slack.is_member(channel) and not public:
        raise ApiError("not_in_channel")
    return channel


def _own(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.message(channel, "ts")
    if message.bot_id != call.slack.bot.bot_id or (message.subtype or "bot_message") not in OWN:
        raise ApiError(refusal)
    return message
