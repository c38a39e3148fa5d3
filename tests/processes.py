"""The bot as a process of its own, so that it can be killed; beside the local Slack of the test."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.app import app_manifest
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.sandbox.people import Person, Submitted
from bot.sandbox.rules import Rules
from bot.sandbox.server import Slack
from tests.stage import HTTP, QUIET
from tests.wholeness import unpaid

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 20.0
LOOK_S = 0.05  # nobody tells us of another process's database, so we look again so often


class BotProcess:
    """`python -m bot serve` with these settings and no others; or another module's way to serve."""

    def __init__(self, settings: dict[str, str], serve: Sequence[str] = ("bot", "serve")) -> None:
        self.serve = serve
        self.port = 0
        self.log: list[str] = []
        self.settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._serving = asyncio.Event()
        self._stopping = asyncio.Event()

    async def launch(self) -> None:
        """Start the process, and wait for its port."""
        self._serving.clear()
        self._stopping.clear()
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LOG_FORMAT": "json", "PORT": "0"}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *self.serve, cwd=ROOT, env={**environment, **self.settings},
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read(self._process))
        async with asyncio.timeout(PATIENCE_S):
            await self._serving.wait()
        assert self.port, "it did not come up:\n" + "".join(self.log)

    async def start(self) -> None:
        """Returns when /readyz says so."""
        await self.launch()
        async with asyncio.timeout(PATIENCE_S):
            while await self.readiness() is not None:
                pass

    async def readiness(self) -> str | None:
        """Why it is not ready, or None."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
            why: str | None = (await answer.json())["why"]
            assert (answer.status == 200) == (why is None)
            return why

    async def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        await self._ended()

    def pause(self) -> None:
        """SIGSTOP: it stands still in the middle of things, and does not know it."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def terminate(self) -> "asyncio.Task[int]":
        """SIGTERM, as a supervisor does it. Returns when the bot says that it is stopping, with its exit code to be."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            await self._stopping.wait()
        return asyncio.create_task(self._ended())

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _ended(self) -> int:
        assert self._process
        assert self._reading
        async with asyncio.timeout(PATIENCE_S):
            code = await self._process.wait()
            await self._reading
        return code

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr
        self.port = 0
        async for line in process.stderr:
            self.log.append(line.decode())
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if said["event"] == "serving":
                    self.port = said["port"]
                    self._serving.set()
                if said["event"] == "stopping":
                    self._stopping.set()
        self._serving.set()
        self._stopping.set()


class Beside:
    """A local Slack, a database, and bots that are processes."""

    def __init__(self, slack: Slack, db: Database, settings: dict[str, str]) -> None:
        self.slack = slack
        self.db = db
        self.bot = BotProcess(settings)

    async def start_bot(self) -> None:
        await self.bot.start()
        if self.slack.app.socket_mode:
            await self.slack.waits_for(lambda: self.slack.deliveries.sockets.count)
        else:
            self.slack.app.request_url = f"http://127.0.0.1:{self.bot.port}/slack/events"

    async def opens_declaration(self, who: Person) -> None:
        typed = await who.types("/incident declare", "#general")
        assert not typed.error, (typed, self.bot.log)
        await who.waits_for(lambda: who.modal and who.modal.body["callback_id"] == "declare")

    async def submits_declaration(self, who: Person, title: str) -> Submitted:
        await self.opens_declaration(who)
        return await who.submits({"title": title, "severity": "SEV2"})

    async def paid(self) -> None:
        """Until nothing is owed."""

        async def nothing_owed() -> bool:
            return not await unpaid(self.db)

        await self.until(nothing_owed)

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Asked again whenever something happens in Slack, and now and then."""
        something = asyncio.Event()
        self.slack.on_change.append(lambda *_: something.set())
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not await condition():
                    something.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(something.wait(), LOOK_S)
        except TimeoutError:
            raise TimeoutError("\n".join(["not in time", *await unpaid(self.db), *self.bot.log[-40:]])) from None
        finally:
            self.slack.on_change.pop()


@asynccontextmanager
async def beside(
    database_url: str, transport: str, rules: Rules | None = None, organisation: Path = QUIET
) -> AsyncIterator[Beside]:
    """The bot is not started yet. `organisation` is the file that it reads."""
    http = transport == HTTP
    slack = Slack(manifest=app_manifest("http://127.0.0.1:9" if http else None), rules=rules)
    await slack.start()
    door = {"SLACK_SIGNING_SECRET": slack.app.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app.app_token}
    settings = {
        "SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_API_URL": slack.api_url, "DATABASE_URL": database_url,
        "TOCSIN_CONFIG": str(organisation),
    }  # fmt: skip
    made = Beside(slack, Database(database_url, SystemClock()), {**settings, **door})
    try:
        yield made
    finally:
        if made.bot.runs:
            await made.bot.kill()
        await slack.stop()
        await made.db.close()
