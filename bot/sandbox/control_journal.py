"""The journal as the microscope shows it: numbered entries that are told again when they change."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.sandbox.delivery.outcome import Delivery, kind
from bot.sandbox.journal import VIOLATIONS, ApiCall, DeliveryRecord, Violation
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

T = TypeVar("T")
KEPT = 2000  # entries remembered for the page
LOOKED_AT = 200  # newest entries among which deliveries may still be completed
NAMES = re.compile(r"\b(?:[CDG]0[A-Z0-9]+|[A-Za-z]{2,6}-\d+)\b")  # of channels, and of cases as in INC-7 or inc-7-down
WIDTH = 90  # characters of the line that says what an entry is about


@dataclass
class Noted:
    """One entry of any kind. `revision` is that of the record when the entry was last different."""

    id: str
    seq: int
    revision: int
    source: ApiCall | DeliveryRecord | Violation
    line: Json


class Record:
    """Follows the journal. `since(n)` is what is new or different after revision n; nothing is followed unasked."""

    def __init__(self, slack: "Slack") -> None:
        journal = slack.journal
        self._slack = slack
        self._tails = (Tail(journal.calls), Tail(journal.deliveries), Tail(journal.violations))
        self._noted: dict[str, Noted] = {}
        self._revision = 0

    def since(self, revision: int) -> Json:
        self._catch_up()
        entries = [noted.line for noted in self._noted.values() if noted.revision > revision]
        return {"entries": entries, "revision": self._revision, "counts": self.counts()}

    def counts(self) -> Json:
        journal = self._slack.journal
        return {
            "calls": len(journal.calls),
            "deliveries": len(journal.deliveries),
            "violations": len(journal.violations),
        }

    def entry(self, entry_id: str) -> Json | None:
        """An entry with its payload and answer."""
        self._catch_up()
        noted = self._noted.get(entry_id)
        return noted.line | _detail(noted.source) if noted else None

    def _catch_up(self) -> None:
        self._revision += 1
        for noted in list(self._noted.values())[-LOOKED_AT:]:
            if not isinstance(noted.source, DeliveryRecord):
                continue
            line = self._line(noted.id, noted.seq, noted.source)
            if line != noted.line:
                noted.line, noted.revision = line, self._revision
        calls, deliveries, violations = self._tails
        fresh: list[ApiCall | DeliveryRecord | Violation] = [*calls.new(), *deliveries.new(), *violations.new()]
        for source in sorted(fresh, key=_at):
            seq = self._noted[next(reversed(self._noted))].seq + 1 if self._noted else 1
            entry_id = f"e{seq}"
            self._noted[entry_id] = Noted(entry_id, seq, self._revision, source, self._line(entry_id, seq, source))
        for stale in list(self._noted)[:-KEPT]:
            del self._noted[stale]

    def _line(self, entry_id: str, seq: int, source: ApiCall | DeliveryRecord | Violation) -> Json:
        common = {"id": entry_id, "seq": seq, "at": source.at.timestamp(), "names": _names(source)}
        if isinstance(source, ApiCall):
            return common | _call(self._slack, source)
        return common | (_delivery(self._slack, source) if isinstance(source, DeliveryRecord) else _violation(source))


class Tail(Generic[T]):
    """What was appended to a bounded list since it was last looked at."""

    def __init__(self, entries: list[T]) -> None:
        self._entries = entries
        self._last: T | None = None

    def new(self) -> list[T]:
        found: list[T] = []
        for entry in reversed(self._entries):
            if entry is self._last:
                break
            found.append(entry)
        if found:
            self._last = found[0]
        return found[::-1]


def _names(source: ApiCall | DeliveryRecord | Violation) -> list[str]:
    """The channels and cases that it mentions, to find it by."""
    if isinstance(source, Violation):
        text = source.detail
    else:
        text = json.dumps(source.args if isinstance(source, ApiCall) else source.payload, default=str)
    return sorted({name.upper() for name in NAMES.findall(text)})


def _at(source: ApiCall | DeliveryRecord | Violation) -> datetime:
    return source.at


def _call(slack: "Slack", call: ApiCall) -> Json:
    if call.fault and not call.error:
        outcome, tone = call.fault, "bad"
    elif call.error:
        outcome, tone = call.error, "warn"
    else:
        outcome, tone = (
            ("ok", "good") if call.status == 200 else (f"HTTP {call.status}" if call.status else "cut", "bad")
        )
    channel = _text(call.args.get("channel") or call.args.get("channel_id"))
    took = round(call.took.total_seconds() * 1000)
    return {
        "kind": "call",
        "name": call.method,
        "about": _about_call(slack, call, channel),
        "channel": channel,
        "outcome": outcome,
        "tone": tone,
        "took_ms": took,
    }


def _about_call(slack: "Slack", call: ApiCall, channel: str) -> str:
    where = _place(slack, channel)
    said = [call.args.get(name) for name in ("name", "text", "topic", "title", "emoji", "users", "user", "user_id")]
    shown = _view_title(call.args.get("view"))
    return _short(" · ".join([part for part in (where, shown, *map(_text, said)) if part]))


def _place(slack: "Slack", channel: str) -> str:
    place = slack.workspace.channels.get(channel)
    return f"#{place.name}" if place and place.name else channel


def _delivery(slack: "Slack", record: DeliveryRecord) -> Json:
    told = Delivery(kind(record.kind), record.payload)
    event = record.payload.get("event") or {}
    attempt = f"attempt {record.attempt + 1}" if record.attempt else ""
    channel = _channel_of(record.payload) or _text(event.get("channel"))
    where = _place(slack, channel)
    about = [record.kind.replace("_", " "), where, record.transport, attempt, record.shown or record.detail]
    return {
        "kind": "delivery",
        "name": _short(told.name),
        "about": " · ".join(part for part in about if part),
        "channel": channel,
        "outcome": record.outcome or "…",
        "tone": "waiting" if not record.outcome else "good" if record.outcome == "acked" else "bad",
        "took_ms": round(record.took.total_seconds() * 1000) if record.outcome else None,
    }


def _violation(violation: Violation) -> Json:
    about = f"{violation.call}: {violation.detail}" if violation.call else violation.detail
    return {
        "kind": "violation",
        "name": violation.kind,
        "about": _short(about),
        "channel": "",
        "outcome": "violation",
        "tone": "bad",
        "took_ms": None,
    }


def _detail(source: ApiCall | DeliveryRecord | Violation) -> Json:
    if isinstance(source, ApiCall):
        return {"request": _opened(source.args), "answer": source.answer, "detail": source.fault or ""}
    if isinstance(source, DeliveryRecord):
        said = " ".join(part for part in (source.shown, source.detail) if part)
        return {"request": source.payload, "answer": source.answer, "detail": said}
    return {"detail": f"{VIOLATIONS.get(source.kind, '')} {source.call}: {source.detail}"}


def _opened(args: Json) -> Json:
    """Arguments with the JSON that stands in some of them read, for people."""
    return {name: _read(value) for name, value in args.items()}


def _read(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _view_title(view: object) -> str:
    shown = _read(view)
    title = shown.get("title") if isinstance(shown, dict) else None
    return _text(title.get("text")) if isinstance(title, dict) else ""


def _channel_of(payload: Json) -> str:
    channel = payload.get("channel")
    return _text(channel.get("id") if isinstance(channel, dict) else payload.get("channel_id"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
