"""Migrations: one history, the same tables as the models on both databases, and no start on any other schema."""

import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel, col, select

from bot import schema, tables
from bot.incidents.model import Incident, RoleHolding
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
        opts = {"compare_type": True, "compare_server_default": True, "include_object": schema.compared}
        context = MigrationContext.configure(connection, opts=opts)
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


async def test_what_was_there_before_stays_and_is_looked_after(empty: Database) -> None:
    """From the schema that knew no pages: with an incident that others' rows point at."""

    def to(revision: str) -> Callable[[Connection], None]:
        def upgrade(connection: Connection) -> None:
            config = schema.configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

        return upgrade

    async with empty.engine.begin() as connection:
        await connection.run_sync(to("0002"))
        for row in BEFORE:
            await connection.execute(text(row))
    await schema.migrate(empty.engine)
    async with empty.snapshot() as snap:
        going_on, over = (await snap.session.execute(select(Incident).order_by(col(Incident.id)))).scalars().all()
        (held,) = (await snap.session.execute(select(RoleHolding))).scalars().all()
    assert (going_on.title, going_on.alarms, going_on.unheeded) == ("Checkout errors", 0, False)
    assert going_on.heard_at == going_on.review_at == going_on.declared_at
    assert over.review_at is None
    assert (held.incident_id, held.by) == (1, None)


COLUMNS = (
    "id, title, severity, status, affected, impact, is_private, declared_by, declared_at, resolution, overdue_shown, "
    "last_update, channel_name, topic, entries"
)
BEFORE = (
    (
        f"INSERT INTO incident ({COLUMNS}) VALUES (1, 'Checkout errors', 'SEV1', 'active', '', '', false, 'U1', "
        "'2026-03-02 14:05:00+00', '', false, '', '', '', 1)"
    ),
    (
        f"INSERT INTO incident ({COLUMNS}) VALUES (2, 'Wrong logo', 'SEV5', 'resolved', '', '', false, 'U1', "
        "'2026-03-01 14:05:00+00', '', false, '', '', '', 1)"
    ),
    "INSERT INTO role_holding (incident_id, role, \"user\", since) VALUES (1, 'ic', 'U1', '2026-03-02 14:06:00+00')",
)
