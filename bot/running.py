"""Running a bot until it is told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from bot.app import Tocsin
from bot.organisation import ACME, Organisation

# Where an hour can pass in a second, a claim must not look abandoned. Nobody else could take it over there anyway.
LONG_LEASE = timedelta(days=1)

log = structlog.get_logger(__name__)


def decided_here(file: Path | None) -> Organisation:
    """In the sandbox the organisation is Acme, unless the environment names another."""
    return decided(file or ACME)


def decided(file: Path | None) -> Organisation:
    """What the organisation decided. What is doubtful in it is logged, and keeps nobody from starting."""
    reading = Organisation.read(file)
    for warning in reading.warnings:
        log.warning(
            "organisation_doubtful", place=f"{warning.file}:{warning.line}", key=warning.key, advice=warning.advice
        )
    return reading.organisation


@asynccontextmanager
async def running(bot: Tocsin) -> AsyncIterator[Tocsin]:
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


async def either(*waits: Coroutine[object, object, None]) -> None:
    """Until one of them ends. Raises what it raises: whoever watches this process will start it again."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    ended, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in ended:
        task.result()


async def told_to_stop() -> None:
    """Until SIGTERM or Ctrl+C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, stop.set)
    await stop.wait()
