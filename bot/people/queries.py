"""Questions about people."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, or_, select
from sqlmodel import col

from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import UserId
from bot.people.directory import Directory, Known, Somebody
from bot.people.model import GroupId, Learned, Person, UserGroup
from bot.policies import Policy
from bot.targets import Kind

Table = type[Person] | type[UserGroup]


async def person(snap: Snapshot, user: UserId) -> Person | None:
    """Who is this?"""
    return await snap.session.get(Person, user)


async def kept(snap: Snapshot, table: Table, ids: Collection[str]) -> Sequence[Person | UserGroup]:
    """What do we know of these people, or of these groups?"""
    asked: Select[Any] = select(table).where(col(table.id).in_(ids))
    found: Sequence[Person | UserGroup] = (await snap.session.execute(asked)).scalars().all()
    return found


async def here(snap: Snapshot, table: Table) -> set[str]:
    """Who, or which group, is not gone as far as we know?"""
    asked = select(col(table.id)).where(col(table.is_gone).is_(False))
    return set((await snap.session.execute(asked)).scalars())


async def group_to_change(tx: Transaction, group: GroupId) -> UserGroup | None:
    """Which group is this? Nobody else changes it before we are done."""
    return await tx.session.get(UserGroup, group, with_for_update=True)


async def learned_at(snap: Snapshot, what: str) -> datetime | None:
    """When did Slack last give us this whole list?"""
    found = await snap.session.get(Learned, what)
    return found.at if found else None


async def has_learned(snap: Snapshot, what: str) -> bool:
    """Has Slack ever given us this whole list: people, groups?"""
    return await learned_at(snap, what) is not None


async def directory(
    snap: Snapshot, *, users: Iterable[UserId] = (), emails: Iterable[str] = (), groups: Iterable[str] = ()
) -> Directory:
    """Whom do all these names mean? Groups by handle ("@sre-oncall") or id. Three questions, however many names."""
    named, addresses = set(groups), {email.lower() for email in emails}
    handles = {name[1:].lower() for name in named if name.startswith("@")}
    asked = select(UserGroup).where(
        or_(col(UserGroup.id).in_(named), col(UserGroup.handle).in_(handles)), col(UserGroup.is_gone).is_(False)
    )
    found = (await snap.session.execute(asked.order_by(col(UserGroup.updated_at)))).scalars().all() if named else []
    wanted = {*users, *(UserId(user) for group in found for user in group.members)}
    people = await _people(snap, wanted, addresses)
    learned = await snap.session.execute(select(col(Learned.what)))
    return Directory.of(people, found, frozenset(learned.scalars()))


async def directory_of(snap: Snapshot, policies: Iterable[Policy], users: Iterable[UserId] = ()) -> Directory:
    """Whom do these policies mean? With these people beside them."""
    named: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for target in (target for policy in policies for target in policy.targets):
        named[target.kind].add(target.name)
    known = {*map(UserId, named[Kind.USER]), *users}
    return await directory(snap, users=known, emails=named[Kind.EMAIL], groups=named[Kind.GROUP])


async def _people(snap: Snapshot, users: set[UserId], emails: set[str]) -> Sequence[Somebody]:
    if not users and not emails:
        return []
    asked = select(*(getattr(Person, name) for name in Somebody._fields))
    meant = asked.where(or_(col(Person.id).in_(users), col(Person.email).in_(emails)))
    return [Somebody(*row) for row in await snap.session.execute(meant)]


async def handles(snap: Snapshot, groups: Collection[str]) -> dict[str, str]:
    """What are these groups called, without the @?"""
    asked = select(col(UserGroup.id), col(UserGroup.handle)).where(col(UserGroup.id).in_(groups))
    return {row[0]: row[1] for row in await snap.session.execute(asked)}


async def members_of(snap: Snapshot, group: str) -> list[UserId] | None:
    """Who of this group can take part in an incident? None: there is no such group, or it is disabled."""
    return (await directory(snap, groups=[group])).members_of(group)


async def by_email(snap: Snapshot, email: str) -> Known | None:
    """Whose address is this?"""
    return (await directory(snap, emails=[email])).by_email(email)


async def able(snap: Snapshot, users: Iterable[UserId]) -> list[UserId]:
    """Who of them can take part in an incident?"""
    asked = list(users)
    return (await directory(snap, users=asked)).able(asked)


async def known(snap: Snapshot) -> int:
    """How many people do we know?"""
    return int((await snap.session.execute(select(func.count()).select_from(Person))).scalar_one())


async def names(snap: Snapshot, users: Iterable[UserId]) -> Callable[[UserId], str]:
    """What are they called? Somebody unknown is called by their id."""
    wanted = set(users)
    asked = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted))
    found = {row[0]: row[1] for row in await snap.session.execute(asked)}
    return lambda user: found.get(user, str(user))


async def zone(snap: Snapshot, user: UserId) -> ZoneInfo:
    """In which zone does this person read a clock? UTC if we do not know."""
    found = await person(snap, user)
    try:
        return ZoneInfo(found.zone if found else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
