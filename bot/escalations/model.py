"""An escalation is one run of a policy for one incident; a page is one urgent call to one person or channel."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.incidents.terms import Severity
from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.policies import Policy

BY_HAND = "by hand"  # stands where a policy's name does, if people or groups were asked for
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


OPEN = (Stage.RUNNING, Stage.EXHAUSTED)  # nobody has answered, and somebody should


class Ending(StrEnum):
    """Why nobody is paged by it any more, although nobody answered or it was answered before."""

    OVER = "over"  # the incident is
    NO_POLICY = "no_policy"  # nobody says whom to page
    SUPERSEDED = "superseded"  # a new escalation began for a new reason
    NOT_SEVERE = "not_severe"  # its severity pages nobody now
    LAPSED = "lapsed"  # answered, and then silence: a new one began


class Outcome(StrEnum):
    OWED = "owed"
    ACCEPTED = "accepted"  # by Slack
    FAILED = "failed"
    DROPPED = "dropped"  # not sent: it was no longer wanted


class Spot(NamedTuple):
    """A level in a round."""

    round: int
    level: int


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

    rounds: int  # how often we go through the levels at most
    round: int = 1  # how often we have been through the levels, this time included
    level: int = 0  # the one that was paged last; 0: none yet
    fired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when that was
    outstanding: int = 0  # of that level's pages, those that Slack has neither taken nor refused
    heard: bool = False  # Slack has taken one of that level
    nags: int = 0  # how often we have said that nobody answers
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of the next step; None: nothing comes
    is_hurried: bool = False  # somebody asked for the next step now
    asked_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # more were called for, whoever had it

    acknowledged_by: UserId | None = Field(default=None, sa_type=String)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_why: Ending | None = Field(default=None, sa_type=ByValue(Ending))
    notice: MessageTs | None = Field(default=None, sa_type=String)  # the message in the incident's channel

    @property
    def terms(self) -> Policy:
        return _policy(json.dumps(self.policy, sort_keys=True))

    @property
    def open_since(self) -> datetime:
        """What was done before then is no answer."""
        return self.asked_again_at or self.started_at

    @property
    def is_by_hand(self) -> bool:
        return self.cause is Cause.BY_HAND

    @property
    def is_open(self) -> bool:
        """Nobody has answered, and somebody should."""
        return self.stage in OPEN

    @property
    def is_over(self) -> bool:
        return self.stage is Stage.ENDED

    def fire(self, spot: Spot, pages: int, now: datetime, ack_within: timedelta) -> None:
        """This level is paged. The next one's turn is counted from now, so that what is late comes in no burst."""
        self.stage, self.round, self.level = Stage.RUNNING, spot.round, spot.level
        self.fired_at, self.outstanding, self.heard, self.is_hurried = now, pages, False, False
        self.due_at = now + ack_within

    def exhaust(self, now: datetime, again_after: timedelta | None) -> None:
        self.stage, self.is_hurried = Stage.EXHAUSTED, False
        self.nags += 1
        self.due_at = now + again_after if again_after else None

    def hurry(self, now: datetime) -> None:
        """The next level now, whoever has it. From the first one if all have been used up."""
        if self.next_spot() is None:
            self.rounds = self.round + 1
        self.stage, self.due_at, self.is_hurried, self.asked_again_at = Stage.RUNNING, now, True, now
        self.acknowledged_by = self.acknowledged_at = None

    def next_spot(self) -> Spot | None:
        """Which level comes after the one that was paged last? None when all are used up."""
        if self.level < len(self.policy["levels"]):
            return Spot(self.round, self.level + 1)
        return Spot(self.round + 1, 1) if self.round < self.rounds else None

    def is_at(self, page: "Page") -> bool:
        """Whether this page is of the level that was paged last."""
        return (self.round, self.level) == (page.round, page.level)

    def taken(self, now: datetime) -> None:
        """Slack has taken a page of the level that was paged last: from the first one on people have their time."""
        self.outstanding = max(0, self.outstanding - 1)
        if not self.heard and self.stage is Stage.RUNNING and not self.is_hurried:
            self.heard, self.due_at = True, now + self.terms.levels[self.level - 1].ack_within

    def refused(self, now: datetime) -> None:
        """A page of the level that was paged last will never arrive. If none does, it is the next level's turn."""
        self.outstanding = max(0, self.outstanding - 1)
        if not self.heard and not self.outstanding and self.stage is Stage.RUNNING:
            self.due_at = now

    def acknowledge(self, by: UserId, now: datetime, lease: timedelta | None) -> None:
        """`lease`: how long a silence may last before people are paged again."""
        self.stage = Stage.ACKNOWLEDGED
        self.acknowledged_by, self.acknowledged_at = by, now
        self.due_at = now + lease if lease else None

    def end(self, why: Ending, now: datetime) -> None:
        self.stage, self.ended_why, self.ended_at, self.due_at = Stage.ENDED, why, now, None


@lru_cache(maxsize=1024)
def _policy(written: str) -> Policy:
    """A great many escalations have the same one, and reading it costs more than a page does."""
    return Policy.model_validate(json.loads(written))


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
