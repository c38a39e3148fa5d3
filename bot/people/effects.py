"""What is asked of Slack about people and groups: the whole lists, and whether the policies' names mean somebody."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.kernel.effect import Attempt, Effect, Urgency
from bot.people import queries, rules, telling
from bot.people.model import Learned, Person, UserGroup
from bot.world import World

AT_ONCE = 500  # rows in one transaction: a large workspace must not keep others from writing

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
            directory = await queries.directory_of(snap, world.organisation)
        allowed = world.slack.me.scopes if world.slack.me else frozenset()
        for found in rules.unresolved(world.organisation, directory, channels, allowed):
            log.warning(
                "target_unresolved", policy=found.policy, where=found.where, target=str(found.target), why=found.why
            )
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
