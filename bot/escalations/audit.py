"""What the auditor asks of this floor: is there an incident that nobody looks after?"""

from datetime import timedelta

from bot.escalations import queries
from bot.incidents.terms import Severity
from bot.kernel.db import Snapshot
from bot.kernel.finding import Check, Finding
from bot.kernel.ids import IncidentId
from bot.organisation import Organisation

UNWATCHED = timedelta(minutes=30)  # without a Commander, an escalation or a word from anybody
NAMED = 50


def check(organisation: Organisation) -> Check:
    severe = [Severity(key) for key, terms in organisation.severities.items() if terms.page]

    async def nobody_watches(snap: Snapshot) -> Finding:
        found = await queries.unwatched(snap, severe, snap.now - UNWATCHED)
        what = "Severe incidents are open, and nobody leads them, is being paged for them or says anything"
        oldest = max((snap.now - heard_at for _, heard_at in found), default=timedelta(0))
        return Finding("incidents_unwatched", what, len(found), oldest, tuple(IncidentId(n) for n, _ in found[:NAMED]))

    return nobody_watches
