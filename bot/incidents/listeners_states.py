"""The door of this floor: severity and status, by word, button and form."""

from collections.abc import Awaitable, Callable

from slack_sdk.models.views import View

from bot.incidents import changes, ending, forms, listeners_ending, modals
from bot.incidents.asking import about, done, from_which, said_more, seen, states, words_of
from bot.incidents.model import Incident
from bot.incidents.terms import LIVE, NEXT, Status
from bot.slack.commands import Sure, Where, Who, Word, split
from bot.slack.door import Door, Invocation, Submission

Act = Callable[[Invocation], Awaitable[None]]


def listen(door: Door) -> None:
    inside = (Who.INSIDERS, Where.INCIDENT)
    on_decline, on_mitigate = _turning("decline", Status.DECLINED), _turning("mitigate", Status.MITIGATED)
    on_cancel = _turning("cancel", Status.CANCELED)
    # fmt: off
    door.word(Word("severity", "Change the severity.", on_severity, "[SEV1 … SEV5] [why]", ("sev",), *inside,
                   label="Severity", in_states=states(*LIVE), on_card=True))
    door.word(Word("status", "Change the status.", on_status, "[active | mitigated | …] [why]", ("state",), *inside,
                   label="Status", in_states=states(*(status for status in Status if NEXT[status]))))
    door.word(Word("accept", "Accept it out of triage: it is an incident.", on_accept, "[why]", ("confirm",), *inside,
                   label="Accept", style="primary", in_states=states(Status.TRIAGE), on_card=True, rank=20,
                   sure=Sure("Is it an incident?", "It becomes active.", "Yes, accept")))
    door.word(Word("decline", "Decline it in triage: it is no incident.", on_decline, "[why]", ("declined",), *inside,
                   label="Decline", style="danger", in_states=states(Status.TRIAGE), on_card=True, rank=21))
    door.word(Word("mitigate", "Say that users are no longer hurt.", on_mitigate, "[how]",
                   ("mitigated", "stable", "monitoring"), *inside,
                   label="Mitigated", in_states=states(Status.ACTIVE), on_card=True, rank=40))
    listeners_ending.listen(door)
    door.word(Word("reopen", "It goes on after all.", on_reopen, "[why]", ("relapse", "reactivate"), *inside,
                   label="Reopen", in_states=from_which(Status.ACTIVE) - states(Status.TRIAGE), on_card=True, rank=42))
    door.word(Word("close", "Close it: the work after it is done too.", on_close, "[why]", ("closed",), *inside,
                   label="Close", in_states=states(Status.RESOLVED), on_card=True, rank=43,
                   sure=Sure("Is the work after it done?", "It can be reopened.", "Yes, close")))
    door.word(Word("cancel", "Cancel it: it was declared by mistake.", on_cancel, "[why]", ("canceled", "cancelled"),
                   *inside, label="Cancel", style="danger", in_states=from_which(Status.CANCELED)))
    # fmt: on
    door.form("severity", on_severity_form)
    door.form("status", on_status_form)
    door.form("reason", on_reason_form)


async def on_severity(asked: Invocation) -> None:
    """With a level at once; without one, the form."""
    incident = await said_more(asked, "severity")
    if incident is None:
        await asked.shows("Change severity", _weighing(asked))
        return
    level, why = split(await typed_reason(asked))
    to = forms.severity(level)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.change_severity(tx, asked.world.organisation, incident.id, to, asked.user, why)
    await done(asked, incident, f"{incident.name} is {to} now.")


async def _weighing(asked: Invocation) -> View:
    incident = await about(asked, "severity")
    incident.require_live()
    return modals.severity(incident, asked.world.organisation)


async def on_severity_form(sent: Submission) -> None:
    number, to = forms.incident(sent.carries), forms.severity(sent.values["severity"])
    why = forms.words(sent.values, "reason")
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await changes.change_severity(tx, sent.world.organisation, number, to, sent.user, why)
    await sent.close()


