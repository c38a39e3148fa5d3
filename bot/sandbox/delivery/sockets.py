"""Delivery by Socket Mode: websockets that the app opens to us."""

import asyncio
import json
import secrets
import socket
import struct
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.delivery.outcome import Delivery, Ended, Outcome, Switches
from bot.sandbox.manifest import App
from bot.sandbox.rules import Rules
from bot.sandbox.state import Json

MOST = 10  # connections of one app at a time, set by Slack
TICKET_LIFETIME = timedelta(seconds=30)
PING_EVERY_S = 10.0  # real seconds


class Connection:
    """One open websocket of the app."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.ws = ws
        self.open = True
        self.awaited: dict[str, list[asyncio.Future[Outcome]]] = {}  # envelope_id -> who waits for its ack
        self._transport = transport

    async def say(self, frame: Json) -> bool:
        """Send a frame. False if the connection turned out to be broken."""
        try:
            await self.ws.send_str(json.dumps(frame))
        except (ConnectionError, aiohttp.ClientError, RuntimeError):
            self.lose()
        return self.open

    async def ping(self) -> None:
        try:
            await self.ws.ping()
        except (ConnectionError, aiohttp.ClientError, RuntimeError):
            self.lose()

    def break_off(self) -> None:
        """Close the TCP connection in order, but without a websocket goodbye."""
        if self._transport is not None:
            self._transport.close()
        self.lose()

    def reset(self) -> None:
        """Break the TCP connection so that the other side gets a reset (RST)."""
        if self._transport is not None:
            raw = self._transport.get_extra_info("socket")
            if raw is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        self.lose()

    def lose(self) -> None:
        """Nothing more will be heard here."""
        self.open = False
        for waiting in [f for futures in self.awaited.values() for f in futures]:
            if not waiting.done():
                waiting.set_result(Outcome(Ended.LOST, detail="the connection closed before the ack"))
        self.awaited.clear()


class Sockets:
    """All connections of the app. `violate` is told what the app says that Slack would not understand, `changed`
    that a connection has come or gone."""

    def __init__(
        self,
        app: App,
        clock: Clock,
        rules: Rules,
        switches: Switches,
        *,
        violate: Callable[[str, str], None],
        changed: Callable[[], None],
    ) -> None:
        self.connections: list[Connection] = []
        self.tickets: dict[str, datetime] = {}
        self._app = app
        self._clock = clock
        self._rules = rules
        self._switches = switches
        self._violate = violate
        self._changed = changed
        self._turn = 0
        self._opened = asyncio.Event()

    @property
    def count(self) -> int:
        return len(self._ready())

    def ticket(self) -> str:
        """A single-use ticket for `/link`, good for 30 seconds."""
        ticket = secrets.token_urlsafe(24)
        self.tickets[ticket] = self._clock.now() + TICKET_LIFETIME
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """The websocket end of `/link`."""
        until = self.tickets.pop(request.query.get("ticket", ""), None)
        if until is None or until < self._clock.now():
            return web.Response(status=403, text="invalid_ticket")
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        connection = Connection(ws, request.transport if isinstance(request.transport, asyncio.Transport) else None)
        if (refusal := self._refusal()) is not None:
            await connection.say(_goodbye(refusal))
            await ws.close()
            return ws
        await self._serve(connection)
        return ws

    async def connected(self) -> None:
        """Wait until at least one connection is open."""
        while not self._ready():
            self._opened.clear()
            await self._opened.wait()

    async def send(self, delivery: Delivery, *, attempt: int = 0, answer_lost: bool = False) -> Outcome:
        """Give a delivery to one of the connections, in turn, and wait three seconds for the ack."""
        ready = self._ready()
        if not ready:
            return Outcome(Ended.UNREACHABLE, detail="no open socket")
        connection = ready[self._turn % len(ready)]
        self._turn += 1
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.awaited.setdefault(delivery.id, []).append(waiting)
        if not self._switches.deaf:
            await connection.say(_envelope(delivery, attempt))
        outcome = await _in_time(waiting, self._rules.ack_deadline)
        if waiting in connection.awaited.get(delivery.id, []):
            connection.awaited[delivery.id].remove(waiting)
        if not answer_lost:
            return outcome
        connection.reset()
        return Outcome(Ended.LOST, detail="the connection was cut before the ack was heard")

    async def say_goodbye(self, reason: str) -> None:
        """Send `disconnect` to all: `warning` leaves them open, anything else closes them."""
        for connection in self._ready():
            await connection.say(_goodbye(reason))
            if reason != "warning":
                connection.lose()
                await connection.ws.close()

    def cut(self, *, reset: bool = False) -> int:
        """Break all connections without a word; with a TCP reset or an orderly close. How many there were."""
        cut = self._ready()
        for connection in cut:
            if reset:
                connection.reset()
            else:
                connection.break_off()
        self.connections.clear()
        return len(cut)

    async def stop(self) -> None:
        for connection in self._ready():
            connection.lose()
            await connection.ws.close()
        self.connections.clear()

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        pinging = asyncio.get_running_loop().create_task(self._ping(connection))
        try:
            if await connection.say(_hello(self._app, self.count)):
                self._opened.set()
                self._changed()
                await self._listen(connection)
        finally:
            pinging.cancel()
            connection.lose()
            if connection in self.connections:
                self.connections.remove(connection)
            self._changed()

    async def _ping(self, connection: Connection) -> None:
        """Show the app that we are there, for watchdogs that look at the age of the last frame."""
        while connection.open:
            if not self._switches.deaf:
                await connection.ping()
            await asyncio.sleep(PING_EVERY_S)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            if self._switches.deaf:
                continue
            if message.type is aiohttp.WSMsgType.PING:
                await connection.ws.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._hear(connection, message.data)

    def _hear(self, connection: Connection, text: str) -> None:
        try:
            said = json.loads(text)
            envelope_id = str(said["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self._violate("not_an_ack", text[:200])
            return
        waiting = connection.awaited.get(envelope_id)
        if waiting is None:
            self._violate("unknown_envelope", envelope_id)
            return
        if waiting and not waiting[0].done():
            waiting.pop(0).set_result(Outcome(Ended.ACKED, body=said.get("payload")))

    def _refusal(self) -> str | None:
        if not self._app.socket_mode:
            return "link_disabled"
        return "too_many_websockets" if self.count >= MOST else None

    def _ready(self) -> list[Connection]:
        return [c for c in self.connections if c.open and not c.ws.closed]


async def _in_time(waiting: asyncio.Future[Outcome], deadline_s: float) -> Outcome:
    try:
        async with asyncio.timeout(deadline_s):
            return await waiting
    except TimeoutError:
        return Outcome(Ended.TIMEOUT, detail="no ack in time")


def _envelope(delivery: Delivery, attempt: int) -> Json:
    envelope: Json = {
        "envelope_id": delivery.id,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != "events_api",
        "payload": delivery.payload,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
    return envelope


def _hello(app: App, count: int) -> Json:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {"host": "sandbox", "build_number": 8, "approximate_connection_time": 3600},
        "connection_info": {"app_id": app.id},
    }


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
