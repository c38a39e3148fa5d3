"""What many ask at the same time is asked once, and nobody is forgotten."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from bot.kernel.db import Database, Snapshot
from bot.kernel.errors import Refused


async def test_those_who_ask_at_one_time_share_a_question(db: Database) -> None:
    asked: list[Sequence[int]] = []

    async def squares(_snap: Snapshot, keys: Sequence[int]) -> Mapping[int, int]:
        asked.append(keys)
        return {key: key * key for key in keys if key != 3}

    answers = await asyncio.gather(*(db.together.ask(squares, key) for key in (2, 3, 4, 2)))
    assert answers == [4, None, 16, 4]
    assert asked == [[2, 3, 4]]


async def test_whoever_asks_as_the_last_one_is_answered_is_answered_too(db: Database) -> None:
    """Again and again from callbacks: each ask falls into the moment in which the asking ends."""

    async def same(_snap: Snapshot, keys: Sequence[int]) -> Mapping[int, int]:
        return {key: key for key in keys}

    async def again(key: int, times: int) -> None:
        for _ in range(times):
            assert await db.together.ask(same, key) == key

    async with asyncio.timeout(10):
        await asyncio.gather(*(again(key, 20 + key) for key in range(5)))


async def test_what_goes_wrong_is_told_to_all_who_asked(db: Database) -> None:
    async def sick(_snap: Snapshot, _keys: Sequence[int]) -> Mapping[int, int]:
        raise Refused("no")

    found = await asyncio.gather(db.together.ask(sick, 1), db.together.ask(sick, 2), return_exceptions=True)
    assert [str(one) for one in found] == ["no", "no"]
    with pytest.raises(Refused):
        await db.together.ask(sick, 3)
