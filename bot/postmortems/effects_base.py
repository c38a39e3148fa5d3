"""What the effects of a postmortem have in common."""

from bot.incidents import queries as incidents
from bot.incidents.effects import OnIncident
from bot.incidents.model import Incident
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.errors import Rejected
from bot.postmortems import queries
from bot.postmortems.model import Postmortem


class OnPostmortem(OnIncident):
    """An effect of one postmortem; all of them in one lane."""

    postmortem: int

    def lane(self) -> str:
        return f"incident:{self.incident}:postmortem"

    async def wanted(self, snap: Snapshot) -> tuple[Incident, Postmortem] | None:
        """What it is about, as long as it counts: the incident may have been reopened meanwhile."""
        incident = await incidents.incident(snap, self.incident)
        postmortem = await queries.of(snap, self.postmortem)
        return (incident, postmortem) if incident and postmortem and postmortem.counts else None

    async def ours(self, tx: Transaction) -> Postmortem:
        await incidents.locked(tx, self.incident)
        found = await queries.of(tx, self.postmortem)
        if found is None:
            raise Rejected("no_postmortem")
        return found
