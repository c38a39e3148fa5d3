"""Who may know of a private incident: the members of its channel, and those who are on their way into it. To be
called under the incident's lock: two who write the same row and then the incident's key stop each other dead."""

from bot.incidents.model import Insider
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId, UserId


async def let_in(tx: Transaction, incident: IncidentId, user: UserId) -> None:
    await tx.session.merge(Insider(incident_id=incident, user=user))


async def let_out(tx: Transaction, incident: IncidentId, user: UserId) -> None:
    known = await tx.session.get(Insider, (incident, user))
    if known:
        await tx.session.delete(known)
