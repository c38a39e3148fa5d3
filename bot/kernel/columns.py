"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

Processor = Callable[[Any], Any]

# Constraints have names of our choosing, or a later migration could not drop them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes only, kept in UTC. SQLite would drop the zone and sort by wall time; this restores it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        return _written if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        return _read if dialect.name == "sqlite" else None  # PostgreSQL's are aware, and in UTC


class ByValue(TypeDecorator[StrEnum]):
    """An enum kept by its value, so that a member can be renamed without a migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def bind_processor(self, dialect: Dialect) -> Processor:
        return _Known({member: member.value for member in self.enum}).__getitem__

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        return _Known({member.value: member for member in self.enum}).__getitem__


class _Known(dict[Any, Any]):
    """A look into a dictionary: many rows have several enums, and to call one takes ten times as long."""

    def __missing__(self, value: object) -> None:
        if value is not None:
            raise ValueError(f"{value!r} is not known here")


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    return value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it, which takes five times as long."""
    utc = _in_utc(value)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if utc else None


def _read(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


def json_type() -> Any:
    return JSON().with_variant(JSONB(), "postgresql")
