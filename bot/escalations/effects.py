"""What the outside is told of an escalation: pages, and what becomes of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Self

from bot.escalations import queries, rules, views
from bot.escalations.model import Escalation, Outcome, Page, Stage
from bot.incidents import queries as incidents
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import note
from bot.incidents.views import Names
from bot.kernel.db import Snapshot, Transaction
from bot.kernel.effect import Attempt, Urgency
from bot.kernel.errors import NotWanted, Rejected
from bot.kernel.ids import ChannelId, MessageTs
from bot.people import queries as people
from bot.slack.message import Message
from bot.slack.posting import post_once
from bot.slack.text import escape
from bot.world import World

HANGS_AT = 2  # the try at which Slack has not taken a page at once


@dataclass(frozen=True)
class Call:
    """A page and all that it says."""

    page: Page
    escalation: Escalation
    incident: Incident


class SendPage(OnIncident):
    """A new message to one person, directly, or in a channel. Not sent if it is no longer wanted."""

    urgency = Urgency.PAGE
    look_after = HISTORY_LAG
    patience = timedelta(hours=24)
    what = "page somebody"
    page: int

    def lane(self) -> str:
        return f"page:{self.page}"

    async def run(self, world: World, attempt: Attempt) -> None:
        if not attempt.uncertain and not await _is_wanted(world, self.page):
            await self._drop(attempt)
            return
        call = await _read(world, self.page)
        if attempt.number == HANGS_AT:
            await self._show_that_it_hangs(world, call.page)
        channel = await self._place(world, call.page)
        message = await _drawn(world, call)

        async def last_look() -> None:
            if not await _is_wanted(world, self.page):
                raise NotWanted

        try:
            ts = await post_once(world.slack, attempt, channel, message, last_look=last_look)
        except NotWanted:
            await self._drop(attempt)
            return

        async def accepted(tx: Transaction) -> None:
            incident = await incidents.locked(tx, self.incident)
            page, escalation = await _mine(tx, self.page)
            page.outcome, page.channel, page.ts, page.accepted_at = Outcome.ACCEPTED, channel, ts, tx.now
            note(tx, incident, Fact.PAGED, details=_about(page, escalation, late=True))
            if escalation.is_at(page):
                escalation.taken(tx.now)
            if not escalation.is_open:  # answered while it was on its way
                tx.owe(RefreshPage(incident=self.incident, page=self.page))
            tx.owe(ShowPaging(incident=self.incident, escalation=page.escalation_id))

        await attempt.settle(accepted)

    @classmethod
    async def look_up(cls, tx: Transaction, effects: Sequence[Self]) -> None:
        await tx.lock_all(Incident, {effect.incident for effect in effects})
        tx.keep(await queries.calls(tx, [effect.page for effect in effects]))

    async def _place(self, world: World, page: Page) -> ChannelId:
        if page.user:
            return await world.slack.direct_channel(page.user)
        return await world.slack.announcements(page.recipient)

    async def _show_that_it_hangs(self, world: World, page: Page) -> None:
        """What becomes of a page is shown in the channel; of this one nothing has, but people are to know of it."""
        async with world.db.transaction() as tx:
            tx.owe(ShowPaging(incident=self.incident, escalation=page.escalation_id))

    async def _drop(self, attempt: Attempt) -> None:
        async def dropped(tx: Transaction) -> None:
            page, _ = await _mine(tx, self.page)
            page.outcome = Outcome.DROPPED
            tx.owe(ShowPaging(incident=self.incident, escalation=page.escalation_id))

        await attempt.settle(dropped)

    async def lost(self, tx: Transaction, why: str) -> None:
        """If none of its level arrives, the next level is paged at once."""
        incident = await incidents.locked(tx, self.incident)
        page, escalation = await _mine(tx, self.page)
        page.outcome, page.error = Outcome.FAILED, why
        note(tx, incident, Fact.PAGE_FAILED, text=escape(views.refusal(why)), details=_about(page, escalation))
        if escalation.is_at(page):
            escalation.refused(tx.now)
        tx.owe(ShowPaging(incident=self.incident, escalation=page.escalation_id))


class RefreshPage(OnIncident):
    """A page that was sent, as things stand now: whoever opens it late sees who has it."""

    urgency = Urgency.PRESENT
    coalesces = True
    what = "change a page"
    page: int

    def lane(self) -> str:
        return f"page:{self.page}"

    async def run(self, world: World, attempt: Attempt) -> None:
        call = await _read(world, self.page)
        if call.page.channel and call.page.ts:
            await world.slack.update(call.page.channel, call.page.ts, await _drawn(world, call))

    async def lost(self, tx: Transaction, why: str) -> None:
        """Nobody counted on it: the page had been delivered."""


class ShowPaging(OnIncident):
    """Who has been paged and who comes next, in the incident's channel: posted the first time, edited after."""

    coalesces = True
    look_after = HISTORY_LAG
    what = "show who is paged"
    escalation: int

    def lane(self) -> str:
        return f"incident:{self.incident}:room"

    def subject(self) -> tuple[str, ...]:
        return (*super().subject(), str(self.escalation))

    async def run(self, world: World, attempt: Attempt) -> None:
        found = await world.db.together.ask(_shown, self.escalation)
        if found is None or found.incident.channel is None:
            return
        incident, escalation, pages, name = found
        if not pages and escalation.notice is None:
            return  # answered or over before anybody was called
        message = views.notice(incident, escalation, pages, name)
        if escalation.notice:
            try:
                await world.slack.update(incident.channel, escalation.notice, message)
            except Rejected as why:
                if why.code != "message_not_found":
                    raise
                await attempt.settle(self._posted(None))  # somebody deleted it
            return
        ts = await post_once(world.slack, attempt, incident.channel, message)

        await attempt.settle(self._posted(ts, escalation.stage))

    def _posted(self, ts: MessageTs | None, shown: Stage | None = None) -> Callable[[Transaction], Awaitable[None]]:
        """It stands there now, and showed this stage; None: nowhere, so it is posted anew."""

        async def posted(tx: Transaction) -> None:
            await incidents.locked(tx, self.incident)
            now = await queries.escalation(tx, self.escalation)
            assert now
            now.notice = ts
            if now.stage is not shown:
                tx.owe(ShowPaging(incident=self.incident, escalation=self.escalation))

        return posted

    @classmethod
    async def look_up(cls, tx: Transaction, effects: Sequence[Self]) -> None:
        await tx.lock_all(Incident, {effect.incident for effect in effects})
        tx.keep(await queries.escalations(tx, [effect.escalation for effect in effects]))


