"""The words of an incident that is over, as they are searched: filed when it ends, and again when its record changes.

The index itself is the database's own: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Migration 0009 makes both.
"""

from sqlalchemy import Integer
from sqlmodel import Field, SQLModel

from bot.kernel.ids import IncidentId


class Filed(SQLModel, table=True):
    """Plain words, and nothing of what was withdrawn. They are for finding, and are not shown."""

    __tablename__ = "filed_incident"

    incident_id: IncidentId = Field(sa_type=Integer, primary_key=True, foreign_key="incident.id")
    title: str = ""
    about: str = ""  # what was affected, and how
    ended: str = ""  # what ended it
    said: str = ""  # status updates, notes and kept messages
    postmortem: str = ""
