"""A reminder: what somebody was asked to see to in an incident. One row per incident and kind, so that there is never
more than one of a kind."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId


class Kind(StrEnum):
    """Stored by value. The order is that in which they are sent when several fall due at once."""

    NO_COMMANDER = "no_commander"
    UPDATE = "update"
    NO_COMMS = "no_comms"
    SILENT = "silent"  # nothing was heard for long
    SLOW_DOWN = "slow_down"  # whether updates may come less often
    MITIGATED = "mitigated"  # for a day, and not resolved


class Stage(IntEnum):
    """How far it has gone. Only updates have more than one."""

    SOON = 0  # before it is due
    DUE = 1
    COMMANDER = 2
    CHANNEL = 3


class Standing(StrEnum):
    OPEN = "open"  # on its way, or to be read with its buttons
    SNOOZED = "snoozed"
    SETTLED = "settled"


class Reminder(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("incident_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id")
    kind: Kind = Field(sa_type=ByValue(Kind))
    serial: int = 0  # of the latest message; each stage is a new one, because an edit notifies nobody
    stage: Stage = Field(sa_type=Integer)
    about: datetime = Field(sa_type=UtcDateTime)  # when the update is due, or since when it is as it is
    due_at: datetime = Field(sa_type=UtcDateTime)  # when the message should have been sent
    shown_at: datetime = Field(sa_type=UtcDateTime)  # when it was owed
    to: UserId | None = Field(default=None, sa_type=String)  # None: the incident's channel
    diverted: bool = False  # `to` cannot be told directly, so it went to the channel
    standing: Standing = Field(sa_type=ByValue(Standing))
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closing: str = ""  # what the message says once it is open no more, in mrkdwn
    channel: ChannelId | None = Field(default=None, sa_type=String)
    ts: MessageTs | None = Field(default=None, sa_type=String)  # None until Slack has taken it

    @property
    def is_open(self) -> bool:
        return self.standing is Standing.OPEN

    def show(self, stage: Stage, about: datetime, due: datetime, to: UserId | None, now: datetime) -> None:
        """The next message of this kind, in place of the one before it."""
        if about != self.about:
            self.snoozed_until = None
        self.serial += 1
        self.stage, self.about, self.due_at, self.to, self.shown_at = stage, about, due, to, now
        self.standing, self.diverted, self.closing = Standing.OPEN, False, ""
        self.channel = self.ts = None

    def divert(self) -> None:
        """The same message again, to the channel."""
        self.serial += 1
        self.diverted = True

    def snooze(self, until: datetime, closing: str) -> None:
        self.standing, self.snoozed_until, self.closing = Standing.SNOOZED, until, closing

    def settle(self, closing: str) -> None:
        self.standing, self.closing = Standing.SETTLED, closing
