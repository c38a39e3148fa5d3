"""Who is in the channels of private incidents, asked of Slack: while we were away people came and went."""

from bot.incidents import insiders, queries
from bot.incidents.model import Incident
from bot.kernel.effect import Attempt, Effect, Urgency
from bot.kernel.errors import Rejected
from bot.world import World


class LearnInsiders(Effect):
    """Owed at every start."""

    urgency = Urgency.SOON
    coalesces = True

    def lane(self) -> str:
        return "insiders"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            private = await queries.private(snap)
        for incident in private:
            await self._learn(world, incident)

    async def _learn(self, world: World, incident: Incident) -> None:
        """Only what differs from before we asked: what Slack tells us meanwhile is newer."""
        assert incident.channel
        async with world.db.snapshot() as snap:
            before = set(await queries.insiders(snap, incident.id))
        try:
            now = await world.slack.members(incident.channel)
        except Rejected:
            return  # a channel that we were put out of; its people act, and are known again
        now -= {world.slack.me.user} if world.slack.me else set()
        async with world.db.transaction() as tx:
            await queries.locked(tx, incident.id)
            for user in now - before:
                await insiders.let_in(tx, incident.id, user)
            for user in before - now:
                await insiders.let_out(tx, incident.id, user)
