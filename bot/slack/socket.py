"""Socket Mode: connections that we open, each watched more closely than the SDK does by itself."""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.kernel.errors import Rejected, Unavailable
from bot.slack.calls import Calls

CONNECT_S = 8.0
HEARTBEAT_S = 2.0  # a connection on which nothing is heard for one and a half of these is dead
ANSWER_S = 3.0  # Slack waits so long for an answer; then nobody does
CLOSE_S = 1.0
SETTLED_S = 5.0  # a connection that ends sooner did not really come about
REOPEN_S = 2.0  # between connections that end so soon: Slack gives out about fifty addresses a minute
LONGEST_WAIT_S = 10.0

log = structlog.get_logger(__name__)


class Socket:
    """Keeps one connection open. A new one is there before the old one goes, where Slack gives notice."""

    def __init__(self, app: AsyncApp, slack: Calls, app_token: str) -> None:
        self._app = app
        self._slack = slack
        self._app_token = app_token
        self._link: Link | None = None
        self.keeping: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Returns at once; connects as soon as Slack lets us, and again whenever the connection is lost."""
        self.keeping = asyncio.create_task(self._keep_connected(), name="socket")

    @property
    def connected(self) -> bool:
        return self._link is not None and self._link.is_open

    async def stop(self) -> None:
        """Take no new delivery; answer those that are in hand."""
        if self.keeping:
            self.keeping.cancel()
            await asyncio.gather(self.keeping, return_exceptions=True)
        if self._link:
            self._retire(self._link)
        await asyncio.gather(*self._retiring)

    async def _keep_connected(self) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            try:
                link = await self._connected_link()
            except (Rejected, Unavailable, aiohttp.ClientError, OSError, TimeoutError) as why:
                failures += 1
                log.warning("socket_not_connected", reason=str(why) or type(why).__name__, failures=failures)
                asked = why.retry_after if isinstance(why, Unavailable) else None
                await asyncio.sleep(max(asked.total_seconds() if asked else 0, _wait_s(failures)))
                continue
            log.info("socket_connected")
            old, self._link, since = self._link, link, loop.time()
            if old:
                self._retire(old)
            await link.leaving.wait()
            failures = 0 if loop.time() - since > SETTLED_S else failures + 1
            if failures > 1:
                await asyncio.sleep(REOPEN_S)

    async def _connected_link(self) -> "Link":
        link = Link(self._app, self._app_token)
        async with contextlib.AsyncExitStack() as otherwise:
            otherwise.push_async_callback(link.retire)
            async with asyncio.timeout(CONNECT_S):
                opened = await self._slack.call("apps.connections.open", app_token=self._app_token)
                await link.connect_to(opened["url"])
            otherwise.pop_all()
        return link

    def _retire(self, link: "Link") -> None:
        task = asyncio.create_task(link.retire(), name="old socket")
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


class Link(SocketModeClient):
    """One connection, from Slack's hello to its end; then there is another one. What came by it is answered by it:
    the SDK's own client swaps the connection under its feet, and answers go where nobody waits for them."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app_token, app.logger, app.client, auto_reconnect_enabled=False, ping_interval=HEARTBEAT_S)
        self.leaving = asyncio.Event()  # it is gone, or Slack says that it will go
        self._greeted = asyncio.Event()
        self._handler = _Handler(app)
        self._in_hand: set[asyncio.Task[None]] = set()
        self.message_listeners.append(self._greet)
        self.socket_mode_request_listeners.append(self._handle)

    @property
    def is_open(self) -> bool:
        return self._greeted.is_set() and self.current_session is not None and not self.current_session.closed

    async def connect_to(self, url: str) -> None:
        """Once, and until Slack's hello: an address is good for one time only, so knocking again is no use."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            url, heartbeat=HEARTBEAT_S, proxy=self.proxy, timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S)
        )
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        greeted, gone = asyncio.create_task(self._greeted.wait()), asyncio.create_task(self.leaving.wait())
        try:
            await asyncio.wait({greeted, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()
            gone.cancel()
        if not self._greeted.is_set():
            raise aiohttp.ClientConnectionError("Slack sent us away")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002  # the SDK's name
        """Slack's `disconnect`: this one will be closed soon, or is being closed."""
        self.leaving.set()

    async def receive_messages(self) -> None:
        assert self.current_session
        try:
            async for message in self.current_session:  # ends when the connection does, however it does
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._in_hand.add(task := asyncio.create_task(self._hear(message.data)))
                    task.add_done_callback(self._in_hand.discard)
        finally:
            self.leaving.set()

    async def _hear(self, said: str) -> None:
        await self.run_message_listeners(json.loads(said), said)

    async def retire(self) -> None:
        """Hear nothing more, answer what was heard, and go."""
        if self.message_receiver:
            self.message_receiver.cancel()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=ANSWER_S)
            if late:
                log.warning("deliveries_not_answered", number=len(late))
        await self.close()  # type: ignore[no-untyped-call]

    async def _greet(self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self._greeted.set()

    async def _handle(self, _client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            await self._handler.handle(self, request)
        except ConnectionError:
            log.info("answer_not_sent", envelope=request.envelope_id)  # Slack will deliver it again


class _Handler(AsyncSocketModeHandler):
    """Bolt's way from a request to its answer, for a client of ours."""

    def __init__(self, app: AsyncApp) -> None:
        self.app = app


def _wait_s(failures: int) -> float:
    return min(LONGEST_WAIT_S, 0.25 * float(2 ** min(failures, 8)))
