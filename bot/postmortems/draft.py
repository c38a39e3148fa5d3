"""The draft: the same record gives the same bytes. It says nothing that is not recorded; what is not is asked of a
named person. Each sentence ends with the timeline entries that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.followups.model import FollowUp
from bot.incidents.terms import Fact, Status
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.postmortems import claims, sections, telling
from bot.postmortems.added import Added, Part
from bot.postmortems.asking import Questions
from bot.postmortems.markdown import literal, quoted
from bot.postmortems.phrases import duration, timeline, utc
from bot.postmortems.rules import Case, whole
from bot.postmortems.telling import sentence

if TYPE_CHECKING:
    from bot.incidents.export import Record

HOW_TO_READ = (
    "A number in parentheses is the timeline entry that a sentence rests on. What is not recorded is asked under"
    " Questions, and filled in nowhere. All times are UTC."
)
OUTCOMES = {
    Status.TRIAGE: "It is in triage.",
    Status.ACTIVE: "It is active.",
    Status.MITIGATED: "It is mitigated, and not resolved.",
    Status.CLOSED: "It is closed.",
    Status.DECLINED: "It was declined: it was none.",
    Status.MERGED: "It was merged into another incident.",
    Status.CANCELED: "It was canceled.",
}
STEPS = (
    Fact.ACCEPTED, Fact.DECLINED, Fact.MITIGATED, Fact.RELAPSED, Fact.RESOLVED, Fact.CLOSED, Fact.REOPENED, Fact.MERGED,
    Fact.CANCELED, Fact.DECLARED,
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    markdown: str
    owner: UserId  # who is asked
    questions: int


def draft(
    record: Record, organisation: Organisation, more: Added | None = None, follow_ups: Sequence[FollowUp] = ()
) -> Draft:
    """The document without the line that says how it came about: `head.document` puts that in. `more`: what a model
    added; the rest is the same with it or without."""
    case = Case(record, organisation, follow_ups=follow_ups)
    ask = Questions(case)
    parts = [
        (f"# {title(case)}", head(case)),
        ("## Summary", [*summary(case), *claims.added(more, Part.SUMMARY)]),
        ("## Impact", [*sections.impact(case, ask), *claims.added(more, Part.IMPACT)]),
        ("## Numbers", sections.numbers(case, ask)),
        ("## Timeline", timeline(case)),
        ("## Detection", [*sections.detection(case, ask), *claims.added(more, Part.DETECTION)]),
        ("## Response", [*sections.response(case, ask), *claims.added(more, Part.RESPONSE)]),
        ("## Contributing factors", [*sections.factors(case, ask), *claims.causes(more)]),
        ("## What ended it", [*sections.ending(case, ask), *claims.added(more, Part.MITIGATION)]),
        ("## What went well", [*sections.went_well(case, ask), *claims.added(more, Part.WENT_WELL)]),
        ("## What went badly", [*sections.went_badly(case, ask), *claims.added(more, Part.WENT_BADLY)]),
        ("## Where we were lucky", [*sections.were_lucky(case, ask), *claims.added(more, Part.LUCKY)]),
        ("## Follow-ups", [*sections.follow_ups(case, ask), *claims.actions(more)]),
        ("## Questions", questions(ask, more)),
    ]
    text = "\n\n".join("\n\n".join([heading, *body]) for heading, body in parts) + "\n"
    return Draft(text, case.owner, len(ask))


def questions(ask: Questions, more: Added | None) -> Sequence[str]:
    claims.questions(more, ask)
    return ask.list()


def title(case: Case) -> str:
    incident = case.record.incident
    return f"{incident.name} {literal(case.without_names(incident.title, incident.declared_at))}: postmortem"


def head(case: Case) -> list[str]:
    worst, count = case.worst, len(case.entries)
    named = f"{worst} {literal(case.organisation.severities[worst.value].name)}"
    expected = case.organisation.severities[worst.value].postmortem
    until = max((entry.recorded_at for entry in case.entries), default=None)
    entries = "1 timeline entry" if count == 1 else f"{count} timeline entries"
    made = f"Made from {entries}, recorded until {utc(until)}." if until else "The timeline is empty."
    wish = f"A postmortem is expected for {named}." if expected else f"For {named} a postmortem is up to you."
    return [f"> {made} {wish}\n> {HOW_TO_READ}"]


def summary(case: Case) -> list[str]:
    incident, declared = case.record.incident, case.declared.entry
    first = case.severities[0][0]
    who = case.voice(incident.declared_by, incident.declared_at)
    by = "" if who.startswith("the person who") else f" by {literal(who)}"
    named = f"{first} {literal(case.organisation.severities[first.value].name)}"
    told = [
        sentence(
            f"{quoted(case.without_names(incident.title, incident.declared_at))} was declared as {named}"
            f" at {utc(incident.declared_at)}{by}.",
            declared, case.field("title"),
        )
    ]  # fmt: skip
    if len(case.severities) > 1:
        path = " to ".join(severity.value for severity, _ in case.severities)
        told.append(sentence(f"Its severity went from {path}.", *(entry for _, entry in case.severities)))
    told += telling.fields(case)
    if case.all(Fact.REOPENED):
        told.append(sentence(f"It was reopened {times(len(case.all(Fact.REOPENED)))}.", *case.all(Fact.REOPENED)))
    return [" ".join([*told, *outcome(case)])]


def outcome(case: Case) -> list[str]:
    incident, resolved = case.record.incident, case.resolved
    if resolved.at is None:
        return [sentence(OUTCOMES.get(incident.status, "It is resolved."), case.last(*STEPS))]
    after = whole(resolved.at) - whole(incident.declared_at)
    words = f"It was resolved at {utc(resolved.at)}, {duration(after)} after it was declared."
    told = [sentence(words, resolved.entry, case.declared.entry)]
    if incident.resolution:
        ended = quoted(case.without_names(incident.resolution, resolved.at))
        told.append(sentence(f"What ended it, as said then: {ended}.", resolved.entry))
    return told


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
