"""The server itself, on a port of its own. It writes down whatever it is asked."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from types import TracebackType

from aiohttp import web

from tests.model_server import answers
from tests.model_server.answers import Answering, Body
from tests.model_server.behaviours import BEHAVIOURS
from tests.model_server.turns import Turn, error


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]  # their names in small letters
    body: Body


class ModelServer:
    """`async with ModelServer() as server`: it is at `server.base_url`, and the model's name is what it does (see
    `behaviours`). `answering`: what the good model says, and the others make worse."""

    def __init__(self, answering: Answering = answers.quoting) -> None:
        self.answering = answering
        self.asked: list[Asked] = []
        self.under_way = 0
        self._changed = asyncio.Condition()
        self._numbers: Counter[str] = Counter()

    async def __aenter__(self) -> "ModelServer":
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def bodies(self) -> list[Body]:
        return [asked.body for asked in self.asked]

    async def has_under_way(self, number: int) -> None:
        """Returns when so many questions are being answered."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: self.under_way == number)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = Body(await request.json()) if request.can_read_body else Body()
        self.asked.append(Asked(request.path, {name.lower(): held for name, held in request.headers.items()}, body))
        if request.path != "/v1/chat/completions":
            return error(404, f"there is no {request.path}")
        behaviour = BEHAVIOURS.get(body.model)
        if behaviour is None:
            return error(404, f"model '{body.model}' not found")
        self._numbers[body.model] += 1
        await self._count(+1)
        try:
            return await behaviour(Turn(request, body, self._numbers[body.model], self.answering))
        finally:
            await self._count(-1)

    async def _count(self, by: int) -> None:
        async with self._changed:
            self.under_way += by
            self._changed.notify_all()
