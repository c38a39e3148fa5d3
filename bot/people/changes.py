"""What changes about people is what Slack tells us."""

from typing import Any

from bot.kernel.db import Transaction
from bot.kernel.effect import Attempt, Effect, Urgency
from bot.kernel.ids import UserId
from bot.people.model import Person
from bot.world import World


async def note(tx: Transaction, told: dict[str, Any]) -> Person:
    """Remember what Slack says of this user. `told` is Slack's user object."""
    profile = told.get("profile") or {}
    name = profile.get("real_name") or told.get("real_name") or profile.get("display_name") or told.get("name")
    return await tx.session.merge(
        Person(
            id=UserId(told["id"]), name=name or told["id"], handle=told.get("name") or "",
            zone=told.get("tz") or "Etc/UTC", is_bot=bool(told.get("is_bot")) or told["id"] == "USLACKBOT",
            is_gone=bool(told.get("deleted")), is_stranger=bool(told.get("is_stranger")), updated_at=tx.now,
        )
    )  # fmt: skip


class LearnPeople(Effect):
    """Ask Slack who is here; owed at every start."""

    urgency = Urgency.SOON
    coalesces = True

    def lane(self) -> str:
        return "people"

    async def run(self, world: World, attempt: Attempt) -> None:
        everybody = await world.slack.everybody()
        async with attempt.settled() as tx:
            for told in everybody:
                await note(tx, told)
