"""What happens to conversations, whoever does it: each deed changes the workspace and tells the app.

Nothing here asks whether it is allowed; `api/` asks for the bot, `people.py` for people."""

import unicodedata
from typing import TYPE_CHECKING

from bot.sandbox import shapes, talk
from bot.sandbox.state import Channel, Json, Kind
from bot.sandbox.words import stored

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

NAME_LIMIT = 80  # characters, set by Slack
TOPIC_LIMIT = 250
PUNCTUATION = "-_"


def name_problem(slack: "Slack", name: str) -> str | None:
    """The error a name is refused with, or None. Archived channels keep theirs."""
    if not name.strip():
        return "invalid_name_required"
    if len(name) > NAME_LIMIT:
        return "invalid_name_maxlength"
    if not all(_may_stand(character) for character in name):
        return "invalid_name_specials"
    if all(character in PUNCTUATION for character in name):
        return "invalid_name_punctuation"
    taken = any(channel.name == name for channel in slack.workspace.channels.values())
    return "name_taken" if taken else None


def create(slack: "Slack", name: str, by: str, *, kind: Kind = "channel") -> Channel:
    channel = Channel(id=slack.new_id("C"), name=name, kind=kind, created=slack.epoch(), creator=by)
    slack.workspace.channels[channel.id] = channel
    if kind == "channel":
        shown = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created, "creator": by}
        shown |= {"is_channel": True, "is_shared": False, "is_org_shared": False}
        slack.emit({"type": "channel_created", "channel": shown}, channel=channel)
    join(slack, channel, by)
    return channel


def join(slack: "Slack", channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Make somebody a member."""
    channel.members.append(user)
    slack.changed("channel", channel=channel.id)
    invited = {"inviter": inviter} if inviter else {}
    slack.emit({"type": "member_joined_channel", **_member(slack, channel, user), **invited}, channel=channel)
    talk.notice(slack, channel, "channel_join", user, f"<@{user}> has joined the channel", **invited)


def leave(slack: "Slack", channel: Channel, user: str, *, removed_by: str | None = None) -> None:
    """Somebody is no member any more; by their own wish, or removed."""
    text = f"<@{user}> has left the channel"
    if removed_by:
        text = f"<@{user}> was removed from the channel by <@{removed_by}>"
    talk.notice(slack, channel, "channel_leave", user, text)
    slack.emit({"type": "member_left_channel", **_member(slack, channel, user)}, channel=channel)
    if user == slack.workspace.bot_user_id:
        gone = {"type": _typed(channel, "left"), "channel": channel.id, "actor_id": removed_by or user}
        slack.emit(gone, channel=channel)
    channel.members.remove(user)
    slack.changed("channel", channel=channel.id)


def rename(slack: "Slack", channel: Channel, name: str, by: str) -> None:
    old, channel.name = channel.name, name
    channel.previous_names = [old, *channel.previous_names]
    slack.changed("channel", channel=channel.id)
    text = f'<@{by}> has renamed the channel from "{old}" to "{name}"'
    talk.notice(slack, channel, "channel_name", by, text, name=name, old_name=old)
    about = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    about |= {"is_channel": True, "is_mpim": False}
    slack.emit({"type": _typed(channel, "rename"), "channel": about}, channel=channel)


def set_topic(slack: "Slack", channel: Channel, topic: str, by: str) -> None:
    topic = stored(topic)
    channel.topic = {"value": topic, "creator": by, "last_set": slack.epoch()}
    slack.changed("channel", channel=channel.id)
    text = f"<@{by}> set the channel topic: {topic}" if topic else f"<@{by}> cleared channel topic"
    talk.notice(slack, channel, "channel_topic", by, text, topic=topic)


def set_purpose(slack: "Slack", channel: Channel, purpose: str, by: str) -> None:
    purpose = stored(purpose)
    channel.purpose = {"value": purpose, "creator": by, "last_set": slack.epoch()}
    slack.changed("channel", channel=channel.id)
    text = f"<@{by}> set the channel description: {purpose}" if purpose else f"<@{by}> cleared channel description"
    talk.notice(slack, channel, "channel_purpose", by, text, purpose=purpose)


def archive(slack: "Slack", channel: Channel, by: str) -> None:
    """Nobody can write there any more. The bot is no member afterwards (`rules.archive_removes_bot`)."""
    talk.notice(slack, channel, "channel_archive", by, f"<@{by}> archived the channel")
    slack.emit({"type": _typed(channel, "archive"), "channel": channel.id, "user": by}, channel=channel)
    channel.is_archived = True
    if slack.rules.archive_removes_bot and slack.is_member(channel):
        channel.members.remove(slack.workspace.bot_user_id)
    slack.changed("channel", channel=channel.id)


def unarchive(slack: "Slack", channel: Channel, by: str) -> None:
    """Open an archived channel again. The bot does not come back by itself."""
    channel.is_archived = False
    if by not in channel.members:
        channel.members.append(by)
    slack.changed("channel", channel=channel.id)
    talk.notice(slack, channel, "channel_unarchive", by, f"<@{by}> un-archived the channel")
    slack.emit({"type": _typed(channel, "unarchive"), "channel": channel.id, "user": by}, channel=channel)


def delete(slack: "Slack", channel: Channel, by: str) -> None:
    """Take a channel away with everything in it, as an admin can."""
    slack.emit({"type": _typed(channel, "deleted"), "channel": channel.id, "actor_id": by}, channel=channel)
    for ts in list(channel.messages):
        del channel.messages[ts]
        slack.changed("message", channel=channel.id, ts=ts)
    del slack.workspace.channels[channel.id]
    slack.changed("channel", channel=channel.id)


def direct(slack: "Slack", users: list[str]) -> tuple[Channel, bool]:
    """The direct messages between these people (the bot too, if it is to be there), and whether they are new."""
    for channel in slack.workspace.channels.values():
        if channel.kind in ("im", "mpim") and set(channel.members) == set(users):
            return channel, False
    kind: Kind = "im" if len(users) <= 2 else "mpim"
    names = [slack.workspace.users[user_id].name for user_id in users]
    name = "" if kind == "im" else f"mpdm-{'--'.join(names)}-1"
    prefix = "D" if kind == "im" else "C"
    channel = Channel(id=slack.new_id(prefix), name=name, kind=kind, created=slack.epoch(), members=list(users))
    slack.workspace.channels[channel.id] = channel
    slack.changed("channel", channel=channel.id)
    if kind == "im":
        slack.emit({"type": "im_created", "user": users[0], "channel": shapes.channel(slack, channel)}, channel=channel)
    return channel, True


def _may_stand(character: str) -> bool:
    if character in PUNCTUATION or character.isdigit():
        return True
    # Letters of scripts that have no case are as good as lower-case ones; marks belong to such letters.
    return unicodedata.category(character) in ("Ll", "Lo", "Lm", "Mn", "Mc")


def _member(slack: "Slack", channel: Channel, user: str) -> Json:
    kind = "C" if channel.kind == "channel" else "G"
    return {"user": user, "channel": channel.id, "channel_type": kind, "team": slack.workspace.team_id}


def _typed(channel: Channel, verb: str) -> str:
    return f"{'channel' if channel.kind == 'channel' else 'group'}_{verb}"
