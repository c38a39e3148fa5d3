"""Migrations: one history, the same tables as the models on both databases, and no start on any other schema."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from bot import schema, tables
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from tests.conftest import empty_postgres


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / uuid.uuid4().hex}.db"
    else:
        url = await empty_postgres(request.getfixturevalue("postgres"))
    database = Database(url, SystemClock())
    yield database
    await database.close()


async def test_an_empty_database_and_the_migrations_make_the_models(empty: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, SQLModel.metadata))

    assert tables.ALL
    await schema.migrate(empty.engine)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await schema.check(empty.engine)


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await schema.migrate(empty.engine)
    async with empty.transaction() as tx:
        await tx.number("incident")
    await schema.migrate(empty.engine)
    async with empty.transaction() as tx:
        assert await tx.number("incident") == 2


async def test_an_empty_database_is_refused_with_the_mend(empty: Database) -> None:
    with pytest.raises(schema.WrongSchema, match=r"The database is empty. Run `tocsin migrate`"):
        await schema.check(empty.engine)


async def test_another_schema_is_refused_with_the_mend(empty: Database) -> None:
    await schema.migrate(empty.engine)
    async with empty.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.WrongSchema, match=r"at schema 9999, this version needs \d+\. Run `tocsin migrate`"):
        await schema.check(empty.engine)


def test_the_newest_file_is_the_newest_migration() -> None:
    assert schema.head() == ScriptDirectory.from_config(schema.configuration()).get_current_head()
