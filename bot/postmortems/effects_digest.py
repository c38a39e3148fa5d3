"""The weekly digest is posted in the review board's channel."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.followups import queries as follow_ups
from bot.incidents.effects import HISTORY_LAG
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Effect
from bot.learning import WEEK
from bot.people import queries as people
from bot.postmortems import queries, views_digest
from bot.slack.posting import post_once
from bot.world import World


class PostDigest(Effect):
    look_after = HISTORY_LAG
    at: datetime

    def lane(self) -> str:
        return "digest"

    async def run(self, world: World, attempt: Attempt) -> None:
        board = world.organisation.postmortems.board
        if board is None:
            return
        async with world.db.snapshot() as snap:
            today = snap.now.astimezone(ZoneInfo(world.organisation.timezone)).date()
            unpublished = await queries.unpublished(snap)
            published = await queries.published_since(snap, self.at - WEEK)
            late = await follow_ups.overdue(snap, today)
            owners = [one.owner for one, _ in unpublished] + [one.owner for one, _ in late]
            name = await people.names(snap, [owner for owner in owners if owner])
        found = views_digest.Digest(today, unpublished, published, late)
        if found.is_empty:
            return
        channel = await world.slack.announcements(board)
        await post_once(world.slack, attempt, channel, views_digest.digest(found, name))

    async def lost(self, tx: Transaction, why: str) -> None:
        """The log says so, and a week later the next one comes."""
