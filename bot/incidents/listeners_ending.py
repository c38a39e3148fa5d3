"""The door of this floor: resolving, and merging into another one."""

from slack_sdk.models.views import View

from bot.incidents import ending, forms, modals, queries
from bot.incidents.asking import (
    NAMED,
    NUMBERED,
    WHICH,
    about,
    done,
    from_which,
    known,
    seen,
    standing_in,
    words_of,
)
from bot.incidents.model import Incident
from bot.incidents.terms import Status
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId, UserId
from bot.slack.commands import COMMAND, Where, Who, Word, split
from bot.slack.door import Door, Invocation, Submission
from bot.world import World


def listen(door: Door) -> None:
    inside = (Who.INSIDERS, Where.INCIDENT)
    # fmt: off
    door.word(Word("resolve", "Resolve it: what ended it, and when.", on_resolve, "[what ended it]",
                   ("resolved", "fixed"), *inside, label="Resolve", in_states=from_which(Status.RESOLVED),
                   on_card=True, rank=41))
    door.word(Word("merge", "Merge it into another one.", on_merge, "[INC-41] [how you know]", ("duplicate",), *inside,
                   label="Merge", in_states=from_which(Status.MERGED)))
    # fmt: on
    door.form("resolve", on_resolve_form)
    door.form("merge", on_merge_form)


async def form(world: World, incident: Incident, to: Status, user: UserId, said: str) -> View:
    """The form that this status needs. Raises Refused if it cannot come into it now."""
    incident.require_way(to)
    if to is Status.RESOLVED:
        return modals.resolve(incident, said)
    async with world.db.snapshot() as snap:
        live = await queries.live(snap, user, limit=100)
    others = [other for other in live if other.id != incident.id and other.is_private == incident.is_private]
    if not others:
        raise Refused("There is no other incident going on to merge it into.")
    return modals.merge(incident, others, said)


async def on_resolve(asked: Invocation) -> None:
    await asked.shows("Resolve", _resolving(asked))


async def _resolving(asked: Invocation) -> View:
    incident = await about(asked, "resolve")
    return await form(asked.world, incident, Status.RESOLVED, asked.user, await words_of(asked))


async def on_resolve_form(sent: Submission) -> None:
    said = forms.Resolution.parse(sent.values, sent.world.clock.now())
    number = forms.incident(sent.carries)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await ending.resolve(tx, number, said, sent.user)
    await sent.close()


async def on_merge(asked: Invocation) -> None:
    """`merge INC-41` in a channel, or `merge INC-42 INC-41` anywhere, at once; without the other one, the form."""
    if asked.incident is None:
        incident, into = await _both(asked)
        if into:
            await _merge(asked, incident, into)
            return
        asked.incident = incident.id
    await asked.shows("Merge", _merging(asked))


async def _both(asked: Invocation) -> tuple[Incident, IncidentId | None]:
    """One number names the other incident where the channel says which one ends."""
    numbers = _numbers(asked)
    here = await standing_in(asked.world, asked.channel, asked.user)
    if here and len(numbers) < 2:
        return here, numbers[0] if numbers else None
    if not numbers:
        raise Refused(WHICH.format(command=COMMAND, word="merge"))
    return await known(asked, numbers[0]), numbers[1] if len(numbers) > 1 else None


def _numbers(asked: Invocation) -> list[IncidentId]:
    """The one or two that lead; they are taken off `asked.rest`."""
    numbers: list[IncidentId] = []
    first, rest = split(asked.rest)
    while len(numbers) < 2 and (named := NAMED.fullmatch(first) or NUMBERED.fullmatch(first)):
        numbers.append(IncidentId(int(named[1])))
        asked.rest = rest
        first, rest = split(rest)
    return numbers


async def _merge(asked: Invocation, incident: Incident, into: IncidentId) -> None:
    why = forms.typed(await words_of(asked))
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await seen(tx, into, asked.user)
        other = await ending.merge(tx, incident.id, into, asked.user, why)
    await done(asked, other, f"{incident.name} is merged into {other.name}, where its people are invited.")


async def _merging(asked: Invocation) -> View:
    incident = await about(asked, "merge")
    return await form(asked.world, incident, Status.MERGED, asked.user, await words_of(asked))


async def on_merge_form(sent: Submission) -> None:
    number, why = forms.incident(sent.carries), forms.words(sent.values, "reason")
    into = forms.incident({"incident": int(sent.values["into"])})
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await seen(tx, into, sent.user)
        await ending.merge(tx, number, into, sent.user, why)
    await sent.close()
