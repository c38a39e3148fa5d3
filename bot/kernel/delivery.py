"""What Slack delivered, kept so that the second delivery finds the first one's result."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime, json_type

LISTENER_PATIENCE = timedelta(seconds=10)  # a listener that takes longer is taken for dead


class DeliveryState(StrEnum):
    RECEIVED = "received"  # written down before the ack; not yet dealt with
    DONE = "done"
    FAILED = "failed"  # tried too often; kept for a person to look at


class Delivery(SQLModel, table=True):
    __table_args__ = (
        Index("ix_delivery_open", "due_at", sqlite_where=text("state = 'received'"),
              postgresql_where=text("state = 'received'")),
        Index("ix_delivery_finished_at", "finished_at"),
    )  # fmt: skip

    key: str = Field(primary_key=True, max_length=200)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())  # empty once dealt with
    state: DeliveryState = Field(sa_type=ByValue(DeliveryState))
    result: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())
    attempts: int = 0
    received_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)  # when it is taken up again, if it is not dealt with by then
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
