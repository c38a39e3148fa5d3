"""Questions about what was sent. Ask only for an incident that whoever wants to know may see."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from bot.kernel.db import Snapshot
from bot.kernel.ids import IncidentId
from bot.llm.ledger.model import ModelCall


async def calls_about(snap: Snapshot, incident: IncidentId) -> Sequence[ModelCall]:
    """What was sent of this incident, and when? In order."""
    asked = select(ModelCall).where(col(ModelCall.incident_id) == incident).order_by(col(ModelCall.id))
    return (await snap.session.execute(asked)).scalars().all()
