"""An update goes to the incident's channel, and under its announcement."""

from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.kernel.effect import Attempt
from bot.people import queries as people
from bot.slack.posting import post_once
from bot.updates import queries, views
from bot.world import World


class PostUpdate(OnIncident):
    look_after = HISTORY_LAG
    what = "post an update in its channel"
    update: int

    def lane(self) -> str:
        return f"incident:{self.incident}:room"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident, update = await incidents.incident(snap, self.incident), await queries.of(snap, self.update)
            name = await people.names(snap, [update.by] if update else [])
        if incident is None or update is None or incident.channel is None:
            return
        said = views.update(incident, update, world.organisation, name)
        await post_once(world.slack, attempt, incident.channel, said)


class AnnounceUpdate(OnIncident):
    """In the thread of the announcement, after the announcement itself."""

    look_after = HISTORY_LAG
    what = "post an update under its announcement"
    update: int

    def lane(self) -> str:
        return f"incident:{self.incident}:announcement"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident, update = await incidents.incident(snap, self.incident), await queries.of(snap, self.update)
            name = await people.names(snap, [update.by] if update else [])
        if incident is None or update is None or incident.is_private:
            return
        if incident.announced_in and incident.announcement:
            said = views.update(incident, update, world.organisation, name)
            await post_once(world.slack, attempt, incident.announced_in, said, thread=incident.announcement)
