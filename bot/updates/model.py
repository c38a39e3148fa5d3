"""A status update: what people outside the fix are told."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlmodel import Field, SQLModel

from bot.incidents.terms import Severity, Status
from bot.kernel.columns import ByValue, UtcDateTime
from bot.kernel.ids import IncidentId, UserId


class StatusUpdate(SQLModel, table=True):
    __tablename__ = "status_update"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", index=True)
    text: str  # as typed
    status: Status = Field(sa_type=ByValue(Status))
    severity: Severity = Field(sa_type=ByValue(Severity))
    by: UserId = Field(sa_type=String)
    at: datetime = Field(sa_type=UtcDateTime)
    next_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
