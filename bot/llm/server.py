"""One model at one server: a request, and what came back."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import openai
import structlog
from pydantic import BaseModel

from bot.kernel.clock import Stopwatch
from bot.llm import faults, wire
from bot.llm.faults import Reply
from bot.llm.model import ANSWERED, Asked, Call, Kind
from bot.llm.wire import Faulty, Manner, Message
from bot.settings import ModelAccess

NO_KEY_NEEDED = "not-needed"  # the SDK wants one
MILLION = 1_000_000
STOPPED = Reply("", None, None, faults.fault(Kind.TIMEOUT, "nobody waited for the answer"))

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """What a test shortens."""

    connect: timedelta = timedelta(seconds=5)
    backoff: timedelta = timedelta(seconds=0.5)


class Server:
    def __init__(self, access: ModelAccess, patience: Patience, on_call: Callable[[Call], None]) -> None:
        # With OPENAI_LOG=debug in the environment the SDK would log whole questions.
        logging.getLogger("openai").setLevel(logging.WARNING)
        self.manner = wire.manner_for(access.base_url, access.temperature)
        self.longest_wait = access.timeout / 3  # for its turn, when it says how long
        self._access = access
        self._host = urlsplit(access.base_url).netloc.rpartition("@")[2]
        self._backoff = patience.backoff
        self._on_call = on_call
        whole, connect = access.timeout.total_seconds(), patience.connect.total_seconds()
        self._client = openai.AsyncOpenAI(
            api_key=access.api_key.get_secret_value() if access.api_key else NO_KEY_NEEDED,
            base_url=access.base_url,
            # Trying again is ours: the SDK would do it with an account that has no money, and no audit would see it.
            max_retries=0,
            # Whoever sends us elsewhere does not get the record.
            http_client=openai.DefaultAsyncHttpx2Client(
                follow_redirects=False, timeout=openai.Timeout(whole, connect=min(whole, connect))
            ),
        )

    async def exchange(
        self, asked: Asked, shape: type[BaseModel], manner: Manner, faulty: Faulty | None, calls: list[Call]
    ) -> Reply:
        """Whatever comes of it is put with `calls`, even if nobody waits for the answer any more."""
        said = wire.messages(asked, shape, manner.rung, faulty)
        request = wire.request(self._access.model, asked, shape, manner, said)
        watch, came = Stopwatch(), STOPPED
        try:
            came = faults.reply(await cast(Any, self._client.chat.completions).create(**request))
        except faults.TROUBLE as error:
            came = Reply("", None, None, faults.explained(error, self._backoff))
            log.info("model_call_failed", task=asked.task, **faults.told(error))
        finally:
            calls.append(call := self._call(asked, manner, said, came, watch))
            self._on_call(call)
        return came

    def _call(self, asked: Asked, manner: Manner, said: Sequence[Message], came: Reply, watch: Stopwatch) -> Call:
        return Call(
            asked.task, asked.version, self._access.model, self._host, manner.rung,
            sent=json.dumps(said, ensure_ascii=False),
            outcome=came.fault.kind if came.fault else ANSWERED,
            tokens_in=came.tokens_in, tokens_out=came.tokens_out,
            cost=self._cost(came.tokens_in, came.tokens_out),
            duration=watch.length,
        )  # fmt: skip

    def _cost(self, tokens_in: int | None, tokens_out: int | None) -> float | None:
        prices = self._access.price_in, self._access.price_out
        if prices[0] is None or prices[1] is None or tokens_in is None or tokens_out is None:
            return None
        return (tokens_in * prices[0] + tokens_out * prices[1]) / MILLION

    async def close(self) -> None:
        await self._client.close()
