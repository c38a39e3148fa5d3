"""A reminder goes out, and is closed once it is dealt with."""

from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.incidents.model import Incident
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Urgency
from bot.kernel.errors import Rejected, Unavailable
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.people import queries as people
from bot.reminders import queries, rules, views
from bot.reminders.model import Kind, Reminder
from bot.slack.message import Message
from bot.slack.posting import post_once
from bot.world import World


class Remind(OnIncident):
    """One message of one kind. Its own lane: what is stuck delays no other kind and no other incident."""

    urgency = Urgency.REMIND
    look_after = HISTORY_LAG
    what = "remind people"
    kind: Kind
    serial: int
    to: UserId | None  # None: its channel

    def lane(self) -> str:
        return f"incident:{self.incident}:reminder:{self.kind}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
            shown = await queries.reminder(snap, self.incident, self.kind)
            roll = await incidents.roll(snap, self.incident)
            name = await people.names(snap, [shown.to] if shown and shown.to else [])
        if incident is None or shown is None:
            return
        if not self._is(shown) or not rules.is_wanted(incident, roll, shown, world.organisation, snap.now):
            await self._withdraw(world, attempt, incident)
            return
        scene = views.Scene(incident, roll, world.organisation, world.words, name)
        message = views.reminder(scene, shown, rules.lateness(shown, snap.now))
        place = await self._place(world, incident)
        await self._note(attempt, place, await post_once(world.slack, attempt, place, message))

    def _is(self, shown: Reminder) -> bool:
        return shown.is_open and shown.serial == self.serial

    async def _place(self, world: World, incident: Incident) -> ChannelId:
        if self.to:
            return await world.slack.direct_channel(self.to)
        if incident.channel is None:
            raise Unavailable("its channel is not open yet")
        return incident.channel

    async def _withdraw(self, world: World, attempt: Attempt, incident: Incident) -> None:
        """It is not wanted any more. If an earlier try came through after all, it is there with its buttons."""
        if not attempt.uncertain:
            return
        place = await self._place(world, incident)
        posted = await world.slack.find_post(place, attempt.key, attempt.since)
        if posted:
            await self._note(attempt, place, posted)

    async def _note(self, attempt: Attempt, place: ChannelId, ts: MessageTs) -> None:
        async with attempt.settled() as tx:
            await incidents.locked(tx, self.incident)
            shown = await queries.reminder(tx, self.incident, self.kind)
            if shown and self._is(shown):
                shown.channel, shown.ts = place, ts
                return
            words = shown.closing if shown and shown.serial == self.serial else ""
            closing = words or views.OVERTAKEN
            tx.owe(CloseReminder(incident=self.incident, kind=self.kind, channel=place, ts=ts, words=closing))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Whoever cannot be told directly is told of in the channel."""
        if self.to is None:
            await super().lost(tx, why)
            return
        await incidents.locked(tx, self.incident)
        shown = await queries.reminder(tx, self.incident, self.kind)
        if shown and self._is(shown):
            shown.divert()
            tx.owe(Remind(incident=self.incident, kind=self.kind, serial=shown.serial, to=None))


class CloseReminder(OnIncident):
    """The message says what became of it, and has no buttons any more. Nobody is notified of an edit."""

    what = "close a reminder"
    kind: Kind
    channel: ChannelId
    ts: MessageTs
    words: str  # mrkdwn

    def lane(self) -> str:
        return f"message:{self.channel}:{self.ts}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
        if incident:
            await self._edit(world, views.closed(incident, self.kind, self.words))

    async def _edit(self, world: World, message: Message) -> None:
        try:
            await world.slack.update(self.channel, self.ts, message)
        except Rejected as why:
            if why.code not in {"message_not_found", "channel_not_found", "is_archived", "cant_update_message"}:
                raise

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody misses it: what its buttons ask for is answered by what is true then."""
