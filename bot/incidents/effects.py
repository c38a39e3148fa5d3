"""What the outside is told of an incident. Each is one act, and harmless when run twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bot.incidents import insiders, queries, rules, views
from bot.incidents.model import Incident
from bot.incidents.terms import Fact, Role
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Effect, Urgency
from bot.kernel.errors import Rejected
from bot.kernel.ids import IncidentId, UserId
from bot.people import queries as people
from bot.slack.client import Room
from bot.slack.message import Message
from bot.slack.posting import post_once
from bot.slack.text import clip, escape
from bot.world import World

TEXT_ADVISED = 4000  # characters in a message, by Slack
HISTORY_LAG = timedelta(seconds=3)  # a channel's history may not show a message at once


class OnIncident(Effect):
    """An effect of one incident. When it is lost, that stands on the timeline and its Commander is told."""

    incident: IncidentId
    what: ClassVar[str]  # completes "Tocsin could not …"

    async def lost(self, tx: Transaction, why: str) -> None:
        incident = await queries.locked(tx, self.incident)
        record(tx, incident, Fact.TOLD_LOST, text=escape(why), details={"what": self.what})
        roll = await queries.roll(tx, incident.id)
        told = roll.get(Role.IC, incident.declared_by)
        tx.owe(
            TellPerson(
                incident=incident.id,
                user=told,
                text=f"{incident.name}: I could not {self.what} ({escape(why)}). Please see to it by hand.",
            )
        )


class OpenChannel(OnIncident):
    urgency = Urgency.NOW
    what = "open its channel"

    def lane(self) -> str:
        return f"incident:{self.incident}:room"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
        if incident is None or incident.channel:
            return
        room = await self._room(world, incident)
        async with attempt.settled() as tx:
            incident = await queries.locked(tx, self.incident)
            incident.channel, incident.channel_name = room.id, room.name
            incident.unheeded = True  # whoever is to be paged can be told where to go
            record(tx, incident, Fact.CHANNEL_OPENED, details={"channel": room.name})
            people = [incident.declared_by, *await queries.insiders(tx, incident.id)]
            tx.owe(*self._next(incident, list(dict.fromkeys(people)), world))

    async def _room(self, world: World, incident: Incident) -> Room:
        """A name that is taken may be ours, made by an attempt whose answer was lost."""
        refusal = Rejected("name_taken")
        for name in rules.channel_names(world.organisation, incident):
            try:
                return await world.slack.create_channel(name, private=incident.is_private)
            except Rejected as why:
                if why.code != "name_taken":
                    raise
                refusal = why
            ours = await world.slack.own_channel(name, incident.declared_at)
            if ours:
                return ours
        raise refusal

    def _next(self, incident: Incident, people: list[UserId], world: World) -> list[Effect]:
        owed: list[Effect] = [
            Invite(incident=incident.id, users=people),
            PostCard(incident=incident.id),
            SetTopic(incident=incident.id),
            TellPerson(incident=incident.id, user=incident.declared_by, text=views.declared(incident).text),
        ]
        if not incident.is_private and world.organisation.announce:
            owed.append(RefreshAnnouncement(incident=incident.id))
        return owed


class Invite(OnIncident):
    urgency = Urgency.NOW
    what = "invite people"
    users: Sequence[UserId]

    def lane(self) -> str:
        return f"incident:{self.incident}:people"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
        if incident is None or incident.channel is None:
            return
        failed = await world.slack.invite(incident.channel, self.users)
        async with attempt.settled() as tx:
            incident = await queries.locked(tx, self.incident)
            for user, why in failed.items():
                record(tx, incident, Fact.TOLD_LOST, text=escape(why), details={"what": f"invite <@{user}>"})
                await insiders.let_out(tx, incident.id, user)
            if failed:
                text = views.not_invited(failed, await people.names(tx, failed))
                tx.owe(Say(incident=incident.id, text=text))


class PostCard(OnIncident):
    urgency = Urgency.NOW
    look_after = HISTORY_LAG
    what = "post its card"

    def lane(self) -> str:
        return f"incident:{self.incident}:card"

    async def run(self, world: World, attempt: Attempt) -> None:
        incident, card = await present_card(world, self.incident)
        if incident.card or incident.channel is None:
            return
        ts = await post_once(world.slack, attempt, incident.channel, card)
        async with attempt.settled() as tx:
            now = await queries.locked(tx, self.incident)
            now.card = ts
            tx.owe(PinCard(incident=now.id))
            if now.entries != incident.entries:  # something happened while it was on its way
                tx.owe(RefreshCard(incident=now.id))


class PinCard(OnIncident):
    what = "pin its card"

    def lane(self) -> str:
        return f"incident:{self.incident}:pin"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
        if incident and incident.channel and incident.card:
            await world.slack.pin(incident.channel, incident.card)


class RefreshCard(OnIncident):
    urgency = Urgency.PRESENT
    coalesces = True
    what = "refresh its card"

    def lane(self) -> str:
        return f"incident:{self.incident}:card"

    async def run(self, world: World, attempt: Attempt) -> None:
        incident, card = await present_card(world, self.incident)
        if not incident.card or incident.channel is None:
            return  # it will be posted with what is true then
        try:
            await world.slack.update(incident.channel, incident.card, card)
        except Rejected as why:
            if why.code != "message_not_found":
                raise
            async with attempt.settled() as tx:  # somebody deleted it
                incident = await queries.locked(tx, self.incident)
                incident.card = None
                tx.owe(PostCard(incident=incident.id))


class SetTopic(OnIncident):
    urgency = Urgency.PRESENT
    coalesces = True
    what = "set the channel's topic"

    def lane(self) -> str:
        return f"incident:{self.incident}:topic"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
            roll = await queries.roll(snap, self.incident)
            name = await people.names(snap, roll.values())
        if incident is None or incident.channel is None:
            return
        topic = views.topic(incident, roll, name)
        if topic == incident.topic:
            return
        await world.slack.set_topic(incident.channel, topic)
        async with attempt.settled() as tx:
            (await queries.locked(tx, self.incident)).topic = topic


class RefreshAnnouncement(OnIncident):
    """The one card in the announcements channel: posted the first time, edited after."""

    coalesces = True
    look_after = HISTORY_LAG
    what = "announce it"

    def lane(self) -> str:
        return f"incident:{self.incident}:announcement"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
            roll = await queries.roll(snap, self.incident)
        if incident is None or incident.is_private or not world.organisation.announce:
            return
        message = views.announcement(incident, roll, world.organisation)
        if incident.announced_in and incident.announcement:
            await world.slack.update(incident.announced_in, incident.announcement, message)
            return
        channel = await world.slack.announcements(world.organisation.announce)
        ts = await post_once(world.slack, attempt, channel, message)
        async with attempt.settled() as tx:
            now = await queries.locked(tx, self.incident)
            now.announced_in, now.announcement = channel, ts
            if now.entries != incident.entries:
                tx.owe(RefreshAnnouncement(incident=now.id))


class Say(OnIncident):
    """Words in the incident's channel. Posted after the channel was opened, in order."""

    look_after = HISTORY_LAG
    what = "post in its channel"
    text: str

    def lane(self) -> str:
        return f"incident:{self.incident}:room"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
        if incident and incident.channel:
            await post_once(world.slack, attempt, incident.channel, Message(clip(self.text, TEXT_ADVISED)))


