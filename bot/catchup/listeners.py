"""The door of this floor: what happened since somebody last looked."""

from dataclasses import replace
from datetime import timedelta

from bot.catchup import changes, claims, listeners_drafting, listeners_titles, queries, rules, views
from bot.escalations import queries as escalations
from bot.grounding.entries import utc
from bot.incidents import queries as incidents
from bot.incidents.asking import about, seen
from bot.incidents.model import Incident
from bot.incidents.terms import Fact, Status
from bot.kernel.db import Snapshot
from bot.llm.model import Declined
from bot.llm.prompts import Task
from bot.people import queries as people
from bot.similar import rules as similar_rules
from bot.similar import searching
from bot.similar import views as similar_views
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation
from bot.transcript import queries as transcript
from bot.transcript.model import ChannelMessage
from bot.world import World

WITHIN = timedelta(seconds=25)  # for the model: whoever asked looks at what the record says meanwhile
ALIKE = 2  # of those that were like it before
ALWAYS = frozenset(status.value for status in Status)


def listen(door: Door) -> None:
    door.word(
        Word("catchup", "Say what happened since you last looked.", on_catchup, "[all, or since 30m]",
             ("catch-up", "tldr"), Who.INSIDERS, Where.INCIDENT, label="Catch me up", in_states=ALWAYS, rank=60)
    )  # fmt: skip
    listeners_drafting.listen(door)
    listeners_titles.listen(door)


async def on_catchup(asked: Invocation) -> None:
    """What the record says, at once. What the model says takes its place when it comes, with the same below."""
    incident = await about(asked, "catchup")
    scene = await _scene(asked, incident)
    await _show(asked, scene)
    if not scene.asked:
        return
    since = f"what happened since {utc(scene.window.since)}" if scene.window.since else "everything"
    try:
        heard = await claims.ask(
            asked.world, scene.incident, Task.CATCHUP, scene.window.since, WITHIN, since=since
        )  # fmt: skip
    except Declined as why:
        await _show_instead(asked, replace(scene, asked=False, why_no_model=why.reason))
    else:
        await _show_instead(asked, replace(scene, asked=False, heard=heard))


async def _scene(asked: Invocation, incident: Incident) -> views.Scene:
    async with asked.world.db.snapshot() as snap:
        scene = await drawn(snap, asked.world, await seen(snap, incident.id, asked.user), asked)
        last = await queries.last_look(snap, incident.id, asked.user)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        if scene.window.covers(last):
            await changes.remember(tx, incident.id, asked.user, scene.now)
    return scene


async def drawn(snap: Snapshot, world: World, incident: Incident, asked: Invocation) -> views.Scene:
    window = rules.window(asked.rest, await queries.last_look(snap, incident.id, asked.user), snap.now)
    entries = await incidents.timeline(snap, incident.id)
    roll = await incidents.roll(snap, incident.id)
    open_ones = await escalations.unfinished(snap, incident.id)
    answered = [one.acknowledged_by for one in open_ones if one.acknowledged_by]
    said = [one for one in await transcript.said(snap, incident.id) if window.holds(one.at)]
    matches = similar_rules.close(await searching.like(snap, incident, asked.user))[:ALIKE]
    links = await searching.links(snap, matches)
    updates = [one for one in entries if one.fact is Fact.UPDATE_POSTED and one.withdrawn_at is None]
    why = claims.unavailable(world, incident)
    groups = rules.sorted_out(entries, window)
    return views.Scene(
        incident, roll, world.organisation, await people.names(snap, answered), window,
        groups, updates[-1] if updates else None, open_ones,
        [similar_views.line(match, links) for match in matches], _talk(said), snap.now,
        why_no_model=why, asked=why is None and bool(groups or said),
    )  # fmt: skip


def _talk(said: list[ChannelMessage]) -> tuple[int, int]:
    return len(said), len({one.author for one in said if one.author})


async def _show(asked: Invocation, scene: views.Scene) -> None:
    """Typed, it is an answer that only they see; from a button it is a modal, which can be drawn anew."""
    if asked.typed:
        await asked.answer(views.message(scene))
    else:
        asked.shown = await asked.open(views.screen(scene))


async def _show_instead(asked: Invocation, scene: views.Scene) -> None:
    if asked.shown:
        await asked.shown.show(views.screen(scene))
    else:
        await asked.replace(views.message(scene))
