"""The bot as a process of its own beside the sandbox, so that it can be killed as a power cut would: both ends.

Over its standard input it is told its settings and the pace of the workspace's clock, and it stops when that ends.
`time.monotonic` is the machine's own, so both processes read the same."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from datetime import datetime

from bot.kernel.clock import LentClock, Pace
from bot.settings import Settings

READY = b"ready\n"
STOP_S = 20.0  # so long it may take to stop in order


class BotBeside:
    """The sandbox's end. `pace` says how the workspace's clock runs; call `tell_pace` when that changes."""

    def __init__(self, settings: Settings, pace: Callable[[], Pace]) -> None:
        self._settings = settings
        self._pace = pace
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Returns when it serves, or has given up: see `running`. Why is in its log, on our standard error."""
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "beside", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._write(process, {"settings": told(self._settings), "pace": written(self._pace())})
        assert process.stdout
        if await process.stdout.readline() != READY:
            await process.wait()
            return
        self._watching = asyncio.create_task(self._watch(process), name="the bot beside")

    async def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        process, self._process = self._process, None
        if process:
            process.kill()
            await process.wait()

    async def stop(self) -> None:
        """In order, as SIGTERM would."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()

    def tell_pace(self) -> None:
        if self._process and self.running:
            self._write(self._process, {"pace": written(self._pace())})

    async def ended(self) -> int:
        """Returns the exit code once it has ended although nobody here ended it."""
        return await self._code

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        if process is self._process and not self._code.done():
            self._code.set_result(code)

    def _write(self, process: asyncio.subprocess.Process, line: dict[str, object]) -> None:
        assert process.stdin
        process.stdin.write(json.dumps(line).encode() + b"\n")


class Orders:
    """The bot's end."""

    def __init__(self, lines: asyncio.StreamReader, settings: Settings, clock: LentClock) -> None:
        self._lines = lines
        self.settings = settings
        self.clock = clock

    @classmethod
    async def read(cls) -> "Orders":
        """From standard input."""
        lines = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(lines)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        first = json.loads(await lines.readline())
        settings = Settings(**first["settings"], slack_signing_secret=None, port=0)
        return cls(lines, settings, LentClock(read_pace(first["pace"])))

    async def follow(self, felt: Callable[[], None]) -> None:
        """Keep to the pace we are told, until there is nobody who tells. `felt` is called at each change."""
        while line := await self._lines.readline():
            self.clock.follow(read_pace(json.loads(line)["pace"]))
            felt()


def told(settings: Settings) -> dict[str, str]:
    """As much of the settings as the bot cannot find in the environment by itself."""
    assert settings.slack_bot_token
    assert settings.slack_app_token
    return {
        "slack_bot_token": settings.slack_bot_token.get_secret_value(),
        "slack_app_token": settings.slack_app_token.get_secret_value(),
        "slack_api_url": settings.slack_api_url,
        "database_url": settings.database_url,
    }


def written(pace: Pace) -> list[object]:
    return [pace.shown.isoformat(), pace.since, pace.speed]


def read_pace(line: list[object]) -> Pace:
    shown, since, speed = line
    return Pace(datetime.fromisoformat(str(shown)), float(str(since)), float(str(speed)))
