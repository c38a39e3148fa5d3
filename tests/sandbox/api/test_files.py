"""Uploading a file in three steps, and reading it back."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, events
from tests.sandbox.api.conftest import Refusal

TEXT = "# Postmortem\n"


async def begin(bot: AsyncWebClient) -> tuple[str, str]:
    begun = await bot.files_getUploadURLExternal(filename="postmortem.md", length=len(TEXT))
    return begun["upload_url"], begun["file_id"]


async def put(url: str, body: str) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body.encode()) as response:
        return response.status


async def test_the_sdks_upload(slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    answer = await bot.files_upload_v2(
        channel=war_room.id, content=TEXT, filename="postmortem.md", title="Draft", initial_comment="Here it is"
    )
    assert answer["file"]["shares"] == {}, "where it is shown is only seen later"
    message = slack.find_message(war_room, "Here it is")
    assert message
    assert message.files == [answer["file"]["id"]]
    event = next(event for event in await events(slack, "message") if event.get("files"))
    assert (event["subtype"], event["files"][0]["title"]) == ("file_share", "Draft")
    info = (await bot.files_info(file=answer["file"]["id"]))["file"]
    assert info["shares"]["public"][war_room.id][0]["ts"] == message.ts
    assert not slack.journal.violations


async def test_reading_takes_a_scope(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    answer = await bot.files_upload_v2(channel=war_room.id, content=TEXT, filename="postmortem.md")
    url, bearer = answer["file"]["url_private"], {"Authorization": f"Bearer {slack.app.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert response.status == 403
        async with session.get(url, headers=bearer) as response:
            assert await response.text() == TEXT
        slack.app.scopes.remove("files:read")
        async with session.get(url, headers=bearer) as response:
            assert response.status == 403


async def test_an_upload_url_is_used_once_and_in_full(bot: AsyncWebClient) -> None:
    url, _ = await begin(bot)
    assert await put(url, TEXT[1:]) == 400
    assert await put(url + "x", TEXT) == 400
    assert await put(url, TEXT) == 200
    assert await put(url, TEXT) == 400


async def test_nothing_is_completed_that_was_not_sent(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    url, file = await begin(bot)
    share: Json = {"files": [{"id": file, "title": "Draft"}], "channel_id": war_room.id}
    assert (await refusal(bot.files_completeUploadExternal(**share)))["error"] == "file_not_found"
    assert (await refusal(bot.files_info(file=file)))["error"] == "file_not_found"
    await put(url, TEXT)
    assert (await bot.files_completeUploadExternal(**share))["ok"]
    assert (await refusal(bot.files_completeUploadExternal(**share)))["error"] == "file_update_failed"


async def test_a_share_takes_a_member(bot: AsyncWebClient, refusal: Refusal) -> None:
    url, file = await begin(bot)
    await put(url, TEXT)
    files: list[Json] = [{"id": file}]
    answer = await refusal(bot.files_completeUploadExternal(files=files, channel_id="C0RANDOM"))
    assert answer["error"] == "not_in_channel"
    answer = await refusal(bot.files_completeUploadExternal(files=files, channel_id="C0LEADERSHIP"))
    assert answer["error"] == "channel_not_found"


async def test_a_file_in_a_thread(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Draft below")
    await bot.files_upload_v2(channel=war_room.id, content=TEXT, filename="postmortem.md", thread_ts=said["ts"])
    assert len(war_room.messages[said["ts"]].reply_ts) == 1


async def test_bytes_come_back_as_they_were(slack: Slack, bot: AsyncWebClient) -> None:
    raw = bytes(range(256))
    answer = await bot.files_upload_v2(content=raw, filename="graph.png")
    bearer = {"Authorization": f"Bearer {slack.app.bot_token}"}
    async with aiohttp.ClientSession(headers=bearer) as session, session.get(answer["file"]["url_private"]) as got:
        assert await got.read() == raw
        assert got.content_type == "image/png"


async def test_uploads_can_be_switched_off(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    slack.faults.files_disabled = True
    answer = await refusal(bot.files_getUploadURLExternal(filename="a.md", length=1))
    assert answer["error"] == "file_uploads_disabled"


async def test_nothing_cannot_be_uploaded(bot: AsyncWebClient, refusal: Refusal) -> None:
    answer = await refusal(bot.files_getUploadURLExternal(filename="a.md", length=0))
    assert answer["error"] == "missing_argument"
