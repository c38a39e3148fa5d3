"""Slack tells us when somebody or a group comes, changes or goes; and we ask when we meet somebody we do not know."""

from bot.kernel.errors import Refused, Rejected
from bot.kernel.ids import UserId
from bot.people import changes, queries
from bot.people.model import GroupId, Person
from bot.slack.door import Door, Happened
from bot.world import World


def listen(door: Door) -> None:
    door.event("user_change", on_user)
    door.event("team_join", on_user)
    door.event("subteam_created", on_group)
    door.event("subteam_updated", on_group)
    door.event("subteam_members_changed", on_members)


async def on_user(happened: Happened) -> None:
    async with happened.world.db.transaction() as tx:
        await changes.note(tx, happened.event["user"])


async def on_group(happened: Happened) -> None:
    async with happened.world.db.transaction() as tx:
        await changes.note_group(tx, happened.event["subteam"])


async def on_members(happened: Happened) -> None:
    async with happened.world.db.transaction() as tx:
        await changes.note_members(tx, GroupId(happened.event["subteam_id"]), happened.event)


async def meet(world: World, user: UserId) -> Person:
    """Who this is, asked of Slack only if we never met. Raises Refused if there is nobody like that."""
    async with world.db.snapshot() as snap:
        known = await queries.person(snap, user)
    if known:
        return known
    try:
        told = await world.slack.user(user)
    except Rejected as why:
        raise Refused(f"I know nobody with the id {user}. Write @ and choose a name from Slack's list.") from why
    async with world.db.transaction() as tx:
        return await changes.note(tx, told)
