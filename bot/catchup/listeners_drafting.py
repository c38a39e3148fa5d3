"""The door of this floor: drafting the next status update. It fills in the form, and never sends it."""

from datetime import timedelta

from slack_sdk.models.views import View

from bot.catchup import claims, drafting
from bot.catchup.views import evidence
from bot.incidents.asking import about, seen, states
from bot.incidents.forms import prints
from bot.incidents.model import Incident
from bot.incidents.rules import next_update_due
from bot.incidents.terms import LIVE
from bot.llm.model import Declined
from bot.llm.prompts import Task
from bot.postmortems.gathering import sources
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation, Screen
from bot.slack.text import unescape
from bot.updates import views as updates

WITHIN = timedelta(seconds=15)  # for the model: somebody stands before the form
FORM, FIELD = "update", "message"


def listen(door: Door) -> None:
    door.word(
        Word("draft", "Draft the next status update, for you to read and change.", on_draft, "", (), Who.INSIDERS,
             Where.INCIDENT, label="Draft it for me", in_states=states(*LIVE), fills=FORM)
    )  # fmt: skip


async def on_draft(asked: Invocation) -> None:
    """In the form, in place of what it was filled with; what somebody typed themselves stays above it."""
    screen = asked.screen
    if screen is None:
        await asked.shows("Post an update", _drafted(asked))
        return
    await asked.acknowledge()
    async with asked.world.db.snapshot() as snap:
        incident = await seen(snap, (await about(asked, "draft")).id, asked.user)
    incident.require_live()
    if claims.unavailable(asked.world, incident) is None:
        await screen.show(_form(asked, incident, updates.Drafting()))
    await _fill(asked, screen)


async def _fill(asked: Invocation, screen: Screen) -> None:
    await screen.show(await _drafted(asked))


async def _drafted(asked: Invocation) -> View:
    incident = await about(asked, "draft")
    incident.require_live()
    world = asked.world
    assert world.slack.me, "nobody asks before we have signed in"
    async with world.db.snapshot() as snap:
        case = (await sources(snap, incident.id, world.organisation, world.slack.me.url)).case
    since = drafting.last_update(case)
    proof = ""
    try:
        heard = await claims.ask(world, incident, Task.STATUS_UPDATE, since, WITHIN)
    except Declined as why:
        words = drafting.by_rules(case, why.reason)
    else:
        words = drafting.by_model(heard, since)
        proof = evidence(drafting.sources(heard))
        if not words.text:
            words, proof = drafting.by_rules(case, "nothing that it said stood when held against the record"), ""
    return _form(asked, incident, _put(asked, incident, words, proof))


def _put(asked: Invocation, incident: Incident, words: drafting.Words, proof: str) -> updates.Drafting:
    typed = str(asked.values.get(FIELD) or "")
    was_drafted = prints({FIELD: typed})[FIELD] == asked.carries.get("drafted")
    own = "" if was_drafted else drafting.own_words(typed, "", unescape(incident.last_update))
    return updates.Drafting(drafting.joined(own, words.text), words.told, proof, asked.world.clock.now())


def _form(asked: Invocation, incident: Incident, drafted: updates.Drafting) -> View:
    """With the status and severity that the form was drawn with: others may have changed them meanwhile."""
    world, now = asked.world, asked.world.clock.now()
    due = next_update_due(world.organisation, incident, now)
    usual = due - now if due else None
    form = updates.Form(incident, world.organisation, usual, world.words.filling(FORM), drafted, asked.carries)
    return updates.form(form)
