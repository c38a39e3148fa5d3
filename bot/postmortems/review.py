"""The review of a postmortem: who owns and reviews it, how far it is, and its words changed section by section. Each
change stands on the timeline, and the message in the channel shows it."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from bot.incidents import changes as incident_changes
from bot.incidents import queries as incidents
from bot.incidents.effects import TellPerson
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.people import queries as people
from bot.postmortems import parts, queries, rules_review, views, views_review
from bot.postmortems.effects_hooks import EVENTS, TellHooks
from bot.postmortems.effects_review import (
    CloseReview,
    MarkPublished,
    RefreshDocument,
    RemindReview,
    ShareReviewed,
    ShowPostmortem,
)
from bot.postmortems.model import Place, Postmortem, PostmortemState, PostmortemVersion
from bot.slack.text import escape


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    return (Sweep("postmortem reviews", queries.due, partial(look, organisation), queries.next_due),)


async def ask(tx: Transaction, number: IncidentId, by: UserId, agreed: Sequence[str]) -> Postmortem:
    """Ask for a review. Those who shall do it are told directly. `agreed`: the follow-ups as they stand."""
    incident, postmortem = await _ours(tx, number)
    postmortem.ask_review(tx.now)
    postmortem.bring_up_to_date(parts.with_follow_ups(postmortem.markdown, agreed))
    _note(tx, incident, postmortem, Fact.POSTMORTEM_IN_REVIEW, by)
    for user in postmortem.reviewers:
        if user != by:
            text = views_review.asked_to_review(incident, postmortem)
            tx.owe(TellPerson(incident=number, user=UserId(user), text=text))
    _show(tx, postmortem)
    return postmortem


async def approve(tx: Transaction, number: IncidentId, by: UserId) -> Postmortem:
    incident, postmortem = await _ours(tx, number)
    postmortem.approve(by, tx.now)
    _note(tx, incident, postmortem, Fact.POSTMORTEM_REVIEWED, by)
    _show(tx, postmortem)
    return postmortem


async def publish(tx: Transaction, number: IncidentId, by: UserId, agreed: Sequence[str]) -> Postmortem:
    """Keep how far each section has come from what was drafted. `agreed`: the follow-ups as they stand."""
    incident, postmortem = await _ours(tx, number)
    postmortem.publish(by, tx.now)
    postmortem.bring_up_to_date(parts.with_follow_ups(postmortem.markdown, agreed))
    assert postmortem.id
    first = {one.place: one.text for one in await queries.versions(tx, postmortem.id) if one.number == 0}
    postmortem.distances = parts.distances(postmortem.markdown, first)
    _note(tx, incident, postmortem, Fact.POSTMORTEM_PUBLISHED, by)
    _close(tx, postmortem)
    _show(tx, postmortem)
    if postmortem.canvas and not postmortem.version:
        tx.owe(MarkPublished(incident=number, canvas=postmortem.canvas, published_at=tx.now))
    return postmortem


async def give(tx: Transaction, number: IncidentId, owner: UserId, by: UserId) -> Postmortem:
    incident, postmortem = await _ours(tx, number)
    await _require_able(tx, incident, [owner])
    if postmortem.owner != owner:
        postmortem.owner = owner
        await _assigned(tx, incident, postmortem, "owner", [owner], by)
        postmortem.expect(postmortem.due_on, tx.now)
        await incident_changes.bring_in(tx, incident, [owner])
        if owner != by:
            tx.owe(TellPerson(incident=number, user=owner, text=views_review.given(incident, postmortem)))
    return postmortem


async def choose(tx: Transaction, number: IncidentId, reviewers: Sequence[UserId], by: UserId) -> Postmortem:
    """Who shall review it, in place of whoever was to before."""
    incident, postmortem = await _ours(tx, number)
    await _require_able(tx, incident, reviewers)
    new = [user for user in reviewers if user not in postmortem.reviewers]
    postmortem.reviewers = list(reviewers)
    await incident_changes.bring_in(tx, incident, new)
    await _assigned(tx, incident, postmortem, "reviewers", reviewers, by)
    if postmortem.state is PostmortemState.IN_REVIEW:
        text = views_review.asked_to_review(incident, postmortem)
        tx.owe(*(TellPerson(incident=number, user=user, text=text) for user in new if user != by))
    return postmortem


async def set_due(tx: Transaction, number: IncidentId, due: date | None, by: UserId) -> Postmortem:
    incident, postmortem = await _ours(tx, number)
    _close(tx, postmortem)
    postmortem.expect(due, tx.now)
    details = {"field": "due date"}
    record(tx, incident, Fact.POSTMORTEM_ASSIGNED, by, due.isoformat() if due else "none", details)
    _show(tx, postmortem, only_message=True)
    return postmortem


async def edit(tx: Transaction, number: IncidentId, choice: str, was: str, words: str, by: UserId) -> Postmortem:
    """Other words for a piece of a section. What it said before is kept, the machine's first."""
    incident, postmortem = await _ours(tx, number)
    postmortem.require_editable()
    place, heading, before, after = parts.changed(postmortem.markdown, choice, was, words)
    if before == after:
        return postmortem
    await _keep(tx, postmortem, place, heading, before, after, by)
    postmortem.revise(parts.put(postmortem.markdown, place, after), tx.now)
    record(tx, incident, Fact.POSTMORTEM_EDITED, by, details={"section": heading})
    _show(tx, postmortem)
    return postmortem


