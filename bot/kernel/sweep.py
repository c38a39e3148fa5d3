"""A duty that comes with time: a question over the state and an act. There is nothing to cancel and nothing to
restore: when the condition no longer holds, nothing is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.kernel.db import Snapshot, Transaction


@dataclass(frozen=True)
class Sweep:
    """`due` asks what has fallen due (a thousand at most, most urgent first); `act` does one of them and must ask
    again under the lock, since another replica may have been quicker; `next_due` says when to look again.
    `act_on_all`, where there is one, does many at once; if that fails they are done one by one. Where there are very
    many, several transactions each have a part."""

    name: str
    due: Callable[[Snapshot], Awaitable[Sequence[int]]]
    act: Callable[[Transaction, int], Awaitable[None]]
    next_due: Callable[[Snapshot], Awaitable[datetime | None]]
    act_on_all: Callable[[Transaction, Sequence[int]], Awaitable[None]] | None = None
