"""The bot as a process of its own, so that nothing of it shares a core's time or an event loop with its Slack."""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLL_S = 0.01
PATIENCE_S = 30.0


class BotProcess:
    """`python -m bot serve` with these settings and no others. Start it, and stop it."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.port = free_port()
        self._settings = {**settings, "PORT": str(self.port)}
        self._folder = tempfile.TemporaryDirectory(prefix="tocsin-bot-")
        self._log = Path(self._folder.name) / "log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def start(self) -> float:
        """Returns when it is ready: seconds from the start of the process to the first 200 of /readyz."""
        started = time.monotonic()
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=self._folder.name, env=self._environment(), stderr=log
            )
        while not await self._ready():
            if self._process.returncode is not None or time.monotonic() - started > PATIENCE_S:
                raise RuntimeError(f"the bot does not serve:\n{self.log()}")
            await asyncio.sleep(POLL_S)
        return time.monotonic() - started

    async def stop(self) -> None:
        """As a supervisor does it: asked first, then made to."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 15)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._folder.cleanup()

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-4_000:]

    def resident_bytes(self) -> int:
        """RSS. Raises OSError on systems without /proc."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    async def _ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in await reader.readline()
        except OSError:
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _environment(self) -> dict[str, str]:
        path = os.environ.get("PATH", "")
        return {"PATH": path, "PYTHONPATH": str(ROOT), **self._settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
