"""The local Slack with Tocsin in it, or in a process beside it. They talk over the wire as they would apart."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import logs, schema
from bot.app import CannotStart, Outside, Tocsin, app_manifest
from bot.beside import BotBeside
from bot.insight import Insight
from bot.kernel.clock import Pace
from bot.kernel.db import Database
from bot.organisation import Organisation
from bot.running import LONG_LEASE
from bot.sandbox.clock import Clock
from bot.sandbox.server import Slack
from bot.sandbox.store import Store
from bot.settings import LogLevel, Settings
from bot.slack.pace import Limits


@dataclass(frozen=True)
class Place:
    """A folder in which everything is kept, and a workspace that has not been started."""

    folder: Path
    slack: Slack
    clock: Clock


@contextlib.contextmanager
def place(folder: Path | None, start: datetime) -> Iterator[Place]:
    """Without a folder all is forgotten at the end. The clock begins at `start`, or after the newest message there."""
    with contextlib.ExitStack() as cleanup:
        where = folder or Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-")))
        where.mkdir(parents=True, exist_ok=True)
        store = Store(where / "workspace.db")
        kept = store.load()
        newest = max((float(c.last_ts) for c in kept.channels.values()), default=0.0) if kept else 0.0
        clock = Clock(max(start, datetime.fromtimestamp(newest, UTC)))
        yield Place(where, Slack(manifest=app_manifest(), clock=clock, store=store), clock)


@asynccontextmanager
async def tocsin_beside(at: Place, decide: Callable[[Path | None], Organisation]) -> AsyncIterator[BotBeside]:
    """A bot in a process of its own, which the page can look into and kill. The workspace has to be started. Raises
    CannotStart."""
    settings = _settings(at)
    logs.set_up(settings.log_level, settings.log_format, hide=settings.secrets())
    organisation = decide(settings.tocsin_config)
    database = Database(settings.database_url, at.clock)
    bot = BotBeside(settings, lambda: Pace(*at.clock.pace))
    try:
        await schema.migrate(database.engine)
        at.clock.on_jump(bot.tell_pace)
        await bot.start()
        if not bot.running:
            raise CannotStart("The bot did not start. Why is above.")
        at.slack.lends(Insight(database, organisation), bot)
        yield bot
    finally:
        await bot.stop()
        await database.close()


@asynccontextmanager
async def tocsin_in(
    at: Place, decide: Callable[[Path | None], Organisation], limits: Limits, log_level: LogLevel | None = None
) -> AsyncIterator[Tocsin]:
    """A bot that feels the jumps of the workspace's clock. The workspace has to be started. `decide` is given the
    organisation's file of the environment, and its answer is what the bot goes by."""
    settings = _settings(at)
    logs.set_up(log_level or settings.log_level, settings.log_format, hide=settings.secrets())
    database = Database(settings.database_url, at.clock)
    await schema.migrate(database.engine)
    await database.close()
    bot = Tocsin(settings, decide(settings.tocsin_config), Outside(at.clock, limits, lease=LONG_LEASE))
    await bot.start()
    at.clock.on_jump(bot.engine.beat)
    try:
        yield bot
    finally:
        await bot.stop()


def _settings(at: Place) -> Settings:
    app = at.slack.app
    return Settings(
        slack_bot_token=app.bot_token, slack_app_token=app.app_token, slack_signing_secret=None,
        slack_api_url=at.slack.api_url, database_url=f"sqlite+aiosqlite:///{at.folder.resolve() / 'tocsin.db'}", port=0,
    )  # fmt: skip
