"""What is said in incidents' channels, as it reads now. Drafts and catch-ups are made from it; it is shown nowhere."""

from datetime import UTC, datetime

from sqlalchemy import Index, Integer, String
from sqlmodel import Field, SQLModel

from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId


class ChannelMessage(SQLModel, table=True):
    """One message, recorded while it was said: Slack's history may be closed to us later, or long."""

    __tablename__ = "channel_message"
    __table_args__ = (Index("ix_channel_message_incident", "incident_id", "ts"),)

    channel: ChannelId = Field(sa_type=String, primary_key=True)
    ts: MessageTs = Field(sa_type=String, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id")
    thread: MessageTs | None = Field(default=None, sa_type=String)  # the message it answers
    author: UserId | None = Field(default=None, sa_type=String)
    app: str | None = None  # what the app is called that wrote it, if no person did
    text: str = ""  # as Slack stores text; nothing of a deleted message
    as_of: MessageTs = Field(sa_type=String)  # Slack's time of these words: when said, edited or deleted
    is_deleted: bool = False

    @property
    def at(self) -> datetime:
        """A message's ts is its time."""
        return datetime.fromtimestamp(float(self.ts), UTC)


class Withheld(SQLModel, table=True):
    """Somebody marked this message: no model ever sees it. The mark may come before the message does."""

    channel: ChannelId = Field(sa_type=String, primary_key=True)
    ts: MessageTs = Field(sa_type=String, primary_key=True)
    by: UserId = Field(sa_type=String, primary_key=True)
