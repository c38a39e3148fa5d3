"""What people do and read, in one line each."""

from collections.abc import Awaitable

from bot.incidents.model import Incident
from bot.sandbox.people import Person, Submitted
from bot.sandbox.people_writing import Where
from bot.sandbox.state import Message, View
from tests.stage import Stage, view_words, words


async def types(stage: Stage, who: Person, text: str, place: Where = "#general") -> str:
    """Type a command, and read what only they are shown: an answer, or a form."""
    return await reads(stage, who, place, _typed(who, text, place))


async def _typed(who: Person, text: str, place: Where) -> None:
    typed = await who.types(text, place)
    assert not typed.error, typed.error


async def presses(stage: Stage, who: Person, incident: Incident, word: str) -> str:
    """Press a button on the incident's card, and read what only they are shown."""
    return await reads(stage, who, stage.room(incident), who.clicks(stage.card(incident), f"word:{word}"))


async def presses_here(stage: Stage, who: Person, word: str, value: str | None = None) -> str:
    """Press a button in the modal, and read what it shows then."""
    return await reads(stage, who, "#general", who.clicks(None, f"word:{word}", value))


async def reads(stage: Stage, who: Person, place: Where, act: Awaitable[object]) -> str:
    before, was = len(who.ephemeral(place)), _mark(who.modal)
    await act

    def shown() -> str:
        said = who.ephemeral(place)[before:]
        modal = who.modal
        if said or modal is None or _mark(modal) == was or modal.body["callback_id"] == "loading":
            return "\n".join(words(message) for message in said)
        return form(who)

    heard = await who.waits_for(shown)
    await stage.settle()
    return heard


def _mark(view: View | None) -> tuple[str, str] | None:
    return (view.id, view.hash) if view else None


def form(who: Person) -> str:
    """All that can be read in the topmost modal."""
    assert who.modal, f"{who} has nothing open"
    return f"{who.modal.body['title']['text']}\n{view_words(who.modal.body)}"


def filled(who: Person, field: str) -> object:
    """What stands in a field of the topmost modal."""
    assert who.modal
    held = who.modal.values[field][field]
    for name in ("value", "selected_user", "selected_date_time"):
        if name in held:
            return held[name]
    return (held["selected_option"] or {}).get("value")


async def sends(stage: Stage, who: Person, **values: object) -> None:
    """Fill in the topmost modal and send it; it closes."""
    sent = await who.submits(values)
    assert sent.closed, sent
    await stage.settle()


async def is_told(who: Person, **values: object) -> dict[str, str]:
    """Send the topmost modal, and read what stands under its fields: it stays open."""
    sent = await who.submits(values)
    assert not sent.closed
    assert not sent.trouble, sent.trouble
    assert sent.errors
    return sent.errors


async def does(stage: Stage, who: Person, text: str, incident: Incident, **values: object) -> None:
    """Type a word in the incident's channel, and send its form so filled in."""
    await types(stage, who, text, stage.room(incident))
    await sends(stage, who, **values)


def called(who: Person) -> str:
    """The name that people go by."""
    return who.user.real_name or who.user.display_name


def heard_by(stage: Stage, who: Person, incident: Incident) -> list[str]:
    """What the bot told this person directly."""
    return [words(message) for message in who.inbox]


def said_in(stage: Stage, incident: Incident) -> str:
    """All that the bot has said in the incident's channel, beside the card."""
    card = stage.card(incident)
    return "\n".join(words(message) for message in stage.said(stage.room(incident)) if message is not card)


def buzzes(stage: Stage, who: Person, incident: Incident) -> list[str]:
    """Messages in the incident's channel that made this person's phone buzz; the postmortem's call is meant to."""
    room = stage.room(incident)
    texts = [room.messages[n.ts].text for n in stage.slack.journal.notified if (n.user, n.channel) == (who.id, room.id)]
    return [text for text in texts if not text.startswith(":memo:")]


def under_announcement(stage: Stage) -> list[Message]:
    return [m for m in stage.said(stage.slack.channel("#incidents")) if m.thread_ts and m.thread_ts != m.ts]


async def submits(who: Person, **values: object) -> Submitted:
    return await who.submits(values)
