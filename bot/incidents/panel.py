"""The panel: what can be done now, as it is at this moment."""

from slack_sdk.models.views import View

from bot.incidents import modals, queries
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId
from bot.world import World


async def drawn(world: World, number: IncidentId, said: str = "") -> View:
    async with world.db.snapshot() as snap:
        incident, roll = await queries.incident(snap, number), await queries.roll(snap, number)
    if incident is None:
        raise Refused(f"I know no incident INC-{number}.")
    words = world.words.buttons(incident.status.value, roll, card=False)
    return modals.panel(incident, roll, world.organisation, words, said)
