"""Keeping things on the timeline: notes, messages, and what becomes of those messages later."""

from datetime import datetime

from bot.incidents import queries
from bot.incidents.effects import Say
from bot.incidents.model import Said, TimelineEntry
from bot.incidents.terms import Fact
from bot.incidents.timeline import record, record_message
from bot.kernel.db import Transaction
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.people import queries as people
from bot.slack.text import escape, plain, tame, users_in, when

SHORTCUT = "shortcut:"  # marks a keeper who used the shortcut: taking a reaction away does not undo it


async def note(tx: Transaction, number: IncidentId, words: str, at: datetime, by: UserId) -> TimelineEntry:
    """`words` as Slack stores text. Shown in the channel without calling the people it names."""
    incident = await queries.locked(tx, number)
    entry = record(tx, incident, Fact.NOTED, by, tame(words), at=at)
    name = await people.names(tx, [by, *users_in(words)])
    moment = "" if at == tx.now else f" for {when(at)}"
    said = escape(plain(tame(words), name))
    tx.owe(Say(incident=number, text=f":pushpin: {escape(name(by))} noted{moment}: {said}"))
    return entry


async def keep(tx: Transaction, number: IncidentId, said: Said, by: UserId) -> bool:
    """Take a message into the timeline. Several may keep the same one; it is there once. `by` may carry SHORTCUT.
    False if this person keeps it already."""
    incident = await queries.locked(tx, number)
    entry = await queries.kept(tx, number, said.channel, said.ts)
    if entry and by in entry.kept_by and not entry.withdrawn_at:
        return False
    if entry:
        entry.kept_by = [*entry.kept_by, by]
        entry.restore()
        incident.unfiled = True
        return True
    record_message(tx, incident, said, by)
    return True


async def let_go(tx: Transaction, channel: ChannelId, ts: MessageTs, by: UserId) -> None:
    """Somebody took their reaction away. When nobody keeps the message any more, its entry is withdrawn."""
    for entry in await queries.entries_of(tx, channel, ts):
        entry.kept_by = [keeper for keeper in entry.kept_by if keeper != by]
        if not entry.kept_by and not entry.withdrawn_at:
            entry.withdraw(tx.now, "nobody keeps it any more")
            await _file_anew(tx, entry)


async def hear(tx: Transaction, channel: ChannelId) -> None:
    """Somebody wrote in an incident's channel. It is no fact, but it is a sign of life."""
    found = await queries.in_channel(tx, channel)
    if found:
        incident = await queries.locked(tx, found.id)
        incident.hear(tx.now)
        tx.owes = True


async def follow_edit(tx: Transaction, channel: ChannelId, ts: MessageTs, text: str, edited: MessageTs) -> None:
    """A kept message was edited at `edited`: so is its entry, and what it said before stays with it."""
    for entry in await queries.entries_of(tx, channel, ts):
        if entry.text != text:
            entry.edit(text, tx.now, edited)
            await _file_anew(tx, entry)


async def follow_deletion(tx: Transaction, channel: ChannelId, ts: MessageTs) -> None:
    """A kept message was deleted: its entry is withdrawn, visibly."""
    for entry in await queries.entries_of(tx, channel, ts):
        if not entry.withdrawn_at:
            entry.withdraw(tx.now, "the message was deleted")
            await _file_anew(tx, entry)


async def _file_anew(tx: Transaction, entry: TimelineEntry) -> None:
    """What is searched follows: what was taken back is not found by its words."""
    (await queries.locked(tx, entry.incident_id)).unfiled = True
    tx.owes = True
