"""The record as a model may see it: roles for names, placeholders for secrets, and nothing that was withdrawn, withheld
or speaks to a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.grounding.entries import Computed, Entry, Record, Told, entry, numbered
from bot.grounding.injection import suspicion
from bot.grounding.redact import Redaction
from bot.incidents.terms import Fact, Role
from bot.kernel.ids import MessageTs
from bot.postmortems import markdown, reading
from bot.postmortems.choosing import Choice, chosen
from bot.postmortems.phrases import phrase
from bot.postmortems.rules import Case
from bot.slack.text import one_line, unescape

if TYPE_CHECKING:
    from bot.incidents.model import TimelineEntry
    from bot.transcript.model import ChannelMessage

OURS = frozenset({Fact.POSTMORTEM_DRAFTED, Fact.TOLD_LOST, Fact.CHANNEL_OPENED})  # of no use to a draft
ROLES = {Fact.ROLE_TAKEN: "took", Fact.ROLE_HANDED_OVER: "was given", Fact.ROLE_LEFT: "left"}
KINDS = {
    Fact.NOTED: "note", Fact.UPDATE_POSTED: "status update", Fact.SEVERITY_CHANGED: "severity",
    Fact.ROLE_TAKEN: "role", Fact.ROLE_HANDED_OVER: "role", Fact.ROLE_LEFT: "role", Fact.MITIGATED: "status",
    Fact.RELAPSED: "status", Fact.RESOLVED: "status", Fact.REOPENED: "status", Fact.DECLARED: "status",
    Fact.ACCEPTED: "status", Fact.PAGED: "page", Fact.ACKNOWLEDGED: "page", Fact.EXHAUSTED: "page",
    Fact.DETAILS_CHANGED: "details",
}  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """All that a draft is made from. `said` is what stands in the channel and not on the timeline."""

    case: Case
    said: Sequence[ChannelMessage]
    withheld: Collection[MessageTs]
    workspace_url: str


@dataclass(frozen=True)
class Evidence:
    """`links`: where an entry can be read in Slack. `choice`: what was made of the channel's messages."""

    record: Record
    redaction: Redaction
    links: Mapping[str, str]
    choice: Choice

    @cached_property
    def left_out(self) -> Counter[str]:
        """Why entries are not shown to the model, and how many."""
        return Counter(one.withheld.value for one in self.record.entries if one.withheld)


def gathered(sources: Sources) -> Evidence:
    """E12 is the timeline's twelfth entry; M1, M2, … are messages in the order in which they were said."""
    case, redaction = sources.case, sources.case.secrecy.redaction
    on_record = tuple(_of_timeline(sources, redaction))
    choice = chosen([_told(sources, said, redaction) for said in _spoken(sources)])
    messages = numbered((one.told for one in choice.kept), "M")
    links = {f"E{one.place}": one.permalink for one in case.standing if one.permalink}
    links |= {one.id: kept.link for one, kept in zip(messages, choice.kept, strict=True)}
    record = Record(
        (*on_record, *messages), tuple(_computed(case, redaction)), frozenset(_names(case, redaction)),
        frozenset(case.called),
    )  # fmt: skip
    return Evidence(record, redaction, links, choice)


def _of_timeline(sources: Sources, redaction: Redaction) -> Iterator[Entry]:
    case = sources.case
    for one in case.standing:
        if one.fact not in OURS and one.source_ts not in sources.withheld:
            words = redaction.redact(_words(case, one))
            yield entry(f"E{one.place}", one.at, _kind(case, one), _who(case, one), words, is_person=bool(one.by))


def _words(case: Case, one: TimelineEntry) -> str:
    """As the timeline has it, in plain words; a person's own words stand alone."""
    if one.fact in (Fact.NOTED, Fact.MESSAGE_KEPT, Fact.UPDATE_POSTED):
        return _without_names(case, case.words(one), one.at)
    if one.fact in ROLES:
        return f"{ROLES[one.fact]} the role of {case.title_of(Role(one.details.get('role', '')))}"
    return _without_names(case, unescape(markdown.mrkdwn(phrase(case, one))), one.at)


def _without_names(case: Case, words: str, at: datetime) -> str:
    """What is kept from the model anyway stays as it is, or somebody who is called “Ignore” would hide orders."""
    return words if suspicion(words) else case.without_names(words, at)


def _kind(case: Case, one: TimelineEntry) -> str:
    if one.fact is Fact.MESSAGE_KEPT:
        if one.by:
            return "message"
        return "change" if reading.CHANGE.search(case.said(one)) else "alert"
    return KINDS.get(one.fact, "record")


def _who(case: Case, one: TimelineEntry) -> str:
    if one.by:
        return case.voice(one.by, one.at)
    return str(one.details.get("app") or "an app") if one.fact is Fact.MESSAGE_KEPT else "Tocsin"


def _spoken(sources: Sources) -> list[ChannelMessage]:
    """What is in the channel, and neither on the timeline nor withheld."""
    kept = {one.source_ts for one in sources.case.entries}
    return [said for said in sources.said if said.ts not in kept and said.ts not in sources.withheld]


def _told(sources: Sources, said: ChannelMessage, redaction: Redaction) -> Choice.Line:
    case = sources.case
    words = redaction.redact(_without_names(case, case.spelled(said.text), said.at))
    who = case.voice(said.author, said.at) if said.author else said.app or "an app"
    told = Told(said.at, "message" if said.author else "app", who, one_line(words), is_person=bool(said.author))
    inside = f"?thread_ts={said.thread}&cid={said.channel}" if said.thread else ""
    link = f"{sources.workspace_url}archives/{said.channel}/p{said.ts.replace('.', '')}{inside}"
    return Choice.Line(told, link, is_answer=bool(said.thread))


def _computed(case: Case, redaction: Redaction) -> Iterator[Computed]:
    """What code knows better than any entry."""
    incident = case.record.incident
    for measure in case.measures():
        if measure.length is not None:
            yield Computed(measure.name.lower(), length=measure.length)
    for name, moment in (
        ("users began to be hurt", case.started), ("noticed", case.noticed), ("declared", case.declared),
        ("mitigated", case.mitigated), ("resolved", case.resolved),
    ):  # fmt: skip
        if moment.at:
            yield Computed(name, moment=moment.at)
    spent = case.time_at_severities()
    for severity in sorted(spent, key=lambda one: one.value):
        yield Computed(f"open at {severity}", length=spent[severity], words=(severity.value,))
    yield Computed("worst severity", words=(case.worst.value,))
    yield Computed("severity at the end", words=(incident.severity.value,))
    yield Computed("status updates", count=len(case.all(Fact.UPDATE_POSTED)), noun="status updates")
    gap = case.longest_gap()
    if gap:
        yield Computed("longest time without a status update", length=gap.length)
    for name, said in (("title", incident.title), ("affected", incident.affected)):
        if said and not suspicion(said):
            yield Computed(name, words=(redaction.redact(case.without_names(said, incident.declared_at)),))


def _names(case: Case, redaction: Redaction) -> Iterator[str]:
    """What is affected, as far as it was said in a list."""
    for part in (case.record.incident.affected or "").split(","):
        name = redaction.redact(part.strip())
        if 1 < len(name) <= 60 and not suspicion(name):
            yield name
