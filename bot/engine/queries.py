"""What the outbox asks."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, bindparam, cast, column, select, table, text
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.kernel.db import Snapshot
from bot.kernel.effect import OPEN, OwedEffect, State, Urgency

REPLICA_LOCK = 0x70C5  # the first half of the advisory locks by which replicas show that they live
EARLIER_OPEN = text("earlier.state IN ('owed', 'claimed')")


@cache
def due_heads(urgency: Urgency | None) -> Select[OwedEffect]:
    """`urgency` None: all that are no pages. To be asked with `now` and `limit`. Put together once: that takes longer
    than the answer, and it is asked at each beat."""
    earlier = aliased(OwedEffect, name="earlier")
    behind = (
        select(col(earlier.id))
        .where(
            col(earlier.lane) == col(OwedEffect.lane),
            col(earlier.id) < col(OwedEffect.id),
            EARLIER_OPEN,
        )
        .exists()
    )
    of = col(OwedEffect.urgency)
    which = of > Urgency.PAGE if urgency is None else of == urgency
    return (
        select(OwedEffect)
        .where(OPEN, col(OwedEffect.state) == State.OWED, which, col(OwedEffect.due_at) <= bindparam("now"), ~behind)
        .order_by(col(OwedEffect.urgency), col(OwedEffect.id))
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )


async def unpaid(snap: Snapshot, limit: int = 200) -> Sequence[OwedEffect]:
    """What is owed still? The oldest first."""
    asked = select(OwedEffect).where(OPEN).order_by(col(OwedEffect.id)).limit(limit)
    return (await snap.session.execute(asked)).scalars().all()


def holder_is_gone() -> ColumnElement[bool]:
    """PostgreSQL drops a lock when the connection of its holder dies, whatever killed it."""
    locks = table("pg_locks", column("locktype"), column("granted"), column("classid"), column("objid"))
    alive = select(locks).where(
        locks.c.locktype == "advisory",
        locks.c.granted,
        cast(locks.c.classid, BigInteger) == REPLICA_LOCK,
        cast(locks.c.objid, BigInteger) == col(OwedEffect.owner),
    )
    return ~alive.exists()


async def not_done(snap: Snapshot) -> Sequence[str]:
    """What kinds of effects are still owed, or will never be done?"""
    asked = select(col(OwedEffect.kind)).where(col(OwedEffect.state).in_([State.OWED, State.CLAIMED, State.LOST]))
    return (await snap.session.execute(asked.order_by(col(OwedEffect.id)))).scalars().all()
