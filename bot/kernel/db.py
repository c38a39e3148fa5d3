"""The database: snapshots to ask, transactions to change. Leaving a transaction is the commit."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import IO, Any, TypeVar, cast

from sqlalchemy import event, insert, inspect, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlmodel import SQLModel, col

from bot.kernel import debts, sqlite_connection
from bot.kernel.clock import Clock, SystemClock
from bot.kernel.counter import Counter
from bot.kernel.delivery import LISTENER_PATIENCE, Delivery, DeliveryState
from bot.kernel.effect import Effect
from bot.kernel.errors import Repeat
from bot.kernel.inside import Mark, inside, inside_a_transaction
from bot.kernel.together import Together

DATABASE_TROUBLE = (SQLAlchemyError, OSError, TimeoutError)  # what is raised when the database does not answer
DATABASE_REFUSAL = (DataError, IntegrityError, ProgrammingError)  # of these, what asking again would not mend


Row = TypeVar("Row", bound=SQLModel)
Locked = dict[tuple[type[SQLModel], Any], SQLModel]
# PostgreSQL's classes of trouble that is not of one row: no connection, read-only, out of room, being shut down.
AWAY = ("08", "25", "53", "57", "58")


def is_away(error: BaseException, *, postgres: bool) -> bool:
    """Whether the next question would fail like this one. On PostgreSQL one row can be out of reach alone."""
    if isinstance(error, DATABASE_REFUSAL) or not isinstance(error, DATABASE_TROUBLE):
        return False
    if not postgres or not isinstance(error, DBAPIError) or error.connection_invalidated:
        return True
    return str(getattr(error.orig, "sqlstate", "")).startswith(AWAY)


class Snapshot:
    """Questions on one consistent state."""

    def __init__(self, session: AsyncSession, now: datetime, *, postgres: bool) -> None:
        self.session = session
        self.now = now
        self.postgres = postgres


class Transaction(Snapshot):
    """Changes. What it owes is written with them, or not at all."""

    def __init__(self, session: AsyncSession, now: datetime, *, postgres: bool) -> None:
        super().__init__(session, now, postgres=postgres)
        self._owed: list[Effect] = []
        self._noted: list[tuple[type[SQLModel], dict[str, Any]]] = []
        self._kept: list[object] = []
        self._locked: Locked = {}
        self.owes = False  # after the commit: whether the engine has something to do

    def add(self, row: SQLModel) -> None:
        self.session.add(row)

    def note(self, table: type[SQLModel], row: dict[str, Any]) -> None:
        """Insert this row at the end, with all others of its table: a fraction of the cost of `add`, and nobody sees it
        in this transaction."""
        self._noted.append((table, row))

    def owe(self, *effects: Effect) -> None:
        """Have the engine do these after the commit, in this order within a lane."""
        self._owed.extend(effects)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """What fails in here leaves nothing behind, neither rows nor debts, and spoils nothing else."""
        owed, noted, self._owed, self._noted = self._owed, self._noted, [], []
        kept: Locked = {}  # a failure takes back the locks, and makes the session forget what it read
        try:
            async with self.session.begin_nested():
                yield
            owed, noted, kept = owed + self._owed, noted + self._noted, self._locked
        finally:
            self._owed, self._noted, self._locked = owed, noted, kept

    async def lock(self, table: type[Row], key: Any) -> Row | None:
        """This row as it is now, ours alone until the transaction ends."""
        if (table, key) in self._locked:
            return cast(Row, self._locked[table, key])
        found = await self.session.get(table, key, with_for_update=True, populate_existing=True)
        if found:
            self._locked[table, key] = found
        return found

    async def lock_all(self, table: type[Row], keys: Collection[Any]) -> None:
        """The same of many, asked for at once. In order, lest two who do it wait for each other."""
        (key,) = inspect(table).primary_key
        asked = select(table).where(key.in_(keys)).order_by(key).with_for_update()
        found = await self.session.execute(asked.execution_options(populate_existing=True))
        self._locked |= {(table, getattr(row, key.name)): row for row in found.scalars()}

    def keep(self, rows: object) -> None:
        """Hold on to these, so that asking for one by its key asks nothing. The session itself forgets them."""
        self._kept.append(rows)

    async def line_up(self, counter: str) -> None:
        """Let one at a time past here, until its transaction ends."""
        await self.session.get(Counter, counter, with_for_update=True)

    async def number(self, counter: str) -> int:
        """The next number of this counter: unique, rising, without a gap unless the transaction fails."""
        bump = update(Counter).where(col(Counter.name) == counter).values(value=col(Counter.value) + 1)
        return int((await self.session.execute(bump.returning(col(Counter.value)))).scalar_one())

    async def once(self, key: str, result: dict[str, Any] | None = None) -> None:
        """Deal with the delivery of this key now or never. Raises Repeat with the first one's result."""
        row = {
            "key": key, "body": {}, "state": DeliveryState.DONE, "result": result or {}, "attempts": 1,
            "received_at": self.now, "due_at": self.now, "finished_at": self.now,
        }  # fmt: skip
        new = await self.session.execute(self._insert(Delivery).values(row).on_conflict_do_nothing())
        if new.rowcount == 0:  # type: ignore[attr-defined]
            first = await self.session.get(Delivery, key)
            raise Repeat(first.result if first else {})

    async def receive(self, key: str, body: dict[str, Any]) -> bool:
        """Write down a delivery to be dealt with after its ack. False if it was written down before."""
        row = {
            "key": key, "body": body, "state": DeliveryState.RECEIVED, "result": {}, "attempts": 0,
            "received_at": self.now, "due_at": self.now + LISTENER_PATIENCE, "finished_at": None,
        }  # fmt: skip
        new = await self.session.execute(self._insert(Delivery).values(row).on_conflict_do_nothing())
        return bool(new.rowcount)  # type: ignore[attr-defined]

    async def settle(self, key: str) -> None:
        """The delivery written down under this key is dealt with by this transaction. Raises Repeat if it was."""
        done = await self.session.execute(
            update(Delivery)
            .where(col(Delivery.key) == key, col(Delivery.state) == DeliveryState.RECEIVED)
            .values(state=DeliveryState.DONE, body={}, finished_at=self.now)
        )
        if done.rowcount == 0:  # type: ignore[attr-defined]
            raise Repeat({})

    async def put(self, table: type[SQLModel], rows: Sequence[dict[str, Any]], *, newest: str) -> None:
        """Write whole rows, each new or in place of one that is no newer: `newest` is the column that tells."""
        if not rows:
            return
        made, keys = self._insert(table), [column.name for column in inspect(table).primary_key]
        new = {name: made.excluded[name] for name in rows[0] if name not in keys}
        no_newer = inspect(table).columns[newest] <= made.excluded[newest]
        # Not through the session: a great many rows are one statement. In order, lest two who do it wait for each
        # other.
        connection = await self.session.connection()
        ordered = sorted(rows, key=lambda row: [row[name] for name in keys])
        await connection.execute(made.on_conflict_do_update(index_elements=keys, set_=new, where=no_newer), ordered)

    def _insert(self, table: type[SQLModel]) -> Any:
        return (postgresql.insert if self.postgres else sqlite.insert)(table)

    async def write_owed(self) -> None:
        """What was noted, and what is owed."""
        for table in dict.fromkeys(table for table, _ in self._noted):
            rows = [row for of, row in self._noted if of is table]
            await (await self.session.connection()).execute(insert(table), rows)
        self._noted.clear()
        if self._owed:
            await self.session.flush()
            self.owes = await debts.write(self.session, self._owed, self.now) or self.owes


