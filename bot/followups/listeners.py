"""The door of this floor: making follow-ups, and their lists."""

import re
from dataclasses import replace
from typing import Any

from slack_sdk.models.views import View

from bot.followups import changes, queries, rules, views
from bot.followups.forms import Act, Verb, Wish
from bot.followups.model import FollowUp
from bot.followups.queries import Scope
from bot.incidents import forms as incident_forms
from bot.incidents import rules as incident_rules
from bot.incidents.asking import NAMED, about, known, seen, standing_in, words_of
from bot.incidents.listeners_timeline import ALWAYS
from bot.incidents.model import Incident, Said
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.people import queries as people
from bot.slack.commands import COMMAND, Where, Who, Word, split
from bot.slack.door import Door, Invocation, Picked, Shortcut, Submission
from bot.slack.message import Message
from bot.slack.text import one_line, plain, shorten, users_in, without_users

MARK = re.compile(r"^(?:to-?do|follow[ -]?up|action(?: item)?)\s*[:-]\s*", re.IGNORECASE)  # says that it is one
MISSING = "I know no follow-up F-{}. `{} followups all` shows those there are."
KEPT_LIMIT = 1000  # characters of a message that a form carries; the timeline follows the message itself


def listen(door: Door) -> None:
    # fmt: off
    door.word(Word("followup", "Add something to be done after the incident.", on_followup, "[what shall be done]",
                   ("follow-up", "todo", "action"), Who.INSIDERS, Where.INCIDENT, label="Add a follow-up",
                   in_states=ALWAYS))
    door.word(Word("followups", "List the follow-ups that are open: the incident's, yours, all, or a service's.",
                   on_followups, "[mine | all | INC-42 | a service] | done | drop | edit | reopen F-12",
                   ("follow-ups", "todos", "actions-list")))
    door.form("followup", on_followup_form)
    door.form("followup-drop", on_drop_form)
    door.shortcut(Shortcut("followup_from_message", "Add a follow-up", "Make a follow-up of this message", True,
                           on_picked))
    # fmt: on


# --- making one


async def on_followup(asked: Invocation) -> None:
    await asked.shows("Add a follow-up", _making(asked))


async def _making(asked: Invocation) -> View:
    """A person who is mentioned is meant to do it."""
    incident = await about(asked, "followup")
    owner = next(iter(users_in(asked.rest)), asked.user)
    asked.rest = without_users(asked.rest)
    return views.form(incident, asked.world.organisation, one_line(await words_of(asked)), owner, None)


async def on_picked(picked: Picked) -> None:
    await picked.shows("Add a follow-up", _making_from(picked))


async def _making_from(picked: Picked) -> View:
    here = await standing_in(picked.world, picked.channel, picked.user)
    if here is None or picked.channel is None:
        raise Refused(f"That works in an incident's channel. Anywhere else: `{COMMAND} followup INC-42 what to do`.")
    assert picked.world.slack.me, "nothing is heard before we have signed in"
    said = incident_rules.read(picked.channel, picked.message, picked.world.slack.me.url)
    async with picked.world.db.snapshot() as snap:
        words = one_line(plain(said.text, await people.names(snap, users_in(said.text))))
    words = MARK.sub("", words)
    source = replace(said, text=shorten(said.text, KEPT_LIMIT)).__dict__
    return views.form(here, picked.world.organisation, words, picked.user, source)


async def on_followup_form(sent: Submission) -> None:
    number, wish = incident_forms.incident(sent.carries), Wish.parse(sent.values)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        if sent.carries.get("follow_up"):
            await changes.change(tx, sent.world.organisation, number, _carried(sent.carries), wish, sent.user)
        else:
            source = Said(**sent.carries["source"]) if sent.carries.get("source") else None
            await changes.add(tx, sent.world.organisation, number, wish, sent.user, source)
    await sent.close()


def _carried(carries: dict[str, Any]) -> int:
    return int(carries["follow_up"])


# --- lists, and what is done there


