"""The door of this floor: what people press on a page and type about paging."""

from slack_sdk.models.views import View

from bot.escalations import answering, forms, queries, views, views_oncall
from bot.escalations.rules import Whom
from bot.incidents import forms as incident_forms
from bot.incidents.asking import about, done, said_more, seen, standing_in, states
from bot.incidents.model import Incident
from bot.incidents.queries import roll
from bot.incidents.terms import LIVE, Roll
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.people import queries as people
from bot.people.directory import Directory
from bot.people.listeners import meet
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation, Submission
from bot.slack.text import escape, plain, users_in
from bot.world import World


def listen(door: Door) -> None:
    inside, going_on = (Who.INSIDERS, Where.INCIDENT), states(*LIVE)
    # fmt: off
    door.word(Word("ack", "Acknowledge: say that you have it. Nobody further is paged.", on_ack, "", ("acknowledge",),
                   *inside))
    door.word(Word("pass", "Say that you can't take a page: the next level is paged at once.", on_pass, "",
                   ("cant", "can't"), *inside))
    door.word(Word("page", "Page somebody: a person, a group or a policy.", on_page, "[@somebody | policy] [why]",
                   ("call",), *inside, label="Page somebody", in_states=going_on, rank=45))
    door.word(Word("escalate", "Page the next level now.", on_escalate, "", (), *inside,
                   label="Escalate", in_states=going_on, rank=46))
    door.word(Word("why", "Explain why you were paged.", on_why, "", (), *inside))
    door.word(Word("oncall", "Show who would be paged now, for each policy.", on_oncall, "", ("on-call", "who")))
    # fmt: on
    door.form("page", on_page_form)


def _page_of(asked: Invocation) -> int | None:
    """The page that a button belongs to stands after the incident's number."""
    return int(asked.rest) if asked.incident and asked.rest.isdecimal() else None


async def on_ack(asked: Invocation) -> None:
    incident = await about(asked, "ack")
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await answering.acknowledge(tx, incident.id, asked.user, _page_of(asked))
    await done(asked, incident, f"You have {views.where(incident)}. Nobody further is paged.")


async def on_pass(asked: Invocation) -> None:
    incident = await about(asked, "pass")
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        _, then = await answering.pass_on(tx, incident.id, asked.user, _page_of(asked))
    await done(asked, incident, f"Noted: you can't take {incident.name}. {then}")


async def on_escalate(asked: Invocation) -> None:
    incident = await about(asked, "escalate")
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        _, what = await answering.escalate(tx, asked.world.organisation, incident.id, asked.user, _page_of(asked))
    await done(asked, incident, f"Paging {escape(what)} for {incident.name} now.")


async def on_page(asked: Invocation) -> None:
    """With somebody named at once; without, the form."""
    incident = await said_more(asked, "page")
    if incident is None:
        await asked.shows("Page somebody", _choosing(asked))
        return
    said = forms.Asked.typed(asked.rest, asked.world.organisation.policies)
    name = await _page(asked.world, incident.id, said, asked.user, asked.key)
    await done(asked, incident, f"Paging {name} for {incident.name} now.")


async def _choosing(asked: Invocation) -> View:
    incident = await about(asked, "page")
    incident.require_live()
    return views.choosing(incident, asked.world.organisation)


async def on_page_form(sent: Submission) -> None:
    number, said = incident_forms.incident(sent.carries), forms.Asked.chosen(sent.values)
    await _page(sent.world, number, said, sent.user, sent.key)
    await sent.close()


async def _page(world: World, number: IncidentId, said: forms.Asked, by: UserId, key: str) -> str:
    """Returns who that is, escaped."""
    for user in said.users:
        (await meet(world, user)).require_able()
    async with world.db.transaction() as tx:
        await tx.once(key)
        await seen(tx, number, by)
        reason = plain(said.reason, await people.names(tx, users_in(said.reason)))
        reason = incident_forms.typed(reason)
        if said.policy:
            await answering.call_policy(tx, world.organisation, number, said.policy, by, reason)
            return f"policy {escape(said.policy)}"
        named = await _named(tx, said)
        await answering.call(tx, number, said.targets, named, by, reason)
        return escape(named)


async def _named(tx: Transaction, said: forms.Asked) -> str:
    """What they are called. Raises Refused for a group in which there is nobody to page."""
    name = await people.names(tx, said.users)
    groups = [target.name for target in said.targets if UserId(target.name) not in said.users]
    known = await people.directory(tx, users=said.users, groups=groups)
    _, missing = Whom(known, {}, None).found(said.targets)
    if missing:
        raise Refused(f"I cannot page {escape('; '.join(map(str, missing)))}. Choose somebody else.")
    handles = await people.handles(tx, groups)
    return ", ".join([*(name(user) for user in said.users), *(f"@{handles.get(group, group)}" for group in groups)])


async def on_why(asked: Invocation) -> None:
    await asked.shows("Why me?", _explaining(asked))


async def _explaining(asked: Invocation) -> View:
    incident = await about(asked, "why")
    async with asked.world.db.snapshot() as snap:
        number = _page_of(asked)
        mine = await (queries.page(snap, number) if number else queries.page_of(snap, incident.id, asked.user))
        escalation = await queries.escalation(snap, mine.escalation_id) if mine else None
        if mine is None or escalation is None or mine.incident_id != incident.id:
            raise Refused(f"You were not paged for {incident.name}.")
        pages = await queries.pages_of(snap, mine.escalation_id)
        others = [one for one in pages if (one.round, one.level) == (mine.round, mine.level)]
        name = await people.names(snap, views.people_in(escalation, pages))
    return views.why(incident, escalation, mine, others, name)


async def on_oncall(asked: Invocation) -> None:
    here = await standing_in(asked.world, asked.channel, asked.user)
    organisation = asked.world.organisation
    async with asked.world.db.snapshot() as snap:
        held = await roll(snap, here.id) if here else {}
        known = await people.directory_of(snap, organisation.policies.values(), held.values())
        whom = _whom(known, held, organisation.announce, here)
        name = await people.names(snap, [*known.people])
    await asked.answer(views_oncall.oncall(organisation, lambda level: whom.found(level.notify), name))


def _whom(known: Directory, held: Roll, announce: str | None, here: Incident | None) -> Whom:
    if here is None:
        return Whom(known, held, announce)
    return Whom(known, held, announce, here.is_private, here.channel)
