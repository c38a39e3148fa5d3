"""What is remembered so that people are told what is new to them, and are asked once about a poor title."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, String, text
from sqlmodel import Field, SQLModel

from bot.incidents.model import TITLE_LIMIT
from bot.kernel.columns import ByValue, UtcDateTime
from bot.kernel.ids import IncidentId, UserId


class CaughtUp(SQLModel, table=True):
    """When somebody last asked what happened."""

    __tablename__ = "caught_up"

    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", primary_key=True)
    user: UserId = Field(sa_type=String, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Verdict(StrEnum):
    FINE = "fine"  # it says what is wrong
    WAITING = "waiting"  # it is poor, and nothing is known yet that would say more
    OFFERED = "offered"  # it is poor, and somebody was offered a better one
    LEFT = "left"  # it is poor, and stays as it is


class TitleLook(SQLModel, table=True):
    """Whether an incident's first title says enough, and the better one that was offered."""

    __tablename__ = "title_look"
    __table_args__ = (
        Index("ix_title_look_due", "look_at", sqlite_where=text("look_at IS NOT NULL"),
              postgresql_where=text("look_at IS NOT NULL")),
    )  # fmt: skip

    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", primary_key=True)
    verdict: Verdict = Field(sa_type=ByValue(Verdict))
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when to look again
    judged: str = Field(max_length=TITLE_LIMIT)  # the title that was looked at
    title: str = Field(default="", max_length=TITLE_LIMIT)  # the better one
    impact: str = ""  # what would stand as the impact, where nothing does yet
