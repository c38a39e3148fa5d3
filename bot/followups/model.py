"""A follow-up: something that shall be done after an incident, by somebody, until some day."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from bot.incidents.model import TITLE_LIMIT as INCIDENT_TITLE_LIMIT
from bot.kernel.columns import ByValue, UtcDateTime
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.learning import Stage

TITLE_LIMIT = 2 * INCIDENT_TITLE_LIMIT  # characters


class FollowUpKind(StrEnum):
    PREVENT = "prevent"  # that it comes again
    MITIGATE = "mitigate"  # that it hurts so much
    DETECT = "detect"  # it sooner
    PROCESS = "process"  # how we work


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class FollowUpState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_DOING = "not_doing"  # with a reason


class FollowUp(SQLModel, table=True):
    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_look_at", "look_at", sqlite_where=text("look_at IS NOT NULL"),
              postgresql_where=text("look_at IS NOT NULL")),
        Index("ix_follow_up_owner", "owner", "state"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", index=True)
    title: str = Field(max_length=TITLE_LIMIT)  # as typed
    kind: FollowUpKind = Field(sa_type=ByValue(FollowUpKind))
    priority: Priority = Field(sa_type=ByValue(Priority))
    owner: UserId | None = Field(default=None, sa_type=String)
    due_on: date = Field(sa_type=Date)
    link: str = ""  # to a ticket
    entry: int | None = None  # the place on the timeline of what it came from
    state: FollowUpState = Field(default=FollowUpState.OPEN, sa_type=ByValue(FollowUpState))
    why: str = ""  # it will not be done
    made_by: UserId = Field(sa_type=String)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: UserId | None = Field(default=None, sa_type=String)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when those who remind look again
    looked_at: datetime = Field(sa_type=UtcDateTime)  # when they looked last
    serial: int = 0  # of the latest reminder; each is a new message, because an edit notifies nobody
    stage: Stage | None = Field(default=None, sa_type=Integer)  # of the reminder that waits for an answer
    channel: ChannelId | None = Field(default=None, sa_type=String)
    ts: MessageTs | None = Field(default=None, sa_type=String)  # None until Slack has taken it

    @property
    def name(self) -> str:
        return f"F-{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state is FollowUpState.OPEN

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today

    def require_open(self) -> None:
        if not self.is_open:
            raise Refused(
                f"{self.name} is {spoken(self.state)} already. `/incident followups reopen {self.id}` takes it up"
                " again."
            )

    def finish(self, by: UserId, now: datetime) -> None:
        self._end(FollowUpState.DONE, by, now)

    def drop(self, why: str, by: UserId, now: datetime) -> None:
        self._end(FollowUpState.NOT_DOING, by, now)
        self.why = why

    def _end(self, to: FollowUpState, by: UserId, now: datetime) -> None:
        self.require_open()
        self.state, self.ended_by, self.ended_at = to, by, now
        self.look_at = None

    def reopen(self, now: datetime) -> None:
        if self.is_open:
            raise Refused(f"{self.name} is open.")
        self.state, self.ended_by, self.ended_at, self.why = FollowUpState.OPEN, None, None, ""
        self.look_at = now

    def remind(self, stage: Stage) -> None:
        """The next reminder, in place of the one before it."""
        self.serial += 1
        self.stage, self.channel, self.ts = stage, None, None


def spoken(state: FollowUpState) -> str:
    return "not going to be done" if state is FollowUpState.NOT_DOING else state.value
