"""Every change of an incident, one function each. Each takes the incident's lock first. How it ends is in `ending`."""

from collections.abc import Sequence

from bot.incidents import insiders, queries, rules
from bot.incidents.effects import (
    Invite,
    OpenChannel,
    RefreshAnnouncement,
    RefreshCard,
    Say,
    SetTopic,
    TellHolder,
    TellPerson,
)
from bot.incidents.forms import Cast, Declaration, Details, prints
from bot.incidents.model import Incident, RoleHolding
from bot.incidents.terms import Alarm, Fact, Role, Severity, Status
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, IncidentId, UserId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.slack.text import escape, one_line

INCIDENTS = "incident"  # the counter that gives them their numbers


async def declare(tx: Transaction, organisation: Organisation, report: Declaration, by: UserId) -> Incident:
    """A new incident, or the one that somebody else declared with the same title a moment ago."""
    await tx.line_up(INCIDENTS)
    if not report.is_private:
        twin = rules.twin(report.title, await queries.just_declared(tx, tx.now - rules.TWIN_WINDOW))
        if twin:
            return await _join(tx, twin, report, by)
    incident = Incident(
        id=IncidentId(await tx.number(INCIDENTS)),
        title=report.title, severity=report.severity, affected=report.affected, impact=report.impact,
        status=Status.TRIAGE if report.in_triage else Status.ACTIVE, is_private=report.is_private,
        declared_by=by, declared_at=tx.now,
        heard_at=tx.now,
    )  # fmt: skip
    incident.expect_update(rules.first_update_due(organisation, report.severity, tx.now), tx.now)
    if not report.in_triage:
        incident.raise_alarm(Alarm.DECLARED, tx.now)
    tx.add(incident)
    await tx.session.flush()
    await insiders.let_in(tx, incident.id, by)
    record(tx, incident, Fact.DECLARED, by, escape(report.title), {"severity": report.severity.value})
    tx.owe(OpenChannel(incident=incident.id))
    return incident


async def _join(tx: Transaction, twin: Incident, report: Declaration, by: UserId) -> Incident:
    """What the second one typed is kept too: they may know more."""
    incident = await queries.locked(tx, twin.id)
    said = "; ".join(filter(None, [f"Declared it too, as {report.severity}", report.affected, report.impact]))
    record(tx, incident, Fact.NOTED, by, escape(said))
    await bring_in(tx, incident, [by])
    first = await called(tx, incident.declared_by)
    place = f"<#{incident.channel}>" if incident.channel else "its channel, which is being opened"
    words = f"{first} declared this a moment ago as {incident.name}. You are being brought into {place}."
    tx.owe(TellPerson(incident=incident.id, user=by, text=words))
    return incident


async def bring_in(tx: Transaction, incident: Incident, users: Sequence[UserId]) -> None:
    """Into its channel, now or as soon as it is open."""
    for user in users:
        await insiders.let_in(tx, incident.id, user)
    if incident.channel:
        tx.owe(Invite(incident=incident.id, users=users))


async def take(tx: Transaction, organisation: Organisation, number: IncidentId, role: Role, by: UserId) -> Incident:
    """A role that nobody holds, for oneself. Raises Refused if somebody was quicker: taking is not taking away."""
    await queries.locked(tx, number)
    held = await queries.holding(tx, number, role)
    if held and held.user != by:
        title, holder = escape(organisation.roles[role.value].title), await called(tx, held.user)
        raise Refused(f"{holder} is {title} already. To take over from them: `/incident assign {role} me`.")
    return await assign(tx, organisation, number, role, by, by)


async def assign(
    tx: Transaction, organisation: Organisation, number: IncidentId, role: Role, to: UserId, by: UserId
) -> Incident:
    """One holder per role: whoever had it hands it over. The new one is told what it asks of them."""
    incident = await queries.locked(tx, number)
    incident.require_live()
    held = await queries.holding(tx, number, role)
    title, holder = escape(organisation.roles[role.value].title), await called(tx, to)
    if held and held.user == to:
        raise Refused(f"{'You are' if to == by else f'{holder} is'} {title} already.", role.value)
    after = ""
    if held:
        held.until = tx.now
        await tx.session.flush()
        record(tx, incident, Fact.ROLE_HANDED_OVER, by, details={"role": role.value, "from": held.user, "to": to})
        after = f", after {await called(tx, held.user)}"
        _tell_former(tx, incident, held, f"{holder} is {title} of {incident.name} now. You no longer are.", by)
    else:
        record(tx, incident, Fact.ROLE_TAKEN, by, details={"role": role.value, "to": to})
    tx.add(RoleHolding(incident_id=number, role=role, user=to, by=by, since=tx.now))
    await bring_in(tx, incident, [to])
    tx.owe(TellHolder(incident=number, user=to, role=role))
    announce(tx, incident, f"{holder} is *{title}* now{after}.")
    return incident


async def leave(tx: Transaction, organisation: Organisation, number: IncidentId, role: Role, by: UserId) -> Incident:
    """Nobody holds the role any more."""
    incident = await queries.locked(tx, number)
    incident.require_live()
    held = await queries.holding(tx, number, role)
    title = escape(organisation.roles[role.value].title)
    if held is None:
        raise Refused(f"Nobody is {title} of {incident.name}.", role.value)
    held.until = tx.now
    record(tx, incident, Fact.ROLE_LEFT, by, details={"role": role.value, "from": held.user})
    _tell_former(tx, incident, held, f"You are no longer {title} of {incident.name}.", by)
    announce(tx, incident, f"{await called(tx, held.user)} is no longer *{title}*. Nobody is now.")
    return incident