class Database:
    """One database, SQLite or PostgreSQL. `on_owed` is called after each commit that owes something."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.postgres = url.startswith("postgresql")
        self.on_owed: Callable[[], None] = lambda: None
        self.engine = self._engine()
        self.reader = self._reading()  # takes no lock that a writer would wait for
        self._writers = asyncio.Lock()  # SQLite has one writer; waiting here is fair, its busy handler is not
        self._lock_file: IO[str] | None = None
        self.together = Together(self.snapshot)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        async with AsyncSession(self.reader, expire_on_commit=False) as session:
            yield Snapshot(session, self.clock.now(), postgres=self.postgres)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        if inside_a_transaction():
            raise RuntimeError("a transaction inside a transaction")
        turn = contextlib.nullcontext() if self.postgres else self._writers
        async with turn, AsyncSession(self.engine, expire_on_commit=False) as session:
            mark = Mark()
            before = inside.set(mark)
            try:
                async with session.begin():
                    tx = Transaction(session, self.clock.now(), postgres=self.postgres)
                    yield tx
                    await tx.write_owed()
            finally:
                mark.is_open = False
                inside.reset(before)
        if tx.owes:
            self.on_owed()

    def keep_others_out(self) -> None:
        """One bot per SQLite file. Raises RuntimeError, saying what to do, if another one runs on it."""
        if self.postgres:
            return
        path = f"{os.path.realpath(self.engine.url.database or '')}.lock"
        file = open(path, "a")  # noqa: SIM115
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise RuntimeError(
                f"Another Tocsin already runs on {self.engine.url.database} (it holds {path}). "
                "Stop it first, or use PostgreSQL, which several can share."
            ) from None
        self._lock_file = file

    async def agree_on_time(self) -> None:
        """Where replicas share PostgreSQL, its clock is everybody's."""
        if self.postgres and isinstance(self.clock, SystemClock):
            async with self.engine.connect() as connection:
                self.clock.agree_with((await connection.execute(text("SELECT clock_timestamp()"))).scalar_one())

    async def close(self) -> None:
        await self.engine.dispose()
        if self._lock_file:
            self._lock_file.close()

    def _engine(self) -> AsyncEngine:
        if self.postgres:
            settings = {
                "lock_timeout": "5s",
                "statement_timeout": "15s",
                "idle_in_transaction_session_timeout": "10s",
            }
            return create_async_engine(
                self.url,
                pool_size=10,
                max_overflow=0,
                connect_args={"server_settings": settings, "timeout": 5},
            )
        engine = create_async_engine(self.url, pool_size=16, max_overflow=0, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", sqlite_connection.on_connect)
        event.listen(engine.sync_engine, "begin", sqlite_connection.on_begin)
        return engine

    def _reading(self) -> AsyncEngine:
        """The same connections, for several questions on one state."""
        if self.postgres:
            return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        options: dict[str, Any] = {"readonly": True}
        return self.engine.execution_options(**options)


def owner_id() -> int:
    """A number for this process, for leases; fits PostgreSQL's advisory locks."""
    return int.from_bytes(os.urandom(4), "big") & 0x7FFFFFFF
