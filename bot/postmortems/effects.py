"""How a postmortem comes to be written and read: drafted, put to the model, and delivered as a canvas, else a file,
else a thread. Each is one act; whatever Slack refuses, the next way is tried, and only the last one can be lost."""

import asyncio

import structlog

from bot.followups import queries as follow_ups
from bot.incidents import export
from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.effect import Attempt
from bot.kernel.errors import Rejected
from bot.kernel.ids import CanvasId, ChannelId, MessageTs
from bot.llm.model import Declined
from bot.postmortems import markdown, queries, rules_review, views
from bot.postmortems.draft import draft
from bot.postmortems.effects_review import ShowPostmortem
from bot.postmortems.head import document
from bot.postmortems.model import Place, Postmortem
from bot.slack import canvas
from bot.slack.client import File
from bot.slack.posting import post_once
from bot.world import World

PRIVATE = "private incidents are not sent to a model"
UNUSED = "this version does not use its answer"
TAKEN = "channel_canvas_already_exists"

log = structlog.get_logger(__name__)


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


class WriteDraft(OnPostmortem):
    """Nothing outside is told yet. It is an effect because a draft needs the organisation's words, and because its
    failure must be told."""

    what = "draft the postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            agreed = await follow_ups.all_of(snap, self.incident)
            of = await export.gather(snap, self.incident, also=[one.owner for one in agreed if one.owner])
        made = await asyncio.to_thread(
            draft, of, world.organisation, agreed
        )  # a long one takes a second: no page waits for it
        async with attempt.settled() as tx:
            incident, postmortem = await incidents.locked(tx, self.incident), await self.ours(tx)
            if incident.resolved_at != postmortem.resolved_at:
                postmortem.supersede()
            elif not postmortem.is_written:
                postmortem.write(made.markdown, made.owner, made.questions, tx.now)
                postmortem.expect(rules_review.due(world.organisation, incident, postmortem.resolved_at), tx.now)
                record(tx, incident, Fact.POSTMORTEM_DRAFTED, details={"questions": made.questions})
                tx.owe(AskModel(incident=self.incident, postmortem=self.postmortem))


class AskModel(OnPostmortem):
    """The model may only add to what rules drafted; as long as nothing verifies what it says, nothing is added."""

    what = "ask the model about the postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        if found is None:
            return
        reason = await self._reason(world, *found)
        async with attempt.settled() as tx:
            (await self.ours(tx)).no_model_because = reason
            tx.owe(DeliverDraft(incident=self.incident, postmortem=self.postmortem))

    async def _reason(self, world: World, incident: Incident, postmortem: Postmortem) -> str:
        """Why the model added nothing."""
        if incident.is_private:
            return PRIVATE
        try:
            await world.model.complete("postmortem", postmortem.markdown)
        except Declined as why:
            return str(why)
        return UNUSED


class Delivery(OnPostmortem):
    """One way for people to read it."""

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        if found is None or found[1].delivered_at:
            return
        incident, postmortem = found
        if incident.channel is None:
            raise Rejected("no_channel", "`/incident postmortem` shows it all the same")
        try:
            await self.deliver(world, attempt, incident, postmortem, incident.channel)
        except Rejected as why:
            other = self.instead(why.code)
            if other is None:
                raise
            log.warning("postmortem_goes_another_way", incident=self.incident, refused=self.what, reason=str(why))
            async with attempt.settled() as tx:
                tx.owe(other(incident=self.incident, postmortem=self.postmortem))

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        raise NotImplementedError

    def instead(self, refusal: str) -> "type[Delivery] | None":
        """The way that is tried next after this refusal of Slack."""
        return None

    def told(self) -> ShowPostmortem:
        return ShowPostmortem(incident=self.incident, postmortem=self.postmortem)

    async def arrived(self, tx: Transaction, place: Place, permalink: str | None) -> Postmortem:
        postmortem = await self.ours(tx)
        postmortem.deliver(place, permalink, tx.now)
        return postmortem


