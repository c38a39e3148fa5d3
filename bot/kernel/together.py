"""One question for all who ask it at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.kernel.db import Snapshot

AT_ONCE = 200  # keys in one question

Snapshots = Callable[[], AbstractAsyncContextManager["Snapshot"]]
Question = Callable[["Snapshot", Sequence[int]], Awaitable[Mapping[int, Any]]]


class Together:
    """Each key is answered from a snapshot that was begun after it was asked for, as if it had been asked for alone."""

    def __init__(self, snapshot: Snapshots) -> None:
        self._snapshot = snapshot
        self._waiting: dict[Question, list[tuple[int, asyncio.Future[Any]]]] = {}
        self._asking: dict[Question, asyncio.Task[None]] = {}

    async def ask(self, question: Question, key: int) -> Any:
        """What this question says of this key, or None. Raises what the question raises."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(question, []).append((key, answer))
        if question not in self._asking:
            self._asking[question] = asyncio.create_task(self._ask_all(question), name="asking together")
        return await answer

    async def _ask_all(self, question: Question) -> None:
        """Its end is noted in the same step in which it sees that nobody waits, or somebody could wait for ever."""
        try:
            await self._ask(question)
        finally:
            del self._asking[question]

    async def _ask(self, question: Question) -> None:
        while waiting := self._waiting.pop(question, None):
            for start in range(0, len(waiting), AT_ONCE):
                some = waiting[start : start + AT_ONCE]
                found: Mapping[int, Any] | BaseException
                (found,) = await asyncio.gather(self._found(question, some), return_exceptions=True)
                for key, answer in some:
                    _tell(answer, key, found)

    async def _found(self, question: Question, some: Sequence[tuple[int, asyncio.Future[Any]]]) -> Mapping[int, Any]:
        async with self._snapshot() as snap:
            return await question(snap, sorted({key for key, _ in some}))


def _tell(answer: "asyncio.Future[Any]", key: int, found: Mapping[int, Any] | BaseException) -> None:
    if answer.done():  # whoever asked has gone
        return
    if isinstance(found, BaseException):
        answer.set_exception(found)
    else:
        answer.set_result(found.get(key))
