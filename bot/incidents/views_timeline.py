"""What people see of a timeline."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Fact
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, modal, section
from bot.slack.commands import COMMAND
from bot.slack.text import clip, escape, how_long, link, mention, one_line, tame, when

ENTRIES_SHOWN = 40  # at once; the export has all
LINE_LIMIT = 700  # characters of one entry


def timeline(incident: Incident, entries: Sequence[TimelineEntry], organisation: Organisation, page: int = 1) -> View:
    """Page 1 has the newest; on each page things stand in the order in which they happened."""
    pages = max(1, -(-len(entries) // ENTRIES_SHOWN))
    page = min(max(page, 1), pages)
    end = len(entries) - (page - 1) * ENTRIES_SHOWN
    shown = entries[max(0, end - ENTRIES_SHOWN) : end]
    blocks: list[Block] = [section(line(entry, organisation)) for entry in shown]
    if pages > 1:
        blocks += _pager(incident, len(entries), page, pages)
    blocks.append(context(f"`{COMMAND} note 14:05 rolled back` adds an entry; `{COMMAND} export` shares all as files."))
    return modal("timeline", f"Timeline of {incident.name}", blocks)


def _pager(incident: Incident, count: int, page: int, pages: int) -> list[Block]:
    turns = [("earlier", "← Earlier", page + 1), ("later", "Later →", page - 1)]
    buttons = [
        button(label, f"word:timeline:{way}", f"{incident.id} {to}") for way, label, to in turns if 1 <= to <= pages
    ]
    return [context(f"{count} entries; page {page} of {pages}, the newest first."), actions(*buttons)]


def line(entry: TimelineEntry, organisation: Organisation) -> str:
    """One entry, with what became of it."""
    words = clip(sentence(entry, organisation), LINE_LIMIT)
    marks = []
    if entry.earlier:
        marks.append("edited")
    if entry.permalink:
        marks.append(link(entry.permalink, "message"))
    if entry.at != entry.recorded_at and entry.fact is not Fact.MESSAGE_KEPT:
        marks.append(f"noted {when(entry.recorded_at)}")
    if entry.withdrawn_at:
        words, marks = f"~{flat(words)}~", [*marks, f"withdrawn: {entry.withdrawn_why}"]
    tail = f"  _({', '.join(marks)})_" if marks else ""
    return f"{when(entry.at)}  {words}{tail}"


def flat(text: str) -> str:
    return one_line(text).replace("~", "-")


def sentence(entry: TimelineEntry, organisation: Organisation) -> str:
    """What happened, in mrkdwn. Total: every fact has its words."""
    who, said, more = author(entry), tame(entry.text), entry.details
    role = escape(organisation.roles[more["role"]].title) if "role" in more else ""
    to, before = _person(more.get("to")), _person(more.get("from"))
    because = f": {said}" if said else "."
    words = {
        Fact.DECLARED: f"{who} declared the incident as {more.get('severity')}{because}",
        Fact.ACCEPTED: f"{who} accepted it out of triage{because}",
        Fact.DECLINED: f"{who} declined it{because}",
        Fact.CHANNEL_OPENED: f"Tocsin opened the channel #{more.get('channel')}.",
        Fact.ROLE_TAKEN: f"{to} became {role}{_through(entry, 'to')}.",
        Fact.ROLE_HANDED_OVER: f"{role} passed from {before} to {to}{_through(entry, 'from', 'to')}.",
        Fact.ROLE_LEFT: f"{before} stopped being {role}{_through(entry, 'from')}.",
        Fact.SEVERITY_CHANGED: f"{who} changed the severity from {more.get('from')} to {more.get('to')}{because}",
        Fact.MITIGATED: f"{who} said it is mitigated{because}",
        Fact.RELAPSED: f"{who} said it is not mitigated after all{because}",
        Fact.RESOLVED: f"{who} resolved it{because}",
        Fact.CLOSED: f"{who} closed it{because}",
        Fact.REOPENED: f"{who} reopened it{because}",
        Fact.MERGED: f"{who} merged {more.get('from')} into {more.get('to')}{because}",
        Fact.CANCELED: f"{who} canceled it{because}",
        Fact.UPDATE_POSTED: f"{who} posted an update{because}",
        Fact.NOTED: f"{who}{because}",
        Fact.MESSAGE_KEPT: f"{who}{because if said else ' posted something without words.'}",
        Fact.DETAILS_CHANGED: f"{who} changed the {more.get('field')} to: {said or '_nothing_'}",
        Fact.TOLD_LOST: f":warning: Tocsin could not {more.get('what')}{because}",
        Fact.NOTHING_NEW: f"{who} said that there is nothing new{because}",
        Fact.STILL_GOING: f"{who} said that it is still going{because}",
        Fact.PACE_CHANGED: f"{who} asked for an update every {escape(str(more.get('every')))}{because}",
        Fact.POSTMORTEM_DRAFTED: "Tocsin drafted the postmortem.",
        Fact.POSTMORTEM_IN_REVIEW: f"{who} asked for a review of the postmortem.",
        Fact.POSTMORTEM_REVIEWED: f"{who} approved the postmortem.",
        Fact.POSTMORTEM_PUBLISHED: f"{who} published the postmortem.",
        Fact.POSTMORTEM_EDITED: f"{who} edited “{escape(str(more.get('section')))}” of the postmortem.",
        Fact.POSTMORTEM_ASSIGNED: f"{who} set the postmortem's {more.get('field')}{because}",
        Fact.FOLLOW_UP_ADDED: f"{who} added the follow-up {more.get('follow_up')}{because}",
        Fact.FOLLOW_UP_CHANGED: f"{who} changed the follow-up {more.get('follow_up')}{because}",
        Fact.FOLLOW_UP_DONE: f"{who} did the follow-up {more.get('follow_up')}{because}",
        Fact.FOLLOW_UP_DROPPED: f"{who} said that the follow-up {more.get('follow_up')} will not be done{because}",
        Fact.FOLLOW_UP_REOPENED: f"{who} took the follow-up {more.get('follow_up')} up again{because}",
        Fact.PAGE_ASKED: f"{who} asked to page {_whom(more)}{because}",
        Fact.PAGED: f"{_whom(more)} was paged{_level(more)}{_late(more)}.",
        Fact.PAGE_FAILED: f":warning: {_whom(more)} could not be paged{_level(more)}{because}",
        Fact.PAGE_PASSED: f"{who} could not take it{_level(more)}.",
        Fact.ACKNOWLEDGED: f"{who} acknowledged it, after {how_long(more.get('after_s', 0))}{_level(more)}.",
        Fact.LEVEL_EMPTY: f"Nobody could be paged{_level(more)}{because}",
        Fact.EXHAUSTED: f":rotating_light: Nobody answered{_level(more)}. Tried{because}",
        Fact.WENT_SILENT: f"Nothing was heard for {how_long(more.get('after_s', 0))} after {to} had it.",
        Fact.NOBODY_TO_PAGE: f"Nobody was paged{because}",
    }
    return words[entry.fact]


def author(entry: TimelineEntry) -> str:
    """Who did it, or wrote it. A message without an author came from an app."""
    if entry.by:
        return mention(entry.by)
    return escape(str(entry.details.get("app", "An app"))) if entry.fact is Fact.MESSAGE_KEPT else "Tocsin"


def _person(user: str | None) -> str:
    return mention(UserId(user)) if user else "somebody"


def _whom(details: Mapping[str, Any]) -> str:
    """A person as a mention, anything else as it is called."""
    return _person(details["to"]) if details.get("to") else escape(str(details.get("whom") or "somebody"))


def _level(details: Mapping[str, Any]) -> str:
    if not details.get("level"):
        return ""
    again = f", round {details['round']}" if details.get("round", 1) > 1 else ""
    return f" (level {details['level']}{again} of {escape(str(details.get('policy')))})"


def _late(details: Mapping[str, Any]) -> str:
    return f", {how_long(details['late_s'])} late" if details.get("late_s") else ""


def _through(entry: TimelineEntry, *parties: str) -> str:
    """Who did it, where that is none of those whom it is about."""
    about = [entry.details.get(party) for party in parties]
    return f", by {mention(entry.by)}" if entry.by and entry.by not in about else ""
