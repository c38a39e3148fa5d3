"""A local Slack: the workspace, its clock and rules, what is installed in it, and the server that the bot talks to."""

import asyncio
import ipaddress
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from bot.sandbox import control, events, hooks, uploads
from bot.sandbox.admin import Admin
from bot.sandbox.api import dispatch
from bot.sandbox.clock import Clock
from bot.sandbox.delivery import Deliveries
from bot.sandbox.faults import Faults
from bot.sandbox.insight import Insight, Keeper
from bot.sandbox.interactions import Screens
from bot.sandbox.journal import Journal
from bot.sandbox.limits import Limits
from bot.sandbox.manifest import App
from bot.sandbox.people import Person
from bot.sandbox.replay.desk import Desk
from bot.sandbox.rules import Rules
from bot.sandbox.seed import acme
from bot.sandbox.state import Channel, Json, Message, User, Workspace
from bot.sandbox.store import SHELVES, Key, Store
from bot.sandbox.trouble import Troubles
from bot.sandbox.words import readable, story

T = TypeVar("T")
UPLOAD_LIMIT = 64 * 1024 * 1024  # bytes


class Slack:
    """Start it, give the bot its `api_url` and the tokens of `app`, and act as people through `person`."""

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        manifest: Json,
        clock: Clock | None = None,
        rules: Rules | None = None,
        store: Store | None = None,
    ) -> None:
        """`store`: what it holds goes before `workspace`; without either it is the seeded company."""
        kept = store.load() if store else None
        self.workspace = kept or workspace or acme()
        self.clock = clock or Clock()
        self.rules = rules or Rules()
        self.faults = Faults()
        self.on_change: list[Callable[[str, dict[str, str]], None]] = []
        self.journal = Journal(self.clock, lambda: self.changed("journal"))
        self.limits = Limits(self.clock, self.rules)
        self.app = App(manifest, id=self.workspace.app_id)
        self.url = ""
        self._store = store
        self._dirty: set[Key] = set()
        self._flushing = False
        self._something_changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        if store and not kept:
            store.write_all(self.workspace)
        self.deliveries = Deliveries(self)
        self.screens = Screens(self)
        self.admin = Admin(self)
        self.replays: Desk | None = None  # set it to offer replays on the page
        self.troubles = Troubles(self)
        self.insight: Insight | None = None
        self.keeper: Keeper | None = None

    # The server

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, page: bool = False) -> None:
        """Listen on a loopback address only; `port` 0 takes a free one. `page`: serve the browser page too."""
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the sandbox listens on loopback addresses only, not on {host}")
        self._runner = web.AppRunner(self._routes(page=page), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"

    async def stop(self) -> None:
        """Hang up on everybody. The workspace stays as it is."""
        self.faults.clear()
        await self.deliveries.stop()
        if self._runner:
            await self._runner.cleanup()
        self.flush()

    @property
    def api_url(self) -> str:
        """SLACK_API_URL of the bot."""
        return self.url + "/api/"

    def _routes(self, *, page: bool) -> web.Application:
        server = web.Application(client_max_size=UPLOAD_LIMIT)
        server.add_routes(
            [
                web.route("*", "/api/{method}", dispatch.endpoint(self)),
                web.post("/upload/{file}/{token}", uploads.receive(self)),
                web.get("/files/{file}", uploads.show(self)),
                web.get("/link/", self.deliveries.link),
                web.get("/link", self.deliveries.link),
                *hooks.routes(self),
            ]
        )
        if page:
            server.add_routes(control.routes(self))
        return server

    def lends(self, insight: Insight, keeper: Keeper | None = None) -> None:
        """By whoever starts the app too: what it tells of itself, and who can kill it and start it again."""
        self.insight, self.keeper = insight, keeper
        self.changed("trouble")

    # Telling what happens

    def emit(self, event: Json, *, channel: Channel | None = None) -> None:
        """Tell the app of an event, if it subscribes to it, may hear it, and is where it happens."""
        events.emit(self, event, channel)

    def changed(self, kind: str, **ids: str) -> None:
        """Say that something is now different: call it after every change of the workspace.

        Kinds with a shelf in the store are kept: `changed("channel", channel="C1")`,
        `changed("message", channel="C1", ts="17…")`, `user`, `group`, `file`, `canvas`, and `view` (by user).
        Others ("delivery", "journal") only wake those who wait or watch.
        """
        if kind == "view":
            self._dirty |= {("modals", ids["user"]), ("home", ids["user"])}
        elif kind in SHELVES or kind == "message":
            self._dirty.add((kind, *ids.values()))
        if self._dirty:
            self._flush_soon()
        self._something_changed.set()
        for told in list(self.on_change):
            told(kind, ids)

    def flush(self) -> None:
        """Write what has changed to the store; done before every answer."""
        self._flushing = False
        if self._store and self._dirty:
            self._store.write(self.workspace, self._dirty)
        self._dirty.clear()

    def _flush_soon(self) -> None:
        if self._store and not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self.flush)

    async def waits_for(self, condition: Callable[[], T], timeout: float = 15.0) -> T:
        """The first truthy value of `condition`, asked again at every change. Raises TimeoutError with the story."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := condition()):
                    self._something_changed.clear()
                    await self._something_changed.wait()
        except TimeoutError:
            raise TimeoutError(f"not within {timeout:g} s; what happened:\n{story(self)}") from None
        return found

    async def settled(self) -> None:
        """Wait until nothing is on its way to the app."""
        await self.deliveries.settled()

    # Finding

    def person(self, name_or_id: str) -> Person:
        for user in self.workspace.users.values():
            if name_or_id in (user.id, user.name):
                return Person(self, user)
        raise LookupError(f"nobody is called {name_or_id}")

    def channel(self, name_or_id: str) -> Channel:
        """A channel by id or name, with or without `#`."""
        name = name_or_id.removeprefix("#")
        for channel in self.workspace.channels.values():
            if name in (channel.id, channel.name):
                return channel
        raise LookupError(f"no channel {name_or_id}; there are {sorted(c.name for c in self._named())}")

    def find_message(self, channel: str | Channel, text: str) -> Message | None:
        """The newest message (of any thread) whose text or blocks contain these words."""
        place = channel if isinstance(channel, Channel) else self.channel(channel)
        return next((m for m in reversed(place.messages.values()) if text in readable(m)), None)

    def _named(self) -> list[Channel]:
        return [channel for channel in self.workspace.channels.values() if channel.name]

    # What the bot is and sees

    @property
    def bot(self) -> User:
        return self.workspace.users[self.workspace.bot_user_id]

    def is_member(self, channel: Channel) -> bool:
        return self.workspace.bot_user_id in channel.members

    def visible(self, channel: Channel) -> bool:
        """Whether the bot may know that this conversation exists."""
        return not channel.is_private or self.is_member(channel)

    def direct_message(self, user: str) -> Channel | None:
        """The direct messages between a user and the bot, if they were ever opened."""
        pair = {user, self.workspace.bot_user_id}
        return next((c for c in self.workspace.channels.values() if c.kind == "im" and set(c.members) == pair), None)

    # Ids and times

    def new_id(self, prefix: str) -> str:
        """An id never given before in this workspace, such as C0000001A."""
        self.workspace.counter += 1
        digits, rest = "", self.workspace.counter
        while rest:
            rest, digit = divmod(rest, 36)
            digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
        return f"{prefix}0{digits:0>8}"

    def new_ts(self, channel: Channel) -> str:
        """A ts later than every other in the channel."""
        seconds, _, micros = channel.last_ts.partition(".")
        last = int(seconds) * 1_000_000 + int(micros or 0)
        now = max(int(self.clock.now().timestamp() * 1_000_000), last + 1)
        channel.last_ts = f"{now // 1_000_000}.{now % 1_000_000:06d}"
        return channel.last_ts

    def epoch(self) -> int:
        """Now, in Unix seconds."""
        return int(self.clock.now().timestamp())
