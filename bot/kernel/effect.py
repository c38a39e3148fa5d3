"""What is owed to the outside, and the table it is kept in until it is paid."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.ids import IncidentId

if TYPE_CHECKING:
    from bot.kernel.db import Transaction
    from bot.world import World


class Urgency(IntEnum):
    """Which lane goes first when not all can."""

    PAGE = 0  # goes before all else, and some of the room is kept free for it
    NOW = 10  # somebody waits for it: the channel, an invitation, the card
    REMIND = 15  # somebody is asked for what is due
    SOON = 20  # people should see it: announcements, updates, role texts
    PRESENT = 30  # shows the present state; the next one replaces it


urgency_now: ContextVar[Urgency] = ContextVar("urgency_now", default=Urgency.NOW)
"""How urgent the effect is that the running task pays."""


class Effect(BaseModel):
    """One outside act, owed in the transaction that made it true and run at least once after it.

    `run` may be repeated and must then be harmless: check, then act, then record with `attempt.settled()`.
    Subclass names are stored: renaming one is a migration.
    """

    model_config = ConfigDict(frozen=True)
    kinds: ClassVar[dict[str, type[Effect]]] = {}
    urgency: ClassVar[Urgency] = Urgency.SOON
    coalesces: ClassVar[bool] = False  # only shows the present, so one that waits is enough
    patience: ClassVar[timedelta] = timedelta(hours=6)  # how long `Unavailable` is borne before it is lost

    look_after: ClassVar[timedelta] = timedelta(0)
    """How long to wait, after an unknown outcome, until a look can tell whether it happened."""

    incident: IncidentId | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Effect.kinds[cls.__name__] = cls

    def lane(self) -> str:
        """Effects of one lane run one after the other, in the order they were owed; lanes do not wait for
        each other."""
        raise NotImplementedError

    def subject(self) -> tuple[str, ...]:
        """Of those that coalesce and have the same, one that waits is enough."""
        return (type(self).__name__, self.lane())

    @classmethod
    async def look_up(cls, tx: Transaction, effects: Sequence[Any]) -> None:
        """Ask at once for what `attempt.settle` will need of all of these: they are of this class."""

    async def run(self, world: World, attempt: Attempt) -> None:
        """Do it. Raises Unavailable to be tried again, Rejected to give up."""
        raise NotImplementedError

    async def lost(self, tx: Transaction, why: str) -> None:
        """It will not happen. Tell whoever counted on it."""


@dataclass(frozen=True)
class Attempt:
    """One try at an effect."""

    key: str  # the same for every try of one effect; goes out as the message's metadata
    number: int
    uncertain: bool  # an earlier try may have taken effect: look first
    since: datetime  # when the first try began
    settled: Callable[[], AbstractAsyncContextManager[Transaction]]
    """A transaction that records the result and that the effect is done. Raises NoLongerOurs."""
    settle: Callable[[Callable[[Transaction], Awaitable[None]]], Awaitable[None]]
    """The same, in one transaction with the results of others. What is given may be called twice, the first time in
    vain."""
    require_ours: Callable[[], None]
    """Ask right before an act that must not be done twice. Raises NoLongerOurs if we stood still for too long."""


# As the partial indexes are written: SQLite uses one only for a question that says its condition word by word.
OPEN = text("effect.state IN ('owed', 'claimed')")


class State(StrEnum):
    OWED = "owed"
    CLAIMED = "claimed"
    DONE = "done"
    LOST = "lost"


class OwedEffect(SQLModel, table=True):
    __tablename__ = "effect"
    __table_args__ = (
        Index("ix_effect_lane_open", "lane", "id", sqlite_where=text("state IN ('owed', 'claimed')"),
              postgresql_where=text("state IN ('owed', 'claimed')")),
        Index("ix_effect_due_open", "due_at", sqlite_where=text("state IN ('owed', 'claimed')"),
              postgresql_where=text("state IN ('owed', 'claimed')")),
        # The order in which they are paid, so that the most urgent of a hundred thousand is found at once.
        Index("ix_effect_owed", "urgency", "id", sqlite_where=text("state = 'owed'"),
              postgresql_where=text("state = 'owed'")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    kind: str = Field(max_length=60)
    lane: str = Field(max_length=120)
    incident_id: int | None = Field(default=None, index=True)
    payload: dict[str, Any] = Field(sa_type=json_type())
    state: State = Field(default=State.OWED, sa_type=ByValue(State))
    urgency: int
    due_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    owner: int | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    uncertain: bool = False
    last_error: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def effect(self) -> Effect:
        """Raises KeyError when this version no longer knows the kind."""
        return Effect.kinds[self.kind].model_validate(self.payload)
