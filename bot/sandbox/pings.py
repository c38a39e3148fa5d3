"""Whose phone a message makes buzz. Edits never do."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.sandbox.blockkit import mrkdwn
from bot.sandbox.state import Channel, Message

if TYPE_CHECKING:
    from bot.sandbox.server import Slack


def note(slack: "Slack", channel: Channel, said: Message, parent: Message | None) -> None:
    """Write into the journal who is notified of a new message, each once, for the first reason that holds."""
    if said.subtype not in (None, "thread_broadcast", "bot_message"):
        return
    told: set[str] = set()
    for user, why in _reasons(slack, channel, said, parent):
        person = slack.workspace.users.get(user)
        if user in told or user == said.user or person is None or person.is_bot or person.deleted:
            continue
        told.add(user)
        slack.journal.ping(user, channel.id, said.ts, why)


def _reasons(slack: "Slack", channel: Channel, said: Message, parent: Message | None) -> Iterator[tuple[str, str]]:
    if channel.kind in ("im", "mpim"):
        yield from ((user, "dm") for user in channel.members)
        return
    inside = set(channel.members)
    text = "" if said.blocks and not slack.rules.fallback_text_pings else said.text
    found = mrkdwn.mentions(text, said.blocks)
    # Somebody who is not in the channel is not told that they were named in it.
    yield from ((user, "mention") for user in found.users if user in inside)
    for group_id in found.groups:
        group = slack.workspace.groups.get(group_id)
        yield from ((user, "group") for user in (group.users if group else []) if user in inside)
    yield from _broadcast(slack, channel, found.broadcast)
    if parent and slack.rules.thread_followers_pinged:
        authors = [parent.user, *(channel.messages[ts].user for ts in parent.reply_ts)]
        yield from ((user, "thread") for user in authors if user in inside)


def _broadcast(slack: "Slack", channel: Channel, ranges: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for reach in ranges:
        for user in channel.members:
            if reach == "here" and slack.workspace.users[user].presence != "active":
                continue
            if reach == "everyone" and not channel.is_general:
                continue
            yield user, reach
