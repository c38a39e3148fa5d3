"""Once a minute: is what should have happened happening? Beside the engine's work, and never in its way."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.engine.audit import changes, checks, queries
from bot.incidents.terms import Severity
from bot.kernel.clock import Stopwatch
from bot.kernel.effect import Urgency
from bot.kernel.finding import Check, Finding
from bot.kernel.sweep import Sweep
from bot.world import World

EVERY = timedelta(minutes=1)
A_JUMP_S = 5.0  # so far the clock runs ahead of the seconds that passed when the machine slept, or a test jumps

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Audit:
    """What one audit saw. `findings` holds the green ones too, as far as their checks name themselves."""

    at: datetime
    findings: Sequence[Finding]
    effects: Mapping[Urgency, int]  # owed now
    incidents: Mapping[Severity, int]  # going on now


class Auditor:
    """`on_audit` is told of each audit, before anything is recorded: the database may be what is sick."""

    def __init__(self, world: World, sweeps: Sequence[Sweep], more: Sequence[Check] = ()) -> None:
        self.world = world
        self.on_audit: Callable[[Audit], None] = lambda _audit: None
        self._checks = (*checks.of_the_engine(sweeps), *more)
        self._last: datetime | None = None
        self._due_since: datetime | None = None
        self._waited = Stopwatch()
        self._under_way: asyncio.Task[None] | None = None

    async def audit_if_due(self) -> None:
        """A chore of the engine, which waits for nobody."""
        now = self.world.clock.now()
        if self._is_under_way or not self._is_due(now):
            return
        if self._due_since is None or self._has_jumped(now):
            # What a jump has made due at once is taken up in this very beat: see at the next one what is left.
            self._due_since, self._waited = now, Stopwatch()
            return
        self._last, self._due_since = now, None
        self._under_way = asyncio.create_task(self.audit(), name="audit")
        self._under_way.add_done_callback(self._finished)

    async def stop(self) -> None:
        if self._under_way:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    @property
    def is_at_rest(self) -> bool:
        """For tests: no audit is due, and none is under way."""
        return not self._is_under_way and not self._is_due(self.world.clock.now())

    async def ended(self) -> None:
        """For tests: until the audit that is under way has ended; at once if there is none."""
        if self._under_way:
            await asyncio.wait([self._under_way])

    @property
    def _is_under_way(self) -> bool:
        return self._under_way is not None and not self._under_way.done()

    def _is_due(self, now: datetime) -> bool:
        """A clock that was set back does not keep us from it."""
        return self._last is None or not self._last <= now < self._last + EVERY

    def _has_jumped(self, now: datetime) -> bool:
        assert self._due_since
        return abs((now - self._due_since).total_seconds() - self._waited.seconds()) > A_JUMP_S

    async def audit(self) -> None:
        """Now, whether it is due or not."""
        findings, failed = [], 0
        for check in self._checks:
            # A check that fails, on whatever floor, hides nothing that the others find.
            (found,) = await asyncio.gather(self._ask(check), return_exceptions=True)
            if isinstance(found, BaseException):
                log.error("check_failed", exc_info=found)
                failed += 1
            elif found:
                findings.append(found)
        findings.append(checks.failing(failed))
        async with self.world.db.snapshot() as snap:
            effects, incidents = await queries.open_effects(snap), await queries.open_incidents(snap)
            was_red = await queries.not_green(snap)
        self.on_audit(Audit(snap.now, findings, effects, incidents))
        red = [finding for finding in findings if finding.count]
        for finding in red:
            log.warning("audit_red", check=finding.name, count=finding.count, seconds=finding.oldest.total_seconds())
        if red or was_red:
            async with self.world.db.transaction() as tx:
                await changes.record_red(tx, red)
                if not failed:  # else nobody knows what is over
                    await changes.record_green(tx, red)

    async def _ask(self, check: Check) -> Finding | None:
        async with self.world.db.snapshot() as snap:
            return await check(snap)

    def _finished(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (trouble := task.exception()):
            log.error("audit_failed", exc_info=trouble)
