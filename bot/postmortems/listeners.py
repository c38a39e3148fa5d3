"""The door of this floor: reading the postmortem."""

from slack_sdk.models.views import View

from bot.incidents.asking import about, states
from bot.incidents.terms import Status
from bot.postmortems import queries, views
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation


def listen(door: Door) -> None:
    door.word(
        Word("postmortem", "Show the postmortem.", on_postmortem, "", ("retro", "pm"), Who.INSIDERS, Where.INCIDENT,
             label="Postmortem", in_states=states(Status.RESOLVED, Status.CLOSED), on_card=True)
    )  # fmt: skip


async def on_postmortem(asked: Invocation) -> None:
    await asked.shows("Postmortem", _reading(asked))


async def _reading(asked: Invocation) -> View:
    incident = await about(asked, "postmortem")
    async with asked.world.db.snapshot() as snap:
        drafted = await queries.all_of(snap, incident.id)
    return views.page(incident, views.readable(incident, drafted[0] if drafted else None))
