"""Posting a message once, although nobody can promise that Slack answers."""

from bot.kernel.effect import Attempt
from bot.kernel.errors import Rejected
from bot.kernel.ids import ChannelId, MessageTs
from bot.slack.blocks import context
from bot.slack.calls import Look
from bot.slack.client import Slack
from bot.slack.message import Message

MAY_BE_A_REPEAT = "_(This may be a repeat: Slack could not tell whether it came through before.)_"


async def post_once(
    slack: Slack,
    attempt: Attempt,
    channel: ChannelId,
    message: Message,
    thread: MessageTs | None = None,
    last_look: Look | None = None,
) -> MessageTs:
    """Post, unless an earlier attempt did after all. Where the channel cannot be read, it is posted and says so.
    `last_look` is asked right before it goes out, and may raise NotWanted."""
    if attempt.uncertain:
        try:
            found = await slack.find_post(channel, attempt.key, attempt.since, thread=thread)
        except Rejected:
            message, found = _as_a_repeat(message), None
        if found:
            return found

    async def look() -> None:
        if last_look:
            await last_look()
        attempt.require_ours()  # the last of all: whoever stands still before it comes too late

    return await slack.post(channel, message, attempt.key, thread=thread, last_look=look)


def _as_a_repeat(message: Message) -> Message:
    """Said where it is read: of a message with blocks, the text is only the notification."""
    blocks = [*message.blocks, context(MAY_BE_A_REPEAT)] if message.blocks else ()
    return Message(f"{message.text} {MAY_BE_A_REPEAT}", blocks)
