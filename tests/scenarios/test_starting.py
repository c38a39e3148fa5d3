"""A bot that cannot start says what to mend, lets go of everything, and starts once it is mended."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.app import CannotStart
from tests.conftest import BOTH_WAYS, SQLITE, NewDatabase
from tests.stage import SOCKET, Stage, stage_of, with_api_url
from tests.wholeness import assert_whole


@pytest.fixture(params=BOTH_WAYS, ids="-".join)
async def stage(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """The bot is not started yet."""
    kind, transport = request.param
    made = stage_of(await new_database(kind), transport)
    await made.slack.start()
    made.settings = with_api_url(made.settings, made.slack.api_url)
    yield made
    await made.bot.stop()
    await made.slack.stop()


async def starts(stage: Stage) -> None:
    await stage.start_bot()
    await stage.declares(stage.person("ana"), "Checkout errors")
    await assert_whole(stage.slack, stage.bot.db, "Checkout errors", stage.person("ana"))


async def test_with_a_token_that_slack_does_not_take(stage: Stage) -> None:
    stage.slack.faults.token_trouble = "invalid_auth"
    with pytest.raises(CannotStart, match=r"Slack refuses SLACK_BOT_TOKEN \(invalid_auth\)\. Copy it again"):
        await stage.another_bot().start()
    stage.slack.faults.token_trouble = None
    await starts(stage)


async def test_on_another_schema(stage: Stage) -> None:
    bot = stage.another_bot()
    async with bot.db.engine.begin() as connection:
        (version,) = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars()
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CannotStart, match=r"at schema 9999.*Run `tocsin migrate`"):
        await bot.start()
    bot = stage.another_bot()
    async with bot.db.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    await bot.db.close()
    await starts(stage)


async def test_on_a_port_that_is_taken(stage: Stage) -> None:
    await stage.start_bot()
    first, port = stage.bot, stage.bot.web.port
    await first.stop()
    stage.settings = stage.settings.model_copy(update={"port": port})
    await starts(stage)
    if not stage.bot.db.postgres:
        return  # where only one may run, the file is the first thing in the way
    with pytest.raises(OSError, match="address already in use"):
        await stage.another_bot().start()
    await stage.declares(stage.person("bo"), "Search is slow")
    await assert_whole(stage.slack, stage.bot.db, "Search is slow", stage.person("bo"))


@pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
async def test_on_a_file_that_another_one_works_on(stage: Stage) -> None:
    await starts(stage)
    with pytest.raises(CannotStart, match=r"Another Tocsin already runs on .* Stop it first, or use PostgreSQL"):
        await stage.another_bot().start()
    await stage.declares(stage.person("bo"), "Search is slow")
    await assert_whole(stage.slack, stage.bot.db, "Search is slow", stage.person("bo"))
