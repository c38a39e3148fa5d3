"""The postmortem of an incident: one for each time it was resolved, and only the last one counts."""

import hashlib
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Index, Integer, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime, json_type
from bot.kernel.errors import Refused
from bot.kernel.ids import CanvasId, ChannelId, IncidentId, MessageTs, UserId
from bot.learning import Stage

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
    __table_args__ = (
        UniqueConstraint("incident_id", "resolved_at"),
        Index("ix_postmortem_look_at", "look_at", sqlite_where=text("look_at IS NOT NULL"),
              postgresql_where=text("look_at IS NOT NULL")),
    )  # fmt: skip

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
    message: MessageTs | None = Field(default=None, sa_type=String)  # in the channel, with the buttons

    reviewers: list[str] = Field(default_factory=list, sa_type=json_type())
    due_on: date | None = Field(default=None, sa_type=Date)  # when it should be published
    version: int = 0  # how often people edited it
    reviewed_by: UserId | None = Field(default=None, sa_type=String)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: UserId | None = Field(default=None, sa_type=String)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # {"closeness", "outcome"} of each section by its heading, as it was published
    distances: dict[str, Any] = Field(default_factory=dict, sa_type=json_type())

    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when those who remind look again
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when they looked last
    serial: int = 0  # of the latest reminder
    stage: Stage | None = Field(default=None, sa_type=Integer)  # of the reminder that waits for an answer
    asked_in: ChannelId | None = Field(default=None, sa_type=String)
    asked_ts: MessageTs | None = Field(default=None, sa_type=String)  # None until Slack has taken it

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
        self.state, self.look_at = PostmortemState.SUPERSEDED, None

    # --- review

    @property
    def is_open(self) -> bool:
        """Somebody has still to do something until it is published."""
        return self.state not in (PostmortemState.PUBLISHED, PostmortemState.SUPERSEDED)

    def expect(self, due: date | None, now: datetime) -> None:
        """It should be published on that day."""
        self.due_on, self.looked_at = due, now
        self.look_at = now if due and self.is_open else None

    def ask_review(self, now: datetime) -> None:
        """From any state: what was published may be looked at again."""
        self._require_written()
        if self.state is PostmortemState.IN_REVIEW:
            raise Refused("It is in review already. `/incident postmortem approve` approves it.")
        self._back_to_review(now)

    def _back_to_review(self, now: datetime) -> None:
        self.state = PostmortemState.IN_REVIEW
        self.reviewed_by = self.reviewed_at = self.published_by = self.published_at = None
        self.look_at = now if self.due_on else None

    def approve(self, by: UserId, now: datetime) -> None:
        self._require_written()
        if self.state is not PostmortemState.IN_REVIEW:
            raise Refused(f"It is {STANDS[self.state]}. `/incident postmortem review` asks for a review first.")
        if self.reviewers and by not in self.reviewers:
            raise Refused("Others were asked to review it, and one of them approves it. "
                          "`/incident postmortem reviewers` changes who they are.")  # fmt: skip
        self.state, self.reviewed_by, self.reviewed_at = PostmortemState.REVIEWED, by, now

    def publish(self, by: UserId, now: datetime) -> None:
        self._require_written()
        if self.state is not PostmortemState.REVIEWED:
            word = "approve" if self.state is PostmortemState.IN_REVIEW else "review"
            raise Refused(f"It is {STANDS[self.state]}, so it cannot be published yet. `/incident postmortem {word}`"
                          " comes first.")  # fmt: skip
        self.state, self.published_by, self.published_at = PostmortemState.PUBLISHED, by, now
        self.look_at = None

    def revise(self, markdown: str, now: datetime) -> None:
        """Other words. Whatever was approved were the words before."""
        self.require_editable()
        self.markdown, self.content_hash = markdown, hashlib.sha256(markdown.encode()).hexdigest()
        self.version += 1
        if self.state is PostmortemState.REVIEWED:
            self._back_to_review(now)

    def bring_up_to_date(self, markdown: str) -> None:
        """What is recorded elsewhere, as it stands now. It is nobody's edit, so a canvas on which people may have
        written is left alone."""
        self.markdown, self.content_hash = markdown, hashlib.sha256(markdown.encode()).hexdigest()

    def require_editable(self) -> None:
        self._require_written()
        if not self.is_open:
            raise Refused(f"It is {STANDS[self.state]}. `/incident postmortem review` takes it up again for changes.")

    def _require_written(self) -> None:
        if not self.is_written or self.state is PostmortemState.SUPERSEDED:
            raise Refused("There is no postmortem to work on now. `/incident postmortem` says why.")

    def remind(self, stage: Stage) -> None:
        """The next reminder, in place of the one before it."""
        self.serial += 1
        self.stage, self.asked_in, self.asked_ts = stage, None, None


STANDS = {
    PostmortemState.DRAFT: "a draft",
    PostmortemState.IN_REVIEW: "in review",
    PostmortemState.REVIEWED: "approved",
    PostmortemState.PUBLISHED: "published",
    PostmortemState.SUPERSEDED: "superseded",
}


class ReviewDigest(SQLModel, table=True):
    """That the digest of this moment was made, so that it comes once."""

    __tablename__ = "review_digest"

    at: datetime = Field(primary_key=True, sa_type=UtcDateTime)  # when it was due
    made_at: datetime = Field(sa_type=UtcDateTime)


class PostmortemVersion(SQLModel, table=True):
    """What a section said. Number 0 is what the machine wrote; rows are never changed."""

    __tablename__ = "postmortem_version"
    __table_args__ = (UniqueConstraint("postmortem_id", "place", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    postmortem_id: int = Field(foreign_key="postmortem.id")
    place: int  # of the section in the document; the head is 0
    number: int
    heading: str
    text: str  # Markdown
    by: UserId | None = Field(default=None, sa_type=String)  # None: Tocsin
    at: datetime = Field(sa_type=UtcDateTime)
