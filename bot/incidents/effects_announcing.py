"""What those hear who follow an incident from outside: in the thread of its announcement."""

from bot.incidents import queries
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.kernel.effect import Attempt
from bot.slack.message import Message
from bot.slack.posting import post_once
from bot.world import World


class SayUnderAnnouncement(OnIncident):
    look_after = HISTORY_LAG
    what = "post under its announcement"
    text: str

    def lane(self) -> str:
        return f"incident:{self.incident}:announcement"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
        if incident and not incident.is_private and incident.announced_in and incident.announcement:
            said = Message(self.text)
            await post_once(world.slack, attempt, incident.announced_in, said, thread=incident.announcement)