async def on_followups(asked: Invocation) -> None:
    act = Act.parse(asked.rest)
    if act is None:
        await _list(asked, asked.rest)
        return
    one, incident = await _meant(asked, act.number)
    if act.verb is Verb.EDIT:
        one.require_open()
        await asked.open(views.editing(one, asked.world.organisation))
    elif act.verb is Verb.DROP and (asked.incident or not act.rest):
        one.require_open()
        await asked.open(views.dropping(one))
    else:
        await _do(asked, act, one, incident)


async def _do(asked: Invocation, act: Act, one: FollowUp, incident: Incident) -> None:
    said = {Verb.DONE: "is done", Verb.DROP: "will not be done", Verb.REOPEN: "is open again"}[act.verb]
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        if act.verb is Verb.DONE:
            await changes.finish(tx, incident.id, act.number, asked.user)
        elif act.verb is Verb.DROP:
            await changes.drop(tx, incident.id, act.number, incident_forms.typed(act.rest), asked.user)
        else:
            await changes.reopen(tx, incident.id, act.number, asked.user)
    if asked.screen:
        await _list(asked, act.rest, f":white_check_mark: {one.name} {said}.")
    else:
        await asked.answer(Message(f"{one.name} {said}. It is on the timeline of {incident.name}."))


async def _meant(asked: Invocation, number: int) -> tuple[FollowUp, Incident]:
    """Raises Refused if there is none, in the same words as for one that this person may not see."""
    async with asked.world.db.snapshot() as snap:
        one = await queries.of(snap, number)
    try:
        if one:
            return one, await known(asked, one.incident_id)
    except Refused:
        pass
    raise Refused(MISSING.format(number, COMMAND))


async def _list(asked: Invocation, which: str, said: str = "") -> None:
    """A page is turned where it is shown."""
    first, rest = split(which)
    number, words = split(rest) if first == "page" else ("1", which)
    page = int(number) if number.isdecimal() else 1
    if asked.screen:
        await asked.acknowledge()
        await asked.screen.show(await _listing(asked, words, page, said))
    else:
        await asked.shows("Follow-ups", _listing(asked, words, page, said))


async def _listing(asked: Invocation, which: str, page: int, said: str) -> View:
    scope, title, back = await _scope(asked, which)
    async with asked.world.db.snapshot() as snap:
        today = rules.today(asked.world.organisation, snap.now)
        counts = await queries.counts(snap, scope, asked.user, today)
        page = min(max(page, 1), max(1, -(-counts.open // views.PAGE)))
        found = await queries.listed(snap, scope, asked.user, views.PAGE, (page - 1) * views.PAGE)
    return views.listing(title, found, counts, today, back, said, page)


async def _scope(asked: Invocation, which: str) -> tuple[Scope, str, str]:
    """Whose, what the list is called, and the words that bring it again. Without a word: this incident's, else
    theirs."""
    words = one_line(plain(which, str)).removeprefix("service ").strip()
    here = None if words else await standing_in(asked.world, asked.channel, asked.user)
    named = NAMED.fullmatch(words)
    if here or named:
        number = here.id if here else IncidentId(int(named[1])) if named else IncidentId(0)
        incident = await known(asked, number)
        return Scope(incident=incident.id), f"Follow-ups of {incident.name}", incident.name
    if words.lower() in ("", "mine", "my", "me"):
        return Scope(owner=asked.user), "Your follow-ups", "mine"
    if mentioned := users_in(which):
        return Scope(owner=UserId(mentioned[0])), "Their follow-ups", which
    if words.lower() in ("all", "everything"):
        return Scope(), "All follow-ups", "all"
    words = shorten(words, 80)
    return Scope(service=words), f"Follow-ups of {words}", words


async def on_drop_form(sent: Submission) -> None:
    number = incident_forms.incident(sent.carries)
    why = incident_forms.needed(sent.values, "why", "Say why in a few words.")
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await changes.drop(tx, number, _carried(sent.carries), why, sent.user)
    await sent.close()
