"""Questions of the search. The database's own index answers; what may be seen is asked with it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, column, func, insert, literal_column, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.incidents.model import Incident
from bot.incidents.queries import visible_to
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import IncidentId, UserId
from bot.similar.model import Filed

CANDIDATES = 30  # the nearest as the database sees it, before they are ranked
LANGUAGE = "english"
FIELDS = ("title", "about", "ended", "said", "postmortem")
FTS5 = table("fts_incident", column("rowid"), column("fts_incident"), *map(column, FIELDS))
VECTOR: ColumnElement[Any] = literal_column("filed_incident.fts")


class NotFiled(Exception):
    """An incident's words could not be written to the search index."""


async def unfiled(snap: Snapshot) -> Sequence[int]:
    """Which incidents are over, and their words are not filed as they are now? The newest first."""
    asked = select(col(Incident.id)).where(col(Incident.unfiled), col(Incident.resolved_at).is_not(None))
    return (await snap.session.execute(asked.order_by(col(Incident.id).desc()).limit(100))).scalars().all()


async def never(snap: Snapshot) -> datetime | None:
    """When will one be due by itself? Never: what changes a record wakes us."""
    return None


async def write(tx: Transaction, words: Filed) -> None:
    """File these in place of what was filed of the same incident. Raises NotFiled."""
    try:
        async with tx.alone():
            if not tx.postgres:
                await _forget(tx, words.incident_id)
            filed = await tx.session.merge(words)
            await tx.session.flush()
            if not tx.postgres:
                await tx.session.execute(insert(FTS5).values(rowid=filed.incident_id, **_fields(filed)))
    except SQLAlchemyError as trouble:
        # Trouble of the index alone. As the database's own it would hold up everything else, pages too.
        raise NotFiled(f"INC-{words.incident_id} cannot be filed for the search: {trouble}") from trouble


async def _forget(tx: Transaction, incident: IncidentId) -> None:
    """SQLite's index must be told what stood there."""
    before = await tx.session.get(Filed, incident)
    if before:
        row = {"fts_incident": "delete", "rowid": incident, **_fields(before)}
        await tx.session.execute(insert(FTS5).values(row))


def _fields(words: Filed) -> dict[str, str]:
    return {name: getattr(words, name) for name in FIELDS}


async def holding(
    snap: Snapshot, words: Collection[str], user: UserId, leave_out: IncidentId | None = None
) -> Sequence[tuple[Filed, Incident]]:
    """Which incidents that are over, and that this person may see, have any of these words?"""
    if not words:
        return []
    any_of = " OR ".join(f'"{_bare(word)}"' for word in words)
    asked: Any = select(Filed, Incident).join(Incident, col(Incident.id) == col(Filed.incident_id))
    asked = asked.where(visible_to(user), col(Incident.resolved_at).is_not(None), col(Incident.id) != (leave_out or 0))
    asked = (_on_postgres if snap.postgres else _on_sqlite)(asked, any_of)
    found = await snap.session.execute(asked.limit(CANDIDATES))
    return [(row[0], row[1]) for row in found]


def _bare(word: str) -> str:
    return word.replace('"', " ")


def _on_sqlite(asked: Any, any_of: str) -> Any:
    near = func.bm25(literal_column("fts_incident"), 4.0, 3.0, 2.0, 1.0, 1.0)
    asked = asked.join(FTS5, FTS5.c.rowid == col(Filed.incident_id)).where(FTS5.c.fts_incident.match(any_of))
    return asked.order_by(near, col(Filed.incident_id).desc())


def _on_postgres(asked: Any, any_of: str) -> Any:
    query = func.websearch_to_tsquery(LANGUAGE, any_of)
    asked = asked.where(VECTOR.op("@@")(query))
    return asked.order_by(func.ts_rank(VECTOR, query).desc(), col(Filed.incident_id).desc())
