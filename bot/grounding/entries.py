"""The record as a model may read it: numbered lines, cleaned, and the facts that code computed from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from bot.grounding.cleaning import clean, label, one_line
from bot.grounding.injection import Suspicion, suspicion
from bot.grounding.names import Kind, Name, names, plain


@dataclass(frozen=True)
class Entry:
    """One line of the record. Text and names are cleaned, and at most suspected: what a person wrote stays theirs."""

    id: str  # "E12", given by us in the order of time
    at: datetime  # aware
    kind: str  # "alert", "message", "decision", …
    who: str  # a role ("Incident Commander", "responder 3") or an app's name; never a person's name
    text: str
    is_person: bool
    withheld: Suspicion | None = None  # why a model may not read it; it stays on the timeline

    @property
    def line(self) -> str:
        return self._line(utc(self.at))

    @property
    def dated_line(self) -> str:
        """With its day, for a record of more than one."""
        return self._line(f"{self.at.astimezone(UTC):%Y-%m-%d} {utc(self.at)}")

    def _line(self, when: str) -> str:
        return f"{self.id} | {when} | {self.kind} | {self.who} | {self.text}"


def entry(id: str, at: datetime, kind: str, who: str, text: str, *, is_person: bool) -> Entry:  # noqa: A002
    """An entry from what people and apps wrote: made one line, stripped of what cannot be seen, looked at for words
    that speak to a model."""
    found = suspicion(text) or suspicion(who)
    return Entry(id, at, label(clean(kind)), label(clean(who)), one_line(clean(text)), is_person, found)


@dataclass(frozen=True)
class Computed:
    """A fact that code computed; any claim may say it without an entry that does.

    A length is allowed in whatever words it is said, a moment as its time and its date, a count only before its noun,
    and words as they are.
    """

    name: str  # "time to mitigate": for reasons and prompts
    length: timedelta | None = None
    moment: datetime | None = None
    count: int | None = None
    noun: str = ""  # of the count, in the plural: "status updates"
    words: tuple[str, ...] = ()  # forms in which it may be said: ("SEV1", "SEV-1")

    @property
    def said(self) -> str:
        """The fact in words, for a prompt."""
        if self.length is not None:
            return f"{self.name}: {minutes(self.length)}"
        if self.moment is not None:
            return f"{self.name}: {self.moment.astimezone(UTC):%Y-%m-%d} {utc(self.moment)}"
        if self.count is not None:
            return f"{self.name}: {self.count} {self.noun}".strip()
        return f"{self.name}: {', '.join(self.words)}"


@dataclass(frozen=True)
class Record:
    """What claims are held against. `names` are all names that the record may speak of (services, teams, customers):
    a name that is known here must be in what a claim cites, however it is written. `people` are never named."""

    entries: tuple[Entry, ...]
    computed: tuple[Computed, ...] = ()
    names: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    zone: tzinfo = UTC  # in which times may be said too, if their zone is said with them

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        return {one.id: one for one in self.entries}

    @cached_property
    def labels(self) -> frozenset[str]:
        """Who speaks, in small letters."""
        return frozenset(one.who.casefold() for one in self.entries if len(one.who) > 1)

    @cached_property
    def known(self) -> frozenset[str]:
        """Names that are names however they are written."""
        given = {plain(name) for name in self.names}
        return frozenset(given | {name.plain for name in self._named if name.kind is Kind.CODE})

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Names by their capital alone."""
        return frozenset(name.plain for name in self._named if name.kind is Kind.NAME)

    @cached_property
    def _named(self) -> tuple[Name, ...]:
        return tuple(name for one in self.entries for name in names(one.text))

    @cached_property
    def readable(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.withheld is None)

    @property
    def lines(self) -> str:
        """What is sent to a model, redacted beforehand by whoever made the entries."""
        days = {one.at.astimezone(UTC).date() for one in self.readable}
        return "\n".join(one.line if len(days) < 2 else one.dated_line for one in self.readable)

    def cited(self, ids: Iterable[str]) -> list[Entry]:
        """The readable entries among these, each once, in the record's order."""
        wanted = set(ids)
        return [one for one in self.readable if one.id in wanted]


@dataclass(frozen=True)
class Told:
    """Something that happened, before it has a number."""

    at: datetime
    kind: str
    who: str
    text: str
    is_person: bool


def numbered(told: Iterable[Told], prefix: str = "E", first: int = 1) -> tuple[Entry, ...]:
    """Entries with ids in the order of time: E1, E2, …; messages may have a series of their own (M1, …)."""
    ordered = sorted(told, key=lambda one: one.at)
    return tuple(
        entry(f"{prefix}{place}", one.at, one.kind, one.who, one.text, is_person=one.is_person)
        for place, one in enumerate(ordered, first)
    )


def utc(moment: datetime) -> str:
    """`13:45Z`, to the minute."""
    return f"{moment.astimezone(UTC):%H:%M}Z"


def minutes(length: timedelta) -> str:
    """`1 h 12 min`, to the minute, rounded down."""
    hours, rest = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
