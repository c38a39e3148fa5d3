"""A postmortem begins when its incident is resolved, whatever its severity, and again when it is resolved anew."""

from bot.incidents import queries as incidents
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId
from bot.kernel.sweep import Sweep
from bot.postmortems import queries
from bot.postmortems.effects import MarkSuperseded
from bot.postmortems.effects_drafting import WriteDraft
from bot.postmortems.effects_review import ShowPostmortem
from bot.postmortems.model import Postmortem


async def begin(tx: Transaction, row: int) -> None:
    """The postmortem of this resolution. What was drafted for an earlier one is superseded."""
    number = IncidentId(row)
    incident = await incidents.at_hand(tx, number)
    if incident is None:
        return
    incident.undrafted = False
    resolved_at = incident.resolved_at
    before = await queries.counting(tx, number)
    if resolved_at is None or any(postmortem.resolved_at == resolved_at for postmortem in before):
        return
    for postmortem in before:
        postmortem.supersede()
        if postmortem.canvas:
            tx.owe(MarkSuperseded(incident=number, canvas=postmortem.canvas))
        if postmortem.id:
            tx.owe(ShowPostmortem(incident=number, postmortem=postmortem.id))
    new = Postmortem(incident_id=number, resolved_at=resolved_at)
    tx.add(new)
    await tx.session.flush()
    assert new.id
    tx.owe(WriteDraft(incident=number, postmortem=new.id))


SWEEPS = (Sweep("postmortem", queries.undrafted, begin, queries.never),)
