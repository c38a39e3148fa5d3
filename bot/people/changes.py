"""What changes about people and groups is what Slack tells us."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Effect, Urgency
from bot.people import queries, telling
from bot.people.model import GroupId, Learned, Person, UserGroup
from bot.world import World

AT_ONCE = 500  # rows in one transaction: a large workspace must not keep others from writing

log = structlog.get_logger(__name__)


async def note(tx: Transaction, told: Mapping[str, Any]) -> Person:
    """Remember what Slack says of this user. `told` is Slack's user object."""
    return await tx.session.merge(Person(**telling.person_row(told, tx.now)))


async def note_group(tx: Transaction, told: Mapping[str, Any]) -> None:
    """Remember what Slack says of this user group, unless we know something newer."""
    known = await queries.group_to_change(tx, GroupId(told["id"]))
    row = telling.group_row(told, tx.now, known.members if known else ())
    if known is None or row["updated_at"] > known.updated_at:
        await tx.put(UserGroup, [row], newest="updated_at")
    elif row["updated_at"] == known.updated_at and telling.differs(row, known):
        tx.owe(LearnGroups())  # twice within a second: only Slack knows which was the later one


async def note_members(tx: Transaction, group: GroupId, told: Mapping[str, Any]) -> None:
    """Who came and who went, if we knew who was there before; else the list is asked for."""
    known = await queries.group_to_change(tx, group)
    changed_at = telling.moment(told.get("date_update"), tx.now)
    if known and changed_at < known.updated_at:
        return
    came, went = list(told.get("added_users") or ()), set(told.get("removed_users") or ())
    members = [user for user in known.members if user not in went] if known else []
    members += [user for user in came if user not in members]
    if known and changed_at == known.updated_at and set(members) == set(known.members):
        return  # the group's own event was here first
    before = telling.moment(told.get("date_previous_update"), changed_at)
    if known and before == known.updated_at < changed_at:
        known.members, known.updated_at = members, changed_at
    else:
        tx.owe(LearnGroups())


class LearnPeople(Effect):
    """Ask Slack who is here; owed at every start."""

    urgency = Urgency.SOON
    coalesces = True

    def lane(self) -> str:
        return "people"

    async def run(self, world: World, attempt: Attempt) -> None:
        await learn_people(world)
        async with attempt.settled():
            pass


class LearnGroups(Effect):
    """Ask Slack which user groups there are, and who is in them; owed at every start, and when in doubt."""

    urgency = Urgency.SOON
    coalesces = True

    def lane(self) -> str:
        return "groups"

    async def run(self, world: World, attempt: Attempt) -> None:
        await learn_groups(world)
        async with attempt.settled():
            pass


async def learn_people(world: World) -> None:
    asked_at = world.clock.now()  # what we are told in the meantime is newer than the list
    rows = [telling.person_row(told, asked_at) for told in await world.slack.everybody()]
    async with world.db.snapshot() as snap:
        known = await queries.everybody(snap)
    await _write(world, Person, telling.news(rows, known))
    await _learned(world, "people")


async def learn_groups(world: World) -> None:
    asked_at = world.clock.now()
    told = await world.slack.groups()
    if told is None:
        log.warning("groups_not_readable", mend="reinstall the app with the output of `tocsin manifest`")
    else:
        rows = [telling.group_row(group, asked_at) for group in told]
        async with world.db.snapshot() as snap:
            known = await queries.every_group(snap)
        await _write(world, UserGroup, telling.news(rows, known))
    await _learned(world, "groups")


async def _write(world: World, table: type[Person] | type[UserGroup], rows: Sequence[telling.Row]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        async with world.db.transaction() as tx:
            await tx.put(table, rows[start : start + AT_ONCE], newest="updated_at")


async def _learned(world: World, what: str) -> None:
    async with world.db.transaction() as tx:
        await tx.put(Learned, [{"what": what, "at": tx.now}], newest="at")
