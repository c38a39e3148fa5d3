"""Everything that happened, in order: what the bot asked, what was delivered to it, whom it would have pinged, and
what it did that Slack tolerates but nobody should do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.sandbox.clock import Clock
from bot.sandbox.state import Json

BOUND = 10_000  # entries kept of each kind
T = TypeVar("T")

# Each thing that goes through on a real Slack and should not be done all the same.
VIOLATIONS = {
    "channel_by_name": "A channel was given by its name. Names change and are reused: use ids.",
    "deprecated_argument": "An argument Slack keeps only for old apps.",
    "fallback_missing": "Blocks without `text`: notifications and screen readers have nothing to show.",
    "long_text": "More text than Slack advises (4,000 characters), or than it keeps (40,000).",
    "loose_type": "An argument of another type than documented, which Slack reads all the same.",
    "mention_unknown": "A mention of somebody or something that does not exist here.",
    "missing_charset": "A JSON body without a charset.",
    "token_in_query": "A token in the URL, where proxies and logs keep it.",
    "thread_of_reply": "`thread_ts` names a reply; it has to name the thread's first message.",
    "unescaped": "`&`, `<` or `>` that is no part of a token: it has to be written &amp; &lt; &gt;.",
    "unknown_argument": "An argument the method does not know; Slack ignores it.",
    "unserved_method": "A method this simulator does not serve.",
    "not_an_ack": "Something said on a socket that is no acknowledgement.",
    "payload_not_accepted": "An answer with content where Slack takes only an acknowledgement.",
    "unknown_envelope": "An acknowledgement of something this socket never carried.",
    "canvas_markdown": "Markdown in a canvas that Slack does not draw as meant.",
    "hook_visibility": "A response_url asked to replace a message by one that others (do not) see; that cannot change.",
    "hook_thread": "A response_url asked for a thread without `in_channel`; Slack does not put it there.",
    "open_over_modal": "views.open with a trigger from a modal that is still open; views.push is made for that.",
    "submission_answer": "An answer to a submission that is neither empty nor a response_action.",
}


@dataclass
class ApiCall:
    """One call of the Web API, as asked and as answered. `took_effect` holds although the answer may have been lost."""

    method: str
    args: Json
    at: datetime
    answer: Json = field(default_factory=dict)
    status: int = 0  # HTTP; 0: no answer was sent
    took: timedelta = timedelta(0)
    took_effect: bool = False
    ended: bool = False  # False while it is being worked on, held or made to hang
    fault: str | None = None  # what was done to it on purpose

    @property
    def error(self) -> str | None:
        """The error the bot was told, if it was told one."""
        error = self.answer.get("error")
        return error if isinstance(error, str) else None


@dataclass
class DeliveryRecord:
    """One attempt to deliver something to the bot."""

    kind: str  # events_api, slash_commands, interactive
    payload: Json
    at: datetime
    transport: str = ""  # http, socket, or nothing: undeliverable
    attempt: int = 0  # 0 is the first
    outcome: str = ""  # acked, timeout, error …
    detail: str = ""
    took: timedelta = timedelta(0)
    answer: Json | None = None
    envelope_id: str = ""  # the same for all attempts of one delivery
    shown: str = ""  # the failure that a person was shown on account of it


@dataclass(frozen=True)
class Violation:
    kind: str  # a key of VIOLATIONS
    detail: str
    at: datetime
    call: str = ""  # the method, when a call did it


@dataclass(frozen=True)
class Notified:
    """Somebody's phone would have buzzed."""

    user: str
    channel: str
    ts: str
    why: str  # mention, group, here, channel, everyone, dm, thread


class Entries(list[T]):
    """A list that forgets its oldest entries, and tells of each new one."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self._told = told

    def append(self, entry: T) -> None:
        super().append(entry)
        del self[:-BOUND]
        self._told()


class Journal:
    """`told` is called after each new entry."""

    def __init__(self, clock: Clock, told: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._told = told
        self.calls: Entries[ApiCall] = Entries(told)
        self.deliveries: Entries[DeliveryRecord] = Entries(told)
        self.violations: Entries[Violation] = Entries(told)
        self.notified: Entries[Notified] = Entries(told)

    def delivered(self, record: DeliveryRecord) -> None:
        """Note an attempt; it may be completed afterwards (then call `touched`)."""
        self.deliveries.append(record)

    def touched(self, entry: object) -> None:
        """Tell those who follow that an entry has changed."""
        self._told()

    def violate(self, kind: str, detail: str, call: str = "") -> None:
        """Note something tolerated. `kind` has to be described in VIOLATIONS."""
        if kind not in VIOLATIONS:
            raise KeyError(f"describe {kind!r} in journal.VIOLATIONS")
        self.violations.append(Violation(kind, detail, self._clock.now(), call))

    def ping(self, user: str, channel: str, ts: str, why: str) -> None:
        self.notified.append(Notified(user, channel, ts, why))

    def accepted(self, method: str) -> list[ApiCall]:
        """The calls of a method that took effect, also those whose answer was lost."""
        return [call for call in self.calls if call.method == method and call.took_effect]

    def refused(self, method: str | None = None) -> list[ApiCall]:
        """The calls that were answered with an error."""
        return [call for call in self.calls if call.error and method in (None, call.method)]
