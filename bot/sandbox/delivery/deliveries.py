"""Everything the app is told passes here: by which transport, how often, and what became of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from aiohttp import web

from bot.sandbox.delivery.handshake import ssl_check, url_verification
from bot.sandbox.delivery.outcome import Delivery, Ended, Outcome, Switches, kind
from bot.sandbox.delivery.pace import Pace
from bot.sandbox.delivery.shuffle import Shuffle
from bot.sandbox.delivery.signed_http import Post
from bot.sandbox.delivery.sockets import Sockets
from bot.sandbox.journal import DeliveryRecord
from bot.sandbox.state import Json

if TYPE_CHECKING:
    from bot.sandbox.server import Slack

RETRIES = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))  # set by Slack, by the workspace's clock
TOO_OLD = timedelta(hours=2)  # Slack drops an event it could not deliver for so long


class Deliveries:
    """Tells the app what happens. Events are retried; commands and interactivity have one chance."""

    def __init__(self, slack: Slack) -> None:
        self.switches = Switches()
        self._slack = slack
        self._pace = Pace(slack.clock)
        self._post = Post(slack.app, slack.rules, self.switches)
        self._shuffle = Shuffle(self.switches)
        self.sockets = Sockets(
            slack.app,
            slack.clock,
            slack.rules,
            self.switches,
            violate=slack.journal.violate,
            changed=lambda: slack.changed("connection"),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._flying = 0
        self._landed = asyncio.Event()

    # Telling

    async def send(self, delivery: Delivery) -> Outcome:
        """Tell the app, and wait for its answer, at most three seconds. Retries go on without the caller."""
        self._flying += 1
        try:
            await self._held_back(delivery)
            first = asyncio.ensure_future(self._attempt(delivery))
            others = [self._copy(delivery) for _ in range(self.switches.duplicate - 1)]
            outcome, *_ = await asyncio.gather(first, *others)
        finally:
            self._land()
        if delivery.retryable and not outcome.acked:
            self._spawn(self._retry(delivery, outcome))
        return outcome

    def post(self, delivery: Delivery) -> None:
        """Tell the app without waiting."""
        self._flying += 1  # at once: a `settled` that follows has to wait for it
        self._spawn(self._in_background(delivery))

    async def again(self, record: DeliveryRecord) -> Outcome:
        """Tell the app once more exactly what it was told before: same payload, same envelope, no retry number."""
        return await self._attempt(Delivery(kind(record.kind), record.payload, id=record.envelope_id))

    def show(self, delivery: Delivery, failure: str) -> None:
        """Note what failure a person was shown on account of a delivery."""
        record = delivery.records[0]
        record.shown = failure
        self._slack.journal.touched(record)

    async def settled(self) -> None:
        """Wait until nothing is on its way. Retries that wait for their time do not count."""
        while self._flying:
            self._landed.clear()
            await self._landed.wait()

    # The transports

    @property
    def mode(self) -> Literal["socket", "http"] | None:
        """How the app is told: by socket if one is open or the manifest says so, by HTTP if there is a URL."""
        if self.sockets.count or self._slack.app.socket_mode:
            return "socket"
        return "http" if self._slack.app.url_of_events() or self._slack.app.url_of_interactivity() else None

    def ticket_url(self) -> str:
        """What `apps.connections.open` answers."""
        base = self._slack.url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={self.sockets.ticket()}&app_id={self._slack.app.id}"

    async def link(self, request: web.Request) -> web.StreamResponse:
        """The handler of `/link`."""
        return await self.sockets.link(request)

    def cut(self, *, reset: bool = False) -> int:
        """Break all open sockets at once, `reset` with a TCP reset. How many there were."""
        return self.sockets.cut(reset=reset)

    async def warn(self) -> None:
        """Announce that sockets will be closed soon, as Slack does ten seconds before."""
        await self.sockets.say_goodbye("warning")

    async def refresh(self) -> None:
        """Close all sockets with the request to open new ones."""
        await self.sockets.say_goodbye("refresh_requested")

    async def disable(self) -> None:
        """Close all sockets as if Socket Mode had been switched off."""
        await self.sockets.say_goodbye("link_disabled")

    async def connected(self) -> None:
        """Wait until the app has opened a socket."""
        await self.sockets.connected()

    async def verify_url(self) -> bool:
        """Ask the events URL to repeat a challenge, as Slack does when it is entered. Whether it did."""
        return await url_verification(self._post, self._slack.app)

    async def check_ssl(self) -> bool:
        """The POST with `ssl_check=1` that commands get now and then. Whether it was answered with 200."""
        return await ssl_check(self._post, self._slack.app)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.stop()
        await self._post.stop()

    # One delivery

    async def _in_background(self, delivery: Delivery) -> None:
        try:
            await self.send(delivery)
        finally:
            self._land()

    async def _held_back(self, delivery: Delivery) -> None:
        if delivery.retryable:
            await self._shuffle.turn()
        if self.switches.delay_s:
            await asyncio.sleep(self.switches.delay_s)

    async def _copy(self, delivery: Delivery) -> Outcome:
        if self.mode == "socket" or not delivery.retryable:
            return await self._attempt(delivery)
        return await self._attempt(delivery, number=1, reason="http_timeout")

    async def _retry(self, delivery: Delivery, outcome: Outcome) -> None:
        happened = delivery.records[0].at
        for number, wait in enumerate(RETRIES, 1):
            if outcome.stop:
                return
            await self._time_to_retry(outcome, wait)
            if self._slack.clock.now() - happened > TOO_OLD:
                return
            outcome = await self._attempt(delivery, number=number, reason=outcome.retry_reason)
            if outcome.acked:
                return

    async def _time_to_retry(self, outcome: Outcome, wait: timedelta) -> None:
        """Wait for the next attempt; by socket after a lost connection that is when there is one again."""
        if self.mode == "socket" and outcome.ended in (Ended.UNREACHABLE, Ended.LOST):
            await self.sockets.connected()
        else:
            await self._pace.until(self._slack.clock.now() + wait)

    async def _attempt(self, delivery: Delivery, *, number: int = 0, reason: str = "") -> Outcome:
        record = DeliveryRecord(
            delivery.kind,
            delivery.payload,
            self._slack.clock.now(),
            transport=self.mode or "",
            attempt=number,
            envelope_id=delivery.id,
        )
        delivery.records.append(record)
        self._slack.journal.delivered(record)
        self._flying += 1
        started = time.monotonic()
        try:
            outcome = await self._carried(delivery, number, reason)
        finally:
            self._land()
        record.took = timedelta(seconds=time.monotonic() - started)
        record.outcome, record.detail = outcome.ended.value, outcome.detail
        record.answer = outcome.body if isinstance(outcome.body, dict) else _as_text(outcome.body)
        self._slack.journal.touched(record)
        return outcome

    async def _carried(self, delivery: Delivery, number: int, reason: str) -> Outcome:
        if self.switches.lose > 0:
            self.switches.lose -= 1
            return Outcome(Ended.LOST, detail="lost on the way")
        drop = self.switches.drop > 0
        self.switches.drop -= drop
        if self.mode == "socket":
            outcome = await self.sockets.send(delivery, attempt=number, answer_lost=drop)
            self._check(delivery, outcome)
            return outcome
        outcome = await self._post.send(delivery, attempt=number, reason=reason)
        return Outcome(Ended.LOST, detail="the answer was lost") if drop else outcome

    def _check(self, delivery: Delivery, outcome: Outcome) -> None:
        if delivery.kind == "events_api" and outcome.body is not None:
            self._slack.journal.violate("payload_not_accepted", delivery.name)

    def _land(self) -> None:
        self._flying -= 1
        self._landed.set()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _as_text(body: object) -> Json | None:
    return None if body in (None, "") else {"text": body}
