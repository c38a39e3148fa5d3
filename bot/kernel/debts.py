"""Writing down what a transaction owes."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.kernel.effect import OPEN, Effect, OwedEffect, State


async def write(session: AsyncSession, owed: Sequence[Effect], now: datetime) -> bool:
    """In this order. Of those that coalesce, one that waits already for the same is enough. Returns whether there was
    anything new."""
    waiting = await _waiting(session, [effect for effect in owed if effect.coalesces])
    rows: list[dict[str, Any]] = []
    for effect in owed:
        if effect.coalesces and effect.subject() in waiting:
            continue
        waiting.add(effect.subject())
        rows.append(_row(effect, now))
    if rows:
        await (await session.connection()).execute(insert(OwedEffect), rows)
    return bool(rows)


async def _waiting(session: AsyncSession, owed: Sequence[Effect]) -> set[tuple[str, ...]]:
    """What waits in the lanes of these. Locked, so that none is begun before what this transaction changes can be
    seen; one that is being begun in this moment (its row is locked) does not count."""
    lanes = {effect.lane() for effect in owed}
    if not lanes:
        return set()
    kinds = {type(effect).__name__ for effect in owed}
    found = await session.execute(
        select(col(OwedEffect.kind), col(OwedEffect.payload))
        .where(OPEN, col(OwedEffect.lane).in_(lanes), col(OwedEffect.state) == State.OWED)
        .with_for_update(skip_locked=True)
    )
    return {Effect.kinds[kind].model_validate(payload).subject() for kind, payload in found if kind in kinds}


def _row(effect: Effect, now: datetime) -> dict[str, Any]:
    return {
        "key": uuid.uuid4().hex, "kind": type(effect).__name__, "lane": effect.lane(), "incident_id": effect.incident,
        "payload": effect.model_dump(mode="json"), "state": State.OWED, "urgency": effect.urgency, "due_at": now,
        "created_at": now, "attempts": 0, "uncertain": False,
    }  # fmt: skip
