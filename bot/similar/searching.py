"""Searching: the database finds, the rules order."""

import asyncio
from collections.abc import Sequence

from bot.incidents.model import Incident
from bot.kernel.db import Snapshot
from bot.kernel.ids import IncidentId, UserId
from bot.postmortems import queries as postmortems
from bot.similar import queries, rules
from bot.similar.rules import Match


async def like(snap: Snapshot, incident: Incident, user: UserId) -> list[Match]:
    """What is over and like this one, as far as this person may see it."""
    return await holding(snap, rules.subject(incident), user, incident.id)


async def holding(snap: Snapshot, sought: str, user: UserId, leave_out: IncidentId | None = None) -> list[Match]:
    words = rules.wanted(sought)
    found = await queries.holding(snap, words.values(), user, leave_out)
    return await asyncio.to_thread(rules.ranked, words, found)  # long postmortems take a while to read


async def links(snap: Snapshot, matches: Sequence[Match]) -> dict[IncidentId, str]:
    """Where their postmortems can be read."""
    found = {}
    for match in matches:
        written = [one for one in await postmortems.all_of(snap, match.incident.id) if one.counts and one.permalink]
        if written and written[0].permalink:
            found[match.incident.id] = written[0].permalink
    return found
