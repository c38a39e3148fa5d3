"""The weekly digest of reviews, in plain numbers. It calls nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block

from bot.followups.model import FollowUp
from bot.incidents.model import Incident
from bot.incidents.views import Names, titled
from bot.postmortems.model import STANDS, Postmortem
from bot.slack.blocks import context, divider, header, lines, section
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import escape, isolate, link

MOST = 15  # of each list; the rest is counted


@dataclass(frozen=True)
class Digest:
    today: date
    unpublished: Sequence[tuple[Postmortem, Incident]]
    published: Sequence[tuple[Postmortem, Incident]]
    follow_ups: Sequence[tuple[FollowUp, Incident]]  # that are overdue

    @property
    def overdue(self) -> list[tuple[Postmortem, Incident]]:
        return [(one, of) for one, of in self.unpublished if one.due_on and one.due_on < self.today]

    @property
    def due(self) -> list[tuple[Postmortem, Incident]]:
        return [(one, of) for one, of in self.unpublished if one.due_on and one.due_on >= self.today]

    @property
    def is_empty(self) -> bool:
        return not (self.unpublished or self.published or self.follow_ups)


def digest(found: Digest, name: Names) -> Message:
    said = (
        f"Reviews: {len(found.overdue)} overdue, {len(found.due)} due, {len(found.published)} published in the last"
        f" week; follow-ups overdue: {len(found.follow_ups)}."
    )
    blocks: list[Block] = [header("Postmortems this week"), section(said)]
    blocks += _list("Overdue", [_postmortem(one, of, name) for one, of in found.overdue])
    blocks += _list("Due", [_postmortem(one, of, name) for one, of in found.due])
    blocks += _list("Published in the last week", [_published(one, of) for one, of in found.published])
    blocks += _list("Follow-ups overdue", [_follow_up(one, of, found.today, name) for one, of in found.follow_ups])
    blocks.append(context(f"`{COMMAND} followups all` lists what is open. Private incidents are left out."))
    return Message(said, blocks)


def _list(title: str, found: Sequence[str]) -> Iterable[Block]:
    if not found:
        return []
    more = [f"_And {len(found) - MOST} more._"] if len(found) > MOST else []
    return [divider(), section(f"*{title}: {len(found)}*"), *lines([*found[:MOST], *more])]


def _postmortem(one: Postmortem, of: Incident, name: Names) -> str:
    whose = escape(name(one.owner)) if one.owner else "nobody"
    return f"• {_linked(one, of)} — {STANDS[one.state]}, due {one.due_on}, {whose}"


def _published(one: Postmortem, of: Incident) -> str:
    changed = [heading for heading, how in one.distances.items() if how["outcome"] != "kept"]
    told = f", people rewrote {len(changed)} of {len(one.distances)} sections" if changed else ""
    return f"• {_linked(one, of)}{told}"


def _linked(one: Postmortem, of: Incident) -> str:
    return f"{link(one.permalink, of.name)} {escape(isolate(of.title))}" if one.permalink else titled(of)


def _follow_up(one: FollowUp, of: Incident, today: date, name: Names) -> str:
    days = (today - one.due_on).days
    whose = escape(name(one.owner)) if one.owner else "nobody"
    late = f"{days} {'day' if days == 1 else 'days'}"
    return f"• *{one.name}* {escape(isolate(one.title))} ({of.name}) — {late} overdue, {whose}"
