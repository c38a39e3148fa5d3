"""Writing down what is said, and following what becomes of it."""

from bot.kernel.db import Transaction
from bot.transcript import queries
from bot.transcript.model import ChannelMessage, Withheld


async def hear(tx: Transaction, said: ChannelMessage) -> None:
    """In whatever order Slack tells of a message, an edit and a deletion, the newest words stand."""
    await tx.put(ChannelMessage, [said.model_dump()], newest="as_of")


async def withhold(tx: Transaction, mark: Withheld) -> None:
    await tx.session.merge(mark)


async def release(tx: Transaction, mark: Withheld) -> None:
    await queries.let_go(tx, mark)
