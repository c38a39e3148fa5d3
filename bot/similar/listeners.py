"""The door of this floor: incidents like one, or with some words."""

from bot.incidents.asking import about, standing_in, states, words_of
from bot.incidents.terms import LIVE
from bot.kernel.ids import IncidentId
from bot.similar import rules, searching, views
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation


def listen(door: Door) -> None:
    door.word(
        Word("similar", "Find incidents like this one, and what ended them.", on_similar, "[words]", ("search",),
             Who.ANYONE, Where.ANYWHERE, label="Similar incidents", in_states=states(*LIVE), rank=70)
    )  # fmt: skip


async def on_similar(asked: Invocation) -> None:
    """Without words: like the incident that is meant."""
    sought, leave_out = await _sought(asked)
    async with asked.world.db.snapshot() as snap:
        matches = await searching.holding(snap, sought, asked.user, leave_out)
        links = await searching.links(snap, matches[: views.SHOWN])
    await asked.answer(views.similar(sought, matches, links))


async def _sought(asked: Invocation) -> tuple[str, IncidentId | None]:
    here = await standing_in(asked.world, asked.channel, asked.user)
    if asked.incident is None and asked.rest and not is_number(asked.rest):
        return await words_of(asked), here.id if here else None
    incident = await about(asked, "similar")
    return rules.subject(incident), incident.id


def is_number(rest: str) -> bool:
    """Whether no more than an incident's number was typed."""
    bare = rest.strip().lower().removeprefix("inc").removeprefix("-").removeprefix("#")
    return bare.isdecimal()
