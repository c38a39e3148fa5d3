"""An escalation is one run of a policy for one incident; a page is one urgent call to one person or channel."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.incidents.terms import Severity
from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId

NAG = 0  # the level of what is said once all levels are used up


class Cause(StrEnum):
    """Why people are paged."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    RAISED = "raised"
    REOPENED = "reopened"
    BY_HAND = "by_hand"
    LAPSED = "lapsed"  # it was acknowledged, and then nothing was heard


class Stage(StrEnum):
    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"  # every level was used up, and nobody answered
    ENDED = "ended"


class Ending(StrEnum):
    """Why nobody is paged by it any more, although nobody answered or it was answered before."""

    OVER = "over"  # the incident is
    SUPERSEDED = "superseded"  # a new escalation began for a new reason
    NOT_SEVERE = "not_severe"  # its severity pages nobody now
    LAPSED = "lapsed"  # answered, and then silence: a new one began


class Outcome(StrEnum):
    OWED = "owed"
    ACCEPTED = "accepted"  # by Slack
    FAILED = "failed"
    DROPPED = "dropped"  # not sent: it was no longer wanted


class Escalation(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("incident_id", "alarm"),
        # The order in which they are worked off: the worst first, then the newest.
        Index("ix_escalation_due", "severity", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_escalation_next", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", index=True)
    alarm: int | None = None  # the incident's alarm that it answers; None: by hand, or after a silence
    cause: Cause = Field(sa_type=ByValue(Cause))
    severity: Severity = Field(sa_type=ByValue(Severity))
    reason: str = ""  # in the words of whoever asked, as typed
    asked_by: UserId | None = Field(default=None, sa_type=String)
    policy_name: str
    policy: dict[str, Any] = Field(sa_type=json_type())  # as it was when this began
    started_at: datetime = Field(sa_type=UtcDateTime)
    stage: Stage = Field(default=Stage.RUNNING, sa_type=ByValue(Stage))

    round: int = 1  # how often we have been through the levels, this time included
    level: int = 0  # the one that was paged last; 0: none yet
    fired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when that was
    outstanding: int = 0  # of that level's pages, those that Slack has neither taken nor refused
    heard: bool = False  # Slack has taken one of that level
    nags: int = 0  # how often we have said that nobody answers
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of the next step; None: nothing comes

    acknowledged_by: UserId | None = Field(default=None, sa_type=String)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_why: Ending | None = Field(default=None, sa_type=ByValue(Ending))
    notice: MessageTs | None = Field(default=None, sa_type=String)  # the message in the incident's channel

    @property
    def is_open(self) -> bool:
        """Nobody has answered, and somebody should."""
        return self.stage in (Stage.RUNNING, Stage.EXHAUSTED)

    @property
    def is_over(self) -> bool:
        return self.stage is Stage.ENDED

    def acknowledge(self, by: UserId, now: datetime, lease: timedelta | None) -> None:
        """`lease`: how long a silence may last before people are paged again."""
        self.stage = Stage.ACKNOWLEDGED
        self.acknowledged_by, self.acknowledged_at = by, now
        self.due_at = now + lease if lease else None

    def end(self, why: Ending, now: datetime) -> None:
        self.stage, self.ended_why, self.ended_at, self.due_at = Stage.ENDED, why, now, None


class Page(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("escalation_id", "round", "level", "recipient"),)

    id: int | None = Field(default=None, primary_key=True)
    escalation_id: int = Field(foreign_key="escalation.id")
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", index=True)
    round: int
    level: int  # NAG: all levels are used up
    recipient: str = Field(max_length=120)  # a user's id, or a channel's name or id
    is_channel: bool = False
    why: str = ""  # the target that led to them, as the policy has it
    due_at: datetime = Field(sa_type=UtcDateTime)  # when it should have gone out
    outcome: Outcome = Field(default=Outcome.OWED, sa_type=ByValue(Outcome))
    channel: ChannelId | None = Field(default=None, sa_type=String)  # where it is
    ts: MessageTs | None = Field(default=None, sa_type=String)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""

    @property
    def user(self) -> UserId | None:
        return None if self.is_channel else UserId(self.recipient)
