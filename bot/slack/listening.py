"""Listeners under way: what Bolt forgets of them. Stopping waits for them, and an ack once given stays given."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.response import BoltResponse


class Listening:
    def __init__(self, app: AsyncApp) -> None:
        self.count = 0
        self._fewer = asyncio.Event()
        app.use(_let_acks_last)
        app.listener_runner.listener_start_handler = _Starts(self)
        app.listener_runner.listener_completion_handler = _Ends(self)

    async def finished(self, patience_s: float) -> None:
        """Wait until none is under way; those that take longer are left, and what they were about is written down."""
        await asyncio.sleep(0)  # one that was acked a moment ago has not begun yet
        try:
            async with asyncio.timeout(patience_s):
                while self.count:
                    self._fewer.clear()
                    await self._fewer.wait()
        except TimeoutError:
            return

    def begins(self) -> None:
        self.count += 1

    def ends(self) -> None:
        self.count -= 1
        self._fewer.set()


async def _let_acks_last(context: AsyncBoltContext, next_: Callable[[], Awaitable[Any]]) -> None:
    context["ack"] = LastingAck()  # type: ignore[no-untyped-call]
    await next_()


class LastingAck(AsyncAck):
    """Bolt looks for the ack every ten milliseconds, and forgets it if the listener fails before the next look."""

    def __setattr__(self, name: str, value: object) -> None:
        if value is not None or getattr(self, name, None) is None:
            super().__setattr__(name, value)


class _Starts(AsyncListenerStartHandler):
    def __init__(self, listening: Listening) -> None:
        self._listening = listening

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._listening.begins()


class _Ends(AsyncListenerCompletionHandler):
    def __init__(self, listening: Listening) -> None:
        self._listening = listening

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._listening.ends()
