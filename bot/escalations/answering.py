"""What people do about being paged: have it, pass it on, call somebody."""

from collections.abc import Sequence

from bot.escalations import changes, queries, rules, views
from bot.escalations.model import BY_HAND, Cause, Escalation, Page, Stage
from bot.incidents import queries as incidents
from bot.incidents.changes import bring_in, called
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.policies import Policy
from bot.slack.text import escape, when
from bot.targets import Target


async def acknowledge(tx: Transaction, number: IncidentId, by: UserId, page: int | None) -> Incident:
    """Say that one has it. Raises Refused if somebody else was quicker, with their name."""
    incident = await incidents.locked(tx, number)
    mine = await _answerable(tx, incident, by, page)
    incident.require_live()
    if not mine:
        raise Refused(await _who_has_it(tx, incident, by, page))
    for escalation in mine:
        await changes.acknowledge(tx, incident, escalation, by)
    await bring_in(tx, incident, [by])
    return incident


async def _answerable(tx: Transaction, incident: Incident, by: UserId, page: int | None) -> Sequence[Escalation]:
    """Those that nobody has answered. Somebody who was asked for by name answers for themselves only, unless the
    button was theirs or there is nothing else to answer."""
    unanswered = [one for one in await queries.unfinished(tx, incident.id) if one.is_open]
    called = {one.id for one in unanswered if await queries.was_called(tx, one.id or 0, by)}
    pressed = await queries.page(tx, page) if page else None
    chosen = [
        one
        for one in unanswered
        if not one.is_by_hand or one.id in called or (pressed and pressed.escalation_id == one.id)
    ]
    return chosen or ([] if page else unanswered)


async def _who_has_it(tx: Transaction, incident: Incident, by: UserId, page: int | None) -> str:
    pressed = await queries.page(tx, page) if page else None
    had = await queries.escalation(tx, pressed.escalation_id) if pressed else None
    if had is None or had.acknowledged_by is None:
        had = await queries.latest_answered(tx, incident.id)
    if had is None or had.acknowledged_by is None or had.acknowledged_at is None:
        return f"Nobody is being paged for {incident.name}, so there is nothing to acknowledge."
    if had.acknowledged_by == by:
        return f"You have {incident.name} already, since {when(had.acknowledged_at)}."
    return f"{await called(tx, had.acknowledged_by)} has {incident.name} already, since {when(had.acknowledged_at)}."


async def pass_on(tx: Transaction, number: IncidentId, by: UserId, page: int | None) -> tuple[Incident, str]:
    """Say that one cannot take it: the next level is paged at once, unless it was already. Returns what comes."""
    incident = await incidents.locked(tx, number)
    incident.require_live()
    mine = await (queries.page(tx, page) if page else queries.page_of(tx, number, by))
    escalation = await queries.escalation(tx, mine.escalation_id) if mine else None
    if mine is None or escalation is None or mine.recipient != by:
        raise Refused(f"You were not paged for {incident.name}, so there is nothing to pass on.")
    if not escalation.is_open:
        raise Refused(await _who_has_it(tx, incident, by, page))
    record(tx, incident, Fact.PAGE_PASSED, by, details=_spot(mine, escalation))
    is_next = escalation.is_at(mine) and escalation.stage is Stage.RUNNING and not escalation.is_hurried
    if not is_next:
        return incident, "Others have been called already."
    _at_once(tx, escalation)
    if escalation.next_spot() is None:
        return incident, "That was the last level, so everybody hears that nobody has answered."
    return incident, "The next level is being paged."


def _at_once(tx: Transaction, escalation: Escalation) -> None:
    """Without having been asked for more than there is: after the last level everybody hears that nobody answered."""
    escalation.due_at, escalation.is_hurried = tx.now, True
    tx.owes = True


def _spot(page: Page, escalation: Escalation) -> dict[str, object]:
    return {"level": page.level, "round": page.round, "policy": escalation.policy_name}


async def escalate(
    tx: Transaction, organisation: Organisation, number: IncidentId, by: UserId, page: int | None
) -> tuple[Incident, str]:
    """The next level now, whoever has it; from the first one where nobody was paged yet. Returns what comes."""
    incident = await incidents.locked(tx, number)
    incident.require_live()
    escalation = await _to_go_on(tx, incident, page)
    if escalation is None:
        name = organisation.policy_for(incident.severity, is_private=incident.is_private)
        if name is None:
            raise Refused(f"I don't know whom to page: {views.nobody(incident)}")
        await changes.begin(tx, incident, Cause.BY_HAND, name, organisation.policies[name], by=by)
        record(tx, incident, Fact.PAGE_ASKED, by, details={"whom": f"policy {name}"})
        return incident, f"level 1 of policy {name}"
    escalation.hurry(tx.now)
    spot = escalation.next_spot()
    assert spot
    tx.owes = True
    what = f"level {spot.level} of {escalation.policy_name}"
    record(tx, incident, Fact.PAGE_ASKED, by, details={"whom": what})
    return incident, what


async def _to_go_on(tx: Transaction, incident: Incident, page: int | None) -> Escalation | None:
    """The escalation that the button belongs to, else the one that was begun last and is no call by name."""
    unfinished = await queries.unfinished(tx, incident.id)
    pressed = await queries.page(tx, page) if page else None
    if pressed:
        return next((one for one in unfinished if one.id == pressed.escalation_id), None)
    return next((one for one in reversed(unfinished) if one.policy_name != BY_HAND), None)


async def call(
    tx: Transaction, number: IncidentId, targets: Sequence[Target], named: str, by: UserId, reason: str
) -> Incident:
    """Somebody is needed who was named: a person or a group."""
    return await _by_hand(tx, number, BY_HAND, rules.by_hand(targets), named, by, reason)


async def call_policy(
    tx: Transaction, organisation: Organisation, number: IncidentId, name: str, by: UserId, reason: str
) -> Incident:
    """The people of a policy are needed."""
    return await _by_hand(tx, number, name, organisation.policies[name], f"policy {name}", by, reason)


async def _by_hand(
    tx: Transaction, number: IncidentId, name: str, policy: Policy, named: str, by: UserId, reason: str
) -> Incident:
    incident = await incidents.locked(tx, number)
    incident.require_live()
    await changes.begin(tx, incident, Cause.BY_HAND, name, policy, by=by, reason=reason)
    record(tx, incident, Fact.PAGE_ASKED, by, escape(reason), {"whom": named})
    return incident
