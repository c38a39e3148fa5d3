"""All that a draft is made from, read at one moment."""

from dataclasses import replace

from bot.incidents import export
from bot.kernel.db import Snapshot
from bot.kernel.ids import IncidentId, UserId
from bot.organisation import Organisation
from bot.people import queries as people
from bot.postmortems.evidence import Sources
from bot.postmortems.rules import Case
from bot.slack.text import users_in
from bot.transcript import queries as transcript


async def sources(snap: Snapshot, number: IncidentId, organisation: Organisation, workspace_url: str) -> Sources:
    """Raises Refused if there is no such incident."""
    of = await export.gather(snap, number)
    said = await transcript.said(snap, number)
    withheld = await transcript.withheld(snap, of.incident.channel)
    authors = {message.author for message in said if message.author}
    others = authors | {UserId(user) for message in said for user in users_in(message.text)}
    everybody = export.people_in(of.incident, of.holdings, of.entries) | others
    case = Case(replace(of, name=await people.names(snap, everybody)), organisation, frozenset(others))
    return Sources(case, said, withheld, workspace_url)
