"""The timeline: one entry per fact. What is not on it did not happen."""

from datetime import UTC, datetime
from typing import Any

from bot.incidents.model import Incident, Said, TimelineEntry
from bot.incidents.terms import Fact
from bot.kernel.db import Transaction
from bot.kernel.ids import MessageTs, UserId


def record(
    tx: Transaction,
    incident: Incident,
    fact: Fact,
    by: UserId | None = None,
    text: str = "",
    details: dict[str, Any] | None = None,
    *,
    at: datetime | None = None,
) -> TimelineEntry:
    """Note one fact of an incident that this transaction has locked. `text` is as Slack stores text; `at` is when
    it happened, if that was not now. What a person did makes the floors above look again."""
    incident.entries += 1
    incident.unfiled = True
    if by:
        incident.hear(tx.now)
        tx.owes = True  # a look, by the floors above
    entry = TimelineEntry(
        incident_id=incident.id, place=incident.entries, fact=fact, at=at or tx.now, recorded_at=tx.now, by=by,
        text=text, details=details or {},
    )  # fmt: skip
    tx.add(entry)
    return entry


def note(
    tx: Transaction, incident: Incident, fact: Fact, text: str = "", details: dict[str, Any] | None = None
) -> None:
    """The same of what nobody did, where there may be hundreds at once. It is written when the transaction ends."""
    incident.entries += 1
    entry = {"incident_id": incident.id, "place": incident.entries, "fact": fact, "at": tx.now, "recorded_at": tx.now}
    tx.note(TimelineEntry, {**entry, "text": text, "details": details or {}, "kept_by": [], "earlier": []})


def record_message(tx: Transaction, incident: Incident, said: Said, kept_by: UserId) -> TimelineEntry:
    """Keep a message under its own time and author."""
    details = {"app": said.app} if said.app else {}
    entry = record(tx, incident, Fact.MESSAGE_KEPT, said.author, said.text, details, at=moment_of(said.ts))
    entry.source_channel, entry.source_ts, entry.permalink = said.channel, said.ts, said.permalink
    entry.kept_by = [kept_by]
    return entry


def moment_of(ts: MessageTs) -> datetime:
    """A message's ts is its time."""
    return datetime.fromtimestamp(float(ts), UTC)
