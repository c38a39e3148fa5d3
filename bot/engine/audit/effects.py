"""What the announcements channel is told of the bot's own state."""

from datetime import timedelta

from bot.engine.audit import queries, views
from bot.engine.audit.model import AuditAlarm
from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Effect
from bot.kernel.errors import Rejected
from bot.kernel.ids import ChannelId, MessageTs
from bot.slack.posting import post_once
from bot.world import World


class ShowAuditAlarm(Effect):
    """The one message of one check: posted when it stays red, edited when it is over."""

    coalesces = True
    look_after = timedelta(seconds=3)  # a channel's history may not show a message at once
    check: str

    def lane(self) -> str:
        return f"audit:{self.check}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await queries.alarm(snap, self.check)
        if found is None:
            return
        if found.message is None and attempt.uncertain:
            await self._take_up(world, attempt, found)
        if found.raised_at:
            await self._show(world, attempt, found)
        elif found.channel and found.message:
            await self._end(world, attempt, found.channel, found.message, found)

    async def _take_up(self, world: World, attempt: Attempt, found: AuditAlarm) -> None:
        """It may be over by now, and still have been posted by a try whose answer was lost."""
        if world.organisation.announce:
            channel = await world.slack.announcements(world.organisation.announce)
            message = await world.slack.find_post(channel, attempt.key, attempt.since)
            if message:
                found.shown(channel, message)

    async def _show(self, world: World, attempt: Attempt, found: AuditAlarm) -> None:
        said = views.alarm(found, world.clock.now())
        if found.channel and found.message:
            channel, message = found.channel, found.message
            await world.slack.update(channel, message, said)
        elif world.organisation.announce:
            channel = await world.slack.announcements(world.organisation.announce)
            message = await post_once(world.slack, attempt, channel, said)
        else:
            return
        async with attempt.settled() as tx:
            now = await queries.alarm(tx, self.check)
            assert now
            now.shown(channel, message)

    async def _end(
        self, world: World, attempt: Attempt, channel: ChannelId, message: MessageTs, found: AuditAlarm
    ) -> None:
        try:
            await world.slack.update(channel, message, views.over(found))
        except Rejected as why:
            if why.code != "message_not_found":  # somebody deleted it: nobody waits for the end
                raise
        async with attempt.settled() as tx:
            await self._forget(tx)

    async def lost(self, tx: Transaction, why: str) -> None:
        await self._forget(tx)

    async def _forget(self, tx: Transaction) -> None:
        """The next alarm of this check is a message of its own."""
        now = await queries.alarm(tx, self.check)
        if now:
            now.forget_message()
