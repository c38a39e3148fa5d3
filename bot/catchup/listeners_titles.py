"""The door of this floor: a better title, asked for or offered, taken or left."""

from bot.catchup import changes, views_titles
from bot.catchup.suggesting import suggestion
from bot.incidents.asking import about, seen
from bot.incidents.model import Incident
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation
from bot.slack.message import Message


def listen(door: Door) -> None:
    door.word(
        Word("suggest", "Suggest a title that says more.", on_suggest, "", ("retitle",), Who.INSIDERS, Where.INCIDENT)
    )


async def on_suggest(asked: Invocation) -> None:
    if asked.incident and asked.rest in ("use", "keep"):
        await _decide(asked, await about(asked, "suggest"))
        return
    incident = await about(asked, "suggest")
    incident.require_live()
    await asked.acknowledge()  # a model may take a while
    found = await suggestion(asked.world, incident)
    if found is None:
        await asked.answer(Message(views_titles.NONE))
        return
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        look = await changes.offer(tx, await seen(tx, incident.id, asked.user), found)
    await asked.answer(views_titles.offer(incident, look, found.told))


async def _decide(asked: Invocation, incident: Incident) -> None:
    """The offer is replaced by what became of it."""
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await seen(tx, incident.id, asked.user)
        if asked.rest == "use":
            said = views_titles.used(await changes.take_title(tx, incident.id, asked.user))
        else:
            said = views_titles.kept(await changes.leave_title(tx, incident.id))
    await asked.replace(Message(said))
