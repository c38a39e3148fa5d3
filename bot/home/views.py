"""App Home: what goes on, as this person may see it, and what is theirs in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.incidents.model import Incident
from bot.incidents.terms import Role
from bot.incidents.views import title_of, update_due
from bot.incidents.views_lists import listed
from bot.kernel.ids import IncidentId
from bot.organisation import Organisation
from bot.slack.blocks import actions, button, context, divider, header, home, section
from bot.slack.commands import COMMAND
from bot.slack.text import clip, escape, isolate, when

IMPACT_LIMIT = 300  # characters
Held = Mapping[IncidentId, Sequence[Role]]


def page(
    live: Sequence[Incident], more: int, over: Sequence[Incident], held: Held, organisation: Organisation, now: datetime
) -> View:
    """`more`: how many are going on beside these. `held`: the roles of whoever looks."""
    blocks: list[Block] = [
        header("Incidents"),
        actions(button("Declare an incident", "word:declare", "home", style="danger")),
    ]
    if not live:
        blocks.append(section("Nothing is going on. :herb:"))
    for incident in live:
        blocks += _going_on(incident, held.get(incident.id, ()), organisation, now)
    if more:
        blocks.append(context(f"And {more} more, less severe: `{COMMAND} list` shows them."))
    if over:
        blocks += [divider(), section("*Over*"), *(_over(incident) for incident in over)]
    blocks.append(context(f"Type `{COMMAND} help` in any channel to see every word that I understand."))
    return home(blocks)


def _going_on(incident: Incident, held: Sequence[Role], organisation: Organisation, now: datetime) -> list[Block]:
    mine = "\nYou are *" + "* and *".join(escape(title_of(role, organisation)) for role in held) + "*." if held else ""
    what_now = button("What now?", "word:panel", str(incident.id))
    about = [f"Declared {when(incident.declared_at)}", f"Next update: {update_due(incident, now)}"]
    if incident.impact:
        about.insert(0, clip(escape(isolate(incident.impact)), IMPACT_LIMIT))
    return [section(listed(incident) + mine, what_now), context(*about)]


def _over(incident: Incident) -> Block:
    return section(listed(incident), button("Timeline", "word:timeline", str(incident.id)))
