"""Deliveries that were written down but not dealt with: a crash came between, or their listener failed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlmodel import col

from bot.kernel.delivery import LISTENER_PATIENCE, Delivery, DeliveryState
from bot.kernel.effect import OwedEffect, State
from bot.world import World

PATIENCE = timedelta(hours=6)  # how long a delivery is tried; as long as an effect
LONGEST_WAIT = timedelta(minutes=10)
KEPT = timedelta(days=3)  # Slack repeats for an hour, or for a day where Delayed Events are on

log = structlog.get_logger(__name__)


class Inbox:
    def __init__(self, world: World, replay: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self.world = world
        self._replay = replay
        self._last_cleared = world.clock.now()

    async def release_all(self) -> None:
        """At the start of the only process on this database: whoever had something in hand is dead."""
        async with self.world.db.transaction() as tx:
            left = update(Delivery).where(col(Delivery.state) == DeliveryState.RECEIVED)
            await tx.session.execute(left.values(due_at=tx.now))

    async def take_up(self) -> None:
        """A chore of the engine."""
        if self.world.slack.me and not self.world.slack.signed_out:  # else it would fail at the door
            for row in await self._due():
                log.warning("delivery_taken_up_again", delivery=row.key, attempts=row.attempts)
                await self._replay(row.body)
        if self.world.clock.now() - self._last_cleared > timedelta(hours=1):
            await self._clear_out()

    async def _due(self) -> list[Delivery]:
        async with self.world.db.transaction() as tx:
            left = select(Delivery).where(col(Delivery.state) == DeliveryState.RECEIVED, col(Delivery.due_at) <= tx.now)
            oldest = left.order_by(col(Delivery.received_at)).limit(20).with_for_update(skip_locked=True)
            rows = (await tx.session.execute(oldest)).scalars().all()
            for row in rows:
                row.attempts += 1
                row.due_at = tx.now + min(LONGEST_WAIT, LISTENER_PATIENCE * 2 ** min(row.attempts, 10))
                if tx.now - row.received_at > PATIENCE:
                    row.state, row.finished_at = DeliveryState.FAILED, tx.now
                    log.error("delivery_given_up", delivery=row.key, attempts=row.attempts)
        return [row for row in rows if row.state is DeliveryState.RECEIVED]

    async def _clear_out(self) -> None:
        self._last_cleared = now = self.world.clock.now()
        async with self.world.db.transaction() as tx:
            await tx.session.execute(
                delete(Delivery).where(
                    col(Delivery.state) != DeliveryState.RECEIVED, col(Delivery.finished_at) < now - KEPT
                )
            )
            await tx.session.execute(
                delete(OwedEffect).where(col(OwedEffect.state) == State.DONE, col(OwedEffect.finished_at) < now - KEPT)
            )
