"""Questions about what was said."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlmodel import col

from bot.kernel.db import Snapshot, Transaction
from bot.kernel.ids import ChannelId, IncidentId, MessageTs
from bot.transcript.model import ChannelMessage, Withheld

IN_PARTS = {"yield_per": 500}


async def said(snap: Snapshot, incident: IncidentId, since: MessageTs | None = None) -> Sequence[ChannelMessage]:
    """What was said in this incident's channel after that message, in order? What was deleted was not said."""
    asked = select(ChannelMessage).where(
        col(ChannelMessage.incident_id) == incident, col(ChannelMessage.is_deleted).is_(False)
    )
    if since:
        asked = asked.where(col(ChannelMessage.ts) > since)
    found: list[ChannelMessage] = []
    # In parts, so that ten thousand of them do not hold up whoever else has something to do.
    several = await snap.session.stream_scalars(asked.order_by(col(ChannelMessage.ts)), execution_options=IN_PARTS)
    async for part in several.partitions():
        found += part
    return found


async def withheld(snap: Snapshot, channel: ChannelId | None) -> set[MessageTs]:
    """Which messages of this channel may no model see?"""
    asked = select(col(Withheld.ts)).where(col(Withheld.channel) == channel)
    return set((await snap.session.execute(asked)).scalars())


async def let_go(tx: Transaction, mark: Withheld) -> None:
    """This person's mark is off again."""
    row = delete(Withheld).where(
        col(Withheld.channel) == mark.channel, col(Withheld.ts) == mark.ts, col(Withheld.by) == mark.by
    )
    await tx.session.execute(row)
