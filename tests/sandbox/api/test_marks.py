"""Pins, reactions and bookmarks."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, events
from tests.sandbox.api.conftest import Refusal

LINK = {"type": "link", "title": "Status page", "link": "https://status.example"}


async def test_a_pin_is_told_and_shown(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Card")
    await bot.pins_add(channel=war_room.id, timestamp=said["ts"])
    added = (await events(slack, "pin_added"))[0]
    assert (added["channel_id"], added["item"]["message"]["text"], added["pin_count"]) == (war_room.id, "Card", 1)
    assert added["item"]["message"]["permalink"]
    changed = (await events(slack, "message_changed"))[0]
    assert changed["message"]["pinned_to"] == [war_room.id]
    assert "edited" not in changed["message"]
    items = (await bot.pins_list(channel=war_room.id))["items"]
    assert [item["message"]["ts"] for item in items] == [said["ts"]]
    await bot.pins_remove(channel=war_room.id, timestamp=said["ts"])
    removed = (await events(slack, "pin_removed"))[0]
    assert (removed["has_pins"], removed["pin_count"]) == (False, 0)


async def test_pins_that_are_refused(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    here: Json = {"channel": war_room.id}
    said = await bot.chat_postMessage(**here, text="Card")
    assert (await refusal(bot.pins_remove(**here, timestamp=said["ts"])))["error"] == "no_pin"
    await bot.pins_add(**here, timestamp=said["ts"])
    assert (await refusal(bot.pins_add(**here, timestamp=said["ts"])))["error"] == "already_pinned"
    assert (await refusal(bot.pins_add(**here)))["error"] == "no_item_specified"
    assert (await refusal(bot.pins_add(**here, timestamp="then")))["error"] == "bad_timestamp"
    assert (await refusal(bot.pins_add(**here, timestamp="1.000001")))["error"] == "message_not_found"
    slack.rules.pins_limit = 1
    other = await bot.chat_postMessage(**here, text="Another")
    assert (await refusal(bot.pins_add(**here, timestamp=other["ts"])))["error"] == "too_many_pins"


async def test_posting_is_not_pinning(bot: AsyncWebClient, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel="C0RANDOM", text="Hello")
    assert (await refusal(bot.pins_add(channel="C0RANDOM", timestamp=said["ts"])))["error"] == "not_in_channel"
    answer = await refusal(bot.reactions_add(channel="C0RANDOM", timestamp=said["ts"], name="eyes"))
    assert answer["error"] == "not_in_channel"


async def test_a_reaction(slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person, refusal: Refusal) -> None:
    said = await ana.says("Hello", war_room)
    item: Json = {"channel": war_room.id, "timestamp": said.ts}
    await ana.reacts(said, "eyes")
    await bot.reactions_add(**item, name="eyes")
    added = (await events(slack, "reaction_added"))[-1]
    assert (added["user"], added["item_user"], added["item"]["ts"]) == (slack.bot.id, "U0ANA", said.ts)
    assert "text" not in added
    shown = (await bot.reactions_get(**item))["message"]["reactions"]
    assert shown == [{"name": "eyes", "users": ["U0ANA", slack.bot.id], "count": 2}]
    assert (await refusal(bot.reactions_add(**item, name="eyes")))["error"] == "already_reacted"
    await bot.reactions_remove(**item, name="eyes")
    assert (await refusal(bot.reactions_remove(**item, name="eyes")))["error"] == "no_reaction"
    assert (await refusal(bot.reactions_add(**item, name=":eyes:")))["error"] == "invalid_name"


async def test_there_is_an_end_to_reactions(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Hello")
    item: Json = {"channel": war_room.id, "timestamp": said["ts"]}
    slack.rules.reactions_limit = 1
    await bot.reactions_add(**item, name="eyes")
    assert (await refusal(bot.reactions_add(**item, name="fire")))["error"] == "too_many_reactions"
    slack.rules.emoji_limit = 1
    assert (await refusal(bot.reactions_add(**item, name="fire")))["error"] == "too_many_emoji"


async def test_a_bookmark(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    here: Json = {"channel_id": war_room.id}
    mark = (await bot.bookmarks_add(**here, **LINK, emoji=":fire:"))["bookmark"]
    assert mark["id"].startswith("Bk")
    edited = await bot.bookmarks_edit(**here, bookmark_id=mark["id"], title="Status")
    assert (edited["bookmark"]["title"], edited["bookmark"]["link"]) == ("Status", LINK["link"])
    assert len((await bot.bookmarks_list(**here))["bookmarks"]) == 1
    slack.rules.bookmarks_limit = 1
    assert (await refusal(bot.bookmarks_add(**here, **LINK)))["error"] == "too_many_bookmarks"
    await bot.bookmarks_remove(**here, bookmark_id=mark["id"])
    assert (await refusal(bot.bookmarks_remove(**here, bookmark_id=mark["id"])))["error"] == "not_found"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"link": "status.example"}, "invalid_link"),
        ({"type": "file"}, "invalid_bookmark_type"),
        ({"emoji": "fire"}, "invalid_emoji"),
        ({"title": "x" * 256}, "invalid_arguments"),
        ({"channel_id": "C0LEADERSHIP"}, "channel_not_found"),
        ({"channel_id": "C0RANDOM"}, "access_denied"),
    ],
)
async def test_bookmarks_that_are_refused(
    bot: AsyncWebClient, war_room: Channel, refusal: Refusal, change: dict[str, str], error: str
) -> None:
    asked: Json = {"channel_id": war_room.id, **LINK, **change}
    assert (await refusal(bot.bookmarks_add(**asked)))["error"] == error
