"""What is asked at each beat must not read the whole table. SQLite uses a partial index only for those who say its
condition word by word, so it is asked how it will look."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.engine.outbox import Outbox
from bot.kernel.db import Database
from bot.world import World
from tests.conftest import SQLITE
from tests.engine.conftest import Owe
from tests.engine.errands import Errand, Office


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)  # PostgreSQL decides by what is in the table
async def test_the_outbox_reads_only_what_is_open(world: World, db: Database, owe: Owe, office: Office) -> None:
    asked: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, sql: str, parameters: Any, _context: object, _many: object) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, parameters))

    await owe(Errand(name="a"))
    outbox = Outbox(world, owner=1)
    event.listen(db.engine.sync_engine, "before_cursor_execute", hear)
    assert await outbox.claim(1)
    await outbox.release_dead()
    async with db.snapshot() as snap:
        await outbox.next_due(snap)
    event.remove(db.engine.sync_engine, "before_cursor_execute", hear)

    steps: list[str] = []
    async with db.engine.connect() as connection:
        for sql, parameters in asked:
            steps += [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    looks = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    assert len(looks) == 6, "claiming pages and others, what is before each in its lane, releasing, the next due"
    assert [step for step in looks if "INDEX ix_effect_" not in step] == []
