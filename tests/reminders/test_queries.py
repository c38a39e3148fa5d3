"""What is asked at every beat costs nothing while nothing is due: partial indexes answer it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from bot.kernel.clock import SystemClock
from bot.kernel.db import Database, Snapshot
from bot.reminders import queries
from bot.updates import queries as updates


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, SystemClock())
    yield database
    await database.close()


async def plan(db: Database, ask: Callable[[Snapshot], Awaitable[object]]) -> str:
    """How the database would answer this question if the table were large."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    async with db.snapshot() as snap:
        await ask(snap)
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)
    statement, parameters = next(one for one in asked if one[0].startswith("SELECT"))
    async with db.engine.connect() as connection:
        if db.postgres:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        word = "EXPLAIN" if db.postgres else "EXPLAIN QUERY PLAN"
        rows = await connection.exec_driver_sql(f"{word} {statement}", parameters)
        return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (queries.due, "ix_incident_review_at"),
        (queries.next_due, "ix_incident_review_at"),
        (updates.newly_overdue, "ix_incident_update_due"),
        (updates.next_overdue, "ix_incident_update_due"),
    ],
)
async def test_the_partial_index_answers(
    db: Database, ask: Callable[[Snapshot], Awaitable[object]], index: str
) -> None:
    assert index in await plan(db, ask)
