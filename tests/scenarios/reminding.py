"""What people see of reminders, and how they answer them."""

from bot.incidents.model import Incident
from bot.reminders import queries
from bot.reminders.model import Kind, Reminder
from bot.sandbox.people import Person
from bot.sandbox.state import Message
from tests.scenarios.hands import reads, types
from tests.stage import Stage, words


def told(who: Person) -> list[Message]:
    """The reminders that this person got directly and that can still be answered."""
    return [message for message in who.inbox if answers(message)]


def asked_in(stage: Stage, incident: Incident) -> list[Message]:
    """The reminders in the incident's channel that can still be answered."""
    room, card = stage.room(incident), stage.card(incident)
    return [message for message in stage.said(room) if message is not card and answers(message)]


def answers(message: Message) -> list[str]:
    """What can be pressed on it."""
    rows = [block["elements"] for block in message.blocks or [] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


def closed(stage: Stage, messages: list[Message]) -> list[str]:
    """What those say that cannot be answered any more."""
    return [words(message) for message in messages if not answers(message) and not message.ephemeral_for]


async def answers_with(stage: Stage, who: Person, message: Message, action: str) -> str:
    """Press a button of a reminder, and read what only they are shown."""
    place = next(
        channel for channel in stage.slack.workspace.channels.values() if channel.messages.get(message.ts) is message
    )
    return await reads(stage, who, place, who.clicks(message, action))


async def with_roles(
    stage: Stage, title: str, commander: Person | None, comms: Person | None, severity: str = "SEV2"
) -> Incident:
    """Declared by ana, and those two in their roles."""
    incident = await stage.declares(stage.person("ana"), title, severity=severity)
    for role, who in (("ic", commander), ("comms", comms)):
        if who:
            await types(stage, who, f"/incident {role} {incident.id}")
    return await stage.incident(incident.id)


async def reminders(stage: Stage, incident: Incident) -> dict[Kind, Reminder]:
    async with stage.bot.db.snapshot() as snap:
        return await queries.shown(snap, incident.id)
