"""The door of this floor: messages that no model may see, marked by a reaction in the incident's channel."""

from bot.incidents import queries, rules
from bot.kernel.ids import ChannelId, MessageTs, UserId
from bot.slack.door import Door, Happened
from bot.transcript import changes as transcript
from bot.transcript.model import Withheld


def listen(door: Door) -> None:
    door.event("reaction_added", on_mark)
    door.event("reaction_removed", on_mark_gone)


async def on_mark(happened: Happened) -> None:
    mark = await _mark(happened)
    if mark:
        async with happened.world.db.transaction() as tx:
            await tx.settle(happened.key)
            await transcript.withhold(tx, mark)


async def on_mark_gone(happened: Happened) -> None:
    mark = await _mark(happened)
    if mark:
        async with happened.world.db.transaction() as tx:
            await tx.settle(happened.key)
            await transcript.release(tx, mark)


async def _mark(happened: Happened) -> Withheld | None:
    item, wanted = happened.event["item"], happened.world.organisation.ai.withhold
    if rules.toneless(happened.event["reaction"]) != wanted or item.get("type") != "message":
        return None
    channel = ChannelId(item["channel"])
    async with happened.world.db.snapshot() as snap:
        if await queries.in_channel(snap, channel) is None:
            return None
    return Withheld(channel=channel, ts=MessageTs(item["ts"]), by=UserId(happened.event["user"]))
