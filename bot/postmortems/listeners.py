"""The door of this floor: reading the postmortem, and its review."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from slack_sdk.models.views import View

from bot.followups import queries as follow_ups
from bot.incidents import export
from bot.incidents import forms as incident_forms
from bot.incidents.asking import about, seen, states
from bot.incidents.model import Incident
from bot.incidents.terms import Status
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId
from bot.postmortems import criteria, forms, queries, review, rules, telling, views, views_review
from bot.postmortems.forms import Verb
from bot.postmortems.model import Postmortem
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation, Submission
from bot.slack.message import Message

DID = {
    Verb.REVIEW: "is in review",
    Verb.APPROVE: "is approved. `/incident postmortem publish` publishes it",
    Verb.PUBLISH: "is published",
    Verb.OWNER: "has another owner now",
    Verb.REVIEWERS: "has these reviewers now",
    Verb.DUE: "is due as you said",
}


def listen(door: Door) -> None:
    door.word(
        Word("postmortem", "Show the postmortem, or go on with its review.", on_postmortem,
             "[edit | check | review | approve | publish | owner @bo | reviewers @bo @cy | due 2026-12-01]",
             ("retro", "pm"), Who.INSIDERS, Where.INCIDENT,
             label="Postmortem", in_states=states(Status.RESOLVED, Status.CLOSED), on_card=True)
    )  # fmt: skip
    door.form("postmortem-choose", on_chosen)
    door.form("postmortem-edit", on_edited)


async def on_postmortem(asked: Invocation) -> None:
    incident = await about(asked, "postmortem")
    verb, rest = forms.verb(asked.rest)
    shown = {Verb.READ: _reading, Verb.EDIT: _choosing, Verb.CHECK: _checking}
    if verb in shown:
        await asked.shows("Postmortem", shown[verb](asked, incident))
        return
    said = await _go_on(asked, incident, verb, rest)
    await asked.answer(Message(said))


async def _go_on(asked: Invocation, incident: Incident, verb: Verb, rest: str) -> str:
    """One step of the review; returns what came of it."""
    case = await _case(asked, incident)
    agreed = [telling.follow_up(case, one) for one in case.follow_ups]
    steps: dict[Verb, Callable[[Transaction, IncidentId], Awaitable[Postmortem]]] = {
        Verb.REVIEW: lambda tx, number: review.ask(tx, number, asked.user, agreed),
        Verb.APPROVE: lambda tx, number: review.approve(tx, number, asked.user),
        Verb.PUBLISH: lambda tx, number: review.publish(tx, number, asked.user, agreed),
    }
    if verb is Verb.OWNER:
        owner = forms.people(rest, verb)[0]
        steps[verb] = lambda tx, number: review.give(tx, number, owner, asked.user)
    if verb is Verb.REVIEWERS:
        reviewers = forms.people(rest, verb)
        steps[verb] = lambda tx, number: review.choose(tx, number, reviewers, asked.user)
    if verb is Verb.DUE:
        zone = ZoneInfo(asked.world.organisation.timezone)
        due = forms.due(rest, asked.world.clock.now().astimezone(zone).date())
        steps[verb] = lambda tx, number: review.set_due(tx, number, due, asked.user)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await steps[verb](tx, incident.id)
    return f"The postmortem of {incident.name} {DID[verb]}."


async def _present(asked: Invocation, incident: Incident) -> Postmortem:
    async with asked.world.db.snapshot() as snap:
        drafted = await queries.all_of(snap, incident.id)
    return views.readable(incident, drafted[0] if drafted else None)


async def _reading(asked: Invocation, incident: Incident) -> View:
    return views.page(incident, await _present(asked, incident))


async def _choosing(asked: Invocation, incident: Incident) -> View:
    postmortem = await _present(asked, incident)
    postmortem.require_editable()
    return views_review.choosing(incident, postmortem)


async def _checking(asked: Invocation, incident: Incident) -> View:
    """Read from the record as it is now, and from the document as people left it."""
    postmortem = await _present(asked, incident)
    organisation = asked.world.organisation
    case = await _case(asked, incident)
    today = asked.world.clock.now().astimezone(ZoneInfo(organisation.timezone)).date()
    review_of = criteria.Review(case, postmortem, today)
    return views_review.checklist(incident, criteria.checklist(review_of), criteria.remarks(review_of))


async def _case(asked: Invocation, incident: Incident) -> rules.Case:
    async with asked.world.db.snapshot() as snap:
        agreed = await follow_ups.all_of(snap, incident.id)
        record = await export.gather(snap, incident.id, also=[one.owner for one in agreed if one.owner])
    return rules.Case(record, asked.world.organisation, follow_ups=agreed)


async def on_chosen(sent: Submission) -> None:
    number = incident_forms.incident(sent.carries)
    async with sent.world.db.snapshot() as snap:
        incident = await seen(snap, number, sent.user)
        drafted = await queries.all_of(snap, number)
    postmortem = views.readable(incident, drafted[0] if drafted else None)
    postmortem.require_editable()
    await sent.becomes(views_review.editing(incident, postmortem, str(sent.values["choice"])))


async def on_edited(sent: Submission) -> None:
    number, words = incident_forms.incident(sent.carries), forms.text(sent.values)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await review.edit(tx, number, str(sent.carries["choice"]), str(sent.carries["was"]), words, sent.user)
    await sent.close()
