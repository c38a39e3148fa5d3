"""A reminder of a follow-up goes to its owner, and says what became of it once it is dealt with."""

from bot.followups import queries, views
from bot.followups.model import FollowUp
from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.incidents.model import Incident
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Urgency
from bot.kernel.errors import Rejected
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.people import queries as people
from bot.slack.posting import post_once
from bot.world import World

GONE = {"message_not_found", "channel_not_found", "is_archived", "cant_update_message"}


class RemindFollowUp(OnIncident):
    urgency = Urgency.REMIND
    look_after = HISTORY_LAG
    what = "remind somebody of a follow-up"
    follow_up: int
    serial: int
    to: UserId | None  # None: the incident's channel

    def lane(self) -> str:
        return f"follow_up:{self.follow_up}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
            one = await queries.of(snap, self.follow_up)
            name = await people.names(snap, [one.owner] if one and one.owner else [])
        if incident is None or one is None or not self._is(one):
            return
        place = await self._place(world, incident)
        if place is None:
            return
        ts = await post_once(world.slack, attempt, place, views.reminder(one, incident, self.to, name))
        await self._note(attempt, place, ts)

    def _is(self, one: FollowUp) -> bool:
        return one.is_open and one.stage is not None and one.serial == self.serial

    async def _place(self, world: World, incident: Incident) -> ChannelId | None:
        return await world.slack.direct_channel(self.to) if self.to else incident.channel

    async def _note(self, attempt: Attempt, place: ChannelId, ts: MessageTs) -> None:
        async with attempt.settled() as tx:
            await incidents.locked(tx, self.incident)
            one = await queries.fresh(tx, self.follow_up)
            if one and self._is(one):
                one.channel, one.ts = place, ts
            elif one:
                tx.owe(CloseFollowUp(incident=self.incident, follow_up=self.follow_up, channel=place, ts=ts))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Whoever cannot be told directly is told of in the channel."""
        if self.to is None:
            await super().lost(tx, why)
            return
        await incidents.locked(tx, self.incident)
        one = await queries.fresh(tx, self.follow_up)
        if one and one.stage is not None and self._is(one):
            one.remind(one.stage)
            tx.owe(RemindFollowUp(incident=self.incident, follow_up=self.follow_up, serial=one.serial, to=None))


class CloseFollowUp(OnIncident):
    """An earlier reminder has no buttons any more, and says how it stands."""

    what = "close a reminder of a follow-up"
    follow_up: int
    channel: ChannelId
    ts: MessageTs

    def lane(self) -> str:
        return f"message:{self.channel}:{self.ts}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            one = await queries.of(snap, self.follow_up)
            name = await people.names(snap, [one.ended_by] if one and one.ended_by else [])
        if one is None:
            return
        try:
            await world.slack.update(self.channel, self.ts, views.closed(one, views.became(one, name)))
        except Rejected as why:
            if why.code not in GONE:
                raise

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody misses it: its buttons are answered by what is true then."""