def _tell_former(tx: Transaction, incident: Incident, held: RoleHolding, words: str, by: UserId) -> None:
    """Two people who both think they are in command are worse than none."""
    if held.user != by:
        tx.owe(TellPerson(incident=incident.id, user=held.user, text=words))


async def cast(tx: Transaction, organisation: Organisation, number: IncidentId, said: Cast, by: UserId) -> Incident:
    """Change the roles that a form changed. Raises Refused, and changes none, if one has passed on meanwhile."""
    incident = await queries.locked(tx, number)
    now = await queries.roll(tx, number)
    for role, to in said.changed.items():
        if now.get(role) == to:
            continue
        if now.get(role) != said.shown[role]:
            title = escape(organisation.roles[role.value].title)
            raise Refused(f"Somebody changed the {title} meanwhile. Close this and open it again.", role.value)
        await (assign(tx, organisation, number, role, to, by) if to else leave(tx, organisation, number, role, by))
    return incident


async def change_severity(
    tx: Transaction, organisation: Organisation, number: IncidentId, to: Severity, by: UserId, why: str
) -> Incident:
    incident = await queries.locked(tx, number)
    before = incident.severity
    incident.change_severity(to, tx.now)
    incident.expect_update(rules.first_update_due(organisation, to, tx.now), tx.now)
    record(tx, incident, Fact.SEVERITY_CHANGED, by, escape(why), {"from": before.value, "to": to.value})
    announce(tx, incident, f"{await called(tx, by)} changed the severity from {before} to *{to}*{because(why)}")
    return incident


async def accept(tx: Transaction, number: IncidentId, by: UserId, why: str) -> Incident:
    """Out of triage: it is an incident."""
    incident = await queries.locked(tx, number)
    if incident.status is not Status.TRIAGE:
        raise Refused(f"{incident.name} is {incident.status} already; only one in triage can be accepted.")
    incident.accept(tx.now)
    record(tx, incident, Fact.ACCEPTED, by, escape(why))
    announce(tx, incident, f"{await called(tx, by)} *accepted* this incident{because(why)} It is active.")
    return incident


async def mitigate(tx: Transaction, number: IncidentId, by: UserId, why: str) -> Incident:
    """Note that users are no longer hurt."""
    incident = await queries.locked(tx, number)
    incident.mitigate(tx.now)
    record(tx, incident, Fact.MITIGATED, by, escape(why))
    announce(tx, incident, f"{await called(tx, by)} says it is *mitigated*{because(why)} We keep watching.")
    return incident


async def relapse(tx: Transaction, number: IncidentId, by: UserId, why: str) -> Incident:
    """The mitigation did not hold."""
    incident = await queries.locked(tx, number)
    incident.relapse()
    record(tx, incident, Fact.RELAPSED, by, escape(why))
    announce(tx, incident, f"{await called(tx, by)} says it is *not* mitigated after all{because(why)}")
    return incident


async def describe(tx: Transaction, number: IncidentId, said: Details, by: UserId) -> Incident:
    """Title, what is affected, impact: what the form changed. Raises Refused if somebody changed the same meanwhile."""
    incident = await queries.locked(tx, number)
    incident.require_live()
    for field in ("title", "affected", "impact"):
        before, value = getattr(incident, field), getattr(said, field)
        shown = said.shown.get(field)
        if value == before or prints({field: value})[field] == shown:
            continue
        if prints({field: before})[field] != shown:
            raise Refused("Somebody changed this meanwhile. Close this and open it again.", field)
        setattr(incident, field, value)
        record(tx, incident, Fact.DETAILS_CHANGED, by, escape(value), {"field": field})
    show(tx, incident)
    return incident


async def admit(tx: Transaction, channel: ChannelId, user: UserId) -> None:
    """Somebody came into an incident's channel: if it is private, they may know of it now."""
    incident = await queries.in_channel(tx, channel)
    if incident:
        await queries.locked(tx, incident.id)
        await insiders.let_in(tx, incident.id, user)


async def dismiss(tx: Transaction, channel: ChannelId, user: UserId) -> None:
    """Somebody left an incident's channel."""
    incident = await queries.in_channel(tx, channel)
    if incident:
        await queries.locked(tx, incident.id)
        await insiders.let_out(tx, incident.id, user)


async def called(tx: Transaction, user: UserId) -> str:
    """Somebody's name, for a channel: a mention would make their phone buzz for what they did themselves."""
    return escape((await people.names(tx, [user]))(user))


def announce(tx: Transaction, incident: Incident, words: str) -> None:
    """A change that everybody in the channel should hear of."""
    tx.owe(Say(incident=incident.id, text=words))
    show(tx, incident)


def show(tx: Transaction, incident: Incident) -> None:
    """What shows the present is behind it now."""
    tx.owe(RefreshCard(incident=incident.id), SetTopic(incident=incident.id))
    if not incident.is_private and incident.channel:
        tx.owe(RefreshAnnouncement(incident=incident.id))


def because(why: str) -> str:
    """The end of a sentence."""
    said = one_line(why)
    return f": {escape(said)}{'' if said[-1] in '.!?…' else '.'}" if said else "."