class Shown(NamedTuple):
    """An escalation and all that its notice says."""

    incident: Incident
    escalation: Escalation
    pages: Sequence[Page]
    name: Names


async def _shown(snap: Snapshot, escalations: Sequence[int]) -> dict[int, Shown]:
    found = await queries.escalations(snap, escalations)
    pages = await queries.pages_of_all(snap, escalations)
    named = {user for one, _ in found.values() for user in views.people_in(one, pages[one.id or 0])}
    name = await people.names(snap, named)
    return {number: Shown(incident, one, pages[number], name) for number, (one, incident) in found.items()}


async def _read(world: World, number: int) -> Call:
    found = await world.db.together.ask(queries.calls, number)
    if found is None:
        raise Rejected("no_page")
    return Call(*found)


async def _mine(snap: Snapshot, number: int) -> tuple[Page, Escalation]:
    page = await queries.page(snap, number)
    escalation = await queries.escalation(snap, page.escalation_id) if page else None
    if page is None or escalation is None:
        raise Rejected("no_page")
    return page, escalation


async def _is_wanted(world: World, number: int) -> bool:
    standing = await world.db.together.ask(queries.standings, number)
    if standing is None:
        raise Rejected("no_page")
    return rules.still_wanted(standing, world.organisation)


async def _drawn(world: World, call: Call) -> Message:
    named = [user for user in (call.escalation.asked_by, call.escalation.acknowledged_by) if user]
    name: Names = str
    if named:
        async with world.db.snapshot() as snap:
            name = await people.names(snap, named)
    return views.page(call.incident, call.escalation, call.page, world.organisation, name, world.clock.now())


def _about(page: Page, escalation: Escalation, *, late: bool = False) -> dict[str, object]:
    whom = {"whom": page.recipient} if page.is_channel else {"to": page.recipient}
    late_by = rules.lateness(page, page.accepted_at) if late and page.accepted_at else None
    return {
        **whom, "level": page.level, "round": page.round, "policy": escalation.policy_name,
        **({"late_s": round(late_by.total_seconds())} if late_by else {}),
    }  # fmt: skip
