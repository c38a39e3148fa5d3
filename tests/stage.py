"""The stage on which scenarios play: the real bot, a real database, the strict local Slack, one clock."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.app import Outside, Tocsin, app_manifest
from bot.incidents import queries
from bot.incidents.model import Incident, TimelineEntry
from bot.kernel.delivery import Delivery, DeliveryState
from bot.kernel.effect import OwedEffect, State
from bot.kernel.ids import IncidentId
from bot.organisation import Organisation
from bot.sandbox.blockkit.mrkdwn import blocks_text
from bot.sandbox.clock import Clock
from bot.sandbox.people import Person, Submitted
from bot.sandbox.rules import Rules
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel, Message
from bot.settings import Settings
from bot.slack.calls import CALL_TIMEOUT
from bot.slack.pace import Limits

SOCKET, HTTP = "socket", "http"
# The defaults, and nobody is paged unless somebody asks for it.
QUIET = Path(__file__).with_name("quiet.yaml")
PAGING = Path(__file__).with_name("paging.yaml")


@dataclass
class Stage:
    """`await stage.settle()` waits until everything that is owed now is paid."""

    slack: Slack
    clock: Clock
    settings: Settings
    organisation: Organisation
    bot: Tocsin
    limits: Limits
    call_timeout: timedelta = CALL_TIMEOUT

    # --- the bot's life

    def another_bot(self) -> Tocsin:
        """Not started. It goes by the stage's clock and feels its jumps."""
        made = Tocsin(self.settings, self.organisation, Outside(self.clock, self.limits, self.call_timeout))
        self.clock.on_jump(lambda: made.engine.beat())
        return made

    async def start_bot(self) -> None:
        self.bot = self.another_bot()
        await self.bot.start()
        if self.slack.app.socket_mode:
            await self.slack.waits_for(lambda: self.slack.deliveries.sockets.count)
        else:
            self.slack.app.request_url = f"http://127.0.0.1:{self.bot.web.port}/slack/events"
        await self.settle()

    async def restart_bot(self) -> None:
        await self.bot.stop()
        await self.start_bot()

    async def settle(self) -> None:
        """Until nothing is on its way, nothing is under way and nothing is due now."""
        for _ in range(2):  # what was paid may have caused events, and they more to pay
            await self.slack.settled()
            await self.bot.listening.finished(15)
            await self.bot.engine.idle()

    async def paid(self) -> None:
        """Until nothing at all is owed any more, however often it must be tried."""
        async with asyncio.timeout(30):
            while await self.open_effects():
                await self.settle()
                await self.bot.engine.cycled()

    async def catches_up(self) -> None:
        """Let time pass, in steps of a second, until nothing at all is owed any more."""
        for _ in range(200):
            await self.settle()
            if not await self.open_effects():
                return
            self.clock.jump(timedelta(seconds=1))
        raise TimeoutError(f"still owed: {[row.kind for row in await self.effects(State.OWED, State.CLAIMED)]}")

    async def advance(self, **by: float) -> None:
        self.clock.jump(timedelta(**by))
        await self.settle()

    # --- people

    def person(self, name: str) -> Person:
        return self.slack.person(name)

    async def declares(self, who: Person, title: str, channel: str = "#general", **given: object) -> Incident:
        """Type /incident, fill in the form, send it, and wait for the channel."""
        await self.submits_declaration(who, title, channel, **given)
        await self.settle()
        return await self.incident_called(title)

    async def opens_declaration(self, who: Person, channel: str = "#general") -> None:
        typed = await who.types("/incident declare", channel)
        assert not typed.error, typed
        await who.waits_for(lambda: who.modal and who.modal.body["callback_id"] == "declare")

    async def submits_declaration(
        self, who: Person, title: str, channel: str = "#general", **given: object
    ) -> Submitted:
        await self.opens_declaration(who, channel)
        sent = await who.submits({"title": title, "severity": "SEV2", **given})
        assert sent.closed, sent
        return sent

    # --- what is recorded

    async def incident_called(self, title: str) -> Incident:
        async with self.bot.db.snapshot() as snap:
            asked = select(Incident).where(col(Incident.title) == title)
            return (await snap.session.execute(asked)).scalars().one()

    async def incident(self, number: int) -> Incident:
        async with self.bot.db.snapshot() as snap:
            found = await queries.incident(snap, IncidentId(number))
        assert found
        return found

    async def incidents(self) -> Sequence[Incident]:
        async with self.bot.db.snapshot() as snap:
            return (await snap.session.execute(select(Incident).order_by(col(Incident.id)))).scalars().all()

    async def roll(self, incident: Incident) -> dict[str, str]:
        async with self.bot.db.snapshot() as snap:
            return {role.value: user for role, user in (await queries.roll(snap, incident.id)).items()}

    async def timeline(self, incident: Incident) -> Sequence[TimelineEntry]:
        async with self.bot.db.snapshot() as snap:
            return await queries.timeline(snap, incident.id)

    async def facts(self, incident: Incident) -> list[str]:
        return [entry.fact.value for entry in await self.timeline(incident)]

    async def open_effects(self) -> int:
        return len(await self.effects(State.OWED, State.CLAIMED))

    async def lost_effects(self) -> list[str]:
        return [f"{row.kind}: {row.last_error}" for row in await self.effects(State.LOST)]

    async def effects(self, *states: State) -> Sequence[OwedEffect]:
        async with self.bot.db.snapshot() as snap:
            asked = select(OwedEffect).where(col(OwedEffect.state).in_(states))
            return (await snap.session.execute(asked)).scalars().all()

    async def undealt(self) -> list[str]:
        async with self.bot.db.snapshot() as snap:
            asked = select(col(Delivery.key)).where(col(Delivery.state) != DeliveryState.DONE)
            return list((await snap.session.execute(asked)).scalars())

    # --- what is on the screen

    def room(self, incident: Incident) -> Channel:
        assert incident.channel
        return self.slack.channel(incident.channel)

    def card(self, incident: Incident) -> Message:
        cards = [m for m in self.said(self.room(incident)) if m.blocks and m.blocks[0]["type"] == "header"]
        assert len(cards) == 1, f"{len(cards)} cards"
        return cards[0]

    def announcements(self) -> list[Message]:
        return [m for m in self.said(self.slack.channel("#incidents")) if not m.thread_ts or m.thread_ts == m.ts]

    def said(self, channel: Channel) -> list[Message]:
        """The bot's own messages there that everybody sees."""
        mine = self.slack.workspace.bot_user_id
        return [m for m in channel.messages.values() if m.user == mine and m.subtype is None and not m.ephemeral_for]

    def violations(self) -> list[str]:
        return [f"{found.kind}: {found.detail}" for found in self.slack.journal.violations]


