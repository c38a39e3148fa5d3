"""How an incident ends, and how it goes on after all. Those who follow the announcement hear of both."""

from bot.incidents import queries, rules
from bot.incidents.changes import accept, announce, because, bring_in, called, mitigate, relapse
from bot.incidents.effects_announcing import SayUnderAnnouncement
from bot.incidents.forms import Resolution
from bot.incidents.model import Incident
from bot.incidents.terms import Fact, Status
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.slack.text import escape


async def resolve(tx: Transaction, number: IncidentId, said: Resolution, by: UserId) -> Incident:
    """Over. What ended it and the times come from a person; what they left empty stays unknown."""
    incident = await queries.locked(tx, number)
    incident.resolve(tx.now, said.what)
    incident.started_at, incident.detected_at, incident.mitigated_at = said.started, said.detected, said.mitigated
    record(tx, incident, Fact.RESOLVED, by, escape(said.what))
    _publish(tx, incident, f":white_check_mark: {await called(tx, by)} *resolved*", because(said.what))
    return incident


async def close(tx: Transaction, number: IncidentId, by: UserId, why: str) -> Incident:
    """All the work after it is done too."""
    incident = await queries.locked(tx, number)
    incident.close(tx.now)
    record(tx, incident, Fact.CLOSED, by, escape(why))
    announce(tx, incident, f"{await called(tx, by)} *closed* this incident{because(why)}")
    return incident


async def reopen(tx: Transaction, organisation: Organisation, number: IncidentId, by: UserId, why: str) -> Incident:
    """It goes on, although it was over. Raises Refused without a reason."""
    incident = await queries.locked(tx, number)
    incident.require_way(Status.ACTIVE)
    if not why:
        raise Refused("Say in a few words why it goes on: `/incident reopen Errors are back`.", "reason")
    incident.reopen(rules.first_update_due(organisation, incident.severity, tx.now), tx.now)
    record(tx, incident, Fact.REOPENED, by, escape(why))
    _publish(tx, incident, f":rotating_light: {await called(tx, by)} *reopened*", because(why))
    return incident


async def end(tx: Transaction, number: IncidentId, to: Status, by: UserId, why: str) -> Incident:
    """Declined or canceled. Raises Refused without a reason."""
    incident = await queries.locked(tx, number)
    incident.require_way(to)
    if not why:
        raise Refused(f"Say in a few words why it is {to}: others will want to know.", "reason")
    incident.end(to)
    record(tx, incident, Fact.DECLINED if to is Status.DECLINED else Fact.CANCELED, by, escape(why))
    _publish(tx, incident, f"{await called(tx, by)} *{to}*", because(why))
    return incident


async def merge(tx: Transaction, number: IncidentId, into: IncidentId, by: UserId, why: str) -> Incident:
    """The same as another one: this ends, its people go there. Returns the one that goes on."""
    if number == into:
        raise Refused("An incident cannot be merged into itself. Choose the other one.", "into")
    both = {n: await queries.locked(tx, n) for n in sorted([number, into])}  # one lock order everywhere
    incident, other = both[number], both[into]
    if incident.is_private != other.is_private:
        raise Refused("One is private and one is public: merged, the wrong people would see it.", "into")
    if not other.is_live:
        raise Refused(f"{other.name} is {other.status.spoken}. Merge into one that goes on.", "into")
    incident.end(Status.MERGED)
    incident.merged_into = into
    names = {"from": incident.name, "to": other.name}
    record(tx, incident, Fact.MERGED, by, escape(why), names)
    record(tx, other, Fact.MERGED, by, escape(why), names)
    roll = await queries.roll(tx, number)
    await bring_in(tx, other, list(dict.fromkeys([incident.declared_by, *roll.values()])))
    who, place = await called(tx, by), f" in <#{other.channel}>" if other.channel else ""
    _publish(tx, incident, f"{who} *merged*", f" into *{other.name}*{because(why)} It goes on there{place}.")
    announce(tx, other, f"{who} merged {incident.name} into this incident{because(why)}")
    return other


async def go_on(tx: Transaction, organisation: Organisation, number: IncidentId, by: UserId, why: str) -> Incident:
    """Active again: the mitigation did not hold, or it was not over."""
    incident = await queries.locked(tx, number)
    require_not_triage(incident)
    if incident.status is Status.MITIGATED:
        return await relapse(tx, number, by, why)
    return await reopen(tx, organisation, number, by, why)


def require_not_triage(incident: Incident) -> None:
    if incident.status is Status.TRIAGE:
        raise Refused(f"{incident.name} is in triage. `/incident accept` makes it active.")


async def turn(
    tx: Transaction, organisation: Organisation, number: IncidentId, to: Status, by: UserId, why: str
) -> Incident:
    """Into this status, from whichever it has. Raises Refused for those that ask for more than a reason."""
    incident = await queries.locked(tx, number)
    incident.require_way(to)
    if to is Status.ACTIVE and incident.status is Status.TRIAGE:
        return await accept(tx, number, by, why)
    if to is Status.ACTIVE:
        return await go_on(tx, organisation, number, by, why)
    if to is Status.MITIGATED:
        return await mitigate(tx, number, by, why)
    if to is Status.CLOSED:
        return await close(tx, number, by, why)
    if to in (Status.DECLINED, Status.CANCELED):
        return await end(tx, number, to, by, why)
    form = "resolve" if to is Status.RESOLVED else "merge"
    raise Refused(f"That needs a little more: `/incident {form}` asks for it.", "status")


def _publish(tx: Transaction, incident: Incident, who_did: str, rest: str) -> None:
    """In the channel, and in the thread of the announcement."""
    announce(tx, incident, f"{who_did} this incident{rest}")
    if not incident.is_private:
        tx.owe(SayUnderAnnouncement(incident=incident.id, text=f"{who_did} {incident.name}{rest}"))
