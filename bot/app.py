"""The composition root: one running Tocsin."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import structlog
from prometheus_client import CollectorRegistry
from slack_bolt.async_app import AsyncBoltRequest

from bot import schema
from bot.engine.audit.auditor import Auditor
from bot.engine.beat import Beat
from bot.engine.cycle import Engine
from bot.engine.inbox import Inbox
from bot.engine.lag import LoopLag
from bot.engine.metrics import Metrics
from bot.engine.outbox import LEASE, Outbox
from bot.engine.replica import Replica
from bot.floors import checks, open_door, sweeps
from bot.incidents.effects_insiders import LearnInsiders
from bot.kernel.clock import Clock, Stopwatch, SystemClock
from bot.kernel.db import Database, owner_id
from bot.kernel.errors import Rejected, Unavailable
from bot.llm import prompts
from bot.llm.choosing import choose
from bot.organisation import Organisation
from bot.people.effects import CheckTargets, LearnGroups, LearnPeople
from bot.settings import Settings, SocketMode
from bot.slack.calls import CALL_TIMEOUT
from bot.slack.client import Slack
from bot.slack.dispatch import bolt_app
from bot.slack.listening import Listening
from bot.slack.manifest import manifest, scopes
from bot.slack.pace import Limits
from bot.slack.socket import Socket
from bot.web import Web
from bot.webhooks import Webhooks
from bot.world import World

SIGN_IN_EVERY_S = 5.0  # while Slack is away or has signed us out
FIRST_SIGN_IN_S = 3.0  # so long the start waits for Slack
LISTENERS_S = 5.0  # so long the end waits for listeners
LONGEST_SILENCE_S = 5.0  # without a beat for so long, the engine is not well

log = structlog.get_logger(__name__)


class CannotStart(Exception):
    """The message says what to do."""


def app_manifest(public_url: str | None = None) -> dict[str, Any]:
    return manifest(open_door(), public_url)


@dataclass(frozen=True)
class Outside:
    """What a test or the sandbox sets in place of the real thing."""

    clock: Clock
    limits: Limits
    call_timeout: timedelta = CALL_TIMEOUT
    lease: timedelta = LEASE


class Tocsin:
    """Start it, and stop it in order: no new work, work in hand finished or left owed, connections closed."""

    def __init__(self, settings: Settings, organisation: Organisation, outside: Outside | None = None) -> None:
        outside = outside or Outside(SystemClock(), Limits())
        self.settings = settings
        self.access = settings.for_serving()
        self.door = open_door()
        self.db = Database(settings.database_url, outside.clock)
        self.owner = owner_id()
        self._organisation = organisation
        self._outside = outside
        self._since_sign_in = Stopwatch()
        self._signing_in: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None
        self._built = False

    async def start(self) -> None:
        """Returns when it serves. Raises CannotStart or OSError (the port is taken)."""
        async with contextlib.AsyncExitStack() as otherwise:
            otherwise.push_async_callback(self.stop)
            await self._start()
            otherwise.pop_all()

    async def _start(self) -> None:
        if self._organisation.webhooks and self.settings.webhook_secret is None:
            raise CannotStart(
                "WEBHOOK_SECRET is not set, and your organisation's file names webhooks. Set it to at least 24 "
                "characters that nobody can guess, and give it to those who are told."
            )
        try:
            self.prompts = prompts.load(self.settings.tocsin_prompts)
            self.db.keep_others_out()
            await schema.check(self.db.engine)
        except (prompts.BadPrompt, schema.WrongSchema, RuntimeError) as why:
            raise CannotStart(str(why)) from None
        await self.db.agree_on_time()
        self._build()
        await self._sign_in_first()
        if self.replica:
            await self.replica.join()
        else:
            await self.outbox.release_all()
            await self.inbox.release_all()
        self.beat.start()
        self.lag.start()
        self._running = asyncio.create_task(self.engine.run(), name="engine")
        await self.web.start(self.settings.host, self.settings.port)
        if self.socket:
            await self.socket.start()
        async with self.db.transaction() as tx:
            tx.owe(LearnPeople(), LearnGroups(), LearnInsiders(), CheckTargets(started_at=tx.now))
        log.info("serving", port=self.web.port, transport="socket" if self.socket else "http")

    async def ended(self) -> None:
        """Returns when it was stopped. Raises the fault that ended what must not end: the engine, or our ear."""
        vital = {task for task in (self._running, self.socket and self.socket.keeping) if task}
        for task in (await asyncio.wait(vital, return_when=asyncio.FIRST_COMPLETED))[0]:
            if not task.cancelled():
                task.result()

    async def stop(self) -> None:
        """In order; what has not been started yet is passed over."""
        log.info("stopping")
        if self._built:
            await self._stop_serving()
            await self.model.close()
            await self.slack.close()
        await self.db.close()
        log.info("stopped")

    async def _stop_serving(self) -> None:
        if self.socket:
            await self.socket.stop()
        await self.web.stop()
        await self.listening.finished(LISTENERS_S)
        self.beat.stop()
        self.lag.stop()
        await self.auditor.stop()
        await self.engine.stop()
        for task in (self._signing_in, self._running):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self.replica:
            await self.replica.close()

    def unready(self) -> str | None:
        """Why it is not ready, in a few words, or None."""
        if self.slack.signed_out:
            return f"Slack no longer takes our token: {self.slack.signed_out}"
        if self.slack.me is None:
            return "not signed in to Slack yet"
        if self.engine.seconds_since_beat > LONGEST_SILENCE_S:
            return "the engine does not beat"
        if self.socket and not self.socket.connected:
            return "not connected to Slack"
        return None

    def _build(self) -> None:
        token = self.access.bot_token.get_secret_value()
        clock = self._outside.clock
        self.slack = Slack(token, self.access.api_url, self._outside.limits, clock, self._outside.call_timeout)
        self.model = choose(self.settings, clock)
        self.world = World(
            self.db, self.slack, self.model, clock, self._organisation, self.door.words, self.prompts,
            Webhooks(self._organisation.webhooks, self.settings.webhook_secret, clock),
        )  # fmt: skip
        transport = self.access.transport
        by_socket = isinstance(transport, SocketMode)
        secret = "" if isinstance(transport, SocketMode) else transport.signing_secret.get_secret_value()
        self.bolt = bolt_app(self.world, self.door, secret)
        self.listening = Listening(self.bolt)
        self.socket = (
            Socket(self.bolt, self.slack, transport.app_token.get_secret_value())
            if isinstance(transport, SocketMode)
            else None
        )
        self.metrics = Metrics(CollectorRegistry(), version("tocsin"))
        self.lag = LoopLag(self.metrics.lagged)
        self.web = Web(None if by_socket else self.bolt, self.unready, self.metrics.page)
        self.outbox = Outbox(self.world, self.owner, self._outside.lease)
        self.inbox = Inbox(self.world, self._replay)
        duties = sweeps(self._organisation)
        self.engine = Engine(self.world, self.outbox, duties)
        self.auditor = Auditor(self.world, duties, checks(self._organisation))
        self.replica = Replica(self.db.url, self.owner, self.engine.wake) if self.db.postgres else None
        chores = [self.outbox.renew, self.outbox.release_dead, self.inbox.take_up, self._sign_in_if_out]
        chores.append(self.auditor.audit_if_due)
        if self.replica:
            chores = [self.replica.keep, self.db.agree_on_time, *chores]
        self.engine.chores = chores
        self.beat = Beat(self.engine, clock)
        self.db.on_owed = self._owed
        self._measure()
        self._built = True

    def _measure(self) -> None:
        self.slack.on_called = self.metrics.called
        self.model.on_call = self.metrics.asked
        self.outbox.on_outcome = self.metrics.tried
        self.auditor.on_audit = self.metrics.audited
        self.metrics.watch(self.unready, lambda: self.engine.seconds_since_beat)

    def _owed(self) -> None:
        self.engine.wake()
        if self.replica:
            self.replica.tell()

    async def _sign_in_first(self) -> None:
        """Slack may be away when we start; a token that it refuses is a mistake to mend now."""
        try:
            async with asyncio.timeout(FIRST_SIGN_IN_S):
                me = await self.slack.sign_in()
        except (Unavailable, TimeoutError) as why:
            log.warning("slack_not_reached", reason=str(why) or "no answer")
            return
        except Rejected as why:
            raise CannotStart(
                f"Slack refuses SLACK_BOT_TOKEN ({why.code}). Copy it again from the app's page."
            ) from None
        missing = sorted(set(scopes(self.door)) - me.scopes) if me.scopes else []
        if missing:
            log.warning("scopes_missing", scopes=missing, mend="reinstall the app with the output of `tocsin manifest`")

    async def _sign_in_if_out(self) -> None:
        """A chore of the engine, which waits for nobody."""
        is_out = self.slack.me is None or self.slack.signed_out
        if is_out and self._since_sign_in.seconds() > SIGN_IN_EVERY_S:
            self._since_sign_in = Stopwatch()
            if self._signing_in is None or self._signing_in.done():
                self._signing_in = asyncio.create_task(self._sign_in_again(), name="signing in")

    async def _sign_in_again(self) -> None:
        with contextlib.suppress(Unavailable, Rejected):
            await self.slack.sign_in()

    async def _replay(self, body: dict[str, Any]) -> None:
        """Through the same door as the first time."""
        request = AsyncBoltRequest(mode="socket_mode", body=body, context={"replayed": True})
        await self.bolt.async_dispatch(request)
