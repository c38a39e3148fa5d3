"""A reminder's cycle: an update falls due, the channel is reminded, somebody answers, and the reminder says so."""

from bot.incidents.terms import Fact
from bot.sandbox.blockkit.mrkdwn import blocks_text
from bot.sandbox.people_seen import CannotDo
from bot.sandbox.state import Channel, Message
from tests.campaign import oracles
from tests.campaign.crew import Crew
from tests.campaign.model import Verdict
from tests.campaign.plans import THREE_LEVELS
from tests.campaign.scripts import Script

SEVERITY = "SEV4"  # it pages nobody, and its first update is due after a second
DUE, SETTLED = "a status update was due", "status update: "


def _reminders(crew: Crew, title: str) -> list[tuple[Channel, Message]]:
    """Those that stand in the channel of this incident, open or settled."""
    slack = crew.slack
    return [
        (channel, message)
        for channel in slack.workspace.channels.values()
        for message in channel.messages.values()
        if message.user == slack.bot.id and title in message.text and (DUE in message.text or SETTLED in message.text)
    ]


async def _declares(crew: Crew, title: str) -> None:
    await crew.declares(crew.slack.person("ana"), title, SEVERITY)


async def _is_reminded(crew: Crew, title: str) -> bool:
    return bool(_reminders(crew, title))


async def _says_nothing_new(crew: Crew, title: str) -> None:
    """At last; and the reminder is edited to say so."""

    async def answered() -> bool:
        return title in await oracles.moments(crew.db, Fact.NOTHING_NEW)

    async def settled() -> bool:
        return any(SETTLED in message.text for _, message in _reminders(crew, title))

    while not await answered():
        try:
            acted = await crew.slack.person("ana").clicks(_reminders(crew, title)[0][1], "word:nothing-new")
        except CannotDo:
            break  # it is gone, so it was heard
        if not acted.trouble:
            await crew.until(answered, title)
    await crew.until(settled, title)


async def _judged(crew: Crew) -> Verdict:
    """One reminder for each, and each settled."""
    verdict = Verdict()
    for title in crew.declared:
        found = _reminders(crew, title)
        verdict.pages += len(found)
        if not found:
            verdict.lost.append(f"{title}: nobody was reminded")
        if len(found) > 1:
            verdict.doubled.append(f"{title}: {len(found)} reminders")
        if any("Nothing new" in blocks_text(message.blocks) for _, message in found):
            verdict.lost.append(f"{title}: the reminder does not say that it was dealt with")
    return verdict


REMINDER = Script("reminder", THREE_LEVELS, _declares, _is_reminded, _says_nothing_new, _judged)
