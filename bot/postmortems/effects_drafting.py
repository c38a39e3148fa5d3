"""How a postmortem comes to be written: drafted by rules, then put to the model, which may only add to it."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.followups import queries as follow_ups
from bot.followups.model import FollowUp
from bot.incidents import export
from bot.incidents import queries as incidents
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Snapshot
from bot.kernel.effect import Attempt
from bot.llm.ledger.changes import keep
from bot.llm.model import Declined, Kind
from bot.postmortems import rules_review
from bot.postmortems.draft import draft
from bot.postmortems.effects import DeliverDraft
from bot.postmortems.effects_base import OnPostmortem
from bot.postmortems.evidence import gathered
from bot.postmortems.gathering import sources
from bot.postmortems.weaving import Weaving, Woven
from bot.world import World

PRIVATE = "private incidents are not sent to a model"

log = structlog.get_logger(__name__)


class Drafting(OnPostmortem):
    async def _recorded(self, snap: Snapshot) -> tuple[export.Record, Sequence[FollowUp]]:
        """All that rules draft from."""
        agreed = await follow_ups.all_of(snap, self.incident)
        return await export.gather(snap, self.incident, also=[one.owner for one in agreed if one.owner]), agreed


class WriteDraft(Drafting):
    """Nothing outside is told yet. It is an effect because a draft needs the organisation's words, and because its
    failure must be told."""

    what = "draft the postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            of, agreed = await self._recorded(snap)
        # A long one takes a second: no page waits for it.
        made = await asyncio.to_thread(draft, of, world.organisation, follow_ups=agreed)
        async with attempt.settled() as tx:
            incident, postmortem = await incidents.locked(tx, self.incident), await self.ours(tx)
            if incident.resolved_at != postmortem.resolved_at:
                postmortem.supersede()
            elif not postmortem.is_written:
                postmortem.write(made.markdown, made.owner, made.questions, tx.now)
                postmortem.expect(rules_review.due(world.organisation, incident, postmortem.resolved_at), tx.now)
                record(tx, incident, Fact.POSTMORTEM_DRAFTED, details={"questions": made.questions})
                tx.owe(AskModel(incident=self.incident, postmortem=self.postmortem))


class AskModel(Drafting):
    """Only claims that say what the record says stand in the draft. Whatever goes wrong, the draft is delivered, and
    its head says what is missing."""

    what = "ask the model about the postmortem"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        if found is None:
            return
        try:
            self._allow(world, found[0])
            woven = await self._woven(world)
        except Declined as why:
            await self._go_on_without(world, attempt, why)
        else:
            await self._add(world, attempt, woven)

    def _allow(self, world: World, incident: Incident) -> None:
        """Raises Declined, before anything is read, if nothing would be sent."""
        if incident.is_private and not world.organisation.ai.private:
            raise Declined(PRIVATE, Kind.NOT_CONFIGURED)
        away = world.model.unavailable()
        if away:
            raise away

    async def _woven(self, world: World) -> Woven:
        assert world.slack.me, "nothing is resolved before we have signed in"
        async with world.db.snapshot() as snap:
            read = await sources(snap, self.incident, world.organisation, world.slack.me.url)
        evidence = await asyncio.to_thread(gathered, read)  # ten thousand messages take a while
        return await Weaving(world.model, world.prompts, evidence).weave()

    async def _go_on_without(self, world: World, attempt: Attempt, why: Declined) -> None:
        log.info("postmortem_without_model", incident=self.incident, reason=why.kind)
        async with attempt.settled() as tx:
            keep(tx, self.incident, why.calls)
            (await self.ours(tx)).no_model_because = why.reason
            tx.owe(DeliverDraft(incident=self.incident, postmortem=self.postmortem))

    async def _add(self, world: World, attempt: Attempt, woven: Woven) -> None:
        """What was recorded while the model was busy is in the draft too."""
        async with world.db.snapshot() as snap:
            of, agreed = await self._recorded(snap)
        made = await asyncio.to_thread(draft, of, world.organisation, woven.added, agreed)
        async with attempt.settled() as tx:
            keep(tx, self.incident, woven.calls)
            postmortem = await self.ours(tx)
            if not postmortem.version:  # what people wrote meanwhile is theirs
                postmortem.extend(made.markdown, made.questions, woven.added.model_dump(mode="json"))
            tx.owe(DeliverDraft(incident=self.incident, postmortem=self.postmortem))
