"""What an audit of the running bot finds wrong, and the question that finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.kernel.ids import IncidentId

if TYPE_CHECKING:
    from bot.kernel.db import Snapshot


@dataclass(frozen=True)
class Finding:
    """`name` stays the same for ever: it is a label in /metrics and a key in the database. A `count` of 0 is green.

    `what` is read by people, in the announcements channel too: a sentence without its full stop, and nothing in it
    that a person wrote. Of `incidents` (fifty are plenty) only public ones are ever named.
    """

    name: str
    what: str
    count: int
    oldest: timedelta = timedelta(0)
    incidents: tuple[IncidentId, ...] = ()


Check = Callable[["Snapshot"], Awaitable[Finding | None]]
