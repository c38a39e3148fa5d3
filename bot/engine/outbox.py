"""The outbox: lanes side by side, in order within one; claim, run, retry, give up, tell."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    and_,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlmodel import col

from bot.engine import queries
from bot.engine.settling import Settling, Work
from bot.kernel.db import DATABASE_REFUSAL, DATABASE_TROUBLE, Snapshot, Transaction
from bot.kernel.effect import OPEN, Attempt, Effect, OwedEffect, State, Urgency, urgency_now
from bot.kernel.errors import NoLongerOurs, Rejected, Unavailable
from bot.world import World

LEASE = timedelta(seconds=30)  # renewed while the effect runs; a holder that does not has stood still
LONGEST_WAIT = timedelta(seconds=60)


log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What came of one attempt, once it is recorded."""

    DONE = "done"
    LOST = "lost"
    PUT_OFF = "put_off"
    TAKEN_BACK = "taken_back"  # its holder died or stood still


class Outbox:
    """What this process does of what is owed. `owner` is this process's number; `lease` is the same for all;
    `on_outcome` is told what came of each attempt, and when."""

    def __init__(self, world: World, owner: int, lease: timedelta = LEASE) -> None:
        self.world = world
        self.owner = owner
        self.lease = lease
        self._settling = Settling(world.db, self._mark_done)
        self.in_hand: dict[str, OwedEffect] = {}  # claimed here, and not recorded yet
        self.on_outcome: Callable[[OwedEffect, Outcome, datetime], None] = lambda _effect, _outcome, _at: None

    async def claim(self, pages: int, others: int | None = None) -> Sequence[OwedEffect]:
        """Take the heads of lanes that are due, most urgent first: so many pages, and so many others; or so
        many in all. Nobody else will run them."""
        async with self.world.db.transaction() as tx:
            heads = list(await self._heads(tx, Urgency.PAGE, pages))
            heads += await self._heads(tx, None, pages - len(heads) if others is None else others)
            if heads:
                await self._take(tx, heads)
        self.in_hand |= {row.key: row for row in heads}
        return heads

    async def _heads(self, tx: Transaction, urgency: Urgency | None, limit: int) -> Sequence[OwedEffect]:
        if limit <= 0:
            return ()
        asked = {"now": tx.now, "limit": limit}
        return (await tx.session.execute(queries.due_heads(urgency), asked)).scalars().all()

    async def _take(self, tx: Transaction, heads: Sequence[OwedEffect]) -> None:
        """In one statement, however many; the rows in hand are told by hand."""
        ours = update(OwedEffect).where(col(OwedEffect.id).in_([row.id for row in heads]))
        taken = ours.values(
            state=State.CLAIMED, owner=self.owner, lease_until=tx.now + self.lease,
            attempts=col(OwedEffect.attempts) + 1,
            first_tried_at=func.coalesce(col(OwedEffect.first_tried_at), tx.now),
        )  # fmt: skip
        await tx.session.execute(taken.execution_options(synchronize_session=False))
        for row in heads:
            tx.session.expunge(row)
            row.state, row.owner, row.lease_until = State.CLAIMED, self.owner, tx.now + self.lease
            row.attempts += 1
            row.first_tried_at = row.first_tried_at or tx.now

    async def renew(self) -> None:
        """Keep what is under way here ours, however long it takes. Half a lease before it would run out."""
        old = [
            row for row in self.in_hand.values() if row.lease_until and row.lease_until - self._now() < self.lease / 2
        ]
        if not old:
            return
        async with self.world.db.transaction() as tx:
            until = tx.now + self.lease
            ours = update(OwedEffect).where(
                col(OwedEffect.id).in_([row.id for row in old]),
                col(OwedEffect.state) == State.CLAIMED,
                col(OwedEffect.owner) == self.owner,
            )
            renewed = ours.values(lease_until=until).returning(col(OwedEffect.id))
            kept = set((await tx.session.execute(renewed)).scalars())
        for row in old:
            if row.id in kept:
                row.lease_until = until

    async def release_all(self) -> None:
        """At the start of the only process on this database: whatever is claimed, its holder is dead."""
        await self._release(col(OwedEffect.state) == State.CLAIMED)

    async def release_dead(self) -> None:
        """Take back what slow or dead holders have claimed, and what we ourselves could not record. Its outcome is
        unknown."""
        dropped = and_(col(OwedEffect.owner) == self.owner, col(OwedEffect.key).not_in(list(self.in_hand)))
        gone = queries.holder_is_gone() if self.world.db.postgres else false()
        await self._release(or_(col(OwedEffect.lease_until) < self._now(), dropped, gone))

    async def next_due(self, snap: Snapshot) -> datetime | None:
        """When the earliest effect that waits may be tried."""
        asked = select(col(OwedEffect.due_at)).where(OPEN, col(OwedEffect.state) == State.OWED)
        return (await snap.session.execute(asked.order_by(col(OwedEffect.due_at)).limit(1))).scalar_one_or_none()

    async def pay(self, row: OwedEffect) -> None:
        """Run one claimed effect and record what came of it."""
        try:
            await self._pay(row)
        except NoLongerOurs:
            log.info("effect_taken_over", effect=row.kind, attempt=row.attempts)
        finally:
            self.in_hand.pop(row.key, None)

    async def _pay(self, row: OwedEffect) -> None:
        try:
            effect = row.effect()
        except (KeyError, ValidationError):
            await self._not_understood(row)
            return
        await self._answer_for(row, effect, await _tried(self._run(row, effect)))

    async def _not_understood(self, row: OwedEffect) -> None:
        """A later version's: one beside us may know it. But what waits behind it cannot wait for ever."""
        log.error("effect_not_understood", effect=row.kind, incident=row.incident_id)
        if self._now() - row.created_at <= Effect.patience:
            await self._put_off(row, f"this version does not know {row.kind}", LONGEST_WAIT)
            return
        why = "no version of Tocsin that runs here knows it"
        log.error("effect_lost", effect=row.kind, incident=row.incident_id, reason=why)
        async with self.world.db.transaction() as tx:
            await self._mark(tx, row, state=State.LOST, finished_at=tx.now, last_error=why)

    async def _run(self, row: OwedEffect, effect: Effect) -> None:
        urgency_now.set(effect.urgency)  # each effect is paid by a task of its own
        await effect.run(self.world, self._attempt(row, effect))
        if row.state is State.CLAIMED:
            await self._attempt(row, effect).settle(_nothing_more)

    async def _answer_for(self, row: OwedEffect, effect: Effect, error: Exception | None) -> None:
        match error:
            case None:
                pass
            case NoLongerOurs():
                raise error
            case Unavailable():
                await self._again(row, effect, error)
            case Rejected():
                await self._lose(row, effect, str(error))
            case _ if _is_trouble(error):
                why = f"the database did not answer ({type(error).__name__})"
                await self._again(row, effect, Unavailable(why, outcome_unknown=True))
            case _:
                log.error("effect_failed", effect=row.kind, incident=row.incident_id, exc_info=error)
                await self._lose(row, effect, f"a fault in Tocsin ({type(error).__name__})")

    def _attempt(self, row: OwedEffect, effect: Effect) -> Attempt:
        @asynccontextmanager
        async def settled() -> AsyncIterator[Transaction]:
            async with self.world.db.transaction() as tx:
                await self._mark(tx, row, state=State.DONE, finished_at=tx.now, last_error=None)
                yield tx
            self._is_done(row)

        async def settle(work: Work) -> None:
            await self._settling.settle(row, effect, work)
            self._is_done(row)

        def require_ours() -> None:
            if row.lease_until is None or row.lease_until <= self._now():
                raise NoLongerOurs

        since = row.first_tried_at or row.created_at
        return Attempt(row.key, row.attempts, row.uncertain, since, settled, settle, require_ours)

    async def _again(self, row: OwedEffect, effect: Effect, why: Unavailable) -> None:
        if why.retry_after is None and self._now() - row.created_at > effect.patience:
            await self._lose(row, effect, f"no answer for {effect.patience}: {why.reason}")
            return
        wait = why.retry_after or backoff(row.attempts)
        if why.outcome_unknown:
            wait = max(wait, effect.look_after)
        await self._put_off(row, why.reason, wait, unknown=why.outcome_unknown)

    async def _put_off(self, row: OwedEffect, reason: str, wait: timedelta, *, unknown: bool = False) -> None:
        log.info("effect_put_off", effect=row.kind, reason=reason, seconds=wait.total_seconds(), attempt=row.attempts)
        async with self.world.db.transaction() as tx:
            await self._mark(
                tx, row, state=State.OWED, owner=None, lease_until=None, due_at=tx.now + wait, last_error=reason,
                uncertain=row.uncertain or unknown,
            )  # fmt: skip
        self.on_outcome(row, Outcome.PUT_OFF, tx.now)

    async def _lose(self, row: OwedEffect, effect: Effect, why: str) -> None:
        log.error("effect_lost", effect=row.kind, incident=row.incident_id, reason=why)
        async with self.world.db.transaction() as tx:
            await self._mark(tx, row, state=State.LOST, finished_at=tx.now, last_error=why)
            fault = await _tried(_tell_of_loss(tx, effect, why))
            if fault and _is_trouble(fault):
                raise fault
            if fault:
                log.error("loss_not_told", effect=row.kind, incident=row.incident_id, exc_info=fault)
        self.on_outcome(row, Outcome.LOST, tx.now)

    def _is_done(self, row: OwedEffect) -> None:
        row.state = State.DONE
        self.on_outcome(row, Outcome.DONE, self._now())

    async def _mark_done(self, tx: Transaction, rows: Sequence[OwedEffect]) -> set[int]:
        """Which of them nobody else has claimed since."""
        ours = update(OwedEffect).where(
            tuple_(col(OwedEffect.id), col(OwedEffect.attempts)).in_([(row.id, row.attempts) for row in rows]),
            col(OwedEffect.state) == State.CLAIMED,
            col(OwedEffect.owner) == self.owner,
        )
        done = ours.values(state=State.DONE, finished_at=tx.now, last_error=None).returning(col(OwedEffect.id))
        found = await tx.session.execute(done.execution_options(synchronize_session=False))
        return {number for number in found.scalars() if number}

    async def _mark(self, tx: Transaction, row: OwedEffect, **values: object) -> None:
        """Raises NoLongerOurs if somebody else has claimed the effect since."""
        ours = update(OwedEffect).where(
            col(OwedEffect.id) == row.id,
            col(OwedEffect.state) == State.CLAIMED,
            col(OwedEffect.owner) == self.owner,
            col(OwedEffect.attempts) == row.attempts,
        )
        if (await tx.session.execute(ours.values(**values))).rowcount == 0:  # type: ignore[attr-defined]
            raise NoLongerOurs

    async def _release(self, which: ColumnElement[bool]) -> None:
        async with self.world.db.transaction() as tx:
            held = select(OwedEffect).where(OPEN, col(OwedEffect.state) == State.CLAIMED, which)
            rows = (await tx.session.execute(held.with_for_update(skip_locked=True))).scalars().all()
            for row in rows:
                claimed_at = (row.lease_until or tx.now) - self.lease
                look_after = Effect.kinds[row.kind].look_after if row.kind in Effect.kinds else timedelta(0)
                row.due_at = max(tx.now, claimed_at + look_after)
                row.state, row.owner, row.lease_until, row.uncertain = State.OWED, None, None, True
                log.warning("effect_taken_back", effect=row.kind, incident=row.incident_id, attempt=row.attempts)
                tx.owes = True
        for row in rows:
            self.on_outcome(row, Outcome.TAKEN_BACK, tx.now)

    def _now(self) -> datetime:
        return self.world.clock.now()


async def _nothing_more(_tx: Transaction) -> None:
    """That it is done is all there is to record."""


async def _tried(work: Awaitable[None]) -> Exception | None:
    """Whatever goes wrong in one effect, the next one has its turn. Returns what went wrong."""
    try:
        await work
    except Exception as error:
        return error
    return None


async def _tell_of_loss(tx: Transaction, effect: Effect, why: str) -> None:
    async with tx.alone():
        await effect.lost(tx, why)


def _is_trouble(error: BaseException) -> bool:
    """Whether it is the database's state, which passes, and not a fault of ours, which does not."""
    return isinstance(error, DATABASE_TROUBLE) and not isinstance(error, DATABASE_REFUSAL)


def backoff(attempts: int) -> timedelta:
    """Full jitter, doubling from half a second to a minute."""
    longest = min(LONGEST_WAIT.total_seconds(), 0.25 * 2 ** min(attempts, 10))
    return timedelta(seconds=random.uniform(0.1, longest))  # noqa: S311
