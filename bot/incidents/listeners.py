"""The door of this floor: declaring, the panel, the lists, and who comes and goes."""

import re
from collections.abc import Awaitable, Callable

from slack_sdk.models.views import View

from bot.incidents import (
    changes,
    forms,
    listeners_roles,
    listeners_states,
    listeners_timeline,
    modals,
    panel,
    queries,
    views_lists,
)
from bot.incidents.asking import about, seen, standing_in, states, words_of
from bot.incidents.terms import LIVE
from bot.kernel.ids import UserId
from bot.people import queries as people
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Happened, Invocation, Picked, Shortcut, Submission
from bot.slack.text import plain, users_in

Act = Callable[[Invocation], Awaitable[None]]
NUMBER = re.compile(r"(?:#|inc-?)?\d+", re.IGNORECASE)


def listen(door: Door) -> None:
    inside = (Who.INSIDERS, Where.INCIDENT)
    door.alone = on_command_alone
    # fmt: off
    door.word(Word("declare", "Declare an incident.", on_declare, "[what is wrong]",
                   ("new", "open", "create", "start")))
    door.word(Word("list", "List what is going on and what is over.", on_list, "", ("ls",)))
    door.word(Word("help", "List every word.", _helping(door), "", ("?", "words")))
    door.word(Word("panel", "Show what can be done now.", on_panel, "", ("show", "actions"), *inside, pattern=NUMBER))
    listeners_roles.listen(door)
    listeners_states.listen(door)
    listeners_timeline.listen(door)
    door.word(Word("edit", "Change the title, what is affected and the impact.", on_edit, "",
                   ("rename", "title", "summary"), *inside, label="Edit details", in_states=states(*LIVE)))
    door.form("declare", on_declaration)
    door.form("details", on_details)
    door.shortcut(Shortcut("declare_incident", "Declare an incident", "Open the incident form", False, on_shortcut))
    door.shortcut(Shortcut("declare_from_message", "Declare from message", "Open the incident form with this message",
                           True, on_shortcut))
    # fmt: on
    door.event("member_joined_channel", on_joined)
    door.event("member_left_channel", on_left)


async def on_declare(asked: Invocation) -> None:
    await asked.shows("Declare an incident", _declaring(asked))


async def _declaring(asked: Invocation) -> View:
    return modals.declare(asked.world.organisation, title=await words_of(asked))


async def on_shortcut(picked: Picked) -> None:
    await picked.shows("Declare an incident", _declaring_from(picked))


async def _declaring_from(picked: Picked) -> View:
    """The form, with the message in it if there is one."""
    said = str(picked.message.get("text") or "")
    async with picked.world.db.snapshot() as snap:
        words = plain(said, await people.names(snap, users_in(said)))
    return modals.declare(picked.world.organisation, title=words, source=words)


async def on_declaration(sent: Submission) -> None:
    report = forms.Declaration.parse(sent.values)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await changes.declare(tx, sent.world.organisation, report, sent.user)
    await sent.close()


async def on_command_alone(asked: Invocation) -> None:
    """In an incident's channel what can be done now; anywhere else the form to declare one."""
    await asked.shows("Incident", _panel_or_form(asked))


async def _panel_or_form(asked: Invocation) -> View:
    here = await standing_in(asked.world, asked.channel, asked.user)
    return await panel.drawn(asked.world, here.id) if here else modals.declare(asked.world.organisation)


async def on_panel(asked: Invocation) -> None:
    await asked.shows("Incident", _panel(asked))


async def _panel(asked: Invocation) -> View:
    return await panel.drawn(asked.world, (await about(asked, "panel")).id)


async def on_list(asked: Invocation) -> None:
    async with asked.world.db.snapshot() as snap:
        live, over = await queries.live(snap, asked.user), await queries.recent(snap, asked.user)
        more = await queries.how_many_live(snap, asked.user) - len(live)
    await asked.answer(views_lists.listing(live, more, over))


def _helping(door: Door) -> Act:
    async def on_help(asked: Invocation) -> None:
        await asked.answer(views_lists.help_text(door.words))

    return on_help


async def on_edit(asked: Invocation) -> None:
    await asked.shows("Edit details", _editing(asked))


async def _editing(asked: Invocation) -> View:
    incident = await about(asked, "edit")
    incident.require_live()
    return modals.details(incident)


async def on_details(sent: Submission) -> None:
    number, said = forms.incident(sent.carries), forms.Details.parse(sent.values, sent.carries)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await changes.describe(tx, number, said, sent.user)
    await sent.close()


async def on_joined(happened: Happened) -> None:
    async with happened.world.db.transaction() as tx:
        await changes.admit(tx, happened.channel, UserId(happened.event["user"]))


async def on_left(happened: Happened) -> None:
    async with happened.world.db.transaction() as tx:
        await changes.dismiss(tx, happened.channel, UserId(happened.event["user"]))
