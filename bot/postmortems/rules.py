"""The record as a draft reads it, and what can be computed from it. Whatever was withdrawn is evidence for nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.followups.model import FollowUp
from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact, Role, Severity, Status
from bot.kernel.ids import UserId
from bot.organisation import Organisation
from bot.slack.text import escape, one_line, plain, users_in

if TYPE_CHECKING:
    from bot.incidents.export import Record  # it can gather a record, which nobody may do here

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
# Given names that are words too: a sentence is not about a person because it says "will".
WORDS_TOO = {
    "Angel", "April", "Art", "August", "Bill", "Chase", "Dawn", "Drew", "Faith", "Frank", "Grace", "Guy", "Hope",
    "Jack", "Joy", "June", "King", "Lance", "Major", "Mark", "Max", "May", "Melody", "Norm", "Page", "Penny", "Prince",
    "Ray", "Rich", "Rob", "Rose", "Sue", "Summer", "Victor", "Will",
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A time of the incident, or that it is not recorded; `how` says where the time comes from."""

    at: datetime | None
    how: str = ""
    entry: TimelineEntry | None = None


@dataclass(frozen=True)
class Measure:
    """How long from one moment to another; None where one of them is not recorded or they are in the wrong order."""

    name: str
    base: str
    start: Moment
    end: Moment

    @property
    def length(self) -> timedelta | None:
        if self.start.at is None or self.end.at is None or self.is_contradictory:
            return None
        return whole(self.end.at) - whole(self.start.at)

    @property
    def is_contradictory(self) -> bool:
        return bool(self.start.at and self.end.at and whole(self.end.at) < whole(self.start.at))


@dataclass(frozen=True)
class Gap:
    """The longest time in which no status update was posted."""

    length: timedelta
    start: TimelineEntry
    end: TimelineEntry
    asked: timedelta | None  # how often the organisation wants one


