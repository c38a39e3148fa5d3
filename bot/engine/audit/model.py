"""What the audits found in one check, how often in a row, and what was said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from bot.kernel.columns import UtcDateTime, json_type
from bot.kernel.finding import Finding
from bot.kernel.ids import ChannelId, IncidentId, MessageTs

PATIENCE = 3  # red audits in a row, before people hear of it
SAME_AUDIT = timedelta(seconds=30)  # replicas audit side by side: what comes so soon after is no further audit


class AuditAlarm(SQLModel, table=True):
    """One row for each check that was ever red. `raised_at` is set as long as the alarm stands; the message goes by
    `message`, until it is edited to say that it is over."""

    __tablename__ = "audit_alarm"

    name: str = Field(primary_key=True, max_length=60)  # the finding's
    what: str
    count: int
    oldest_at: datetime = Field(sa_type=UtcDateTime)
    incidents: list[int] = Field(sa_type=json_type())  # public ones only
    audits: int = 0  # red ones in a row
    audited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the last of them
    red_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    raised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    channel: ChannelId | None = Field(default=None, sa_type=String)
    message: MessageTs | None = Field(default=None, sa_type=String)

    def find(self, finding: Finding, public: Sequence[IncidentId], now: datetime) -> None:
        """It is red."""
        self.what, self.count, self.incidents = finding.what, finding.count, list(public)
        if self.audits == 0:
            self.red_since = now
        self.oldest_at = now - finding.oldest if finding.oldest else self.red_since or now
        if self.audited_at is None or abs(now - self.audited_at) >= SAME_AUDIT:
            self.audits, self.audited_at = self.audits + 1, now

    @property
    def is_due(self) -> bool:
        """It stays red, and nobody has been told."""
        return self.audits >= PATIENCE and self.raised_at is None

    def raise_alarm(self, now: datetime) -> None:
        self.raised_at, self.over_at = now, None

    def clear(self, now: datetime) -> None:
        """It is green, and what was raised is over."""
        self.audits, self.audited_at = 0, None
        if self.raised_at:
            self.raised_at, self.over_at = None, now

    def shown(self, channel: ChannelId, message: MessageTs) -> None:
        self.channel, self.message = channel, message

    def forget_message(self) -> None:
        self.channel = self.message = None