class TellHolder(OnIncident):
    """What their role asks of them, to a new holder."""

    look_after = HISTORY_LAG
    what = "tell somebody about their role"
    user: UserId
    role: Role

    def lane(self) -> str:
        return f"person:{self.user}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
            roll = await queries.roll(snap, self.incident)
        if incident is None or roll.get(self.role) != self.user:
            return  # it passed on before they could be told
        channel = await world.slack.direct_channel(self.user)
        await post_once(world.slack, attempt, channel, views.duties(incident, self.role, world.organisation))


class TellPerson(Effect):
    """Words to one person, directly."""

    look_after = HISTORY_LAG
    user: UserId
    text: str

    def lane(self) -> str:
        return f"person:{self.user}"

    async def run(self, world: World, attempt: Attempt) -> None:
        channel = await world.slack.direct_channel(self.user)
        await post_once(world.slack, attempt, channel, Message(self.text))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody is left to tell but the timeline."""
        if self.incident:
            incident = await queries.locked(tx, self.incident)
            record(tx, incident, Fact.TOLD_LOST, text=escape(why), details={"what": f"tell <@{self.user}>"})


async def present_card(world: World, number: IncidentId) -> tuple[Incident, Message]:
    async with world.db.snapshot() as snap:
        incident = await queries.incident(snap, number)
        roll = await queries.roll(snap, number)
        if incident is None:
            raise Rejected("no_incident")
        name = await people.names(snap, [incident.declared_by])
        words = world.words.buttons(incident.status.value, roll, card=True)
        return incident, views.card(incident, roll, world.organisation, words, name, snap.now)
