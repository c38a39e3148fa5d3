"""Posting, editing, deleting, whispering."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, events, section
from tests.sandbox.api.conftest import Refusal

CARD = [section("Checkout is down", "card")]
pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
KEY = {"event_type": "tocsin", "event_payload": {"key": "1"}}


async def test_a_post_is_shown_and_heard(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    answer = await bot.chat_postMessage(channel=war_room.id, text="Hello", blocks=CARD, metadata=KEY)
    message = answer["message"]
    assert message["bot_profile"]["name"] == slack.bot.real_name
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0TOCSIN", "B0TOCSIN", "A0TOCSIN")
    assert message["metadata"] == KEY
    assert message["blocks"][0]["block_id"] == "card"
    event = (await events(slack, "message"))[-1]
    assert event["ts"] == answer["ts"]
    assert event["channel_type"] == "channel"
    assert "client_msg_id" not in event


async def test_every_ts_is_later_than_the_last(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    slack.clock.run(0)
    for number in range(5):
        await bot.chat_postMessage(channel=war_room.id, text=f"{number}")
    stamps = list(war_room.messages)
    assert stamps == sorted(set(stamps))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)


async def test_text_is_kept_escaped(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    good = await bot.chat_postMessage(
        channel=war_room.id, text="a &amp; b &lt;c&gt; <@U0ANA> <https://a.example|A>\n> so"
    )
    assert good["message"]["text"] == "a &amp; b &lt;c&gt; <@U0ANA> <https://a.example|A>\n&gt; so"
    assert not slack.journal.violations
    raw = await bot.chat_postMessage(channel=war_room.id, text="a & b <c>")
    assert raw["message"]["text"] == "a &amp; b &lt;c&gt;"
    assert {violation.kind for violation in slack.journal.violations} == {"unescaped"}


async def test_unescaped_words_in_blocks_are_noted(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.chat_postMessage(channel=war_room.id, text="Hello", blocks=[section("R&D <script>")])
    assert [violation.kind for violation in slack.journal.violations] == ["unescaped"] * 3


async def test_a_mention_of_nobody_is_noted(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.chat_postMessage(channel=war_room.id, text="<@U0NOBODY> <@U0ANA>")
    assert [violation.detail for violation in slack.journal.violations] == ["U0NOBODY"]


async def test_nothing_said(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    assert (await refusal(bot.chat_postMessage(channel=war_room.id, text="")))["error"] == "no_text"
    assert (await refusal(bot.chat_postMessage(channel=war_room.id, text="  \n", blocks=[])))["error"] == "no_text"


async def test_blocks_without_text_are_noted(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.chat_postMessage(channel=war_room.id, blocks=CARD)
    assert [violation.kind for violation in slack.journal.violations] == ["fallback_missing"]


async def test_long_texts(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="x" * 40_001)
    assert len(said["message"]["text"]) == 40_000
    assert [violation.kind for violation in slack.journal.violations] == ["long_text"]
    same: Json = {"channel": war_room.id, "ts": said["ts"]}
    assert (await bot.chat_update(**same, text="x" * 4_000))["ok"]
    assert (await refusal(bot.chat_update(**same, text="x" * 4_001)))["error"] == "msg_too_long"


async def test_bad_blocks_are_explained(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    answer = await refusal(bot.chat_postMessage(channel=war_room.id, text="Hello", blocks=[{"type": "header"}]))
    assert answer["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/0" in answer["errors"][0]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {error}" for error in answer["errors"]]
    assert not [message for message in war_room.messages.values() if not message.subtype]


@pytest.mark.parametrize("blocks", ["[", '{"type": "section"}', {"type": "section"}])
async def test_blocks_that_are_no_list(
    bot: AsyncWebClient, war_room: Channel, refusal: Refusal, blocks: object
) -> None:
    said: Json = {"channel": war_room.id, "text": "Hello", "blocks": blocks}
    assert (await refusal(bot.api_call("chat.postMessage", json=said)))["error"] == "invalid_blocks_format"


async def test_too_much_in_blocks(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    wall = [section("x" * 3_000) for _ in range(5)]
    assert (await refusal(bot.chat_postMessage(channel=war_room.id, text="x", blocks=wall)))[
        "error"
    ] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": "y"}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": "x" * 9_000}}, "metadata_too_large"),
    ],
)
async def test_bad_metadata(
    bot: AsyncWebClient, war_room: Channel, refusal: Refusal, metadata: dict[str, object], error: str
) -> None:
    answer = await refusal(bot.chat_postMessage(channel=war_room.id, text="Hello", metadata=metadata))
    assert answer["error"] == error


async def test_markdown_stands_alone(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, markdown_text="# Hello")
    assert said["message"]["blocks"][0]["type"] == "markdown"
    answer = await refusal(bot.chat_postMessage(channel=war_room.id, markdown_text="# Hello", text="Hello"))
    assert answer["error"] == "markdown_text_conflict"


async def test_public_channels_are_open_to_the_right_scope(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel="C0RANDOM", text="Hello")
    assert (await bot.chat_update(channel="C0RANDOM", ts=said["ts"], text="Bye"))["ok"]
    assert not await events(slack, "message"), "the bot hears nothing where it is no member"
    slack.app.scopes.remove("chat:write.public")
    assert (await refusal(bot.chat_postMessage(channel="C0RANDOM", text="Hello")))["error"] == "not_in_channel"


async def test_a_channel_by_name_is_noted(slack: Slack, bot: AsyncWebClient) -> None:
    assert (await bot.chat_postMessage(channel="#random", text="Hello"))["channel"] == "C0RANDOM"
    assert [violation.kind for violation in slack.journal.violations] == ["channel_by_name"]


async def test_a_direct_message_answers_with_its_channel(
    slack: Slack, bot: AsyncWebClient, ana: Person, refusal: Refusal
) -> None:
    said = await bot.chat_postMessage(channel="U0ANA", text="You are on call")
    assert said["channel"].startswith("D")
    assert [message.text for message in ana.inbox] == ["You are on call"]
    assert ana.pinged() == ["dm"]
    answer = await refusal(bot.chat_update(channel="U0ANA", ts=said["ts"], text="No more"))
    assert answer["error"] == "channel_not_found"
    assert (await bot.chat_update(channel=said["channel"], ts=said["ts"], text="No more"))["ok"]
    assert (await refusal(bot.chat_postMessage(channel="U0HAL", text="Hello")))["error"] == "channel_not_found"
    slack.app._home["messages_tab_enabled"] = False
    assert (await refusal(bot.chat_postMessage(channel="U0ANA", text="Hello")))["error"] == "messages_tab_disabled"


async def test_an_edit_with_text_alone_takes_the_blocks_away(
    slack: Slack, bot: AsyncWebClient, war_room: Channel
) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Open", blocks=CARD, metadata=KEY)
    same: Json = {"channel": war_room.id, "ts": said["ts"]}
    kept = await bot.chat_update(**same, metadata={"event_type": "tocsin", "event_payload": {"key": "2"}})
    assert kept["message"]["blocks"][0]["block_id"] == "card"
    edited = await bot.chat_update(**same, text="Closed", blocks=CARD)
    assert "edited" not in edited["message"]
    assert edited["message"]["metadata"]["event_payload"] == {"key": "2"}
    bare = await bot.chat_update(**same, text="Closed")
    assert "blocks" not in bare["message"]
    assert "metadata" not in (await bot.chat_update(**same, text="Closed", metadata={}))["message"]
    changed = (await events(slack, "message_changed"))[1]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("Open", "Closed")
    assert changed["hidden"]
    assert changed["ts"] > said["ts"]


async def test_an_edit_that_leaves_nothing(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Open")
    same: Json = {"channel": war_room.id, "ts": said["ts"]}
    assert (await refusal(bot.chat_update(**same)))["error"] == "no_text"
    assert (await refusal(bot.chat_update(**same, text="")))["error"] == "no_text"


async def test_only_ones_own_is_edited_and_deleted(
    bot: AsyncWebClient, war_room: Channel, ana: Person, refusal: Refusal
) -> None:
    said = await ana.says("Mine", war_room)
    joined = next(ts for ts, message in war_room.messages.items() if message.subtype == "channel_join")
    here: Json = {"channel": war_room.id}
    assert (await refusal(bot.chat_update(**here, ts=said.ts, text="Yours")))["error"] == "cant_update_message"
    assert (await refusal(bot.chat_update(**here, ts=joined, text="Yours")))["error"] == "cant_update_message"
    assert (await refusal(bot.chat_delete(**here, ts=said.ts)))["error"] == "cant_delete_message"
    assert (await refusal(bot.chat_update(**here, ts="1.000001", text="x")))["error"] == "message_not_found"


async def test_deleting(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Oops")
    await bot.pins_add(channel=war_room.id, timestamp=said["ts"])
    await bot.chat_delete(channel=war_room.id, ts=said["ts"])
    assert said["ts"] not in war_room.messages
    assert not war_room.pins
    deleted = (await events(slack, "message_deleted"))[0]
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (said["ts"], "Oops")
    assert (await refusal(bot.chat_delete(channel=war_room.id, ts=said["ts"])))["error"] == "message_not_found"


async def test_a_whisper_is_for_one(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person, bo: Person, refusal: Refusal
) -> None:
    here: Json = {"channel": war_room.id}
    said = await bot.chat_postEphemeral(**here, user="U0ANA", text="Psst")
    assert set(said.data) == {"ok", "message_ts"}
    assert [message.text for message in ana.ephemeral(war_room)] == ["Psst"]
    assert not bo.ephemeral(war_room)
    assert not ana.pinged()
    assert not await events(slack, "bot_message")
    history = await bot.conversations_history(**here)
    assert "Psst" not in [message["text"] for message in history["messages"]]
    assert (await refusal(bot.chat_update(**here, ts=said["message_ts"], text="x")))["error"] == "message_not_found"
    assert (await refusal(bot.pins_add(**here, timestamp=said["message_ts"])))["error"] == "not_pinnable"
    answer = await refusal(bot.chat_postEphemeral(**here, user="U0CY", text="Psst"))
    assert answer["error"] == "user_not_in_channel"
    answer = await refusal(bot.chat_postEphemeral(channel="C0RANDOM", user="U0ANA", text="Psst"))
    assert answer["error"] == "not_in_channel"


async def test_a_link_to_a_message(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Hello")
    link = (await bot.chat_getPermalink(channel=war_room.id, message_ts=said["ts"]))["permalink"]
    assert link == f"{slack.url}/archives/{war_room.id}/p{said['ts'].replace('.', '')}"
    answer = await bot.chat_postMessage(channel=war_room.id, text="There", thread_ts=said["ts"])
    link = (await bot.chat_getPermalink(channel=war_room.id, message_ts=answer["ts"]))["permalink"]
    assert link.endswith(f"?thread_ts={said['ts']}&cid={war_room.id}")
    absent = bot.chat_getPermalink(channel=war_room.id, message_ts="1.000001")
    assert (await refusal(absent))["error"] == "message_not_found"


async def test_attachments_carry_blocks(slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    bar = [{"color": "#d00000", "blocks": CARD}]
    said = await bot.chat_postMessage(channel=war_room.id, text="Hello", attachments=bar)
    assert said["message"]["attachments"][0]["blocks"][0]["block_id"] == "card"
    assert slack.find_message(war_room, "Checkout is down")
    many = [{"text": "x"}] * 101
    answer = await refusal(bot.chat_postMessage(channel=war_room.id, text="Hello", attachments=many))
    assert answer["error"] == "too_many_attachments"
