"""One incident as a file: everything that is recorded, and nothing else. Byte-stable for the same record."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents import queries
from bot.incidents.model import Incident, RoleHolding, TimelineEntry
from bot.incidents.views_timeline import sentence
from bot.kernel.db import Snapshot
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.slack.text import named, one_line, plain, users_in

_SIGN = re.compile(r"[\\`*|\[\]~]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True)
class Record:
    """All that is recorded of one incident, and what people are called."""

    incident: Incident
    holdings: Sequence[RoleHolding]
    entries: Sequence[TimelineEntry]
    name: Callable[[UserId], str]


async def gather(snap: Snapshot, number: IncidentId, also: Iterable[UserId] = ()) -> Record:
    """Everything about this incident. `also`: others whose names are needed. Raises Refused if there is none."""
    incident = await queries.incident(snap, number)
    if incident is None:
        raise Refused(f"There is no incident INC-{number}.")
    entries, holdings = await queries.timeline(snap, number), await queries.holdings(snap, number)
    everybody = people_in(incident, holdings, entries) | set(also)
    return Record(incident, holdings, entries, await people.names(snap, everybody))


def people_in(incident: Incident, holdings: Sequence[RoleHolding], entries: Sequence[TimelineEntry]) -> set[UserId]:
    """Everybody whom a record names."""
    acted = {entry.by for entry in entries if entry.by}
    named_in = {user for entry in entries for user in users_in(f"{entry.text} {entry.details.get('what', '')}")}
    return {incident.declared_by, *(held.user for held in holdings), *acted, *named_in}


def markdown(record: Record, organisation: Organisation) -> str:
    """The timeline as Markdown, times in UTC, a link to the evidence where there is one."""
    incident = record.incident
    severity = organisation.severities[incident.severity.value].name
    lines = [
        f"# {incident.name} {cell(incident.title)}",
        "",
        f"- Severity: {incident.severity} {cell(severity)}",
        f"- Status: {incident.status.spoken}",
        f"- Declared: {utc(incident.declared_at)} UTC by {cell(record.name(incident.declared_by))}",
        "",
        "| Time (UTC) | What happened | Evidence |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *(row(record, entry, organisation) for entry in record.entries), ""])


def row(record: Record, entry: TimelineEntry, organisation: Organisation) -> str:
    """What became of an entry stands with it: what it said before, and why it was withdrawn."""
    what = words(record, sentence(entry, organisation))
    if entry.withdrawn_at:
        what = f"~~{what}~~ (withdrawn: {entry.withdrawn_why})"
    if entry.earlier:
        before = "; ".join(f"“{words(record, version['text'])}”" for version in entry.earlier)
        what = f"{what} (edited; before: {before})"
    proof = f"[message]({entry.permalink})" if entry.permalink else f"entry {entry.place}"
    return f"| {utc(entry.at)} | {what} | {proof} |"


def json_text(record: Record) -> str:
    """The whole record as JSON: fields as stored, times in ISO 8601 with their zone."""
    everybody = people_in(record.incident, record.holdings, record.entries)
    document = {
        "schema": "tocsin.incident/1",
        "incident": record.incident.model_dump(mode="json"),
        "roles": [held.model_dump(mode="json", exclude={"id", "incident_id"}) for held in record.holdings],
        "timeline": [entry.model_dump(mode="json", exclude={"id", "incident_id"}) for entry in record.entries],
        "people": {user: record.name(user) for user in sorted(everybody)},
    }
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def words(record: Record, mrkdwn: str) -> str:
    """Slack's mrkdwn as a table's cell holds it: people by their names, which call nobody."""
    return cell(plain(named(mrkdwn, record.name), record.name))


def cell(text: str) -> str:
    """Text that cannot break a Markdown table, be formatted, or start a link of its own."""
    return _SIGN.sub(lambda sign: "\\" + sign[0], one_line(text)).replace("<", "&lt;")
