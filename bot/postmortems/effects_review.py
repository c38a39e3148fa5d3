"""What people see of a review: the message with its buttons, the document as it is now, and reminders."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.incidents.model import Incident
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Urgency
from bot.kernel.errors import Rejected
from bot.kernel.ids import CanvasId, ChannelId, MessageTs, UserId
from bot.people import queries as people
from bot.postmortems import markdown, queries, views, views_review
from bot.postmortems.head import document
from bot.postmortems.model import Postmortem
from bot.slack import canvas
from bot.slack.client import File
from bot.slack.message import Message
from bot.slack.posting import post_once
from bot.world import World

GONE = {"message_not_found", "channel_not_found", "is_archived", "cant_update_message"}
BY_HAND = (
    "> To change it, press *Edit* under the message in the channel. What is written in here by hand is gone at the next"
    " edit from there.\n\n"
)


class OfPostmortem(OnIncident):
    postmortem: int

    def lane(self) -> str:
        return f"incident:{self.incident}:postmortem"

    async def both(self, world: World) -> tuple[Incident, Postmortem] | None:
        async with world.db.snapshot() as snap:
            incident = await incidents.incident(snap, self.incident)
            postmortem = await queries.of(snap, self.postmortem)
        return (incident, postmortem) if incident and postmortem else None


class ShowPostmortem(OfPostmortem):
    """The message in the channel: posted the first time, edited after. Its thread is for comments."""

    coalesces = True
    look_after = HISTORY_LAG
    what = "say where the postmortem is"

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await self.both(world)
        if found is None or found[0].channel is None or found[1].delivered_at is None:
            return
        incident, postmortem = found
        channel = found[0].channel
        message = await _drawn(world, incident, postmortem)
        if postmortem.message:
            try:
                await world.slack.update(channel, postmortem.message, message)
            except Rejected as why:
                if why.code not in GONE:
                    raise
            return
        ts = await post_once(world.slack, attempt, channel, message)
        async with attempt.settled() as tx:
            await incidents.locked(tx, self.incident)
            now = await queries.fresh(tx, self.postmortem)
            if now:
                now.message = ts
                tx.owe(ShowPostmortem(incident=self.incident, postmortem=self.postmortem))


async def _drawn(world: World, incident: Incident, postmortem: Postmortem) -> Message:
    async with world.db.snapshot() as snap:
        users = [UserId(user) for user in (postmortem.owner, *postmortem.reviewers) if user]
        name = await people.names(snap, users)
    today = snap.now.astimezone(ZoneInfo(world.organisation.timezone)).date()
    return views_review.message(incident, postmortem, name, today)


class RefreshDocument(OfPostmortem):
    """The canvas, once people have edited the document: all of it, as it is now."""

    coalesces = True
    urgency = Urgency.PRESENT
    what = "bring the postmortem's canvas up to date"

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await self.both(world)
        if found is None or found[1].canvas is None:
            return
        text = BY_HAND + markdown.for_canvas(document(found[1]))
        if len(text.encode()) > markdown.CANVAS_LIMIT:
            raise Rejected("canvas_too_large")
        try:
            await canvas.replace(world.slack, found[1].canvas, text)
        except Rejected as why:
            if why.code != "canvas_not_found":  # somebody deleted it
                raise


class ShareReviewed(OfPostmortem):
    """Where there is no canvas: the edited document as a file of its own."""

    look_after = HISTORY_LAG
    coalesces = True
    what = "share the edited postmortem as a file"
    version: int

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await self.both(world)
        if found is None or found[0].channel is None or found[1].version != self.version:
            return  # a later one shows it
        incident, postmortem = found
        channel = found[0].channel
        name = views.file_name(incident, postmortem).replace(".md", f"-v{self.version}-{postmortem.state}.md")
        if not (attempt.uncertain and await world.slack.find_file(channel, name, attempt.since)):
            attempt.require_ours()
            await world.slack.upload(channel, File(name, views.title(incident), document(postmortem)))


class MarkPublished(OnIncident):
    """A line on top of a canvas on which only people have written since it was drafted: what they wrote stays."""

    what = "mark the postmortem as published"
    canvas: CanvasId
    published_at: datetime

    def lane(self) -> str:
        return f"incident:{self.incident}:postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        attempt.require_ours()
        try:
            await canvas.put_on_top(world.slack, self.canvas, views_review.published_mark(self.published_at))
        except Rejected as why:
            if why.code != "canvas_not_found":
                raise


class RemindReview(OfPostmortem):
    urgency = Urgency.REMIND
    look_after = HISTORY_LAG
    what = "remind somebody of the postmortem"
    serial: int
    to: UserId | None  # None: the incident's channel

    def lane(self) -> str:
        return f"postmortem:{self.postmortem}:reminder"

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await self.both(world)
        if found is None or not self._is(found[1]):
            return
        incident, postmortem = found
        place = await world.slack.direct_channel(self.to) if self.to else incident.channel
        if place is None:
            return
        ts = await post_once(world.slack, attempt, place, views_review.reminder(incident, postmortem, self.to))
        async with attempt.settled() as tx:
            await incidents.locked(tx, self.incident)
            now = await queries.fresh(tx, self.postmortem)
            if now and self._is(now):
                now.asked_in, now.asked_ts = place, ts
            else:
                tx.owe(CloseReview(incident=self.incident, postmortem=self.postmortem, channel=place, ts=ts))

    def _is(self, postmortem: Postmortem) -> bool:
        return postmortem.is_open and postmortem.stage is not None and postmortem.serial == self.serial

    async def lost(self, tx: Transaction, why: str) -> None:
        """Whoever cannot be told directly is told of in the channel."""
        if self.to is None:
            await super().lost(tx, why)
            return
        await incidents.locked(tx, self.incident)
        now = await queries.fresh(tx, self.postmortem)
        if now and now.stage is not None and self._is(now):
            now.remind(now.stage)
            tx.owe(RemindReview(incident=self.incident, postmortem=self.postmortem, serial=now.serial, to=None))


class CloseReview(OfPostmortem):
    """An earlier reminder has no buttons any more, and says how it stands."""

    what = "close a reminder of the postmortem"
    channel: ChannelId
    ts: MessageTs

    def lane(self) -> str:
        return f"message:{self.channel}:{self.ts}"

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await self.both(world)
        if found is None:
            return
        try:
            await world.slack.update(self.channel, self.ts, views_review.closed(*found))
        except Rejected as why:
            if why.code not in GONE:
                raise

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody misses it: its buttons are answered by what is true then."""
