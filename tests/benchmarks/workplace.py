"""A workspace full of people, with the bot beside it as its own process."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bot.app import app_manifest
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.kernel.effect import OwedEffect, State
from bot.sandbox.journal import ApiCall
from bot.sandbox.people import Person, Submitted
from bot.sandbox.rules import Rules
from bot.sandbox.seed import FOUNDED, acme
from bot.sandbox.server import Slack
from bot.sandbox.state import User, Workspace
from tests.benchmarks.databases import Databases
from tests.benchmarks.process import Weighed
from tests.benchmarks.ways import HTTP, Way

CROWD = 40  # people beside the seeded ones, so that each may have a modal open
LOOK_EVERY_S = 0.02


@dataclass
class Workplace:
    slack: Slack
    bot: Weighed
    database: Database  # the bot's, to look into

    @property
    def crowd(self) -> list[Person]:
        return [self.slack.person(_handle(n)) for n in range(CROWD)]

    async def starts_bot(self) -> float:
        """Seconds until it is ready."""
        took = await self.bot.timed_start()
        if not self.slack.app.socket_mode:
            self.slack.app.request_url = f"http://127.0.0.1:{self.bot.port}/slack/events"
        return took

    async def opens_form(self, who: Person, title: str) -> None:
        """Type /incident and fill in the form, up to the press of its button."""
        typed = await who.types("/incident declare", "#general")
        assert not typed.error, (typed, self.bot.log)
        await who.waits_for(lambda: form_open(who))
        await who.fills({"title": title, "severity": "SEV2"})

    async def submits(self, who: Person) -> Submitted:
        sent = await who.submits()
        assert sent.delivery, sent
        return sent

    async def paid(self, patience_s: float = 30.0) -> None:
        """Until nothing is owed any more."""
        await until(self._nothing_owed, patience_s)

    async def count(self, *states: State) -> int:
        async with self.database.snapshot() as snap:
            asked = select(func.count()).where(col(OwedEffect.state).in_(states))
            return int((await snap.session.execute(asked)).scalar_one())

    def accepted(self, method: str, since: datetime) -> list[ApiCall]:
        """Calls that took effect and were answered since then."""
        return [call for call in self.slack.journal.accepted(method) if call.ended and call.at >= since]

    async def _nothing_owed(self) -> bool:
        return await self.count(State.OWED, State.CLAIMED) == 0


def form_open(who: Person) -> bool:
    """The form itself, not the word that it is on its way."""
    return who.modal is not None and who.modal.body.get("callback_id") == "declare"


def submitted_at(sent: Submitted) -> datetime:
    """When the person pressed the button."""
    assert sent.delivery
    return sent.delivery.records[0].at


def ended_at(call: ApiCall) -> datetime:
    """When the bot had its answer."""
    return call.at + call.took


async def until(condition: Callable[[], object], patience_s: float = 30.0) -> None:
    """Look now and then. The times themselves are read from the journal, not from here. Raises TimeoutError."""
    late = time.monotonic() + patience_s
    while True:
        found = condition()
        if await found if asyncio.iscoroutine(found) else found:
            return
        if time.monotonic() > late:
            raise TimeoutError(f"not within {patience_s:g} s")
        await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def workplace(way: Way, databases: Databases, rules: Rules | None = None) -> AsyncIterator[Workplace]:
    """Everything is started and at rest."""
    async with empty_workplace(way, databases, rules) as place:
        await place.starts_bot()
        await place.paid()
        yield place


@asynccontextmanager
async def empty_workplace(way: Way, databases: Databases, rules: Rules | None = None) -> AsyncIterator[Workplace]:
    """The bot is not started yet."""
    http = way.transport == HTTP
    slack = Slack(_workspace(), manifest=app_manifest("http://127.0.0.1:9" if http else None), rules=rules)
    await slack.start()
    slack.faults.latency("*", way.latency.total_seconds())
    url = await databases.new(way.database)
    place = Workplace(slack, Weighed(_settings(slack, url, way)), Database(url, SystemClock()))
    try:
        yield place
    finally:
        if place.bot.runs:
            await place.bot.kill()
        await slack.stop()
        await place.database.close()


def _settings(slack: Slack, url: str, way: Way) -> dict[str, str]:
    door = ("SLACK_SIGNING_SECRET", slack.app.signing_secret)
    if way.transport != HTTP:
        door = ("SLACK_APP_TOKEN", slack.app.app_token)
    return dict(
        [door, ("SLACK_BOT_TOKEN", slack.app.bot_token), ("SLACK_API_URL", slack.api_url), ("DATABASE_URL", url)]
    )


def _workspace() -> Workspace:
    """The seeded company, grown."""
    place = acme()
    for n in range(CROWD):
        key = f"U0CROWD{n:02}"
        place.users[key] = User(
            id=key, name=_handle(n), real_name=f"Person {n}", team_id=place.team_id, updated=FOUNDED
        )
        place.channels["C0GENERAL"].members.append(key)
    return place


def _handle(n: int) -> str:
    return f"p{n:02}"
