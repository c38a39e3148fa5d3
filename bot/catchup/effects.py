"""Somebody in command is offered a better title, once, and so that only they see it."""

from bot.catchup import queries, views_titles
from bot.catchup.model import Verdict
from bot.catchup.suggesting import suggestion
from bot.incidents import queries as incidents
from bot.incidents.effects import OnIncident
from bot.incidents.terms import Role
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt
from bot.world import World


class SuggestTitle(OnIncident):
    """Where nothing better is known yet, nothing happens, and it is looked at again later."""

    what = "suggest a title"

    def lane(self) -> str:
        return f"incident:{self.incident}:title"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
            look = await queries.title_look(snap, self.incident)
        if incident is None or look is None or look.verdict is not Verdict.WAITING or look.judged != incident.title:
            return
        found = await suggestion(world, incident)
        if found is None:
            return
        async with attempt.settled() as tx:
            await incidents.locked(tx, self.incident)
            kept = await queries.title_look(tx, self.incident)
            if kept and kept.verdict is Verdict.WAITING:
                kept.verdict, kept.look_at, kept.title, kept.impact = Verdict.OFFERED, None, found.title, found.impact
                tx.owe(OfferTitle(incident=self.incident, told=found.told))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody misses it."""


class OfferTitle(OnIncident):
    """Where nobody can tell whether it was seen, it is not shown a second time."""

    what = "offer a title"
    told: str

    def lane(self) -> str:
        return f"incident:{self.incident}:title"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
            look = await queries.title_look(snap, self.incident)
            commander = (await incidents.roll(snap, self.incident)).get(Role.IC)
        if incident is None or look is None or attempt.uncertain or not incident.is_live:
            return
        if incident.channel and commander and look.judged == incident.title:
            await world.slack.whisper(incident.channel, commander, views_titles.offer(incident, look, self.told))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody misses it."""
