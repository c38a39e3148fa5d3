"""Making a suggestion for a title: the model's, if it stands and says more, else that of the rules."""

from datetime import timedelta

from bot.catchup import claims, titles
from bot.catchup.heard import Heard
from bot.catchup.titles import Suggestion
from bot.incidents.model import TEXT_LIMIT, Incident
from bot.llm.model import Declined
from bot.llm.prompts import Task
from bot.postmortems.gathering import sources
from bot.slack.text import one_line, shorten
from bot.world import World

WITHIN = timedelta(seconds=20)


async def suggestion(world: World, incident: Incident) -> Suggestion | None:
    assert world.slack.me, "nobody asks before we have signed in"
    async with world.db.snapshot() as snap:
        of = await sources(snap, incident.id, world.organisation, world.slack.me.url)
    ruled = titles.by_rules(of)
    if ruled is None and not titles.is_enough_said(of):
        return None
    try:
        heard = await claims.ask(world, incident, Task.TITLE, None, WITHIN)
    except Declined:
        return ruled
    return _of_model(heard, incident) or ruled


def _of_model(heard: Heard, incident: Incident) -> Suggestion | None:
    """None where the title does not stand, is too long, or says no more than the first one."""
    stood = heard.of("title")
    title = one_line(stood[0].text).rstrip(".") if stood else ""
    if not title or len(title) > titles.SUGGESTED_LIMIT or titles.poor(title):
        return None
    if title.casefold() == incident.title.casefold():
        return None
    summary = "" if incident.impact else shorten(" ".join(one.text for one in heard.of("summary")), TEXT_LIMIT)
    told = f"Made by a model ({heard.model}) from {heard.read} entries; it stands in the record."
    return Suggestion(title, summary, told)
