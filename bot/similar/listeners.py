"""The door of this floor: incidents like one, or with some words."""

from bot.incidents.asking import about, states, words_of
from bot.incidents.model import Incident
from bot.incidents.terms import LIVE
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
    sought, like = await _sought(asked)
    async with asked.world.db.snapshot() as snap:
        matches = await searching.holding(snap, sought, asked.user, like.id if like else None)
        links = await searching.links(snap, matches[: views.SHOWN])
    await asked.answer(views.similar(sought, like, matches, links))


async def _sought(asked: Invocation) -> tuple[str, Incident | None]:
    """What is searched for, and the incident whose words it is, if it is one's."""
    if asked.incident is None and asked.rest and not is_number(asked.rest):
        return await words_of(asked), None
    incident = await about(asked, "similar")
    return rules.subject(incident), incident


def is_number(rest: str) -> bool:
    """Whether no more than an incident's number was typed."""
    bare = rest.strip().lower().removeprefix("inc").removeprefix("-").removeprefix("#")
    return bare.isdecimal()