async def _keep(
    tx: Transaction, postmortem: Postmortem, place: int, heading: str, before: str, after: str, by: UserId
) -> None:
    assert postmortem.id
    last = [one.number for one in await queries.versions(tx, postmortem.id) if one.place == place]
    rows: list[tuple[int, str, UserId | None]] = [(len(last) or 1, after, by)]
    if not last:
        rows.insert(0, (0, before, None))
    for number, text, author in rows:
        tx.add(
            PostmortemVersion(
                postmortem_id=postmortem.id, place=place, number=number, heading=heading, text=text, by=author,
                at=tx.now if author else postmortem.drafted_at or tx.now,
            )
        )  # fmt: skip


async def _ours(tx: Transaction, number: IncidentId) -> tuple[Incident, Postmortem]:
    incident = await incidents.locked(tx, number)
    return incident, views.readable(incident, await queries.latest(tx, number))


async def _require_able(tx: Transaction, incident: Incident, users: Sequence[UserId]) -> None:
    name = await people.names(tx, users)
    able = await people.able(tx, users)
    for user in users:
        if user not in able:
            raise Refused(f"{escape(name(user))} cannot take part in an incident. Please choose somebody else.")
        if not await incidents.may_see(tx, incident, user):
            raise Refused(f"{escape(name(user))} is not in this private channel. Invite them first.")


async def _assigned(
    tx: Transaction, incident: Incident, postmortem: Postmortem, field: str, users: Sequence[UserId], by: UserId
) -> None:
    name = await people.names(tx, users)
    words = ", ".join(escape(name(user)) for user in users)
    record(tx, incident, Fact.POSTMORTEM_ASSIGNED, by, words, {"field": field})
    _show(tx, postmortem, only_message=True)


def _note(tx: Transaction, incident: Incident, postmortem: Postmortem, fact: Fact, by: UserId) -> None:
    """A step of the review, for the timeline and for whoever else is told."""
    assert postmortem.id
    record(tx, incident, fact, by)
    tx.owe(TellHooks(incident=incident.id, postmortem=postmortem.id, event=EVENTS[postmortem.state]))


def _show(tx: Transaction, postmortem: Postmortem, *, only_message: bool = False) -> None:
    """The message says how it stands; the canvas follows once people have edited the words, and a file is shared anew
    at each step."""
    assert postmortem.id
    of = {"incident": postmortem.incident_id, "postmortem": postmortem.id}
    tx.owe(ShowPostmortem.model_validate(of))
    if only_message:
        return
    if postmortem.place is Place.CANVAS and postmortem.version:
        tx.owe(RefreshDocument.model_validate(of))
    if postmortem.place is Place.FILE and postmortem.version:
        tx.owe(ShareReviewed.model_validate(of | {"version": postmortem.version}))


def _close(tx: Transaction, postmortem: Postmortem) -> None:
    """Its reminder, if there is one, can be answered no more."""
    if postmortem.asked_in and postmortem.asked_ts and postmortem.id:
        tx.owe(
            CloseReview(
                incident=postmortem.incident_id, postmortem=postmortem.id, channel=postmortem.asked_in,
                ts=postmortem.asked_ts,
            )
        )  # fmt: skip
    postmortem.stage = postmortem.asked_in = postmortem.asked_ts = None


async def look(organisation: Organisation, tx: Transaction, row: int) -> None:
    """Remind its owner if it is time, and say when to look again."""
    found = await queries.of(tx, row)
    incident = await incidents.at_hand(tx, found.incident_id) if found else None
    one = await queries.fresh(tx, row) if incident else None
    if incident is None or one is None or one.look_at is None or one.look_at > tx.now:
        return  # another replica was quicker
    stage, one.look_at = rules_review.duty(one, organisation, tx.now)
    one.looked_at = tx.now
    if stage:
        _close(tx, one)
        one.remind(stage)
        told = one.owner if one.owner and await incidents.may_see(tx, incident, one.owner) else None
        tx.owe(RemindReview(incident=incident.id, postmortem=row, serial=one.serial, to=told))
