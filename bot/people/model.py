"""Who is in the workspace, as Slack last told us. Names are for texts in which Slack shows none: files, topics."""

from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from bot.kernel.columns import UtcDateTime
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.slack.text import escape


class Person(SQLModel, table=True):
    id: UserId = Field(primary_key=True, sa_type=String)
    name: str
    handle: str = ""
    zone: str = "Etc/UTC"  # IANA
    is_bot: bool = False
    is_gone: bool = False  # deactivated
    is_stranger: bool = False  # of another organisation, by Slack Connect
    updated_at: datetime = Field(sa_type=UtcDateTime)

    def require_able(self) -> None:
        """Raises Refused if this account cannot take part in an incident."""
        if self.is_gone:
            raise Refused(f"{escape(self.name)}'s account is deactivated. Choose somebody else.")
        if self.is_bot:
            raise Refused(f"{escape(self.name)} is an app, and a role needs a person. Choose somebody else.")
        if self.is_stranger:
            raise Refused(f"{escape(self.name)} belongs to another organisation. Choose somebody from this workspace.")
