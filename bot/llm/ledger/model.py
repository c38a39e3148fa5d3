"""One exchange with a model's server."""

import zlib
from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.kernel.columns import ByValue, UtcDateTime
from bot.llm.model import Rung


class ModelCall(SQLModel, table=True):
    """Whoever may not see the incident may not see what was sent of it either."""

    __tablename__ = "model_call"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int | None = Field(default=None, index=True)
    task: str = Field(max_length=60)
    prompt_version: str = Field(max_length=60)
    model: str
    host: str  # and port; never a path or a key
    rung: Rung = Field(sa_type=ByValue(Rung))
    sent_sha256: str = Field(max_length=64)  # of the words, in hex
    sent: bytes  # the words of all messages, as JSON, compressed by zlib
    tokens_in: int | None = None  # as the server counted
    tokens_out: int | None = None
    cost: float | None = None  # by the prices configured then
    duration_ms: int
    outcome: str = Field(max_length=40)  # `answered`, or a Kind
    at: datetime = Field(sa_type=UtcDateTime)  # when it was written down: right after

    @property
    def words(self) -> str:
        return zlib.decompress(self.sent).decode()
