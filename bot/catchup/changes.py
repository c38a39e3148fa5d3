"""Remembering who has caught up, and looking at titles."""

from datetime import datetime, timedelta

from bot.catchup import queries, titles
from bot.catchup.effects import SuggestTitle
from bot.catchup.model import CaughtUp, TitleLook, Verdict
from bot.catchup.titles import Suggestion
from bot.incidents import changes as incidents
from bot.incidents import queries as incident_queries
from bot.incidents.forms import Details, prints
from bot.incidents.model import Incident
from bot.kernel.db import Transaction
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep

AGAIN = timedelta(minutes=3)  # a title about which nothing better is known is looked at again
PATIENCE = timedelta(minutes=30)  # after the declaration; by then people know it by its first title


async def remember(tx: Transaction, number: IncidentId, user: UserId, at: datetime) -> None:
    """What was recorded until then is known to them."""
    await tx.session.merge(CaughtUp(incident_id=number, user=user, at=at))


async def look_at_title(tx: Transaction, row: int) -> None:
    """Is it poor? Owes a suggestion then."""
    incident = await incident_queries.at_hand(tx, IncidentId(row))
    look = await queries.title_look(tx, IncidentId(row))
    if incident is None or (look and (look.look_at is None or look.look_at > tx.now)):
        return
    verdict, again = Verdict.WAITING, tx.now + AGAIN
    if titles.poor(incident.title) is None:
        verdict = Verdict.FINE
    elif not incident.is_live or tx.now - incident.declared_at > PATIENCE:
        verdict = Verdict.LEFT
    waits = verdict is Verdict.WAITING
    await tx.session.merge(
        TitleLook(incident_id=incident.id, verdict=verdict, look_at=again if waits else None, judged=incident.title)
    )
    if waits:
        tx.owe(SuggestTitle(incident=incident.id))


async def offer(tx: Transaction, incident: Incident, better: Suggestion) -> TitleLook:
    """Keep what somebody who asked is shown."""
    look = TitleLook(
        incident_id=incident.id, verdict=Verdict.OFFERED, judged=incident.title, title=better.title,
        impact=better.impact,
    )  # fmt: skip
    return await tx.session.merge(look)


async def take_title(tx: Transaction, number: IncidentId, by: UserId) -> Incident:
    """The better title, and the impact where there is none yet. Raises Refused if the title is another one by now."""
    incident = await incident_queries.locked(tx, number)
    look = await queries.title_look(tx, number)
    if look is None or not look.title:
        raise Refused("I no longer know what I suggested. `/incident edit` changes the title.")
    if look.judged != incident.title:
        raise Refused(f"Somebody changed the title meanwhile. {incident.name} stays as it is.")
    now = {"title": incident.title, "affected": incident.affected, "impact": incident.impact}
    said = Details(look.title, incident.affected, incident.impact or look.impact, prints(now))
    await incidents.describe(tx, number, said, by)
    look.verdict, look.judged = Verdict.FINE, incident.title
    return incident


async def leave_title(tx: Transaction, number: IncidentId) -> Incident:
    incident = await incident_queries.locked(tx, number)
    look = await queries.title_look(tx, number)
    if look:
        look.verdict, look.look_at = Verdict.LEFT, None
    return incident


SWEEPS = (Sweep("title", queries.titles_to_look_at, look_at_title, queries.next_title_look),)
