"""The language model behind one protocol. Without a key there is one that declines; nothing asks which it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from bot.llm import tokens

T = TypeVar("T", bound=BaseModel)

NO_KEY = "no model is configured (OPENAI_API_KEY is not set)"
ANSWERED = "answered"
CONTEXT_TOKENS = 32_000  # where nobody says otherwise


class Rung(StrEnum):
    """How an answer of the right shape is had from a server, the best way first."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    TEXT = "text"


class Kind(StrEnum):
    """Why there is no answer, for whoever decides what to do next."""

    NOT_CONFIGURED = "not_configured"  # nothing was sent
    RESTING = "resting"  # it failed too often a moment ago; nothing was sent
    STOPPING = "stopping"  # the bot stops; nothing was sent
    MISCONFIGURED = "misconfigured"  # the key, the address or the model's name is wrong: somebody must mend it
    QUOTA = "quota"  # the account has no money left
    BUSY = "busy"  # rate limited, after a retry
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    FAILED = "failed"  # the server's own fault, or an answer that is none
    TOO_LONG = "too_long"  # what was sent does not fit, or was cut by the server: ask again with half of it
    CUT_SHORT = "cut_short"  # the answer did not fit: ask for less
    REFUSED = "refused"  # the model or a filter would not; asking again changes nothing
    UNUSABLE = "unusable"  # it answered, but not in the shape asked for, even when shown its fault


class Turn(StrEnum):
    """Whose question comes first when there are many."""

    AWAITED = "awaited"  # a person waits for the answer
    LATER = "later"


@dataclass(frozen=True)
class Asked:
    """One question. `Prompt.ask` makes it. Whatever must not leave was taken out before."""

    task: str
    version: str  # of the prompt: `3`, or `3+local` where the organisation has its own words
    system: str
    user: str
    max_output_tokens: int
    within: timedelta | None = None  # no longer than this, waiting for a turn included
    turn: Turn = Turn.LATER


@dataclass(frozen=True)
class Call:
    """One exchange with the server, for the audit: `ledger.changes.keep` writes it down."""

    task: str
    version: str
    model: str
    host: str  # where it went; never a path or a key
    rung: Rung
    sent: str  # all of the messages, word for word
    outcome: str  # ANSWERED, or the kind of what went wrong
    tokens_in: int | None  # as the server counted; None if it did not
    tokens_out: int | None
    cost: float | None  # in the money of the configured prices
    duration: timedelta


class Declined(Exception):
    """The model was not asked, or there is no usable answer. The message says why, for the draft's head: a clause
    without a full stop, and nothing of what was sent or said."""

    def __init__(self, reason: str, kind: Kind, calls: Sequence[Call] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.calls = tuple(calls)  # what was sent all the same


@dataclass(frozen=True)
class Answer(Generic[T]):
    value: T
    model: str
    rung: Rung
    tokens_in: int  # of all calls that it took; as estimated, where the server does not count
    tokens_out: int
    duration: timedelta
    calls: tuple[Call, ...]  # at least one


class LanguageModel(Protocol):
    context_tokens: int
    """How much question and answer may take together."""
    on_call: Callable[[Call], None]
    """Told of each call as it ends, also of one that nobody waited for."""

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        """Its answer in this shape. Raises Declined; never anything else. Does not wait for long: see `within`.
        Cancelling it loses the record of what was sent, so give a `within` instead."""
        ...

    def unavailable(self) -> Declined | None:
        """Why asking now would be in vain, if that is known without asking."""
        ...

    def tokens(self, text: str) -> int:
        """About how many tokens this is; rather too many than too few. Learns from what the server counts."""
        ...

    async def close(self) -> None: ...


class NoModel:
    """Declines everything, and asks nobody."""

    context_tokens = CONTEXT_TOKENS

    def __init__(self, reason: str = NO_KEY) -> None:
        self._reason = reason
        self.on_call: Callable[[Call], None] = lambda call: None

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        raise self.unavailable()

    def unavailable(self) -> Declined:
        return Declined(self._reason, Kind.NOT_CONFIGURED)

    def tokens(self, text: str) -> int:
        return tokens.estimate(text)

    async def close(self) -> None:
        pass
