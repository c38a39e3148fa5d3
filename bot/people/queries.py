"""Questions about people."""

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlmodel import col

from bot.kernel.db import Snapshot
from bot.kernel.ids import UserId
from bot.people.model import Person


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


async def zone(snap: Snapshot, user: UserId) -> ZoneInfo:
    """In which zone does this person read a clock? UTC if we do not know."""
    found = await person(snap, user)
    try:
        return ZoneInfo(found.zone if found else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
