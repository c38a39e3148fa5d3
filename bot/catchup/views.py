"""What people see who catch up: where things stand, what is new to them, and what is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.catchup.heard import Heard, Source, Stood
from bot.catchup.rules import Group, Window
from bot.escalations.model import Escalation, Stage
from bot.grounding.claims import Basis
from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Roll
from bot.incidents.views import Names, headline, roles, severity, update_due
from bot.incidents.views_timeline import line
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, divider, header, lines, modal, section
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import clip, clock, escape, how_long, isolate, link, one_line, when

OF_A_GROUP = 6  # the newest of each are shown; the timeline has all
LINE_LIMIT = 400  # characters
ASKED = "The model has been asked, too: what it says and the record bears will stand above in a moment."
MODELS = "*In the model's words*; each sentence was held against the entries that it names"
PARTS = (("state", "Now"), ("happened", "What happened"), ("doing_now", "Going on"))


@dataclass(frozen=True)
class Scene:
    """All that the record says to somebody who catches up."""

    incident: Incident
    roll: Roll
    organisation: Organisation
    name: Names
    window: Window
    groups: Mapping[Group, Sequence[TimelineEntry]]
    update: TimelineEntry | None  # the last one
    escalations: Sequence[Escalation]
    similar: Sequence[str]  # each a line
    talk: tuple[int, int]  # messages in the channel in that time, and by how many
    now: datetime
    why_no_model: str | None = None
    heard: Heard | None = None
    asked: bool = field(default=False)  # the model's answer is on its way


def message(scene: Scene) -> Message:
    return Message(f"{scene.incident.name}: what happened {scene.window.told}", blocks(scene))


def screen(scene: Scene) -> View:
    return modal("catchup", f"Catch up on {scene.incident.name}", blocks(scene))


def blocks(scene: Scene) -> list[Block]:
    incident = scene.incident
    found: list[Block] = [header(headline(incident)), *_now(scene)]
    if scene.heard:
        found += [divider(), *_model(scene.heard), divider()]
    found.append(section(f"*What happened {scene.window.told}*{_from(scene.window)}"))
    for group, entries in scene.groups.items():
        found += lines([f"*{group}*", *_of(group, entries, scene.organisation)])
    if not scene.groups:
        found.append(section("Nothing was recorded."))
    found += _talk(scene)
    found += lines(["*Waited for*", *_waited_for(scene)])
    if scene.similar:
        found += lines(["*Was it like this before?*", *(f"• {one}" for one in scene.similar)])
    found.append(actions(button("Timeline", "word:timeline", str(incident.id))))
    found.append(context(_made(scene)))
    return found[:49]


def _now(scene: Scene) -> list[Block]:
    incident = scene.incident
    age = how_long((scene.now - incident.declared_at).total_seconds())
    held = " · ".join(f"{title}: {who}" for title, who in roles(scene.roll, scene.organisation))
    told = [f"{severity(incident, scene.organisation)} · *{incident.status.spoken}* · declared {age} ago", held]
    if incident.affected:
        told.append(f"*Affected:* {escape(one_line(isolate(incident.affected)))}")
    if incident.impact:
        told.append(f"*Impact:* {clip(escape(one_line(isolate(incident.impact))), LINE_LIMIT)}")
    if incident.resolution and not incident.is_live:
        told.append(f"*What ended it:* {clip(escape(one_line(isolate(incident.resolution))), LINE_LIMIT)}")
    return lines(told)


def _from(window: Window) -> str:
    return f", {when(window.since)}" if window.since else ""


def _of(group: Group, entries: Sequence[TimelineEntry], organisation: Organisation) -> list[str]:
    """The newest of them, each with its evidence."""
    left = len(entries) - OF_A_GROUP
    told = [f"• {clip(line(entry, organisation), LINE_LIMIT)}{_row(entry)}" for entry in entries[-OF_A_GROUP:]]
    return [*([f"_{left} earlier_"] if left > 0 else []), *told]


def _row(entry: TimelineEntry) -> str:
    return "" if entry.permalink else f"  _(entry {entry.place})_"


def _talk(scene: Scene) -> list[Block]:
    count, people = scene.talk
    if not count:
        return []
    by = f" by {people} {'person' if people == 1 else 'people'}" if people else " by apps"
    return [context(f":speech_balloon: {count} message{'s' * (count != 1)}{by} in its channel in that time.")]


def _waited_for(scene: Scene) -> list[str]:
    told = []
    if scene.update:
        words = clip(one_line(scene.update.text), LINE_LIMIT)
        told.append(f"• Last update {when(scene.update.at)}: {words}  _(entry {scene.update.place})_")
    if scene.incident.is_live:
        told.append(f"• Next update: {update_due(scene.incident, scene.now)}")
    told += [f"• {_escalation(one, scene.name)}" for one in scene.escalations if not one.is_over]
    return told or ["• Nothing."]


def _escalation(one: Escalation, name: Names) -> str:
    policy = escape(one.policy_name)
    if one.stage is Stage.ACKNOWLEDGED and one.acknowledged_by:
        return f"The page ({policy}) was answered by {escape(name(one.acknowledged_by))}."
    if one.stage is Stage.EXHAUSTED:
        return f":rotating_light: Nobody has answered the page ({policy}): every level was used up."
    return f":pager: Somebody is being paged ({policy}, level {max(1, one.level)}). Nobody has answered yet."


def _model(heard: Heard) -> list[Block]:
    told = [f":sparkles: {MODELS}:"]
    for name, title in PARTS:
        claims = heard.of(name)
        told += [f"*{title}*", *(f"• {claim(one)}" for one in claims)] if claims else []
    if heard.questions:
        told += ["*Not answered yet*", *(f"• {escape(one_line(question))}" for question in heard.questions)]
    if not heard.count:
        told.append("Nothing that it said could be shown to stand in the record.")
    return [*lines(told), context(told_of(heard))]


def claim(one: Stood) -> str:
    mark = " _(inferred)_" if one.basis is Basis.INFERRED else ""
    return f"{clip(escape(one_line(one.text)), LINE_LIMIT)}{mark} ({evidence(one.sources)})"


def evidence(sources: Sequence[Source]) -> str:
    """Links to messages; what has none is found on the timeline by its time."""
    return ", ".join(
        link(one.link, one.id) if one.link else f"entry {one.id[1:]} of {clock(one.at)}" for one in sources
    )


def told_of(heard: Heard) -> str:
    """How many of its sentences stand, and what it read."""
    read = f"{heard.read} entries" if heard.read == heard.held else f"{heard.read} of {heard.held} entries"
    return f"{heard.count} of {heard.said} sentences stood; read from {read} by {escape(heard.model)}."


def _made(scene: Scene) -> str:
    if scene.heard:
        return "What does not stand under the model's words is made by rules from the record."
    if scene.asked:
        return f"Made by rules from the record. {ASKED}"
    without = f" Without a model: {escape(scene.why_no_model)}." if scene.why_no_model else ""
    return f"Made by rules from the record.{without} `{COMMAND} catchup all` tells it from the beginning."
