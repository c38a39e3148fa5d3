"""What is asked of Slack about people and groups: the whole lists, and whether the policies' names mean somebody."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import structlog

from bot.kernel.effect import Attempt, Effect, Urgency
from bot.people import queries, rules, telling
from bot.people.model import Learned, Person, UserGroup
from bot.world import World

AT_ONCE = 500  # rows read or written: a large workspace must not keep others waiting

T = TypeVar("T")

log = structlog.get_logger(__name__)


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


class CheckTargets(Effect):
    """Log what the policies name and nobody can be reached by; owed at every start, in line after the people."""

    urgency = Urgency.PRESENT
    coalesces = True
    started_at: datetime

    def lane(self) -> str:
        return LearnPeople().lane()

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            learned_at = await queries.learned_at(snap, "groups")
        if learned_at is None or learned_at < self.started_at:
            await learn_groups(world)  # the groups' lane is slower than ours
        channels = {name: await world.slack.channel_trouble(name) for name in rules.channels_named(world.organisation)}
        async with world.db.snapshot() as snap:
            directory = await queries.directory_of(snap, world.organisation.policies.values())
        allowed = world.slack.me.scopes if world.slack.me else frozenset()
        for found in rules.unresolved(world.organisation, directory, channels, allowed):
            log.warning(
                "target_unresolved", policy=found.policy, where=found.where, target=str(found.target), why=found.why
            )
        async with attempt.settled():
            pass


async def learn_people(world: World) -> None:
    asked_at = world.clock.now()  # what we are told in the meantime is newer than the list
    await _renew(world, Person, [telling.person_row(told, asked_at) for told in await world.slack.everybody()])
    await _learned(world, "people")


async def learn_groups(world: World) -> None:
    asked_at = world.clock.now()
    told = await world.slack.groups()
    if told is None:
        log.warning("groups_not_readable", mend="reinstall the app with the output of `tocsin manifest`")
    else:
        await _renew(world, UserGroup, [telling.group_row(group, asked_at) for group in told])
    await _learned(world, "groups")


async def _renew(world: World, table: queries.Table, rows: Sequence[telling.Row]) -> None:
    """Keep the whole list. Only what differs is written, and everything in parts: nobody waits for all of it."""
    for part in _parts(rows):
        async with world.db.snapshot() as snap:
            known = await queries.kept(snap, table, [row["id"] for row in part])
        await _write(world, table, telling.news(part, known))
    async with world.db.snapshot() as snap:
        missing = sorted(await queries.here(snap, table) - {row["id"] for row in rows})
    for keys in _parts(missing):
        async with world.db.snapshot() as snap:
            known = await queries.kept(snap, table, keys)
        await _write(world, table, telling.gone(known))


def _parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))


async def _write(world: World, table: queries.Table, rows: Sequence[telling.Row]) -> None:
    if rows:
        async with world.db.transaction() as tx:
            await tx.put(table, rows, newest="updated_at")


async def _learned(world: World, what: str) -> None:
    async with world.db.transaction() as tx:
        await tx.put(Learned, [{"what": what, "at": tx.now}], newest="at")
