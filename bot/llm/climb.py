"""One question on its way to an answer: asked in another manner where the server wants it so, once more where it
failed, and shown its fault where it has not the shape."""

import asyncio
from typing import Generic

from bot.kernel.clock import Stopwatch
from bot.llm import reading, wire
from bot.llm.faults import Fault, Reply
from bot.llm.model import Answer, Asked, Call, Declined, Kind, Rung, T
from bot.llm.ratio import Ratio
from bot.llm.server import Server
from bot.llm.wire import Faulty, Manner

TOO_LONG = "the record is longer than the model can read at once"
CUT = "the model's server cut off a part of the record: start it with a longer context, or lower AI_CONTEXT_TOKENS"
UNUSABLE = "the model's answer did not have the shape asked for"


class Climb(Generic[T]):
    def __init__(self, server: Server, ratio: Ratio, asked: Asked, shape: type[T]) -> None:
        self.calls: list[Call] = []
        self.manner = server.manner  # that of the last request
        self._server = server
        self._ratio = ratio
        self._asked = asked
        self._shape = shape
        self._tried: set[Manner] = set()
        self._faulty: Faulty | None = None
        self._has_waited = False
        self._watch = Stopwatch()

    @property
    def has_turned(self) -> bool:
        return len(self._tried) > 1

    def require_room(self, context_tokens: int) -> None:
        """Raises Declined if it is in vain."""
        text = self._asked.system + self._asked.user
        if self._ratio.expected(text) + self._asked.max_output_tokens > context_tokens:
            raise Declined(TOO_LONG, Kind.TOO_LONG)

    async def answer(self, manner: Manner) -> Answer[T]:
        """At first asked in this manner. Raises Declined. Ends, as each manner is tried once."""
        self._turn_to(manner)
        while True:
            came = await self._server.exchange(self._asked, self._shape, self.manner, self._faulty, self.calls)
            if came.fault:
                await self._overcome(came.fault)
                continue
            self._check_whole(came)
            try:
                return self._made(reading.read(came.written, self._shape))
            except reading.Unusable as wrong:
                self._show(Faulty(came.written, str(wrong)))

    async def _overcome(self, fault: Fault) -> None:
        """What is to be done before it is asked again. Raises Declined if that is in vain."""
        adapted = fault.adapt(self.manner) if fault.adapt else None
        if adapted and adapted not in self._tried:
            self._turn_to(adapted)
        elif fault.again_after is not None and not self._has_waited and fault.again_after <= self._server.longest_wait:
            self._has_waited = True
            await asyncio.sleep(fault.again_after.total_seconds())
        else:
            raise fault.declined

    def _show(self, faulty: Faulty) -> None:
        """Raises Declined the second time."""
        if self._faulty:
            raise Declined(UNUSABLE, Kind.UNUSABLE)
        self._faulty = faulty
        lower = self.manner.lower()
        if self.manner.rung is Rung.SCHEMA and lower:  # the server does not hold the model to the schema
            self._turn_to(lower)

    def _turn_to(self, manner: Manner) -> None:
        self._tried.add(manner)
        self.manner = manner

    def _check_whole(self, came: Reply) -> None:
        if came.tokens_in is None:
            return
        said = wire.messages(self._asked, self._shape, self.manner.rung, self._faulty)
        text = "".join(message["content"] for message in said)
        if self._ratio.is_cut(text, came.tokens_in):
            raise Declined(CUT, Kind.TOO_LONG)
        self._ratio.learn(text, came.tokens_in)

    def _made(self, value: T) -> Answer[T]:
        last = self.calls[-1]
        return Answer(
            value, last.model, last.rung,
            sum(call.tokens_in or self._ratio.expected(call.sent) for call in self.calls),
            sum(call.tokens_out or 0 for call in self.calls),
            self._watch.length, tuple(self.calls),
        )  # fmt: skip
