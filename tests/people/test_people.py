"""Who is who, as Slack last told us."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.kernel.errors import Refused
from bot.kernel.ids import UserId
from bot.people import queries
from bot.people.listeners import meet
from bot.people.model import Person
from bot.sandbox.state import User
from tests.stage import Stage

ANA = UserId("U0ANA")


def person(**given: object) -> Person:
    return Person.model_validate({"id": ANA, "name": "Ana <3", "updated_at": datetime.now(UTC), **given})


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"is_gone": True}, "Ana &lt;3's account is deactivated"),
        ({"is_bot": True}, "Ana &lt;3 is an app"),
        ({"is_stranger": True}, "Ana &lt;3 belongs to another organisation"),
    ],
)
def test_who_cannot_take_part_is_told_why(given: dict[str, bool], because: str) -> None:
    person().require_able()
    with pytest.raises(Refused) as refusal:
        person(**given).require_able()
    assert refusal.value.message.startswith(because)
    assert refusal.value.message.endswith(("Choose somebody else.", "Choose somebody from this workspace."))


async def test_everybody_is_known_from_the_start_and_changes_are_followed(stage: Stage) -> None:
    async with stage.bot.db.snapshot() as snap:
        assert await queries.zone(snap, ANA) == ZoneInfo("Europe/Madrid")
        assert (await queries.names(snap, [ANA]))(ANA) == "Ana Álvarez"

    told = {"id": ANA, "name": "ana", "real_name": "Ana Maria", "tz": "Asia/Tokyo", "deleted": True}
    stage.slack.emit({"type": "user_change", "user": told})
    await stage.settle()

    async with stage.bot.db.snapshot() as snap:
        assert await queries.zone(snap, ANA) == ZoneInfo("Asia/Tokyo")
        assert (await queries.names(snap, [ANA]))(ANA) == "Ana Maria"
    assert (await meet(stage.bot.world, ANA)).is_gone


async def test_somebody_new_is_asked_for_once(stage: Stage) -> None:
    stage.slack.workspace.users["U0NEW"] = User(id="U0NEW", name="new", real_name="Noa New", tz="Nowhere/None")
    new = UserId("U0NEW")
    async with stage.bot.db.snapshot() as snap:
        assert (await queries.names(snap, [new]))(new) == "U0NEW"

    assert (await meet(stage.bot.world, new)).name == "Noa New"
    assert (await meet(stage.bot.world, new)).name == "Noa New"

    assert len(stage.slack.journal.accepted("users.info")) == 1
    async with stage.bot.db.snapshot() as snap:
        assert await queries.zone(snap, new) == ZoneInfo("UTC"), "a zone that nobody knows is UTC"
        assert await queries.zone(snap, UserId("U0NOBODY")) == ZoneInfo("UTC")
