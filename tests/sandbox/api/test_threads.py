"""Threads, and reading what was said."""

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, events
from tests.sandbox.api.conftest import Refusal


async def test_a_reply_is_in_its_thread_alone(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    first = await bot.chat_postMessage(channel=war_room.id, text="What?")
    reply = await bot.chat_postMessage(channel=war_room.id, text="That.", thread_ts=first["ts"])
    assert reply["message"]["parent_user_id"] == slack.bot.id
    history = await bot.conversations_history(channel=war_room.id)
    texts = [message["text"] for message in history["messages"]]
    assert "What?" in texts
    assert "That." not in texts
    thread = (await bot.conversations_replies(channel=war_room.id, ts=first["ts"]))["messages"]
    assert [message["text"] for message in thread] == ["What?", "That."]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (1, reply["ts"])
    changed = (await events(slack, "message_changed"))[0]
    assert changed["message"]["reply_count"] == 1
    assert "edited" not in changed["message"]


async def test_a_broadcast_is_in_both(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    first = await bot.chat_postMessage(channel=war_room.id, text="What?")
    here: Json = {"channel": war_room.id, "thread_ts": first["ts"]}
    await bot.chat_postMessage(**here, text="Mended", reply_broadcast=True)
    newest = (await bot.conversations_history(channel=war_room.id))["messages"][0]
    assert (newest["text"], newest["subtype"], newest["root"]["text"]) == ("Mended", "thread_broadcast", "What?")


async def test_replying_to_a_reply_is_noted(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    first = await bot.chat_postMessage(channel=war_room.id, text="1")
    second = await bot.chat_postMessage(channel=war_room.id, text="2", thread_ts=first["ts"])
    third = await bot.chat_postMessage(channel=war_room.id, text="3", thread_ts=second["ts"])
    assert third["message"]["thread_ts"] == first["ts"]
    assert [violation.kind for violation in slack.journal.violations] == ["thread_of_reply"]


async def test_a_thread_that_is_none(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    answer = await refusal(bot.chat_postMessage(channel=war_room.id, text="x", thread_ts="1.000001"))
    assert answer["error"] == "thread_not_found"
    answer = await refusal(bot.conversations_replies(channel=war_room.id, ts="1.000001"))
    assert answer["error"] == "thread_not_found"


async def test_a_deleted_first_message_leaves_a_tombstone(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    first = await bot.chat_postMessage(channel=war_room.id, text="What?")
    await bot.chat_postMessage(channel=war_room.id, text="That.", thread_ts=first["ts"])
    await bot.chat_delete(channel=war_room.id, ts=first["ts"])
    thread = (await bot.conversations_replies(channel=war_room.id, ts=first["ts"]))["messages"]
    assert [message.get("subtype") for message in thread] == ["tombstone", None]
    assert (await events(slack, "message_changed"))[-1]["message"]["subtype"] == "tombstone"


async def test_a_deleted_reply_is_counted_no_more(bot: AsyncWebClient, war_room: Channel) -> None:
    first = await bot.chat_postMessage(channel=war_room.id, text="What?")
    reply = await bot.chat_postMessage(channel=war_room.id, text="That.", thread_ts=first["ts"])
    await bot.chat_delete(channel=war_room.id, ts=reply["ts"])
    thread = (await bot.conversations_replies(channel=war_room.id, ts=first["ts"]))["messages"]
    assert "reply_count" not in thread[0]


async def test_history_is_read_in_spans(bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    said = [(await ana.says(word, war_room)).ts for word in ("one", "two", "three", "four")]

    async def read(**span: object) -> list[str]:
        answer = await bot.conversations_history(channel=war_room.id, **span)  # type: ignore[arg-type]
        return [message["text"] for message in answer["messages"] if "subtype" not in message]

    assert await read() == ["four", "three", "two", "one"]
    assert await read(oldest=said[1], latest=said[3]) == ["three"]
    assert await read(oldest=said[1], latest=said[3], inclusive=True) == ["four", "three", "two"]
    assert await read(latest=said[1], inclusive=True, limit=1) == ["two"]


async def test_history_comes_in_pages(bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    for number in range(5):
        await ana.says(f"{number}", war_room)
    first = await bot.conversations_history(channel=war_room.id, limit=3)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await bot.conversations_history(channel=war_room.id, limit=100, cursor=cursor)
    assert not rest["has_more"]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert [message["text"] for message in rest["messages"]][:2] == ["1", "0"]


async def test_metadata_is_shown_to_who_asks(bot: AsyncWebClient, war_room: Channel) -> None:
    key = {"event_type": "tocsin", "event_payload": {"key": "1"}}
    await bot.chat_postMessage(channel=war_room.id, text="Hello", metadata=key)
    plain = await bot.conversations_history(channel=war_room.id, limit=1)
    assert "metadata" not in plain["messages"][0]
    full = await bot.conversations_history(channel=war_room.id, limit=1, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == key


async def test_history_may_lag(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    slack.rules.history_lag = 2.0
    slack.clock.run(0)
    first = await bot.chat_postMessage(channel=war_room.id, text="Hello")
    await bot.chat_postMessage(channel=war_room.id, text="There", thread_ts=first["ts"])
    assert (await bot.conversations_history(channel=war_room.id))["messages"] == []
    slack.clock.jump(timedelta(seconds=3))
    assert (await bot.conversations_history(channel=war_room.id))["messages"][0]["text"] == "Hello"
    assert len((await bot.conversations_replies(channel=war_room.id, ts=first["ts"]))["messages"]) == 2


async def test_only_members_read(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_history(channel="C0RANDOM")))["error"] == "not_in_channel"
    assert (await refusal(bot.conversations_replies(channel="C0RANDOM", ts="1.0")))["error"] == "not_in_channel"


async def test_a_wrong_time(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_history(channel=war_room.id, oldest="now")))["error"] == "invalid_ts_oldest"
