"""Incidents as files, one to a file. Whoever writes them may leave out what they do not know; what is asked for is
an event with a time and a text."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as lenient

CASES = Path(__file__).parent / "cases"
KEY_KINDS = frozenset({"alert", "deploy", "change", "action", "decision", "status"})


class BadCase(Exception):
    """A file cannot be used; the message names it, the place and the mend."""


@dataclass(frozen=True)
class Event:
    """`told_at`: when somebody told it, if that was later than it happened."""

    id: str
    at: datetime
    who: str
    kind: str
    text: str
    told_at: datetime | None = None
    is_retrospective: bool = False  # learned only later: nobody could have put it on the timeline

    @property
    def is_key(self) -> bool:
        """Whether a postmortem without it would be incomplete."""
        return self.kind in KEY_KINDS


@dataclass(frozen=True)
class CaseFile:
    """What is `known` is known to history, and not to the record, unless an event says it."""

    slug: str
    title: str
    service: str
    severity: str
    zone: tzinfo
    started: datetime | None
    detected: datetime
    mitigated: datetime | None
    resolved: datetime
    events: tuple[Event, ...]  # in the order of time
    known: tuple[str, ...] = ()
    people: tuple[str, ...] = ()  # what those who take part are called; made up if there are too few

    @property
    def given(self) -> tuple[Event, ...]:
        return tuple(event for event in self.events if not event.is_retrospective)

    def shifted(self, by: timedelta) -> "CaseFile":
        def later(at: datetime | None) -> datetime | None:
            return at and at + by

        events = [replace(one, at=one.at + by, told_at=later(one.told_at)) for one in self.events]
        return replace(
            self, started=later(self.started), detected=self.detected + by, mitigated=later(self.mitigated),
            resolved=self.resolved + by, events=tuple(events),
        )  # fmt: skip


def load(place: Path = CASES) -> tuple[list[CaseFile], list[BadCase]]:
    """Every case below, and what is wrong with the files that are none. Raises BadCase if there is nothing at all."""
    files = [place] if place.is_file() else sorted(place.glob("*.json"))
    if not files:
        raise BadCase(f"{place}: there is no *.json in it. Name a folder of cases, or one case.")
    cases: list[CaseFile] = []
    bad: list[BadCase] = []
    for file in files:
        try:
            cases.append(read(file))
        except BadCase as why:
            bad.append(why)
    return cases, bad


def read(file: Path) -> CaseFile:
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as why:
        raise BadCase(f"{file.name}: it cannot be read as JSON ({why}).") from None
    if not isinstance(told, dict):
        raise BadCase(f"{file.name}: it is not one JSON object with `events`.")
    return made(file.name, told)


def made(name: str, told: Mapping[str, Any]) -> CaseFile:
    """Raises BadCase."""
    zone = _zone(told.get("timezone"))
    events = sorted(_events(name, told, zone), key=lambda event: event.at)
    if not any(not event.is_retrospective for event in events):
        raise BadCase(f"{name}: events: there is none that can be told. Each needs `at` and `text`.")

    def moment(field: str) -> datetime | None:
        return _moment(name, field, told.get(field), zone) if told.get(field) else None

    given = [event for event in events if not event.is_retrospective]
    detected = moment("detected_at") or given[0].at
    resolved = max(moment("resolved_at") or given[-1].at, detected + timedelta(minutes=1))
    slug = str(told.get("slug") or Path(name).stem)
    title = str(told.get("title") or slug)
    known = [told.get("known_root_cause"), *_listed(told.get("known_contributing_factors")), told.get("impact")]
    return CaseFile(
        slug, title, str(told.get("service") or title), str(told.get("severity_guess") or ""), zone,
        moment("started_at"), detected, moment("mitigated_at"), resolved, tuple(events),
        tuple(str(one) for one in known if one), tuple(map(str, _listed(told.get("people")))),
    )  # fmt: skip


def _events(name: str, told: Mapping[str, Any], zone: tzinfo) -> Iterable[Event]:
    listed = told.get("events")
    if not isinstance(listed, list):
        raise BadCase(f"{name}: events: it must be a list.")
    for n, event in enumerate(listed, 1):
        where = f"events[{n}]"
        if not isinstance(event, dict):
            raise BadCase(f"{name}: {where}: it must be an object with `at` and `text`.")
        text = " ".join(str(event.get("text") or "").split())
        if not text:
            continue  # it says nothing
        told_at = event.get("told_at")
        yield Event(
            str(event.get("id") or f"e{n:02}"), _moment(name, f"{where}.at", event.get("at"), zone),
            str(event.get("who") or "responder"), str(event.get("kind") or "message").casefold(), text,
            _moment(name, f"{where}.told_at", told_at, zone) if told_at else None, bool(event.get("retrospective")),
        )  # fmt: skip


def _moment(name: str, where: str, said: Any, zone: tzinfo) -> datetime:
    """A time without a zone is meant in the case's own."""
    try:
        at = datetime.fromtimestamp(said, UTC) if isinstance(said, int | float) else lenient.parse(str(said))
    except (ValueError, OverflowError, OSError):
        raise BadCase(f"{name}: {where}: {said!r} is no time. Write it as 2026-03-02T14:05:00Z.") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: Any) -> tzinfo:
    """UTC where it is not known: times with an offset mean the same in any."""
    try:
        return ZoneInfo(str(name or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said] if said else []
