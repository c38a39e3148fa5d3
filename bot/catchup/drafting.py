"""The words of a status update, for a person to read and change: by rules from the record, or by a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.catchup.heard import Heard, Source
from bot.grounding.redact import Redaction
from bot.incidents.model import TEXT_LIMIT, TimelineEntry
from bot.incidents.terms import Fact
from bot.postmortems.rules import Case
from bot.slack.text import one_line, shorten

NOTES_LIMIT = 4  # the newest
NOTE_LIMIT = 240  # characters
READ_IT = "Read it before you post it."
CHANGES = (Fact.SEVERITY_CHANGED, Fact.MITIGATED, Fact.RELAPSED, Fact.REOPENED, Fact.ACCEPTED)
FIELDS = ("state", "impact", "doing_now")


@dataclass(frozen=True)
class Words:
    """`told`: how they were made, as a sentence or two."""

    text: str
    told: str


def last_update(case: Case) -> datetime | None:
    said = case.all(Fact.UPDATE_POSTED)
    return max(entry.recorded_at for entry in said) if said else None


def by_rules(case: Case, why_no_model: str = "") -> Words:
    """What is so now, and what was recorded since the last update. No names, and nothing that looks like a secret:
    an update is read by many."""
    incident, since = case.record.incident, last_update(case)
    new = [entry for entry in case.standing if since is None or entry.recorded_at > since]
    changes = [entry for entry in new if entry.fact in CHANGES]
    notes = [entry for entry in new if entry.fact is Fact.NOTED][-NOTES_LIMIT:]
    severity = case.organisation.severities[incident.severity.value].name
    lines = [f"{incident.title}: {incident.status.spoken}, {incident.severity} {severity}."]
    lines += [f"Affected: {one_line(incident.affected)}"] if incident.affected else []
    lines += [f"Impact: {one_line(incident.impact)}"] if incident.impact else []
    used = sorted((*changes, *notes), key=lambda entry: (entry.at, entry.place))
    lines = [case.without_names(line, incident.declared_at) for line in lines]
    lines += [case.without_names(_line(case, entry), entry.at) for entry in used]
    if not used:
        lines.append("There is nothing new since the last update." if since else "We are looking into it.")
    text = shorten(Redaction().redact("\n".join(lines)), TEXT_LIMIT)
    without = f" Without a model: {why_no_model}." if why_no_model else ""
    return Words(text, f"Drafted by rules from {_entries(len(used))}{_since(since)}.{without} {READ_IT}")


def _line(case: Case, entry: TimelineEntry) -> str:
    said = shorten(case.words(entry), NOTE_LIMIT)
    because = f": {said}" if said else ""
    went = f"from {entry.details.get('from')} to {entry.details.get('to')}"
    words = {
        Fact.SEVERITY_CHANGED: f"severity changed {went}{because}",
        Fact.MITIGATED: f"mitigated{because}", Fact.RELAPSED: f"not mitigated after all{because}",
        Fact.REOPENED: f"it is going on again{because}", Fact.ACCEPTED: f"confirmed as an incident{because}",
    }  # fmt: skip
    return f"{utc(entry.at)}: {words.get(entry.fact, said)}"


def by_model(heard: Heard, since: datetime | None) -> Words:
    """The sentences that stand, each on its line."""
    text = "\n".join(one.text for one in heard.of(*FIELDS))
    stood = f"{heard.count} of {heard.said} of its sentences stood when held against the record"
    told = f"Drafted by a model ({heard.model}) from {_entries(heard.read)}{_since(since)}; {stood}. {READ_IT}"
    return Words(shorten(text, TEXT_LIMIT), told)


def joined(own: str, draft: str) -> str:
    """What somebody had typed stands above the draft."""
    return shorten(f"{own.rstrip()}\n\n{draft}" if own.strip() else draft, TEXT_LIMIT)


def own_words(typed: str, *not_theirs: str) -> str:
    """What of the field is theirs: not what it was filled with."""
    return "" if typed.strip() in {words.strip() for words in not_theirs} else typed


def sources(heard: Heard) -> Sequence[Source]:
    """What the sentences rest on, each once."""
    return list(dict.fromkeys(source for one in heard.of(*FIELDS) for source in one.sources))


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _since(since: datetime | None) -> str:
    return f" since the last update ({utc(since)})" if since else ""


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M} UTC"
