"""Runs migrations on the connection that `bot.schema` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from bot import schema, tables
from bot.kernel.columns import ByValue, UtcDateTime


def plain(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """A migration says what the database holds, and imports nothing of ours that may change later."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, ByValue):
        return f"sa.String({item.impl.length})"
    if isinstance(item, AutoString):
        return f"sa.String({item.length})" if item.length else "sa.String()"
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


assert tables.ALL
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=context.config.attributes.get("batch", connection.dialect.name == "sqlite"),
    render_item=plain,
    compare_type=True,
    include_object=schema.compared,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(28869)")  # one migration at a time
    context.run_migrations()
