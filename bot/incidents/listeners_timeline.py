"""The door of this floor: the timeline, shown and shared, and notes on it."""

from slack_sdk.models.views import View

from bot.incidents import (
    forms,
    keeping,
    listeners_keeping,
    listeners_withholding,
    modals,
    queries,
    rules,
    views_timeline,
)
from bot.incidents.asking import about, done, said_more, seen, words_of
from bot.incidents.effects_files import ShareExport
from bot.incidents.terms import Status
from bot.kernel.errors import Refused
from bot.people import queries as people
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation, Submission
from bot.slack.text import clean, escape, when

ALWAYS = frozenset(status.value for status in Status)


def listen(door: Door) -> None:
    inside = (Who.INSIDERS, Where.INCIDENT)
    # fmt: off
    door.word(Word("note", "Note something on the timeline.", on_note, "[14:05] [what happened]", ("log", "add"),
                   *inside, label="Add a note", in_states=ALWAYS))
    door.word(Word("timeline", "Show the timeline.", on_timeline, "", ("history",), *inside,
                   label="Timeline", in_states=ALWAYS, on_card=True))
    door.word(Word("export", "Share the timeline in the channel, as Markdown and JSON.", on_export, "", ("download",),
                   *inside, label="Export", in_states=ALWAYS))
    # fmt: on
    door.form("note", on_note_form)
    listeners_keeping.listen(door)
    listeners_withholding.listen(door)


async def on_note(asked: Invocation) -> None:
    incident = await said_more(asked, "note")
    if incident is None:
        await asked.shows("Add to the timeline", _noting(asked))
        return
    forms.typed(await words_of(asked))  # raises if it is too long
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        at, words = rules.said_at(clean(asked.rest), await people.zone(tx, asked.user), tx.now)
        if not words:
            raise Refused("Say what happened after the time: `/incident note 14:05 rolled back`.")
        await keeping.note(tx, incident.id, words, at, asked.user)
    await done(asked, incident, f"It is on the timeline of {incident.name}, {when(at)}.")


async def _noting(asked: Invocation) -> View:
    return modals.note(await about(asked, "note"))


async def on_note_form(sent: Submission) -> None:
    number = forms.incident(sent.carries)
    words = forms.needed(sent.values, "text", "Say what happened.")
    at = forms.at(sent.values, "at", sent.world.clock.now())
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await keeping.note(tx, number, escape(words), at or tx.now, sent.user)
    await sent.close()


async def on_timeline(asked: Invocation) -> None:
    """A page is turned where it is shown."""
    if asked.screen and asked.rest:
        await asked.acknowledge()
        await asked.screen.show(await _timeline(asked))
    else:
        await asked.shows("Timeline", _timeline(asked))


async def _timeline(asked: Invocation) -> View:
    incident = await about(asked, "timeline")
    async with asked.world.db.snapshot() as snap:
        entries = await queries.timeline(snap, incident.id)
    page = int(asked.rest) if asked.rest.isdecimal() else 1
    return views_timeline.timeline(incident, entries, asked.world.organisation, page)


async def on_export(asked: Invocation) -> None:
    incident = await about(asked, "export")
    if incident.channel is None:
        raise Refused(
            f"{incident.name} has no channel to share it in. `tocsin export {incident.id}` writes it to a file."
        )
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        tx.owe(ShareExport(incident=incident.id, form="md"), ShareExport(incident=incident.id, form="json"))
    await done(asked, incident, f"The timeline of {incident.name} will be in its channel in a moment, as two files.")
