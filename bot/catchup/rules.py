"""What is new to somebody, sorted by what it is about; and since when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.incidents.model import TimelineEntry
from bot.incidents.terms import Fact
from bot.kernel.errors import Refused
from bot.slack.text import escape, how_long, shorten

LONGEST = timedelta(days=30)
HOW = "Write `/incident catchup`, `/incident catchup all` or `/incident catchup since 30m`."
_LENGTH = re.compile(r"(?:(?P<days>\d{1,3})\s*d)?\s*(?:(?P<hours>\d{1,4})\s*h)?\s*(?:(?P<minutes>\d{1,5})\s*m(?:in)?)?")


class Group(StrEnum):
    STATE = "Status and severity"
    ROLES = "Roles"
    UPDATES = "Updates"
    NOTES = "Notes and kept messages"
    PAGES = "Pages"
    AFTER = "Postmortem and follow-ups"


GROUPS: Mapping[Group, Sequence[Fact]] = {
    Group.STATE: (
        Fact.DECLARED, Fact.ACCEPTED, Fact.DECLINED, Fact.SEVERITY_CHANGED, Fact.MITIGATED, Fact.RELAPSED,
        Fact.RESOLVED, Fact.CLOSED, Fact.REOPENED, Fact.MERGED, Fact.CANCELED, Fact.DETAILS_CHANGED,
    ),
    Group.ROLES: (Fact.ROLE_TAKEN, Fact.ROLE_HANDED_OVER, Fact.ROLE_LEFT),
    Group.UPDATES: (Fact.UPDATE_POSTED, Fact.NOTHING_NEW, Fact.STILL_GOING, Fact.PACE_CHANGED),
    Group.NOTES: (Fact.NOTED, Fact.MESSAGE_KEPT),
    Group.PAGES: (
        Fact.PAGE_ASKED, Fact.PAGED, Fact.PAGE_FAILED, Fact.PAGE_PASSED, Fact.ACKNOWLEDGED, Fact.LEVEL_EMPTY,
        Fact.EXHAUSTED, Fact.WENT_SILENT, Fact.NOBODY_TO_PAGE,
    ),
    Group.AFTER: (
        Fact.POSTMORTEM_DRAFTED, Fact.POSTMORTEM_IN_REVIEW, Fact.POSTMORTEM_REVIEWED, Fact.POSTMORTEM_PUBLISHED,
        Fact.POSTMORTEM_EDITED, Fact.POSTMORTEM_ASSIGNED, Fact.FOLLOW_UP_ADDED, Fact.FOLLOW_UP_CHANGED,
        Fact.FOLLOW_UP_DONE, Fact.FOLLOW_UP_DROPPED, Fact.FOLLOW_UP_REOPENED,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """Since when; None: from the beginning. `told` follows "what happened"."""

    since: datetime | None
    told: str

    def covers(self, last: datetime | None) -> bool:
        """Whether whoever has seen this has seen all that is new to them."""
        return self.since is None or (last is not None and self.since <= last)

    def holds(self, at: datetime) -> bool:
        return self.since is None or at > self.since


def window(said: str, last: datetime | None, now: datetime) -> Window:
    """`last`: when this person last asked. Raises Refused for words that say no time."""
    words = said.strip().lower().removeprefix("since").strip()
    if not words and not said.strip():
        return Window(last, "since you last looked") if last else Window(None, "from the beginning")
    if words in ("all", "everything"):
        return Window(None, "from the beginning")
    found = _LENGTH.fullmatch(words)
    parts = {unit: int(count) for unit, count in (found.groupdict() if found else {}).items() if count}
    length = timedelta(**parts)
    if not timedelta() < length <= LONGEST:
        raise Refused(f"“{escape(shorten(said.strip(), 40))}” is no time that I can go back. {HOW}")
    return Window(now - length, f"in the last {how_long(length.total_seconds())}")


def sorted_out(entries: Sequence[TimelineEntry], of: Window) -> dict[Group, list[TimelineEntry]]:
    """What was recorded in that time and stands, in the order in which it happened; groups without any are left out."""
    new = [entry for entry in entries if entry.withdrawn_at is None and of.holds(entry.recorded_at)]
    found = {group: [entry for entry in new if entry.fact in facts] for group, facts in GROUPS.items()}
    return {group: entries for group, entries in found.items() if entries}
