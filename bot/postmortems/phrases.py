"""The timeline of a draft: what each fact says in a few words, with people's names, as they stand in the record."""

from datetime import datetime, timedelta
from typing import Any

from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact, Role
from bot.kernel.ids import UserId
from bot.postmortems.markdown import anchor, evidence, literal, table
from bot.postmortems.rules import Case

LATE = timedelta(minutes=1)  # a note of something longer ago than this says when it was noted


def timeline(case: Case) -> list[str]:
    if not case.entries:
        return ["Nothing is recorded."]
    rows = [(_number(entry), utc(entry.at), _who(case, entry), _what(case, entry)) for entry in case.entries]
    return [table(("Entry", "UTC", "Who", "What"), rows)]


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _number(entry: TimelineEntry) -> str:
    shown = evidence(entry.place, entry.permalink)
    return anchor("entry", entry.place) + (str(entry.place) if "(#" in shown else shown)


def _who(case: Case, entry: TimelineEntry) -> str:
    if entry.by:
        return literal(case.record.name(entry.by))
    return "an app" if entry.fact is Fact.MESSAGE_KEPT else "Tocsin"


def _what(case: Case, entry: TimelineEntry) -> str:
    told = phrase(case, entry)
    marks = []
    if entry.earlier:
        marks.append("edited")
    if entry.fact is not Fact.MESSAGE_KEPT and entry.recorded_at - entry.at >= LATE:
        marks.append(f"noted {utc(entry.recorded_at)}")
    if entry.withdrawn_at:
        struck = told.replace("\\~", "-")  # a tilde would end the stroke
        told = f"~~{struck}~~"
        marks.append(f"withdrawn: {literal(entry.withdrawn_why or 'no reason given')}")
    return f"{told} ({', '.join(marks)})" if marks else told


def phrase(case: Case, entry: TimelineEntry) -> str:
    """Total: every fact has its words. `entry.details` may hold anything, and is shown as text."""
    said, more = literal(case.words(entry)), entry.details
    because = f": {said}" if said else ""
    went = f"from {_plain(more.get('from'))} to {_plain(more.get('to'))}"
    handed = f"from {_person(case, more.get('from'))} to {_person(case, more.get('to'))}"
    phrases = {
        Fact.DECLARED: f"Declared as {_plain(more.get('severity'))}{because}",
        Fact.ACCEPTED: f"Accepted it out of triage{because}",
        Fact.DECLINED: f"Declined it{because}",
        Fact.CHANNEL_OPENED: f"Opened the channel {_plain(more.get('channel'))}",
        Fact.ROLE_TAKEN: f"{_role(case, more)}: {_person(case, more.get('to'))}",
        Fact.ROLE_HANDED_OVER: f"{_role(case, more)}: {handed}",
        Fact.ROLE_LEFT: f"{_role(case, more)}: {_person(case, more.get('from'))} left it",
        Fact.SEVERITY_CHANGED: f"Severity {went}{because}",
        Fact.MITIGATED: f"Mitigated{because}",
        Fact.RELAPSED: f"Not mitigated after all{because}",
        Fact.RESOLVED: f"Resolved{because}",
        Fact.CLOSED: f"Closed{because}",
        Fact.REOPENED: f"Reopened{because}",
        Fact.MERGED: f"Merged {_plain(more.get('from'))} into {_plain(more.get('to'))}{because}",
        Fact.CANCELED: f"Canceled{because}",
        Fact.UPDATE_POSTED: f"Status update{because}",
        Fact.NOTED: f"Noted{because}",
        Fact.MESSAGE_KEPT: f"Wrote{because}",
        Fact.DETAILS_CHANGED: f"Changed {_plain(more.get('field'))} to{because}",
        Fact.TOLD_LOST: f"Could not {literal(case.spelled(str(more.get('what', 'do something'))))}{because}",
        Fact.NOTHING_NEW: f"Nothing new{because}",
        Fact.STILL_GOING: f"Still going{because}",
        Fact.PACE_CHANGED: f"Updates every {_plain(more.get('every'))}{because}",
        Fact.POSTMORTEM_DRAFTED: f"Drafted the postmortem{because}",
        Fact.POSTMORTEM_IN_REVIEW: "Asked for a review of the postmortem",
        Fact.POSTMORTEM_REVIEWED: "Approved the postmortem",
        Fact.POSTMORTEM_PUBLISHED: "Published the postmortem",
        Fact.POSTMORTEM_EDITED: f"Edited {_plain(more.get('section'))} of the postmortem",
        Fact.POSTMORTEM_ASSIGNED: f"Set the postmortem's {_plain(more.get('field'))}{because}",
        Fact.FOLLOW_UP_ADDED: f"Added the follow-up {_plain(more.get('follow_up'))}{because}",
        Fact.FOLLOW_UP_CHANGED: f"Changed the follow-up {_plain(more.get('follow_up'))}{because}",
        Fact.FOLLOW_UP_DONE: f"Did the follow-up {_plain(more.get('follow_up'))}{because}",
        Fact.FOLLOW_UP_DROPPED: f"Will not do the follow-up {_plain(more.get('follow_up'))}{because}",
        Fact.FOLLOW_UP_REOPENED: f"Took the follow-up {_plain(more.get('follow_up'))} up again{because}",
        Fact.PAGE_ASKED: f"Asked to page {_whom(case, more)}{because}",
        Fact.PAGED: f"Paged {_whom(case, more)}{_level(more)}",
        Fact.PAGE_FAILED: f"Could not page {_whom(case, more)}{_level(more)}{because}",
        Fact.PAGE_PASSED: f"Could not take the page{_level(more)}",
        Fact.ACKNOWLEDGED: f"Acknowledged{_level(more)}",
        Fact.LEVEL_EMPTY: f"Nobody to page{_level(more)}{because}",
        Fact.EXHAUSTED: f"Nobody answered; tried{because}",
        Fact.WENT_SILENT: f"Nothing heard after {_person(case, more.get('to'))} had acknowledged",
        Fact.NOBODY_TO_PAGE: f"Nobody was paged{because}",
    }
    return phrases[entry.fact]


def _plain(value: Any) -> str:
    return literal(str(value)) if value else "something not recorded"


def _person(case: Case, user: Any) -> str:
    return literal(case.record.name(UserId(str(user)))) if user else "nobody"


def _whom(case: Case, details: dict[str, Any]) -> str:
    return _person(case, details["to"]) if details.get("to") else _plain(details.get("whom"))


def _level(details: dict[str, Any]) -> str:
    return f" (level {_plain(details['level'])} of {_plain(details.get('policy'))})" if details.get("level") else ""


def _role(case: Case, details: dict[str, Any]) -> str:
    try:
        return literal(case.title_of(Role(details.get("role", ""))))
    except ValueError:
        return "A role"


def duration(length: timedelta) -> str:
    """`1 h 24 min 10 s`; what is zero is left out."""
    seconds = int(length.total_seconds())
    parts = ((seconds // 86_400, "d"), (seconds // 3_600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