def words(message: Message) -> str:
    """All that can be read in a message."""
    return message.text + "\n" + blocks_text(message.blocks)


def view_words(body: dict[str, Any]) -> str:
    return blocks_text(body["blocks"])


def quiet() -> Organisation:
    """For stories about something else than pages."""
    return Organisation.load(QUIET)


def stage_of(
    database_url: str,
    transport: str,
    rules: Rules | None = None,
    limits: Limits | None = None,
    organisation: Organisation | None = None,
    start: datetime | None = None,
) -> Stage:
    """Not started: `await stage.slack.start()`, then `await stage.start_bot()`. Without an organisation: `quiet()`;
    without a start it is now."""
    http = transport == HTTP
    clock = Clock(start)
    manifest = app_manifest("http://127.0.0.1:9" if http else None)
    slack = Slack(manifest=manifest, clock=clock, rules=rules)
    # How soon it answers is the benchmarks' to say: a busy machine must not turn another story's end.
    slack.rules.ack_deadline = 12.0
    settings = _settings(slack, database_url, http=http)
    bot: Any = None  # until start_bot
    return Stage(slack, clock, settings, organisation or quiet(), bot, limits or Limits.none())


def _settings(slack: Slack, database_url: str, *, http: bool) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=slack.app.bot_token,
        slack_app_token=None if http else slack.app.app_token,
        slack_signing_secret=slack.app.signing_secret if http else None,
        database_url=database_url,
        port=0,
        log_level="warning",
    )


def with_api_url(settings: Settings, api_url: str) -> Settings:
    return settings.model_copy(update={"slack_api_url": api_url})
