"""Questions about people."""

from collections.abc import Callable, Collection, Iterable, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, or_, select
from sqlmodel import col

from bot.kernel.db import Snapshot
from bot.kernel.ids import UserId
from bot.people.directory import Directory
from bot.people.model import Person, UserGroup


async def person(snap: Snapshot, user: UserId) -> Person | None:
    """Who is this?"""
    return await snap.session.get(Person, user)


async def known(snap: Snapshot) -> int:
    """How many people do we know?"""
    return int((await snap.session.execute(select(func.count()).select_from(Person))).scalar_one())


async def names(snap: Snapshot, users: Iterable[UserId]) -> Callable[[UserId], str]:
    """What are they called? Somebody unknown is called by their id."""
    wanted = set(users)
    asked = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted))
    found = {row[0]: row[1] for row in await snap.session.execute(asked)}
    return lambda user: found.get(user, str(user))


async def directory(
    snap: Snapshot, users: Collection[str], emails: Collection[str], groups: Collection[str]
) -> Directory:
    """Who is meant by these ids, addresses and groups (a handle with its @, or an id)?"""
    found = await _groups(snap, groups) if groups else {}
    wanted = {*users, *(member for members in found.values() for member in members)}
    known = await _people(snap, wanted, emails) if wanted or emails else []
    return Directory({one.id: one for one in known}, {one.email: one.id for one in known if one.email}, found)


async def handles(snap: Snapshot, groups: Collection[str]) -> dict[str, str]:
    """What are these groups called, without the @?"""
    asked = select(col(UserGroup.id), col(UserGroup.handle)).where(col(UserGroup.id).in_(groups))
    return {row[0]: row[1] for row in await snap.session.execute(asked)}


async def _people(snap: Snapshot, users: Collection[str], emails: Collection[str]) -> Sequence[Person]:
    """Of several with one address, whoever is still here comes last, and counts."""
    meant = or_(col(Person.id).in_(users), col(Person.email).in_(emails))
    return (
        (await snap.session.execute(select(Person).where(meant).order_by(col(Person.is_gone).desc()))).scalars().all()
    )


async def _groups(snap: Snapshot, names: Collection[str]) -> dict[str, list[UserId]]:
    handles = [name.removeprefix("@") for name in names]
    asked = select(UserGroup).where(or_(col(UserGroup.id).in_(names), col(UserGroup.handle).in_(handles)))
    found: dict[str, list[UserId]] = {}
    for group in (await snap.session.execute(asked)).scalars():
        if not group.is_gone:
            members = [UserId(user) for user in group.members]
            found |= {group.id: members, f"@{group.handle}": members}
    return found


async def zone(snap: Snapshot, user: UserId) -> ZoneInfo:
    """In which zone does this person read a clock? UTC if we do not know."""
    found = await person(snap, user)
    try:
        return ZoneInfo(found.zone if found else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
