"""A local Slack and replicas of the bot on one database, each a process that can be killed, paused and replaced."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import app_manifest
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.rules import Rules
from bot.sandbox.server import Slack
from tests.campaign import oracles
from tests.campaign.ledger import Ledger
from tests.campaign.plans import Plans, workplace, write
from tests.processes import LOOK_S, BotProcess
from tests.stage import HTTP

PATIENCE_S = 90.0  # for things that must happen at some time, on a machine that others use too


class Crew:
    def __init__(self, slack: Slack, db: Database, bots: list[BotProcess], plans: Plans) -> None:
        self.slack = slack
        self.db = db
        self.bots = bots
        self.plans = plans
        self.ledger = Ledger(slack)
        self.recovery_s = 0.0
        self.is_over = False  # whoever disturbs comes to an end
        self._at_the_form = asyncio.Lock()
        self.declared: dict[str, tuple[str, float]] = {}  # title: severity, when

    async def start(self) -> None:
        await asyncio.gather(*(self.bring_up(bot) for bot in self.bots))

    async def bring_up(self, bot: BotProcess) -> None:
        """Until it is ready and, if it speaks by HTTP, takes its turns."""
        await bot.start()
        self._spread()
        if self.slack.app.socket_mode:
            # Its socket is there when it says that it is ready; the simulator counts it a moment later.
            await self.slack.waits_for(lambda: self.slack.deliveries.sockets.count)

    async def recover(self, bot: BotProcess) -> None:
        """Bring it up; how long it takes then until what was due is dealt with is noted."""
        await self.bring_up(bot)
        ready, due = time.monotonic(), SystemClock().now()

        async def dealt_with() -> bool:
            return not await oracles.overdue(self.db, due)

        await self.until(dealt_with, "what was due at the start is not dealt with")
        self.recovery_s = max(self.recovery_s, time.monotonic() - ready)

    def _spread(self) -> None:
        if self.slack.app.socket_mode:
            return
        urls = [f"http://127.0.0.1:{bot.port}/slack/events" for bot in self.bots if bot.port]
        self.slack.deliveries.switches.spread = urls
        self.slack.app.request_url = urls[0]

    def out_of_turn(self, bot: BotProcess) -> None:
        """A balancer is told before one is stopped in order."""
        mine = f"http://127.0.0.1:{bot.port}/slack/events"
        switches = self.slack.deliveries.switches
        switches.spread = [url for url in switches.spread if url != mine]

    # --- people, who try again when nothing happens, as people do

    async def declares(self, who: Person, title: str, severity: str) -> None:
        async with asyncio.timeout(PATIENCE_S), self._at_the_form:  # nobody has two forms open
            while True:
                typed = await who.types(f"/incident declare {title}", "#general")
                if not typed.error and await self._form(who):
                    with contextlib.suppress(CannotDo):
                        sent = await who.submits({"title": title, "severity": severity})
                        if sent.closed:
                            break
                await passes(0.1)
        self.declared[title] = severity, SystemClock().now().timestamp()

    async def _form(self, who: Person) -> bool:
        def is_open() -> bool:
            return who.modal is not None and who.modal.body.get("callback_id") == "declare"

        with contextlib.suppress(TimeoutError):
            await self.slack.waits_for(is_open, timeout=4)
        return is_open()

    async def presses(self, key: str, who: Person, button: str) -> None:
        """A button of the page with this mark, until the bot has heard it or it is no longer there."""
        async with asyncio.timeout(PATIENCE_S):
            while found := self.ledger.message(key):
                try:
                    acted = await who.clicks(found[1], f"word:{button}")
                except CannotDo:
                    return
                if not acted.trouble:
                    return
                await passes(0.1)

    async def types(self, who: Person, text: str, place: str = "#general") -> None:
        async with asyncio.timeout(PATIENCE_S):
            while (await who.types(text, place)).error:
                await passes(0.1)

    # --- waiting

    async def until(self, condition: Callable[[], Awaitable[bool]], about: str, patience_s: float = PATIENCE_S) -> None:
        """Asked again whenever something happens in Slack, and now and then. `about`: a title, or why we wait."""
        something = asyncio.Event()

        def told(*_: object) -> None:
            something.set()

        self.slack.on_change.append(told)
        try:
            async with asyncio.timeout(patience_s):
                while not await condition():
                    something.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(something.wait(), LOOK_S)
        except TimeoutError:
            raise TimeoutError("\n".join([about, *await self._standing(about)])) from None
        finally:
            self.slack.on_change.remove(told)

    async def _standing(self, about: str) -> list[str]:
        """For whoever reads why a run failed."""
        if about in self.declared:
            pages = [str(one) for one in self.ledger.pages().get(about, [])]
            return [*pages, *await oracles.standing(self.db, about)]
        logs = [line for bot in self.bots for line in bot.log[-30:] if "organisation_doubtful" not in line]
        return [*await oracles.overdue(self.db, SystemClock().now()), *logs]

    async def paid(self) -> None:
        """Until nothing is owed and nothing is due."""

        async def quiet() -> bool:
            return not [one for one in await oracles.broken(self.db, self.slack) if "owed still" in one]

        await self.until(quiet, "something is owed still")

    def keep_logs(self, place: Path) -> None:
        for n, bot in enumerate(self.bots, 1):
            (place / f"replica-{n}.log").write_text("".join(bot.log), encoding="utf-8")

    def bugs(self) -> list[str]:
        return [line for bot in self.bots for line in oracles.bugs_in(bot.log)]


async def passes(seconds: float) -> None:
    """Time passes. Only for moments that a seed has chosen, and for people who try again: else wait for a condition."""
    passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, passed.set_result, None)
    await passed


@asynccontextmanager
async def crew(
    database_url: str, transport: str, place: Path, plans: Plans, *, replicas: int = 1, lease_s: float | None = None,
    rules: Rules | None = None,
) -> AsyncIterator[Crew]:  # fmt: skip
    """Not started. `place`: a folder for the organisation's file. `lease_s`: a shorter lease than the real one."""
    http = transport == HTTP
    slack = Slack(workplace(), manifest=app_manifest("http://127.0.0.1:9" if http else None), rules=rules)
    await slack.start()
    door = {"SLACK_SIGNING_SECRET": slack.app.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app.app_token}
    settings = {
        "SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_API_URL": slack.api_url, "DATABASE_URL": database_url,
        "TOCSIN_CONFIG": str(write(plans, place / "campaign.yaml")), **door,
    }  # fmt: skip
    serve = ("bot", "serve") if lease_s is None else ("tests.campaign.serve", str(lease_s))
    bots = [BotProcess(settings, serve) for _ in range(replicas)]
    made = Crew(slack, Database(database_url, SystemClock()), bots, plans)
    try:
        yield made
    finally:
        for bot in bots:
            if bot.runs:
                bot.resume()
                await bot.kill()
        await slack.stop()
        await made.db.close()
