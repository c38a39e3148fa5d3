"""Effects that do what a test says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sqlmodel import col, select

from bot.kernel.db import Database, Transaction
from bot.kernel.effect import Attempt, Effect, OwedEffect, State, Urgency
from bot.world import World


@dataclass
class Office:
    """What happened, and what shall happen."""

    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # of losses
    raises: dict[str, list[BaseException]] = field(default_factory=dict)  # by errand, one for each try
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, name: str) -> None:
        """This errand does not come back before its gate is opened."""
        self.gates[name] = asyncio.Event()

    def open_all(self) -> None:
        for gate in self.gates.values():
            gate.set()

    async def has_begun(self, name: str, times: int = 1) -> None:
        async with asyncio.timeout(5):
            while self.begun.count(name) < times:
                self._changed.clear()
                await self._changed.wait()

    async def runs(self, name: str, attempt: Attempt) -> None:
        self.begun.append(name)
        self.attempts.append(attempt)
        self._changed.set()
        if name in self.gates:
            await self.gates[name].wait()
        if self.raises.get(name):
            raise self.raises[name].pop(0)
        self.done.append(name)


offices: dict[str, Office] = {}  # by database


class Errand(Effect):
    patience = timedelta(hours=1)
    look_after: ClassVar[timedelta] = timedelta(seconds=3)
    name: str
    way: str = "north"
    tells_badly: bool = False

    def lane(self) -> str:
        return f"way:{self.way}"

    async def run(self, world: World, attempt: Attempt) -> None:
        await offices[world.db.url].runs(self.name, attempt)

    async def lost(self, tx: Transaction, why: str) -> None:
        if self.tells_badly:
            tx.owe(Errand(name="never", way="nowhere"))
            raise LookupError("a bug in telling")
        tx.owe(Errand(name=f"{self.name} is lost: {why}", way="tell"))


class Rescue(Errand):
    urgency = Urgency.PAGE


class Polish(Errand):
    urgency = Urgency.PRESENT


async def rows(db: Database, *states: State) -> Sequence[OwedEffect]:
    async with db.snapshot() as snap:
        asked = select(OwedEffect).order_by(col(OwedEffect.id))
        if states:
            asked = asked.where(col(OwedEffect.state).in_(states))
        return (await snap.session.execute(asked)).scalars().all()
