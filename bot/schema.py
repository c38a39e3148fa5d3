"""The database's schema: Alembic's one history for both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
MIGRATIONS = next(place for place in (HERE / "_migrations", HERE.parent / "migrations") if place.is_dir())


class WrongSchema(Exception):
    """The database is not at the schema of this version; the message says what to do."""


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the schema of this version; nothing happens if it is there."""
    async with engine.connect() as connection, _free_to_rebuild(connection), connection.begin():
        await connection.run_sync(_upgrade)


@asynccontextmanager
async def _free_to_rebuild(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes a column by making its table anew, which must not take what points at it along."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.execute("PRAGMA foreign_keys = OFF")  # says nothing inside a transaction, so it is said before
    try:
        yield
    finally:
        await raw.execute("PRAGMA foreign_keys = ON")


async def check(engine: AsyncEngine) -> None:
    """Raises WrongSchema unless the database is at the schema of this version."""
    async with engine.connect() as connection:
        here = await connection.run_sync(_revision)
    wanted = head()
    if here is None:
        raise WrongSchema("The database is empty. Run `tocsin migrate` once, then start again.")
    if here != wanted:
        raise WrongSchema(
            f"The database is at schema {here}, this version needs {wanted}. Run `tocsin migrate`, then start again. "
            "(If the database is newer than this version, update Tocsin instead.)"
        )


async def fits(engine: AsyncEngine) -> bool:
    """Whether there is a database, at the schema of this version. Makes none."""
    if engine.dialect.name == "sqlite" and not _is_there(engine.url.database):
        return False
    try:
        await check(engine)
    except (WrongSchema, SQLAlchemyError, OSError):
        return False
    return True


def _is_there(file: str | None) -> bool:
    return bool(file) and Path(str(file)).exists()


def compared(_item: object, name: str | None, _kind: str, reflected: bool, _other: object) -> bool:  # noqa: FBT001
    """What a comparison of tables and models looks at: the databases' own search indexes have no model."""
    return not (reflected and name and name.startswith("fts"))


def head() -> str:
    """The newest migration: their files are numbered, and a test holds them to it."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            raise RuntimeError(f"the migration left {len(dangling)} rows that point at nothing; nothing was changed")


def configuration() -> Config:
    # Alembic takes a fifth of a second to load, and serving never needs it.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
