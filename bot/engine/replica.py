"""How replicas on one PostgreSQL know of each other: each holds a lock for as long as it lives, and hears when
another commits something that is owed. Both are hints that make things quick; nothing needs them."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog
from sqlalchemy import make_url

from bot.engine.queries import REPLICA_LOCK

CHANNEL = "tocsin_owed"
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

log = structlog.get_logger(__name__)


class Replica:
    def __init__(self, url: str, owner: int, heard: Callable[[], None]) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._owner = owner
        self._heard = heard
        self._connection: asyncpg.Connection | None = None
        self._shown = False  # whether the others see that we live
        self._joining: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._more_to_tell = False

    async def keep(self) -> None:
        """Hold our lock and listen; again after the connection broke. A chore of the engine, which waits for nobody."""
        if (self._connected and self._shown) or (self._joining and not self._joining.done()):
            return
        self._joining = asyncio.create_task(self.join(), name="replica")

    async def join(self) -> None:
        """Show that we live. If that fails now, `keep` will see to it."""
        try:
            if self._connection is None or self._connection.is_closed():
                self._shown = False
                self._connection = await asyncpg.connect(self._dsn, timeout=5)
                await self._connection.add_listener(CHANNEL, self._hear)
            # Tried, not waited for: a connection of ours that broke may hold it until the server notices.
            ask = "SELECT pg_try_advisory_lock($1, $2)"
            self._shown = bool(await self._connection.fetchval(ask, REPLICA_LOCK, self._owner, timeout=5))
        except TROUBLE as trouble:
            log.warning("replica_not_shown", error=str(trouble) or type(trouble).__name__)

    def tell(self) -> None:
        """Let the others know that something is owed."""
        self._more_to_tell = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="notify")

    async def _tell(self) -> None:
        """One at a time, since a connection can do one thing at a time; those that come meanwhile become one."""
        while self._more_to_tell:
            self._more_to_tell = False
            try:
                if self._connection and self._connected:
                    await self._connection.execute(f"NOTIFY {CHANNEL}", timeout=5)
            except TROUBLE as trouble:
                log.debug("notify_failed", error=str(trouble) or type(trouble).__name__)

    def _hear(self, connection: Any, sender: int, _channel: str, _payload: str) -> None:
        if sender != connection.get_server_pid():
            self._heard()

    @property
    def _connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def close(self) -> None:
        for task in (self._joining, self._telling):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._connection and self._connected:
            await self._connection.close(timeout=2)
