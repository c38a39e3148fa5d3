"""Once a week the review board's channel reads what is due, overdue and published, and which follow-ups are overdue.
Nothing of a private incident stands there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.kernel.db import Snapshot, Transaction
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.postmortems import queries, rules_review
from bot.postmortems.effects_digest import PostDigest
from bot.postmortems.model import ReviewDigest


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    if organisation.postmortems.board is None:
        return ()
    return (
        Sweep("digest", partial(_due, organisation), partial(make, organisation), partial(_next_due, organisation)),
    )


async def _due(organisation: Organisation, snap: Snapshot) -> Sequence[int]:
    """Its moment, as Unix time: there is no row yet."""
    at = rules_review.digest_due(organisation, snap.now)
    return [int(at.timestamp())] if at and await queries.digest_of(snap, at) is None else []


async def _next_due(organisation: Organisation, snap: Snapshot) -> datetime | None:
    return organisation.postmortems.next_digest(snap.now, ZoneInfo(organisation.timezone))


async def make(organisation: Organisation, tx: Transaction, row: int) -> None:
    """Its row is its own guard: two replicas cannot both write it."""
    at = datetime.fromtimestamp(row, UTC)
    await tx.line_up("incident")
    if await queries.digest_of(tx, at) is None:
        tx.add(ReviewDigest(at=at, made_at=tx.now))
        tx.owe(PostDigest(at=at))
