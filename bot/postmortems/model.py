"""The postmortem of an incident: one for each time it was resolved, and only the last one counts."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.errors import Refused
from bot.kernel.ids import CanvasId, IncidentId, MessageTs, UserId

NOT_ASKED_YET = "the model has not been asked yet"


class PostmortemState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # the incident was reopened, and resolved anew


class Place(StrEnum):
    """Where it can be read, from the best to the last resort."""

    CANVAS = "canvas"
    FILE = "file"
    THREAD = "thread"


class Postmortem(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("incident_id", "resolved_at"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: IncidentId = Field(sa_type=Integer, foreign_key="incident.id")
    resolved_at: datetime = Field(sa_type=UtcDateTime)  # the resolution it belongs to
    state: PostmortemState = Field(default=PostmortemState.DRAFT, sa_type=ByValue(PostmortemState))
    markdown: str = ""  # empty until it is written
    content_hash: str = Field(default="", max_length=64)  # SHA-256 of `markdown`, in hex
    owner: UserId | None = Field(default=None, sa_type=String)  # who is asked what is not recorded
    questions: int = 0  # how many that are
    drafted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    no_model_because: str = NOT_ASKED_YET  # why the model added nothing
    added: dict[str, Any] | None = Field(default=None, sa_type=json_type())  # what it added, as `Added`

    place: Place | None = Field(default=None, sa_type=ByValue(Place))
    permalink: str | None = None
    canvas: CanvasId | None = Field(default=None, sa_type=String)
    thread: MessageTs | None = Field(default=None, sa_type=String)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_written(self) -> bool:
        return self.drafted_at is not None

    @property
    def counts(self) -> bool:
        return self.state is not PostmortemState.SUPERSEDED

    def write(self, markdown: str, owner: UserId, questions: int, now: datetime) -> None:
        """Raises Refused if it was written before: what people may have read does not change under them."""
        if self.is_written:
            raise Refused("This postmortem has been drafted already.")
        self.markdown, self.content_hash = markdown, hashlib.sha256(markdown.encode()).hexdigest()
        self.owner, self.questions, self.drafted_at = owner, questions, now

    def extend(self, markdown: str, questions: int, added: dict[str, Any]) -> None:
        """What a model added, before anybody could read it. Raises Refused after that."""
        if self.delivered_at:
            raise Refused("This postmortem has been delivered already.")
        self.markdown, self.content_hash = markdown, hashlib.sha256(markdown.encode()).hexdigest()
        self.questions, self.added, self.no_model_because = questions, added, ""

    def deliver(self, place: Place, permalink: str | None, now: datetime) -> None:
        self.place, self.permalink, self.delivered_at = place, permalink, now

    def supersede(self) -> None:
        self.state = PostmortemState.SUPERSEDED
