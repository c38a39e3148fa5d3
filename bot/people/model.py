"""Who is in the workspace, as Slack last told us. Names are for texts in which Slack shows none: files, topics."""

from datetime import datetime
from typing import NewType

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from bot.kernel.columns import UtcDateTime, json_type
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.slack.text import escape

GroupId = NewType("GroupId", str)  # S…


class Person(SQLModel, table=True):
    id: UserId = Field(primary_key=True, sa_type=String)
    name: str
    handle: str = ""
    email: str = Field(default="", index=True)  # lower case; empty where Slack does not say
    zone: str = "Etc/UTC"  # IANA
    is_bot: bool = False
    is_gone: bool = False  # deactivated
    is_stranger: bool = False  # of another organisation, by Slack Connect
    updated_at: datetime = Field(sa_type=UtcDateTime)  # when Slack told us

    @property
    def is_able(self) -> bool:
        """Whether this account can take part in an incident."""
        return not (self.is_gone or self.is_bot or self.is_stranger)

    def require_able(self) -> None:
        """Raises Refused if this account cannot take part in an incident."""
        if self.is_gone:
            raise Refused(f"{escape(self.name)}'s account is deactivated. Choose somebody else.")
        if self.is_bot:
            raise Refused(f"{escape(self.name)} is an app, and a role needs a person. Choose somebody else.")
        if self.is_stranger:
            raise Refused(f"{escape(self.name)} belongs to another organisation. Choose somebody from this workspace.")


class UserGroup(SQLModel, table=True):
    """Slack's user group: what somebody means who writes @sre-oncall."""

    __tablename__ = "user_group"

    id: GroupId = Field(primary_key=True, sa_type=String)
    handle: str = Field(index=True)  # without @
    name: str = ""
    members: list[str] = Field(default_factory=list, sa_type=json_type())
    is_gone: bool = False  # disabled
    updated_at: datetime = Field(sa_type=UtcDateTime)  # Slack's own date_update, in whole seconds


class Learned(SQLModel, table=True):
    """When we last asked Slack for a whole list, and got it: before that, a name that is not there says nothing."""

    what: str = Field(primary_key=True, max_length=40)  # people, groups
    at: datetime = Field(sa_type=UtcDateTime)
