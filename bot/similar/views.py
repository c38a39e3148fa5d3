"""What people see of incidents like theirs: what each was, and what ended it."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.incidents.model import Incident
from bot.incidents.views import BADGES, titled
from bot.kernel.ids import IncidentId
from bot.similar.rules import Match
from bot.slack.blocks import context, header, section
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import channel_link, clip, escape, how_long, isolate, link, one_line, when

SHOWN = 5
WORDS_SHOWN = 6
ENDED_LIMIT = 400  # characters of what ended it
LINE_LIMIT = 200  # of the same, where all of it is one line

Links = Mapping[IncidentId, str]  # where the postmortem of an incident can be read


def similar(sought: str, like: Incident | None, matches: Sequence[Match], links: Links) -> Message:
    """`sought`: what was searched for, in plain words; `like`: whose words they are, if an incident's."""
    words = escape(clip(one_line(sought), LINE_LIMIT))
    if not matches:
        none = f"is like {like.name}." if like else f"has these words: {words}."
        return Message(f"No incident that is over {none} Try others: `{COMMAND} similar connection pool exhausted`.")
    shown = matches[:SHOWN]
    title = f"Incidents like {like.name}" if like else "Incidents with these words"
    blocks: list[Block] = [header(title), context(f"Searched for the words of {titled(like)}" if like else words)]
    for match in shown:
        blocks += [section(f"{_name(match.incident)}\n{_ended(match.incident)}"), context(_about(match, links))]
    left = len(matches) - len(shown)
    rest = f" {left} more have some of these words." if left else ""
    blocks.append(context(f"That they are alike is found by their words, and proves nothing.{rest}"))
    return Message(f"{title}, the nearest first", blocks)


def line(match: Match, links: Links) -> str:
    """All of it in one line, for where it is one of several things."""
    found = match.incident
    ended = clip(escape(one_line(isolate(found.resolution))), LINE_LIMIT) or "not recorded"
    read = f" ({link(links[found.id], 'postmortem')})" if found.id in links else ""
    return f"{titled(found)}{read}. What ended it: {ended}"


def _name(found: Incident) -> str:
    return f"{BADGES[found.severity]} {titled(found)}"


def _ended(found: Incident) -> str:
    return f"*What ended it:* {clip(escape(isolate(found.resolution)), ENDED_LIMIT) or '_not recorded_'}"


def _about(match: Match, links: Links) -> str:
    found = match.incident
    parts = [f"In common: {escape(', '.join(match.shared[:WORDS_SHOWN]))}"]
    if found.resolved_at:
        took = how_long((found.resolved_at - found.declared_at).total_seconds())
        parts.append(f"resolved {when(found.resolved_at)}, after {took}")
    if found.channel:
        parts.append(channel_link(found.channel))
    if found.id in links:
        parts.append(link(links[found.id], "postmortem"))
    return " · ".join(parts)
