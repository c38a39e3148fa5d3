"""What changes about people and groups is what Slack tells us."""

from collections.abc import Mapping
from typing import Any

from bot.kernel.db import Transaction
from bot.people import queries, telling
from bot.people.effects import LearnGroups
from bot.people.model import GroupId, Person, UserGroup


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
