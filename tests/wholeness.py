"""Whether a declaration came out whole: each thing there, each once, and nothing beside it."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from bot.incidents.model import Incident, TimelineEntry
from bot.kernel.db import Database
from bot.kernel.effect import OwedEffect, State
from bot.sandbox.api.registry import Call
from bot.sandbox.journal import ApiCall
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel, Message

# Every call of a declaration, in the order in which they are owed. A test compares them with what is really called.
DECLARING = (
    "conversations.create", "conversations.invite", "chat.postMessage card", "pins.add", "conversations.setTopic",
    "conversations.open", "chat.postMessage dm", "conversations.join", "chat.postMessage announcement",
)  # fmt: skip
FIRST_TIME_ONLY = {"conversations.join", "conversations.open"}  # then we are in


def spot(slack: Slack, call: Call | ApiCall) -> str:
    """Which call of a declaration this is."""
    method = call.name if isinstance(call, Call) else call.method
    if method != "chat.postMessage":
        return method
    channel = slack.channel(str(call.args["channel"]))
    if channel.kind == "im":
        return f"{method} dm"
    return f"{method} announcement" if channel.name == "incidents" else f"{method} card"


async def assert_whole(slack: Slack, db: Database, title: str, *declarers: Person) -> Incident:
    """One incident of this title, with all that belongs to it."""
    incident, entries = await _recorded(db, title)
    assert incident.channel
    room = slack.channel(incident.channel)
    rooms = [c for c in slack.workspace.channels.values() if c.name.startswith(f"inc-{incident.id}-")]
    assert rooms == [room], [c.name for c in rooms]
    for person in declarers:
        assert person.id in room.members, f"{person} is not in"
        told = [m for m in person.inbox if m.user == slack.bot.id and f"<#{room.id}>" in m.text]
        assert len(told) == 1, f"{len(told)} direct messages for {person}"

    (card,) = [m for m in _said(slack, room) if m.blocks and m.blocks[0]["type"] == "header"]
    assert (card.ts, card.pinned) == (incident.card, True)
    assert len([m for m in room.messages.values() if m.pinned]) == 1
    assert room.topic["value"] == incident.topic != ""
    place = slack.channel("#incidents")
    announced = [m.ts for m in _said(slack, place) if room.id in str(m.blocks) + m.text]
    assert (announced, place.id) == ([incident.announcement], incident.announced_in)

    facts = Counter(entry.fact.value for entry in entries)
    assert facts["declared"] == facts["channel_opened"] == 1, facts
    assert facts["told_lost"] == 0, [entry.text for entry in entries]
    assert [entry.place for entry in sorted(entries, key=lambda e: e.place)] == list(range(1, len(entries) + 1))
    assert await unpaid(db) == []
    assert [f"{found.kind}: {found.detail}" for found in slack.journal.violations] == []
    return incident


async def unpaid(db: Database) -> list[str]:
    """What is owed still, or lost."""
    async with db.snapshot() as snap:
        asked = select(OwedEffect).where(col(OwedEffect.state) != State.DONE)
        rows = (await snap.session.execute(asked)).scalars().all()
        return [f"{row.kind} {row.state} {row.last_error}" for row in rows]


async def _recorded(db: Database, title: str) -> tuple[Incident, Sequence[TimelineEntry]]:
    async with db.snapshot() as snap:
        found = await snap.session.execute(select(Incident).where(col(Incident.title) == title))
        incident = found.scalars().one()
        entries = await snap.session.execute(select(TimelineEntry).where(col(TimelineEntry.incident_id) == incident.id))
        return incident, entries.scalars().all()


def _said(slack: Slack, channel: Channel) -> list[Message]:
    return [m for m in channel.messages.values() if m.user == slack.bot.id and m.subtype is None]
