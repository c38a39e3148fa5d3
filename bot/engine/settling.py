"""Results that come in at the same time are recorded in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.kernel.db import DATABASE_REFUSAL, DATABASE_TROUBLE, Database, Transaction
from bot.kernel.effect import Effect, OwedEffect
from bot.kernel.errors import NoLongerOurs

AT_ONCE = 200

Work = Callable[[Transaction], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    row: OwedEffect
    effect: Effect
    work: Work
    recorded: "asyncio.Future[None]"


class Settling:
    """`mark` notes which of these are done, and returns the ids of those that are ours still."""

    def __init__(self, db: Database, mark: Callable[[Transaction, Sequence[OwedEffect]], Awaitable[set[int]]]) -> None:
        self._db = db
        self._mark = mark
        self._waiting: list[Result] = []
        self._recording: asyncio.Task[None] | None = None

    async def settle(self, row: OwedEffect, effect: Effect, work: Work) -> None:
        """Returns once it is committed that the effect is done, and what follows from it. Raises NoLongerOurs."""
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Result(row, effect, work, recorded))
        if self._recording is None:
            self._recording = asyncio.create_task(self._record_all(), name="recording results")
        await recorded

    async def _record_all(self) -> None:
        """Its end is noted in the same step in which it sees that nobody waits, or somebody could wait for ever."""
        try:
            await self._record()
        finally:
            self._recording = None

    async def _record(self) -> None:
        """One sick result must not spoil the others': where all at once fails, each has its own transaction."""
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            fault = await self._recorded(some)
            if fault is None:
                continue
            passes = isinstance(fault, DATABASE_TROUBLE) and not isinstance(fault, DATABASE_REFUSAL)
            if len(some) == 1 or passes:
                for one in some:
                    _tell(one, fault)
                continue
            log.warning("results_not_recorded_together", of=len(some), exc_info=fault)
            for one in some:
                if alone := await self._recorded([one]):
                    _tell(one, alone)

    async def _recorded(self, some: Sequence[Result]) -> BaseException | None:
        """Returns what went wrong; then nothing of it was recorded."""
        (ours,) = await asyncio.gather(self._in_one(some), return_exceptions=True)
        if isinstance(ours, BaseException):
            return ours
        for one in some:
            _tell(one, None if one.row.id in ours else NoLongerOurs())
        return None

    async def _in_one(self, some: Sequence[Result]) -> set[int]:
        async with self._db.transaction() as tx:
            ours = await self._mark(tx, [one.row for one in some])
            mine = [one for one in some if one.row.id in ours]
            for kind in {type(one.effect) for one in mine}:
                await kind.look_up(tx, [one.effect for one in mine if type(one.effect) is kind])
            for one in mine:
                await one.work(tx)
        return ours


def _tell(one: Result, fault: BaseException | None) -> None:
    if one.recorded.done():  # whoever waited was cancelled
        return
    if fault:
        one.recorded.set_exception(fault)
    else:
        one.recorded.set_result(None)
