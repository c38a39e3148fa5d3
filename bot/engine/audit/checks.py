"""The checks that the engine itself brings. Floors bring more (`checks()` in `bot/app.py`)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.engine.audit import queries
from bot.engine.audit.queries import LATE, Late
from bot.kernel.db import Snapshot
from bot.kernel.finding import Check, Finding
from bot.kernel.sweep import Sweep

log = structlog.get_logger(__name__)


def of_the_engine(sweeps: Sequence[Sweep]) -> tuple[Check, ...]:
    return (
        _duties(sweeps),
        _late("pages_unsent", "People who should have been paged have not been", queries.unsent_pages),
        _late("sends_unsent", "What Slack should have been told is not being sent", queries.unsent),
        _late("leases_stale", "Work was taken up and neither finished nor given back", queries.stale_leases),
        _late("deliveries_left", "What Slack told us has not been dealt with", queries.left_deliveries),
    )


def failing(checks: int) -> Finding:
    return Finding("checks_failing", "Tocsin could not check whether it does its work", checks)


def _duties(sweeps: Sequence[Sweep]) -> Check:
    async def check(snap: Snapshot) -> Finding:
        count, oldest = 0, timedelta(0)
        for sweep in sweeps:
            due_at = await sweep.next_due(snap)
            late = snap.now - due_at if due_at else timedelta(0)
            rows = await sweep.due(snap) if late > LATE else ()
            if rows:
                log.warning("duty_overdue", sweep=sweep.name, count=len(rows), seconds=late.total_seconds())
                count, oldest = count + len(rows), max(oldest, late)
        return Finding("duties_overdue", "What time has brought due is not being done", count, oldest)

    return check


def _late(name: str, what: str, ask: Callable[[Snapshot], Awaitable[Late]]) -> Check:
    async def check(snap: Snapshot) -> Finding:
        late = await ask(snap)
        return Finding(name, what, late.count, late.oldest, late.incidents)

    return check