class DeliverDraft(Delivery):
    """As the channel's own canvas."""

    look_after = HISTORY_LAG
    what = "make a canvas of the postmortem"

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        made = await self._made_before(world, attempt, channel)
        if made is None:
            text = for_canvas(postmortem)
            attempt.require_ours()
            made = await canvas.create_in_channel(world.slack, channel, views.title(incident), text)
        async with attempt.settled() as tx:
            arrived = await self.arrived(tx, Place.CANVAS, canvas.link(world.slack, made))
            arrived.canvas = made
            tx.owe(self.told())

    async def _made_before(self, world: World, attempt: Attempt, channel: ChannelId) -> CanvasId | None:
        if not attempt.uncertain:
            return None
        found = await canvas.of_channel(world.slack, channel)
        async with world.db.snapshot() as snap:
            earlier = {postmortem.canvas for postmortem in await queries.all_of(snap, self.incident)}
        return found.id if found and found.made_since(attempt.since) and found.id not in earlier else None

    def instead(self, refusal: str) -> type[Delivery]:
        return CreateCanvas if refusal == TAKEN else ShareDraftFile


class CreateCanvas(Delivery):
    """One that stands alone: people may have written in the channel's own, and what they wrote stays. Made twice, the
    first is seen by nobody."""

    what = "make a canvas of the postmortem"

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        made = await canvas.create_alone(world.slack, views.title(incident), for_canvas(postmortem))
        async with attempt.settled() as tx:
            (await self.ours(tx)).canvas = made
            tx.owe(ShareCanvas(incident=self.incident, postmortem=self.postmortem))

    def instead(self, refusal: str) -> type[Delivery]:
        return ShareDraftFile


class ShareCanvas(Delivery):
    """With the members of the channel. Sharing it again changes nothing."""

    what = "share the postmortem's canvas"

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        if postmortem.canvas is None:
            raise Rejected("canvas_not_found")
        await canvas.share(world.slack, postmortem.canvas, channel)
        async with attempt.settled() as tx:
            await self.arrived(tx, Place.CANVAS, canvas.link(world.slack, postmortem.canvas))
            tx.owe(self.told())

    def instead(self, refusal: str) -> type[Delivery]:
        return ShareDraftFile


class ShareDraftFile(Delivery):
    look_after = HISTORY_LAG
    what = "share the postmortem as a file"

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        file = File(views.file_name(incident, postmortem), views.title(incident), document(postmortem))
        if not (attempt.uncertain and await world.slack.find_file(channel, file.name, attempt.since)):
            attempt.require_ours()
            await world.slack.upload(channel, file)
        async with attempt.settled() as tx:
            await self.arrived(tx, Place.FILE, None)
            tx.owe(self.told())

    def instead(self, refusal: str) -> type[Delivery]:
        return ShareDraftThread


class ShareDraftThread(Delivery):
    """The message that the parts are posted under."""

    look_after = HISTORY_LAG
    what = "post the postmortem"

    async def deliver(
        self, world: World, attempt: Attempt, incident: Incident, postmortem: Postmortem, channel: ChannelId
    ) -> None:
        ts = await post_once(world.slack, attempt, channel, views.parent(incident, postmortem))
        async with attempt.settled() as tx:
            arrived = await self.arrived(tx, Place.THREAD, _permalink(world, channel, ts))
            arrived.thread = arrived.message = ts
            tx.owe(self.told())
            tx.owe(*(self._part(number) for number in range(len(views.parts(arrived)))))

    def _part(self, number: int) -> "PostDraftPart":
        return PostDraftPart(incident=self.incident, postmortem=self.postmortem, part=number)


class PostDraftPart(OnPostmortem):
    look_after = HISTORY_LAG
    what = "post a part of the postmortem"
    part: int

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        if found is None:
            return
        incident, postmortem = found
        if incident.channel and postmortem.thread:
            said = views.parts(postmortem)[self.part]
            await post_once(world.slack, attempt, incident.channel, said, thread=postmortem.thread)


class MarkSuperseded(OnIncident):
    """A line on top of an earlier canvas; what people wrote below it stays."""

    what = "mark the earlier postmortem as superseded"
    canvas: CanvasId

    def lane(self) -> str:
        return f"incident:{self.incident}:postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        attempt.require_ours()
        try:
            await canvas.put_on_top(world.slack, self.canvas, views.SUPERSEDED)
        except Rejected as why:
            if why.code != "canvas_not_found":  # somebody deleted it
                raise


def _permalink(world: World, channel: ChannelId, ts: MessageTs) -> str | None:
    """Made here, not asked for: an answer lost after the post would have it posted again."""
    me = world.slack.me
    return f"{me.url}archives/{channel}/p{ts.replace('.', '')}" if me else None


def for_canvas(postmortem: Postmortem) -> str:
    """Raises Rejected if no canvas would hold it."""
    text = markdown.for_canvas(document(postmortem))
    if len(text.encode()) > markdown.CANVAS_LIMIT:
        raise Rejected("canvas_too_large")
    return text
