"""A model behind a server that speaks OpenAI's language: OpenAI, Azure, Ollama, vLLM, llama.cpp and others."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext

import structlog

from bot.kernel.clock import Clock
from bot.kernel.inside import inside_a_transaction
from bot.llm.breaker import Breaker
from bot.llm.climb import Climb
from bot.llm.model import Answer, Asked, Call, Declined, Kind, T, Turn
from bot.llm.ratio import Ratio
from bot.llm.server import Patience, Server
from bot.settings import ModelAccess

AT_ONCE = 5  # questions under way; the others wait for their turn
LATER_AT_ONCE = 4  # of them those that nobody waits for, so that a person does not wait behind a long channel

log = structlog.get_logger(__name__)


class OpenAIModel:
    """What it learns of its server it keeps until the bot stops."""

    def __init__(self, access: ModelAccess, clock: Clock, patience: Patience | None = None) -> None:
        self.context_tokens = access.context_tokens
        self.on_call: Callable[[Call], None] = lambda call: None
        self._timeout_s = access.timeout.total_seconds()
        self._server = Server(access, patience or Patience(), lambda call: self.on_call(call))
        self._manner = self._server.manner
        self._ratio = Ratio()
        self._breaker = Breaker(clock)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._later = asyncio.Semaphore(LATER_AT_ONCE)
        self._is_closed = False

    def unavailable(self) -> Declined | None:
        if self._is_closed:
            return Declined("the bot stops", Kind.STOPPING)
        return self._breaker.resting()

    def tokens(self, text: str) -> int:
        return self._ratio.estimate(text)

    async def complete(self, asked: Asked, answer: type[T]) -> Answer[T]:
        if inside_a_transaction():
            raise RuntimeError("a model asked inside a transaction")
        climb = Climb(self._server, self._ratio, asked, answer)
        try:
            made = await self._in_time(climb, asked)
        except Declined as why:
            log.info("model_declined", task=asked.task, kind=why.kind, reason=why.reason, calls=len(climb.calls))
            raise Declined(why.reason, why.kind, climb.calls) from None
        self._learn(climb)
        log.info("model_answered", task=asked.task, rung=made.rung, calls=len(made.calls), tokens_in=made.tokens_in,
                 tokens_out=made.tokens_out, seconds=round(made.duration.total_seconds(), 1))  # fmt: skip
        return made

    async def close(self) -> None:
        self._is_closed = True
        await self._server.close()

    async def _in_time(self, climb: Climb[T], asked: Asked) -> Answer[T]:
        """Within what the asker grants, waiting for a turn included. Raises Declined."""
        within_s = asked.within.total_seconds() if asked.within else None
        try:
            first = self._later if asked.turn is Turn.LATER else nullcontext()
            async with asyncio.timeout(within_s), first, self._turns:
                return await self._its_turn(climb)
        except TimeoutError:
            raise _too_slow(within_s) from None

    async def _its_turn(self, climb: Climb[T]) -> Answer[T]:
        """Raises Declined; whatever is the server's fault is held against it."""
        away = self.unavailable()  # it may have come to rest while we waited
        if away:
            raise away
        climb.require_room(self.context_tokens)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await climb.answer(self._manner)
        except TimeoutError:
            self._hold_against(why := _too_slow(self._timeout_s))
            raise why from None
        except Declined as why:
            self._hold_against(why)
            raise

    def _hold_against(self, why: Declined) -> None:
        if self._breaker.failed(why):
            log.warning("model_left_alone", kind=why.kind, reason=why.reason)

    def _learn(self, climb: Climb[T]) -> None:
        """It worked in this manner, and in no other that was tried."""
        self._breaker.worked()
        if climb.has_turned and climb.manner != self._manner:
            self._manner = climb.manner
            log.info("model_wants_it_otherwise", rung=climb.manner.rung, limit=climb.manner.limit_name)


def _too_slow(seconds: float | None) -> Declined:
    return Declined(f"the model did not answer within {seconds:g} s", Kind.TIMEOUT)
