"""What the outbox asks."""

from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, bindparam, cast, column, select, table, text
from sqlalchemy.orm import aliased
from sqlmodel import col

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
