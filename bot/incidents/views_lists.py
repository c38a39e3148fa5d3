"""What people see of several incidents at once, and of the words."""

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import Block

from bot.incidents.model import Incident
from bot.incidents.views import BADGES, titled
from bot.slack.blocks import context, divider, header, lines, section
from bot.slack.commands import COMMAND, Where, Who, Word
from bot.slack.message import Message
from bot.slack.text import channel_link


def listing(live: Sequence[Incident], more: int, over: Sequence[Incident]) -> Message:
    """What is going on, worst first, and what is over. `more`: how many are going on beside these."""
    if not live and not over:
        return Message(f"There are no incidents. `{COMMAND}` declares one.")
    blocks: list[Block] = [header("Incidents"), *lines(map(listed, live))]
    if not live:
        blocks.append(section("Nothing is going on. :herb:"))
    if more:
        blocks.append(context(f"And {more} more, less severe."))
    if over:
        blocks += [divider(), section("*Over*"), *lines(map(listed, over))]
    return Message(f"{len(live) + more} going on", blocks)


def listed(incident: Incident) -> str:
    place = f" {channel_link(incident.channel)}" if incident.channel else ""
    lock = ":lock: " if incident.is_private else ""
    state = f"{incident.severity}, {incident.status.spoken}"
    return f"{BADGES[incident.severity]} {lock}{titled(incident)} — {state}{place}"


def help_text(words: Iterable[Word]) -> Message:
    """Every word, by where it works and who may use it."""
    groups: dict[tuple[Where, Who], list[Word]] = {}
    for word in words:
        groups.setdefault((word.where, word.who), []).append(word)
    blocks: list[Block] = [
        header(f"What may follow {COMMAND}"),
        section(
            f"`{COMMAND}` alone opens the form to declare an incident; in an incident's channel, what can be done now."
        ),
    ]
    for (where, who), group in groups.items():
        blocks += [section(f"*{where.capitalize()}; {who}*"), *lines(map(_explained, group))]
    return Message("Every word that I understand", blocks)


def _explained(word: Word) -> str:
    usage = f" {word.usage}" if word.usage else ""
    return f"`{COMMAND} {word.name}{usage}` — {word.help}"
