"""The door of this floor: who does what, by word, button and form."""

from collections.abc import Awaitable, Callable

from slack_sdk.models.views import View

from bot.incidents import changes, forms, modals, queries, views
from bot.incidents.asking import about, done, said_more, seen, states
from bot.incidents.model import Incident
from bot.incidents.terms import LIVE, Role
from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.people import queries as people
from bot.people.listeners import meet
from bot.slack.commands import Where, Who, Word, split
from bot.slack.door import Door, Invocation, Submission
from bot.slack.text import escape, plain, users_in, without_users

Act = Callable[[Invocation], Awaitable[None]]
TAKE = {
    Role.IC: ("Take command: become the Incident Commander.", "I'll take command"),
    Role.COMMS: ("Become the Comms Lead.", "I'll do comms"),
    Role.OPS: ("Become the Ops Lead.", "I'll lead ops"),
}
ONE = "One person holds a role, so name one: `/incident assign comms @bo`."
WHOM = "Name the person too, chosen from the list that Slack shows after @: `/incident assign {role} @bo`."


def listen(door: Door) -> None:
    inside, going_on = (Who.INSIDERS, Where.INCIDENT), states(*LIVE)
    # fmt: off
    for role, (help_, label) in TAKE.items():
        door.word(Word(role.value, help_, _taking(role), "", (), *inside, label=label, in_states=going_on,
                       style="primary" if role is Role.IC else None, unless=role.value, on_card=True, rank=10))
    door.word(Word("assign", "Give somebody a role, or hand it over.", on_assign, "[role @somebody]",
                   ("role", "roles", "handoff", "handover"), *inside, label="Roles", in_states=going_on, on_card=True))
    door.word(Word("leave", "Put a role down.", on_leave, "[role]", ("unassign",), *inside))
    # fmt: on
    door.form("roles", on_roles)


def _taking(role: Role) -> Act:
    async def on_take(asked: Invocation) -> None:
        """`ic`, or its button. `ic @bo` gives it to somebody."""
        incident = await about(asked, role.value)
        if asked.rest and not asked.incident:
            await _give(asked, incident, role, await _whom(asked, role))
            return
        (await meet(asked.world, asked.user)).require_able()
        async with asked.world.db.transaction() as tx:
            await tx.once(asked.key)
            await changes.take(tx, asked.world.organisation, incident.id, role, asked.user)
        await _told(asked, incident, role, asked.user)

    return on_take


async def on_assign(asked: Invocation) -> None:
    """`assign comms @bo` at once; without more, the form."""
    incident = await said_more(asked, "assign")
    if incident is None:
        await asked.shows("Roles", _casting(asked))
        return
    role = forms.role(split(plain(without_users(asked.rest), str))[0])
    await _give(asked, incident, role, await _whom(asked, role))


async def _whom(asked: Invocation, role: Role) -> UserId:
    """Whom they named. Raises Refused unless that is one person who can take part."""
    named = users_in(asked.rest)
    if not named and "me" in asked.rest.lower().split():
        named = [asked.user]
    if "<!" in asked.rest or len(named) > 1:
        raise Refused(ONE)
    if not named:
        raise Refused(WHOM.format(role=role))
    (await meet(asked.world, named[0])).require_able()
    return named[0]


async def _give(asked: Invocation, incident: Incident, role: Role, to: UserId) -> None:
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.assign(tx, asked.world.organisation, incident.id, role, to, asked.user)
    await _told(asked, incident, role, to)


async def _told(asked: Invocation, incident: Incident, role: Role, holder: UserId) -> None:
    title = escape(views.title_of(role, asked.world.organisation))
    if holder == asked.user:
        said = f"You are {title} of {incident.name} now. What that asks of you is in your messages."
    else:
        async with asked.world.db.snapshot() as snap:
            name = (await people.names(snap, [holder]))(holder)
        said = f"{escape(name)} is {title} of {incident.name} now, and has been told what that asks of them."
    await done(asked, incident, said)


async def on_leave(asked: Invocation) -> None:
    """The role one holds; of several, the one that is named."""
    incident = await about(asked, "leave")
    async with asked.world.db.snapshot() as snap:
        roll = await queries.roll(snap, incident.id)
    role = _own(asked, incident, [role for role in Role if roll.get(role) == asked.user])
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.leave(tx, asked.world.organisation, incident.id, role, asked.user)
    title = escape(views.title_of(role, asked.world.organisation))
    await done(asked, incident, f"You are no longer {title} of {incident.name}. Nobody is now.")


def _own(asked: Invocation, incident: Incident, mine: list[Role]) -> Role:
    if not mine:
        raise Refused(f"You hold no role in {incident.name}. `/incident assign` changes what others hold.")
    if not asked.rest and len(mine) == 1:
        return mine[0]
    names = " or ".join(f"`/incident leave {role}`" for role in mine)
    if not asked.rest:
        raise Refused(f"You hold {len(mine)} roles in {incident.name}. Say which: {names}.")
    role = forms.role(split(asked.rest)[0])
    if role not in mine:
        raise Refused(f"That role is not yours. What you can put down: {names}.")
    return role


async def _casting(asked: Invocation) -> View:
    incident = await about(asked, "assign")
    incident.require_live()
    async with asked.world.db.snapshot() as snap:
        roll = await queries.roll(snap, incident.id)
    return modals.roles(incident, roll, asked.world.organisation)


async def on_roles(sent: Submission) -> None:
    number, said = forms.incident(sent.carries), forms.Cast.parse(sent.values, sent.carries)
    for role, user in said.changed.items():
        if user:
            await _able(sent, role, user)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await changes.cast(tx, sent.world.organisation, number, said, sent.user)
    await sent.close()


async def _able(sent: Submission, role: Role, user: UserId) -> None:
    try:
        (await meet(sent.world, user)).require_able()
    except Refused as why:
        raise Refused(why.message, role.value) from why
