"""How escalations begin and end, each under the lock of its incident. How they go on level after level is in `levels`,
what people do about them in `answering`."""

from datetime import datetime

from bot.escalations import queries, rules, views
from bot.escalations.effects import RefreshPage, ShowPaging
from bot.escalations.model import BY_HAND, Cause, Ending, Escalation, Stage
from bot.escalations.rules import Need
from bot.incidents import queries as incidents
from bot.incidents.effects import Say
from bot.incidents.model import Incident
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.people.effects import LearnGroups
from bot.policies import Policy
from bot.slack.text import escape


async def heed(tx: Transaction, organisation: Organisation, number: IncidentId) -> None:
    """Something changed in an incident: begin, end or answer its escalations as it asks for."""
    incident = await incidents.at_hand(tx, number)
    if incident is None:
        return
    incident.unheeded = False
    current = await queries.unfinished(tx, number)
    for escalation in current:
        await _fit(tx, organisation, incident, escalation)
    needed = rules.need(incident, organisation, await queries.last_alarm(tx, number))
    if needed is Need.NONE:
        return
    for escalation in current:
        if not escalation.is_over and not escalation.is_by_hand:
            await end(tx, escalation, Ending.SUPERSEDED)
    if needed is Need.NOBODY:
        await _nobody(tx, incident)
        return
    name = organisation.policy_for(incident.severity, is_private=incident.is_private)
    assert name
    assert incident.alarm
    assert incident.alarmed_at
    cause, since = rules.CAUSES[incident.alarm], incident.alarmed_at
    begun = await begin(tx, incident, cause, name, organisation.policies[name], since=since)
    begun.alarm = incident.alarms
    command = await queries.took_command(tx, number, incident.alarmed_at)
    if command:
        await acknowledge(tx, incident, begun, command[0])


async def _fit(tx: Transaction, organisation: Organisation, incident: Incident, escalation: Escalation) -> None:
    """An escalation that is not over, to what its incident is like now."""
    if not incident.is_live:
        await end(tx, escalation, Ending.OVER)
    elif not escalation.is_by_hand and not rules.pages(incident.severity, organisation):
        await end(tx, escalation, Ending.NOT_SEVERE)
    else:
        escalation.severity = incident.severity
        if escalation.level == 0 and escalation.due_at and incident.channel:
            escalation.due_at = min(escalation.due_at, tx.now)  # it was waiting for the channel only
        if escalation.stage is Stage.ACKNOWLEDGED:
            escalation.due_at = rules.held_until(incident, escalation, tx.now)
        command = await queries.took_command(tx, incident.id, escalation.open_since) if escalation.is_open else None
        if command and await _answers_for(tx, escalation, command[0]):
            await acknowledge(tx, incident, escalation, command[0])


async def _answers_for(tx: Transaction, escalation: Escalation, user: UserId) -> bool:
    """Whoever takes command answers for the policy, and not for somebody who was asked for by name."""
    return escalation.policy_name != BY_HAND or await queries.was_called(tx, escalation.id or 0, user)


async def begin(
    tx: Transaction, incident: Incident, cause: Cause, name: str, policy: Policy, *, by: UserId | None = None,
    reason: str = "", since: datetime | None = None,
) -> Escalation:  # fmt: skip
    """The first level is paged as soon as the engine looks. The policy stays as it is now, whatever becomes of it.
    `since`: when it should have begun, if that was not now; its first page says so if that was long ago."""
    since = since or tx.now
    escalation = Escalation(
        incident_id=incident.id, cause=cause, severity=incident.severity, policy_name=name,
        policy=policy.model_dump(mode="json"), rounds=policy.repeat + 1, started_at=since, due_at=since, asked_by=by,
        reason=reason,
    )  # fmt: skip
    if incident.channel is None:  # whoever is called while it is being opened would not know where to go
        escalation.due_at = since + rules.CHANNEL_SOON
    tx.add(escalation)
    await tx.session.flush()
    tx.owes = True  # nothing yet, but the engine is to look
    if rules.names_groups(policy):
        tx.owe(LearnGroups())  # events keep them fresh, but one may have been lost
    return escalation


async def _nobody(tx: Transaction, incident: Incident) -> None:
    tx.add(
        Escalation(
            incident_id=incident.id, alarm=incident.alarms, cause=Cause.DECLARED, severity=incident.severity,
            policy_name="", policy={"levels": []}, rounds=0, started_at=tx.now, stage=Stage.ENDED,
            ended_at=tx.now, ended_why=Ending.NO_POLICY,
        )
    )  # fmt: skip
    why = views.nobody(incident)
    record(tx, incident, Fact.NOBODY_TO_PAGE, text=why)
    tx.owe(Say(incident=incident.id, text=f":warning: Nobody was paged: {why}"))


async def end(tx: Transaction, escalation: Escalation, why: Ending) -> None:
    escalation.end(why, tx.now)
    await show(tx, escalation)


async def acknowledge(tx: Transaction, incident: Incident, escalation: Escalation, by: UserId) -> None:
    """Somebody has it: no further level is paged, and those who were can see who."""
    spot = {"level": escalation.level, "round": escalation.round, "policy": escalation.policy_name}
    after = (tx.now - escalation.started_at).total_seconds()
    escalation.acknowledge(by, tx.now, rules.lease(incident.severity, escalation.terms))
    record(tx, incident, Fact.ACKNOWLEDGED, by, details={"after_s": round(after), **spot})
    name = escape((await people.names(tx, [by]))(by))
    tx.owe(Say(incident=incident.id, text=views.has_it(name, after)))
    await show(tx, escalation)


async def show(tx: Transaction, escalation: Escalation) -> None:
    """What shows the present is behind it now: the notice in the channel, and each page."""
    assert escalation.id is not None
    tx.owe(ShowPaging(incident=escalation.incident_id, escalation=escalation.id))
    for page in await queries.accepted(tx, escalation.id):
        tx.owe(RefreshPage(incident=escalation.incident_id, page=page.id or 0))
