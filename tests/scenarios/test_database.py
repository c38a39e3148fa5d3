"""The database does not answer: nobody is told that something was recorded which was not, the loop is never held up,
and once it answers all goes on by itself."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.incidents.model import Incident
from bot.sandbox.people import Person
from tests.conftest import POSTGRES, SQLITE
from tests.lag import Lag
from tests.scenarios.test_paging import pages
from tests.stage import HTTP, PAGING, SOCKET, Stage, words

on_sqlite = pytest.mark.parametrize("stage", [(SQLITE, SOCKET)], indirect=True, ids="-".join)
on_postgres = pytest.mark.parametrize("stage", [(POSTGRES, HTTP)], indirect=True, ids="-".join)
pytestmark = pytest.mark.organisation(PAGING)
NOT_RECORDED = "I cannot reach my database, so nothing was recorded."
LONGEST_LAG_S = 0.25
LOCKED_S = 30


@contextmanager
def locked_by_another(stage: Stage) -> Iterator[None]:
    """Somebody's backup, or a shell left open: it holds the one place for writers."""
    other = sqlite3.connect(str(stage.bot.db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def said_of_each_connection(stage: Stage, before: str, after: str) -> Iterator[None]:
    """A pragma for all connections of the bot, and one that takes it back."""
    now = before

    def on_checkout(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(now)
        cursor.close()

    event.listen(stage.bot.db.engine.sync_engine, "checkout", on_checkout)
    yield
    now = after


@asynccontextmanager
async def other_session(stage: Stage) -> AsyncIterator[Any]:
    engine = create_async_engine(stage.bot.db.url)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def notes(stage: Stage, who: Person, incident: Incident, *said: str) -> list[str]:
    """Note these, one after the other. Returns those that the bot said it has."""
    kept = []
    for one in said:
        answer = await types_patiently(stage, who, f"/incident note INC-{incident.id} {one}")
        assert ("on the timeline" in answer) != (NOT_RECORDED in answer), answer
        if NOT_RECORDED not in answer:
            kept.append(one)
    return kept


async def types_patiently(stage: Stage, who: Person, said: str) -> str:
    before = len(who.ephemeral("#general"))
    await who.types(said, "#general")  # after three seconds Slack says that it failed; then comes our answer

    def ours() -> list[str]:
        said = [words(message) for message in who.ephemeral("#general")[before:]]
        return [one for one in said if "failed with the error" not in one]

    return (await who.waits_for(ours, timeout=60))[-1]


async def noted(stage: Stage, incident: Incident) -> list[str]:
    return [entry.text for entry in await stage.timeline(incident) if entry.fact == "noted"]


@on_sqlite
async def test_locked_by_somebody_else(stage: Stage, log: StringIO, ana: Person, bo: Person, cy: Person) -> None:
    stage.slack.rules.ack_deadline = 3.0
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    began = time.monotonic()
    async with Lag() as lag:
        with locked_by_another(stage):
            stage.clock.jump(timedelta(minutes=6))  # the second level falls due
            while time.monotonic() < began + LOCKED_S:
                assert await notes(stage, ana, incident, "while it is locked") == []
            assert pages(cy) == []
        assert await notes(stage, ana, incident, "after") == ["after"]
        await stage.settle()
    assert await noted(stage, incident) == ["after"]
    assert len(pages(cy)) == 1
    assert len(pages(bo)) == 1
    assert "engine_cannot_reach_database" in log.getvalue()
    assert "sweep_failed" not in log.getvalue(), "each row would have waited for itself"
    assert lag.turns > 100
    assert lag.longest_s < LONGEST_LAG_S


@on_sqlite
async def test_read_only(stage: Stage, ana: Person, cy: Person) -> None:
    """As a file system is once its disk has failed."""
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    async with Lag() as lag:
        with said_of_each_connection(stage, "PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
            stage.clock.jump(timedelta(minutes=6))
            assert await notes(stage, ana, incident, "first", "second") == []
            assert NOT_RECORDED in await types_patiently(stage, ana, "/incident ack INC-1")
    assert lag.longest_s < LONGEST_LAG_S
    await stage.advance(seconds=1)
    await stage.catches_up()
    assert len(pages(cy)) == 1
    assert await notes(stage, ana, incident, "third") == ["third"]
    assert await noted(stage, incident) == ["third"]


@on_sqlite
async def test_disk_full(stage: Stage, ana: Person, cy: Person) -> None:
    """Some writes still find room: those are the ones that people are told of."""
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    long = [f"{n} " + "x" * 1500 for n in range(12)]
    async with Lag() as lag:
        with said_of_each_connection(stage, "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"):
            kept = await notes(stage, ana, incident, *long)
            assert len(kept) < len(long), "it was not full"
            assert await noted(stage, incident) == kept
            stage.clock.jump(timedelta(minutes=6))
    assert lag.longest_s < LONGEST_LAG_S
    await stage.advance(seconds=1)
    await stage.catches_up()
    assert len(pages(cy)) == 1
    assert await notes(stage, ana, incident, "room again") == ["room again"]


@on_postgres
async def test_connections_that_the_server_ends(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    """All of them, at every moment, as in a failover."""
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    kept = []
    async with other_session(stage) as session, Lag() as lag:
        for n in range(12):
            typing = asyncio.create_task(notes(stage, ana, incident, f"step {n}"))
            if n == 6:
                stage.clock.jump(timedelta(minutes=6))
            while not typing.done():
                await session.execute(text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ))  # fmt: skip
                await asyncio.wait({typing}, timeout=0.05)
            kept += await typing
    await stage.advance(seconds=1)
    await stage.catches_up()
    recorded = await noted(stage, incident)
    assert [one for one in kept if one not in recorded] == []
    assert len(recorded) == len(set(recorded))
    assert len(pages(bo)) == 1
    assert len(pages(cy)) == 1
    assert lag.longest_s < LONGEST_LAG_S
    assert await notes(stage, ana, incident, "after") == ["after"]


@on_postgres
async def test_a_row_that_somebody_else_holds(stage: Stage, ana: Person, bo: Person, cy: Person) -> None:
    stage.slack.rules.ack_deadline = 3.0
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1")
    other = await stage.declares(ana, "Something else", severity="SEV1")
    async with other_session(stage) as session, Lag() as lag:
        await session.execute(text(f"SELECT * FROM incident WHERE id = {incident.id} FOR UPDATE"))
        assert await notes(stage, ana, incident, "while it is locked") == []
        stage.clock.jump(timedelta(minutes=6))
        await stage.slack.waits_for(lambda: len(pages(cy)) == 1)
        assert f"INC-{other.id}" in pages(cy)[0].text, "the other incident goes on"
        await session.rollback()
    await stage.advance(seconds=1)
    await stage.catches_up()
    assert len(pages(cy)) == 2
    assert await noted(stage, incident) == []
    assert lag.longest_s < LONGEST_LAG_S
