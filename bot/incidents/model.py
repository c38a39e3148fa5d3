"""An incident, who holds which role in it, and its timeline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.incidents.terms import LIVE, NEXT, Alarm, Fact, Role, Severity, Status
from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, EntryId, IncidentId, MessageTs, UserId

TITLE_LIMIT = 120  # characters: it must fit a card's header with its number
TEXT_LIMIT = 2000
LIVE_ROWS = "status IN ('triage', 'active', 'mitigated')"  # word by word, or SQLite would not use the index


class Incident(SQLModel, table=True):
    __table_args__ = (
        Index("ix_incident_unheeded", "id", sqlite_where=text("unheeded = 1"), postgresql_where=text("unheeded")),
        Index("ix_incident_unfiled", "id", sqlite_where=text("unfiled = 1 AND resolved_at IS NOT NULL"),
              postgresql_where=text("unfiled AND resolved_at IS NOT NULL")),
        Index("ix_incident_undrafted", "id", sqlite_where=text("undrafted = 1"), postgresql_where=text("undrafted")),
        # How much is going on: answered from the index alone.
        Index("ix_incident_live", "severity", sqlite_where=text(LIVE_ROWS), postgresql_where=text(LIVE_ROWS)),
        Index("ix_incident_review_at", "review_at", sqlite_where=text("review_at IS NOT NULL"),
              postgresql_where=text("review_at IS NOT NULL")),
        Index("ix_incident_update_due", "next_update_due_at",
              sqlite_where=text("next_update_due_at IS NOT NULL AND overdue_shown = 0"),
              postgresql_where=text("next_update_due_at IS NOT NULL AND NOT overdue_shown")),
    )  # fmt: skip

    id: IncidentId = Field(primary_key=True, sa_type=Integer)  # from our own counter: the number people say
    title: str = Field(max_length=TITLE_LIMIT)
    severity: Severity = Field(sa_type=ByValue(Severity))
    status: Status = Field(sa_type=ByValue(Status), index=True)
    affected: str = ""
    impact: str = ""
    is_private: bool = False
    declared_by: UserId = Field(sa_type=String)
    declared_at: datetime = Field(sa_type=UtcDateTime)

    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when users began to be hurt
    detected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mitigated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolution: str = ""  # what ended it, in a person's words
    merged_into: IncidentId | None = Field(default=None, sa_type=Integer, foreign_key="incident.id")

    next_update_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    update_awaited_from: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when that was promised
    overdue_shown: bool = False  # the card says that the update is overdue
    last_update: str = ""  # mrkdwn

    channel: ChannelId | None = Field(default=None, sa_type=String, unique=True)
    channel_name: str = ""
    card: MessageTs | None = Field(default=None, sa_type=String)
    announced_in: ChannelId | None = Field(default=None, sa_type=String)
    announcement: MessageTs | None = Field(default=None, sa_type=String)
    topic: str = ""  # as last set, so that an unchanged one makes no noise
    entries: int = 0  # how many the timeline has; the next one's place

    heard_at: datetime = Field(sa_type=UtcDateTime)  # when a person last did or said something in it
    alarms: int = 0  # how often it came to need people; the number of the latest alarm
    alarm: Alarm | None = Field(default=None, sa_type=ByValue(Alarm))
    alarmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # For the floors above, which learn of us by asking. Each takes its mark off when it has looked.
    unheeded: bool = False  # something changed since those who page looked
    unfiled: bool = True  # its words changed since they were filed for the search
    review_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when those who remind look again
    undrafted: bool = False  # it was resolved since those who write postmortems looked
    is_slow: bool = False  # its updates come half as often: the Incident Commander said so

    @property
    def name(self) -> str:
        return f"INC-{self.id}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def move(self, to: Status) -> None:
        """Raises Refused, saying what can be done instead."""
        self.require_way(to)
        self.status = to

    def require_way(self, to: Status) -> None:
        """Raises Refused if it cannot come from its state into this one."""
        if to is self.status:
            raise Refused(f"{self.name} is {to.spoken} already. {self._way_out()}")
        if to not in NEXT[self.status]:
            raise Refused(f"{self.name} is {self.status.spoken}, so it cannot become {to}. {self._way_out()}")

    def require_live(self) -> None:
        if not self.is_live:
            raise Refused(f"{self.name} is {self.status.spoken}. {self._way_out()}")

    def change_severity(self, to: Severity, now: datetime) -> None:
        self.require_live()
        if to is self.severity:
            raise Refused(f"{self.name} is {to} already.")
        is_raised = to.is_worse_than(self.severity)
        self.severity = to
        if is_raised and self.status is not Status.TRIAGE:
            self.raise_alarm(Alarm.RAISED, now)

    def accept(self, now: datetime) -> None:
        self.move(Status.ACTIVE)
        self.raise_alarm(Alarm.ACCEPTED, now)

    def raise_alarm(self, why: Alarm, now: datetime) -> None:
        """People may be needed who do not know yet. Whether they are paged is the organisation's to say. It is not
        the incident any more whose updates were to come less often."""
        self.alarm, self.alarmed_at, self.is_slow = why, now, False
        self.alarms += 1

    def hear(self, now: datetime) -> None:
        """A person did or said something in it: it is not forgotten."""
        self.heard_at = now
        self.unheeded, self.review_at = True, now

    def mitigate(self, at: datetime) -> None:
        self.move(Status.MITIGATED)
        self.mitigated_at = at

    def relapse(self) -> None:
        self.move(Status.ACTIVE)
        self.mitigated_at = None

    def resolve(self, now: datetime, resolution: str) -> None:
        self.move(Status.RESOLVED)
        self.resolved_at, self.resolution, self.undrafted = now, resolution, True
        self.next_update_due_at = None

    def reopen(self, next_update_due_at: datetime | None, now: datetime) -> None:
        self.move(Status.ACTIVE)
        self.resolved_at = self.closed_at = self.mitigated_at = None
        self.expect_update(next_update_due_at, now)
        self.raise_alarm(Alarm.REOPENED, now)

    def close(self, now: datetime) -> None:
        self.move(Status.CLOSED)
        self.closed_at = now

    def expect_update(self, due: datetime | None, now: datetime) -> None:
        """The next status update is due then, or when there is news."""
        self.next_update_due_at, self.update_awaited_from, self.overdue_shown = due, now, False

    def end(self, to: Status) -> None:
        """Declined, canceled or merged: over without having been resolved."""
        self.move(to)
        self.next_update_due_at = None

    def _way_out(self) -> str:
        if self.status is Status.MERGED:
            return f"It goes on in INC-{self.merged_into}."
        if self.is_live:
            *others, last = (status.value for status in Status if status in NEXT[self.status])
            return f"From here it can become {', '.join(others)} or {last}."
        return "`/incident reopen` brings it back."


class RoleHolding(SQLModel, table=True):
    """One person's time in one role."""

    __tablename__ = "role_holding"
    __table_args__ = (
        Index("uq_role_holding_one_holder", "incident_id", "role", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", index=True)
    role: Role = Field(sa_type=ByValue(Role))
    user: UserId = Field(sa_type=String)
    by: UserId | None = Field(default=None, sa_type=String)  # who gave it; themselves, if they took it
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Insider(SQLModel, table=True):
    """Somebody who may see a private incident: a member of its channel, as Slack told us."""

    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id", primary_key=True)
    user: UserId = Field(sa_type=String, primary_key=True)


@dataclass(frozen=True)
class Said:
    """A message, as much of it as a timeline keeps."""

    channel: ChannelId
    ts: MessageTs
    author: UserId | None
    app: str | None  # what the app is called that wrote it, if no person did
    text: str  # as Slack stores text
    permalink: str


class TimelineEntry(SQLModel, table=True):
    __tablename__ = "timeline_entry"
    __table_args__ = (
        UniqueConstraint("incident_id", "place"),
        UniqueConstraint("incident_id", "source_channel", "source_ts"),
        Index("ix_timeline_entry_source", "source_channel", "source_ts"),
    )

    id: EntryId | None = Field(default=None, primary_key=True, sa_type=Integer)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id")
    place: int  # 1, 2, 3 … in the order in which they were recorded
    fact: Fact = Field(sa_type=ByValue(Fact))
    at: datetime = Field(sa_type=UtcDateTime)  # when it happened
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    by: UserId | None = Field(default=None, sa_type=String)  # None: Tocsin itself
    text: str = ""  # as Slack stores text: escaped, mentions as tokens
    details: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())
    source_channel: ChannelId | None = Field(default=None, sa_type=String)  # of a kept message
    source_ts: MessageTs | None = Field(default=None, sa_type=String)
    permalink: str | None = None
    kept_by: list[str] = Field(default_factory=list, sa_type=json_type())  # who keeps it; nobody: withdrawn
    # {"text", "until", "edited"} of each edit; `edited` is Slack's time of it
    earlier: list[dict[str, Any]] = Field(default_factory=list, sa_type=json_type())
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_why: str | None = None

    def edit(self, words: str, now: datetime, edited: MessageTs) -> None:
        """An edit of which we hear late is put where it belongs: the newest words stay."""
        place = len([version for version in self.earlier if float(version["edited"]) < float(edited)])
        said = [*(version["text"] for version in self.earlier), self.text]
        said.insert(place + 1, words)
        edits = [(version["until"], version["edited"]) for version in self.earlier]
        edits.insert(place, (now.isoformat(), edited))
        *before, self.text = said
        self.earlier = [
            {"text": text, "until": until, "edited": at} for text, (until, at) in zip(before, edits, strict=True)
        ]

    def withdraw(self, now: datetime, why: str) -> None:
        self.withdrawn_at, self.withdrawn_why = now, why

    def restore(self) -> None:
        self.withdrawn_at = self.withdrawn_why = None
