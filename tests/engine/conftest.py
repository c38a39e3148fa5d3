"""An engine on each database, with errands to do instead of Slack."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.engine.cycle import Engine
from bot.engine.outbox import Outbox
from bot.kernel.db import Database
from bot.kernel.sweep import Sweep
from bot.llm.model import NoModel
from bot.organisation import Organisation
from bot.sandbox.clock import Clock
from bot.slack.client import Slack
from bot.slack.commands import Words
from bot.slack.pace import Limits
from bot.webhooks import Webhooks
from bot.world import World
from tests.engine.errands import Errand, Office, offices


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def db(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(database_url, clock)
    yield database
    await database.close()


@pytest.fixture
async def world(db: Database, clock: Clock) -> AsyncIterator[World]:
    slack = Slack("xoxb-1", "http://127.0.0.1:9/", Limits.none(), clock)
    yield World(db, slack, NoModel(), clock, Organisation.load(None), Words(), {}, Webhooks((), None, clock))
    await slack.close()


@pytest.fixture
def office(db: Database) -> Office:
    """Where the errands of this test are run."""
    offices[db.url] = Office()
    return offices[db.url]


@pytest.fixture
def sweeps() -> list[Sweep]:
    """A test may add some before anything is due."""
    return []


@pytest.fixture
async def engine(world: World, office: Office, clock: Clock, sweeps: list[Sweep]) -> AsyncIterator[Engine]:
    """Runs. Time passes when the clock is jumped."""
    outbox = Outbox(world, owner=1)
    made = Engine(world, outbox, sweeps, [outbox.renew, outbox.release_dead])
    if world.db.postgres:
        made.chores = [outbox.renew]  # no replica here shows that it lives
    world.db.on_owed = made.wake
    clock.on_jump(made.beat)
    running = asyncio.create_task(made.run())
    made.beat()
    yield made
    office.open_all()
    await made.stop()
    await running


@pytest.fixture
async def owe(db: Database, office: Office) -> "Owe":
    return Owe(db)


class Owe:
    """`await owe(Errand(name="a"), …)`: in one transaction."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def __call__(self, *errands: Errand) -> None:
        async with self.db.transaction() as tx:
            tx.owe(*errands)
