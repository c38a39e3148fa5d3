"""What is handed to the app, and what became of it."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, get_args

from bot.sandbox.journal import DeliveryRecord
from bot.sandbox.state import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


def kind(name: str) -> Kind:
    """The kind called so, as written in the journal."""
    return next(known for known in get_args(Kind) if known == name)


@dataclass
class Delivery:
    """One thing to tell the app. `payload` is exactly what Slack would send, whatever the transport."""

    kind: Kind
    payload: Json
    retryable: bool = False
    id: str = field(default_factory=lambda: str(uuid.uuid4()))  # Socket Mode's envelope_id, the same on each attempt
    records: list[DeliveryRecord] = field(default_factory=list)  # the journal's entries, one for each attempt

    @property
    def name(self) -> str:
        """What it is, for people who read the journal: `/incident`, `block_actions close`, `message_changed`."""
        payload = self.payload
        match self.kind:
            case "slash_commands":
                return f"{payload['command']} {payload['text']}".strip()
            case "events_api":
                event = payload.get("event") or {}
                return str(event.get("subtype") or event.get("type") or payload.get("type"))
            case _:
                what = [a["action_id"] for a in payload.get("actions") or []]
                what = what or [(payload.get("view") or {}).get("callback_id") or payload.get("callback_id") or ""]
                return f"{payload['type']} {what[0]}".strip()


class Ended(StrEnum):
    """How an attempt to deliver ended."""

    ACKED = "acked"
    TIMEOUT = "timeout"  # no answer in three seconds
    REFUSED = "refused"  # an answer that is not a success
    LOST = "lost"  # the connection broke
    UNREACHABLE = "unreachable"  # nobody is listening


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. `body` is what the app answered: JSON, text, or None."""

    ended: Ended
    body: Any = None
    detail: str = ""
    stop: bool = False  # the app asked for no retry

    @property
    def acked(self) -> bool:
        return self.ended is Ended.ACKED

    @property
    def shown(self) -> str:
        """The error code a person is shown for a slash command; empty if all is well."""
        if self.acked:
            return ""
        return "operation_timeout" if self.ended is Ended.TIMEOUT else "dispatch_failed"

    @property
    def retry_reason(self) -> str:
        """The `x-slack-retry-reason` of the next attempt."""
        if self.ended is Ended.TIMEOUT:
            return "http_timeout"
        if self.ended is Ended.REFUSED:
            return "http_error" if self.detail.startswith("HTTP") else self.detail or "unknown_error"
        return "connection_failed"


@dataclass
class Switches:
    """What goes wrong on the way, for tests and for the page. All off at first."""

    duplicate: int = 1  # each delivery arrives so many times
    shuffle: int = 0  # events are held until so many wait (or 50 ms have passed), and then arrive newest first
    drop: int = 0  # the next n deliveries arrive, but the connection breaks before the answer is heard
    lose: int = 0  # the next n deliveries never arrive
    delay_s: float = 0.0  # real seconds before each delivery leaves
    deaf: bool = False  # open sockets stay open, but nothing is said or heard on them, not even pongs
    wrong_signature: bool = False  # HTTP: signed with another secret
    old_signature: bool = False  # HTTP: signed six minutes ago
    # HTTP: a balancer stands before the app. Its servers (request URLs) have turns; one that nobody listens at is
    # passed over. Without any, everything goes to the app's own request URL.
    spread: list[str] = field(default_factory=list)
