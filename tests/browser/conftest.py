"""The real bot in the workspace, and people in front of a real browser."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.insight import Insight
from bot.kernel.db import Database
from bot.sandbox.server import Slack
from tests.conftest import SQLITE, organisation_of
from tests.sandbox.page.conftest import browser, opens
from tests.stage import SOCKET, Stage, stage_of, with_api_url

__all__ = ["browser", "opens"]


@pytest.fixture
async def stage(request: pytest.FixtureRequest, new_database: Callable[[str], Awaitable[str]]) -> AsyncIterator[Stage]:
    made = stage_of(await new_database(SQLITE), SOCKET, organisation=organisation_of(request))
    await made.slack.start(page=True)
    made.settings = with_api_url(made.settings, made.slack.api_url)
    await made.start_bot()
    database = Database(made.settings.database_url, made.clock)
    made.slack.lends(Insight(database, made.organisation))
    yield made
    await made.settle()
    violations, lost = made.violations(), await made.lost_effects()
    await made.bot.stop()
    await made.slack.stop()
    await database.close()
    assert violations == []
    assert lost == []


@pytest.fixture
def slack(stage: Stage) -> Slack:
    return stage.slack
