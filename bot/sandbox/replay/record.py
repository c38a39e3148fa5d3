"""What an incident record says. The form is public: docs/incident-record.md, and `incident-record.schema.json` here."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

Text = Annotated[str, Field(min_length=1)]
MOMENT = 'Write it like "2026-03-14T03:02:00Z", with its zone.'


class BadRecord(Exception):
    """The message names the event and says how to mend it; there is a line for each fault."""


class Kind(StrEnum):
    # What happens in and around the incident
    ALERT = "alert"
    DEPLOY = "deploy"
    CHANGE = "change"
    MESSAGE = "message"
    DECISION = "decision"
    ACTION = "action"
    # What people do with the incident's app
    DECLARE = "declare"
    ACK = "ack"
    ROLE = "role"
    SEVERITY = "severity"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    STATUS = "status"  # what the world is told
    UPDATE = "update"  # the same, by its other name
    NOTE = "note"
    COMMAND = "command"


SPOKEN = (Kind.ALERT, Kind.DEPLOY, Kind.CHANGE, Kind.MESSAGE, Kind.DECISION, Kind.ACTION)
KEPT = (Kind.ALERT, Kind.DEPLOY, Kind.CHANGE, Kind.DECISION, Kind.ACTION)  # unless the event says otherwise
WORDLESS = (Kind.ACK, Kind.ROLE, Kind.SEVERITY, Kind.DECLARE)
NEEDS = {Kind.ROLE: "role", Kind.SEVERITY: "severity", Kind.COMMAND: "command"}


class Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    at: AwareDatetime
    who: Text
    kind: Kind
    text: str = ""
    approx: bool = False  # the time is a guess; it is played at it all the same
    retrospective: bool = False  # learned only afterwards: it is not played

    thread_of: str | None = None  # the event whose message this one replies to
    channel: str | None = None  # where it is said, before there is an incident's channel or in spite of it
    keep: bool | None = None  # whether it is kept on the timeline; without it, by its kind
    kept_by: str | None = None
    role: str | None = None
    to: str | None = None  # who is given the role, if `who` does not take it
    severity: str | None = None
    affected: str | None = None
    impact: str | None = None
    about: AwareDatetime | None = None  # when it happened that a late note tells of
    command: str | None = None  # the words after the app's command, as they are typed

    @property
    def is_kept(self) -> bool:
        return self.keep if self.keep is not None else self.kind in KEPT


class Record(BaseModel):
    """Keys that are not named here, such as a source or what is known of the cause, are let be."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    slug: Text
    title: Text
    service: str = ""
    severity_guess: str = "SEV2"
    timezone: str = "UTC"
    started_at: AwareDatetime | None = None
    detected_at: AwareDatetime | None = None
    mitigated_at: AwareDatetime | None = None
    resolved_at: AwareDatetime | None = None
    approx_fields: list[str] = []
    cast: dict[str, str] = {}  # somebody in `who`: the name of a person of the workspace, or "app"
    events: Annotated[list[Event], Field(min_length=1)]

    @field_validator("timezone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f'There is no time zone "{zone}". Write it like "Europe/Madrid" or "UTC".')
        return zone

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def live(self) -> list[Event]:
        """What is played, in the order of time."""
        return sorted((event for event in self.events if not event.retrospective), key=lambda event: event.at)

    def known(self, name: str) -> datetime | None:
        """One of the record's own moments, unless it is a guess."""
        found: datetime | None = getattr(self, name)
        return None if name in self.approx_fields else found


def load(file: Path) -> Record:
    """Raises BadRecord."""
    try:
        return read(json.loads(file.read_text(encoding="utf-8")), str(file))
    except OSError as why:
        raise BadRecord(f"{file}: it cannot be read: {why.strerror}.") from None
    except ValueError as why:
        raise BadRecord(f"{file}: this is no JSON: {why}.") from None


def read(given: object, name: str = "the record") -> Record:
    """Raises BadRecord."""
    if not isinstance(given, dict):
        raise BadRecord(f"{name}: a record is a JSON object with slug, title and events.")
    try:
        found = Record.model_validate(given)
    except ValidationError as wrong:
        faults = [_sentence(fault, given) for fault in wrong.errors(include_url=False)]
    else:
        faults = list(_faults(found))
    if faults:
        raise BadRecord("\n".join(f"{name}: {fault}" for fault in faults))
    return found


def _sentence(fault: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """A fault of one value, with the event and the mend."""
    place = list(fault["loc"])
    where = ""
    if place[:1] == ["events"] and len(place) > 1:
        where = f"event {_named(given['events'][place[1]], place[1])}: "
        place = place[2:]
    key = ".".join(map(str, place))
    return where + _mend(key, fault)


def _named(event: object, place: int) -> str:
    named = event.get("id") if isinstance(event, dict) else None
    return str(named) if named else f"number {place + 1}"


def _mend(key: str, fault: Mapping[str, Any]) -> str:
    kind, value = fault["type"], fault.get("input")
    if kind == "missing":
        return f"it has no {key}. Add one."
    if kind == "extra_forbidden":
        return f"nothing is called {key} in an event. There are {', '.join(Event.model_fields)}."
    if kind == "enum":
        return f"kind “{value}” is unknown. Choose one of {', '.join(Kind)}."
    if "datetime" in kind or "timezone" in kind:
        return f"{key} “{value}” is no moment. {MOMENT}"
    if kind in ("string_too_short", "too_short"):
        return f"{key} is empty. Fill it in."
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    return f"{key} “{value}” does not fit: {fault['msg']}."


def _faults(record: Record) -> Iterator[str]:
    """What no value shows by itself."""
    seen: dict[str, Event] = {}
    declared = any(event.kind is Kind.DECLARE for event in record.live)
    opened = not declared
    for event in record.live:
        if event.id in seen:
            yield f"event {event.id}: another event has this id. Give it one of its own."
        opened = opened or event.kind is Kind.DECLARE
        yield from (f"event {event.id}: {fault}" for fault in _faults_of(event, seen))
        if not opened and event.kind not in (*SPOKEN, Kind.COMMAND):
            yield f"event {event.id}: {event.kind} comes before the incident is declared. Move it after that."
        seen[event.id] = event
    if not record.live:
        yield "every event is retrospective, so there is nothing to play. Let one happen live."


def _faults_of(event: Event, before: Mapping[str, Event]) -> Iterator[str]:
    needed = NEEDS.get(event.kind)
    if needed and not getattr(event, needed):
        yield f"{event.kind} needs {needed}. Add it."
    if not event.text and event.kind not in (*WORDLESS, Kind.COMMAND):
        yield f"{event.kind} has no text. Say what was said or done."
    if event.thread_of is not None:
        parent = before.get(event.thread_of)
        if parent is None:
            yield f"thread_of “{event.thread_of}” names no earlier event. Name the id of one that was said before."
        elif parent.kind not in SPOKEN:
            yield f"thread_of “{event.thread_of}” is no message, but {parent.kind}. Name one that was said."
    if event.about and event.about > event.at:
        yield f"about is later than at. {MOMENT}"


def schema() -> dict[str, Any]:
    """The JSON schema of the form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Record.model_json_schema(),
        "title": "Incident record",
        "description": "An incident as it went, to be replayed. See docs/incident-record.md.",
    }