@dataclass(frozen=True)
class Case:
    record: Record
    organisation: Organisation
    follow_ups: Sequence[FollowUp] = ()  # as people made them

    @cached_property
    def entries(self) -> Sequence[TimelineEntry]:
        """In the order in which things happened."""
        return sorted(self.record.entries, key=lambda entry: (entry.at, entry.place))

    @cached_property
    def standing(self) -> Sequence[TimelineEntry]:
        return [entry for entry in self.entries if entry.withdrawn_at is None]

    def all(self, *facts: Fact) -> list[TimelineEntry]:
        return [entry for entry in self.standing if entry.fact in facts]

    def first(self, *facts: Fact) -> TimelineEntry | None:
        return next(iter(self.all(*facts)), None)

    def last(self, *facts: Fact) -> TimelineEntry | None:
        return max(self.all(*facts), key=lambda entry: entry.place, default=None)

    def field(self, name: str) -> TimelineEntry | None:
        """Where the incident's title, `affected` or `impact` was given the words it has now."""
        changes = [entry for entry in self.all(Fact.DETAILS_CHANGED) if entry.details.get("field") == name]
        return max(changes, key=lambda entry: entry.place, default=self.first(Fact.DECLARED))

    # --- people

    @cached_property
    def owner(self) -> UserId:
        """Who is asked: whoever was Incident Commander last, else who declared it."""
        return self.last_holder(Role.IC) or self.record.incident.declared_by

    def last_holder(self, role: Role) -> UserId | None:
        held = [one for one in self.record.holdings if one.role is role]
        return max(held, key=lambda one: (one.since, one.id or 0)).user if held else None

    def title_of(self, role: Role) -> str:
        return self.organisation.roles[role.value].title

    def voice(self, user: UserId | None, at: datetime) -> str:
        """A person by the role they held then. Anyone in that role could have done the same."""
        if user is None:
            return "an app"
        held = {
            one.role
            for one in self.record.holdings
            if one.user == user and one.since <= at and (one.until is None or at <= one.until)
        }
        for role in Role:
            if role in held:
                return f"the {self.title_of(role)}"
        return "the person who declared it" if user == self.record.incident.declared_by else "a responder"

    @cached_property
    def _people(self) -> Sequence[UserId]:
        record = self.record
        known = {record.incident.declared_by, *(held.user for held in record.holdings)}
        for entry in record.entries:
            known |= {*users_in(entry.text), *([entry.by] if entry.by else ())}
        return sorted(known)

    @cached_property
    def _called(self) -> dict[str, list[UserId]]:
        """By what these people are called, in full or by their given name, and who that may be."""
        called: dict[str, list[UserId]] = {}
        for user in self._people:
            name = self.record.name(user).strip()
            given = name.split()[0] if name else ""
            for word in {name, *([given] if given not in WORDS_TOO else [])} - {""}:
                called.setdefault(word, []).append(user)
        return called

    @property
    def called(self) -> Sequence[str]:
        """What the people of this record are called."""
        return sorted(self._called)

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        longest_first = sorted(self._called, key=lambda name: (-len(name), name))
        return re.compile(rf"(?<!\w)@?({'|'.join(map(re.escape, longest_first))})(?!\w)") if longest_first else None

    def without_names(self, words: str, at: datetime) -> str:
        """People's words with roles in brackets where they name somebody of this record."""
        if self._names is None:
            return words
        return self._names.sub(lambda found: f"[{self._role_of(self._called[found[1]], at)}]", words)

    def _role_of(self, users: list[UserId], at: datetime) -> str:
        return self.voice(users[0], at) if len(users) == 1 else "a responder"

    def words(self, entry: TimelineEntry) -> str:
        """An entry's words, people by their names."""
        return self.spelled(entry.text)

    def spelled(self, stored: str) -> str:
        """Text as Slack stores it, in plain words on one line."""
        named = _MENTION.sub(lambda found: escape(self.record.name(UserId(found[1]))), stored)
        return one_line(plain(named, self.record.name))

    def said(self, entry: TimelineEntry) -> str:
        """An entry's words with nobody's name in them."""
        return self.without_names(self.words(entry), entry.at)

    # --- moments

    @cached_property
    def over(self) -> TimelineEntry | None:
        return self.last(Fact.RESOLVED) if self.record.incident.resolved_at else None

    @cached_property
    def started(self) -> Moment:
        return self._given(self.record.incident.started_at)

    @cached_property
    def noticed(self) -> Moment:
        return self._given(self.record.incident.detected_at)

    @cached_property
    def declared(self) -> Moment:
        return Moment(self.record.incident.declared_at, "when it was declared", self.first(Fact.DECLARED))

    @cached_property
    def commanded(self) -> Moment:
        taken = [
            entry
            for entry in self.all(Fact.ROLE_TAKEN, Fact.ROLE_HANDED_OVER)
            if entry.details.get("role") == Role.IC.value
        ]
        return Moment(taken[0].at, "when the role was taken", taken[0]) if taken else Moment(None)

    @cached_property
    def mitigated(self) -> Moment:
        at = self.record.incident.mitigated_at
        said = [entry for entry in self.all(Fact.MITIGATED) if at and whole(entry.at) == whole(at)]
        if said:
            return Moment(at, "when it was said", said[-1])
        return self._given(at)

    @cached_property
    def resolved(self) -> Moment:
        at = self.record.incident.resolved_at
        return Moment(at, "when it was resolved", self.over) if at else Moment(None)

    def _given(self, at: datetime | None) -> Moment:
        """A time that a person entered."""
        return Moment(at, "as given at the resolution", self.over) if at else Moment(None)

    # --- numbers

    def measures(self) -> list[Measure]:
        return [
            Measure("Time to detect", "from users being hurt to it being noticed", self.started, self.noticed),
            Measure("Time to declare", "from it being noticed to it being declared", self.noticed, self.declared),
            Measure(
                f"Time to {_article(self.title_of(Role.IC))}", "from it being declared to the role being taken",
                self.declared, self.commanded,
            ),
            Measure("Time to mitigate", "from users being hurt to users no longer being hurt", self.started,
                    self.mitigated),
            Measure("Time to resolve", "from users being hurt to it being resolved", self.started, self.resolved),
            Measure("Time open", "from it being declared to it being resolved last", self.declared, self.resolved),
        ]  # fmt: skip

    @cached_property
    def severities(self) -> list[tuple[Severity, TimelineEntry | None]]:
        """Each severity it had in turn, with the entry that says so."""
        changes = sorted(self.all(Fact.SEVERITY_CHANGED), key=lambda entry: entry.place)
        declared = self.first(Fact.DECLARED)
        first = changes[0].details.get("from") if changes else None
        first = (declared.details.get("severity") if declared else None) or first or self.record.incident.severity
        return [(Severity(first), declared), *((Severity(entry.details["to"]), entry) for entry in changes)]

    @property
    def worst(self) -> Severity:
        return min((severity for severity, _ in self.severities), key=lambda severity: severity.value)

    def time_at_severities(self) -> dict[Severity, timedelta]:
        """How long it was open at each severity; time between a resolution and a reopening does not count."""
        spent: dict[Severity, timedelta] = {}
        severity, open_since = self.severities[0][0], None
        for entry in sorted(self.standing, key=lambda entry: entry.place):
            if open_since and entry.fact in (Fact.SEVERITY_CHANGED, Fact.RESOLVED):
                spent[severity] = spent.get(severity, timedelta()) + (whole(entry.at) - whole(open_since))
                open_since = None
            if entry.fact in (Fact.DECLARED, Fact.REOPENED, Fact.SEVERITY_CHANGED):
                open_since = entry.at
            if entry.fact is Fact.SEVERITY_CHANGED:
                severity = Severity(entry.details["to"])
        return spent

    def severity_at(self, at: datetime) -> Severity:
        (first, _), *changes = self.severities
        return [first, *(severity for severity, entry in changes if entry and entry.at <= at)][-1]

    def longest_gap(self) -> Gap | None:
        """Between the declaration, the updates and the resolution. None without these two."""
        declared = self.first(Fact.DECLARED)
        if declared is None or self.over is None or self.all(Fact.REOPENED):
            return None  # nobody waits for updates between a resolution and a reopening
        marks = [declared, *self.all(Fact.UPDATE_POSTED), self.over]
        gaps = [self._gap(start, end) for start, end in pairwise(marks)]
        return max(gaps, key=lambda gap: gap.length)

    def _gap(self, start: TimelineEntry, end: TimelineEntry) -> Gap:
        terms = self.organisation.severities[self.severity_at(start.at).value]
        asked = (terms.first_update or terms.update_every) if start.fact is Fact.DECLARED else terms.update_every
        if asked and self.mitigated.at and self.mitigated.at <= start.at:
            asked = asked * 2  # half as often once users are no longer hurt
        return Gap(whole(end.at) - whole(start.at), start, end, asked)

    @property
    def is_over(self) -> bool:
        return self.record.incident.status in (Status.RESOLVED, Status.CLOSED)


def whole(at: datetime) -> datetime:
    """To the second, so that what is computed agrees with what is shown."""
    return at.replace(microsecond=0)


def _article(title: str) -> str:
    return f"{'an' if title[:1] in 'AEIOU' else 'a'} {title}"
