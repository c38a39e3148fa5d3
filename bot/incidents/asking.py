"""Which incident somebody means, and whether they may know of it."""

import re

from bot.incidents import changes, panel, queries
from bot.incidents.model import Incident
from bot.incidents.terms import NEXT, Status
from bot.kernel.db import Snapshot
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId, IncidentId, UserId
from bot.people import queries as people
from bot.slack.commands import COMMAND, split
from bot.slack.door import Invocation
from bot.slack.message import Message
from bot.slack.text import plain, users_in
from bot.world import World

NAMED = re.compile(r"(?:#|inc-?)(\d+)", re.IGNORECASE)
NUMBERED = re.compile(r"(\d+)")
HIGHEST = 2**31 - 1
WHICH = (
    "That works in an incident's channel. Go there, or say which incident you mean: `{command} {word} INC-42`. "
    "`{command} list` shows what is going on."
)


async def about(asked: Invocation, word: str) -> Incident:
    """The incident that the button, the number or the channel means; a number is taken off `asked.rest`. Raises
    Refused if there is none, in the same words as when there is one that this person may not see."""
    here = await standing_in(asked.world, asked.channel, asked.user)
    if asked.incident:
        return here if here and here.id == asked.incident else await known(asked, asked.incident)
    first, rest = split(asked.rest)
    named = NAMED.fullmatch(first) or (None if here else NUMBERED.fullmatch(first))
    if named:
        asked.rest = rest
        return await known(asked, IncidentId(int(named[1])))
    if here is None:
        raise Refused(WHICH.format(command=COMMAND, word=word))
    return here


async def said_more(asked: Invocation, word: str) -> Incident | None:
    """The incident, if more than its number was typed after the word. Else there is a form to ask for the rest."""
    if asked.incident or not asked.rest:
        return None
    incident = await about(asked, word)
    if asked.rest:
        return incident
    asked.incident = incident.id
    return None


async def known(asked: Invocation, number: IncidentId) -> Incident:
    async with asked.world.db.snapshot() as snap:
        return await seen(snap, number, asked.user)


async def standing_in(world: World, channel: ChannelId | None, user: UserId) -> Incident | None:
    """The incident in whose channel this person acts. That they can shows that they are in it, should Slack's word
    of their coming have been lost."""
    if channel is None:
        return None
    async with world.db.snapshot() as snap:
        incident = await queries.in_channel(snap, channel)
        known = incident is None or await queries.may_see(snap, incident, user)
    if incident and incident.channel and not known:
        async with world.db.transaction() as tx:
            await changes.admit(tx, incident.channel, user)
    return incident


async def seen(snap: Snapshot, number: IncidentId, user: UserId) -> Incident:
    """Raises Refused if this person may not know of it, as if it did not exist."""
    found = await queries.incident(snap, number) if number <= HIGHEST else None
    if found is None or not await queries.may_see(snap, found, user):
        raise Refused(f"I know no incident INC-{number}. `{COMMAND} list` shows those there are.")
    return found


async def words_of(asked: Invocation) -> str:
    """What followed the word, in plain words: people and channels by their names."""
    async with asked.world.db.snapshot() as snap:
        return plain(asked.rest, await people.names(snap, users_in(asked.rest)))


async def done(asked: Invocation, incident: Incident, said: str) -> None:
    """Say that it is done. In the panel, which shows what can be done next; else in words."""
    if asked.screen is None:
        await asked.answer(Message(said))
        return
    await asked.acknowledge()
    await asked.screen.show(await panel.drawn(asked.world, incident.id, said))


def states(*which: Status) -> frozenset[str]:
    return frozenset(status.value for status in which)


def from_which(to: Status) -> frozenset[str]:
    """The states from which an incident can come into this one."""
    return states(*(status for status, ways in NEXT.items() if to in ways))