async def on_accept(asked: Invocation) -> None:
    incident, why = await about(asked, "accept"), await typed_reason(asked)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.accept(tx, incident.id, asked.user, why)
    await done(asked, incident, f"{incident.name} is active now.")


async def on_reopen(asked: Invocation) -> None:
    found = await _with_reason(asked, "reopen", Status.ACTIVE)
    if found is None:
        return
    incident, why = found
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await ending.go_on(tx, asked.world.organisation, incident.id, asked.user, why)
    await done(asked, incident, f"{incident.name} is active again.")


def _turning(word: str, to: Status) -> Act:
    async def on_word(asked: Invocation) -> None:
        found = await _with_reason(asked, word, to)
        if found:
            incident, why = found
            await _turn(asked, incident, to, why)

    return on_word


async def on_close(asked: Invocation) -> None:
    await _turn(asked, await about(asked, "close"), Status.CLOSED, await typed_reason(asked))


async def _with_reason(asked: Invocation, word: str, to: Status) -> tuple[Incident, str] | None:
    """The incident and the reason that was typed. Without one, the form that asks for it is on the screen."""
    incident = await said_more(asked, word)
    if incident:
        return incident, await typed_reason(asked)
    await asked.shows(modals.REASONS[to][0], _asking_why(asked, word, to))
    return None


async def _asking_why(asked: Invocation, word: str, to: Status) -> View:
    incident = await about(asked, word)
    if to is Status.ACTIVE:
        ending.require_not_triage(incident)
    incident.require_way(to)
    return modals.reason(incident, to)


async def typed_reason(asked: Invocation) -> str:
    """What followed the word, after any number was taken off."""
    return forms.typed(await words_of(asked))


async def _turn(asked: Invocation, incident: Incident, to: Status, why: str) -> None:
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await ending.turn(tx, asked.world.organisation, incident.id, to, asked.user, why)
    await done(asked, incident, f"{incident.name} is {to.spoken} now.")


async def on_status(asked: Invocation) -> None:
    """With a status at once, or the form that it needs; without one, the form to choose."""
    incident = await said_more(asked, "status")
    if incident:
        await _to_named(asked, incident)
    else:
        await asked.shows("Change status", _choosing(asked))


async def _choosing(asked: Invocation) -> View:
    incident = await about(asked, "status")
    if not NEXT[incident.status]:
        incident.require_live()
    return modals.status(incident)


async def _to_named(asked: Invocation, incident: Incident) -> None:
    named, why = split(await typed_reason(asked))
    to = forms.status(named)
    incident.require_way(to)
    goes_on = to is Status.ACTIVE and not incident.is_live
    if to in (Status.RESOLVED, Status.MERGED):
        await asked.shows("Change status", listeners_ending.form(asked.world, incident, to, asked.user, why))
    elif not why and (goes_on or to in (Status.DECLINED, Status.CANCELED)):
        await asked.open(modals.reason(incident, to))
    else:
        await _turn(asked, incident, to, why)


async def on_status_form(sent: Submission) -> None:
    to, why = forms.status(sent.values["status"]), forms.words(sent.values, "reason")
    if to in (Status.RESOLVED, Status.MERGED):
        async with sent.world.db.snapshot() as snap:
            incident = await seen(snap, forms.incident(sent.carries), sent.user)
        incident.require_way(to)
        await sent.becomes(await listeners_ending.form(sent.world, incident, to, sent.user, why))
        return
    await _send(sent, to, why)


async def on_reason_form(sent: Submission) -> None:
    to = Status(sent.carries["to"])
    if to is Status.MITIGATED:
        await _send(sent, to, forms.words(sent.values, "reason"))
    else:
        await _send(sent, to, forms.needed(sent.values, "reason", "Say in a few words why: others will want to know."))


async def _send(sent: Submission, to: Status, why: str) -> None:
    number = forms.incident(sent.carries)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await ending.turn(tx, sent.world.organisation, number, to, sent.user, why)
    await sent.close()
