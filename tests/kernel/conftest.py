"""A database of each kind, and an effect to owe."""

from collections.abc import AsyncIterator

import pytest

from bot.kernel.db import Database
from bot.sandbox.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def db(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(database_url, clock)
    yield database
    await database.close()
