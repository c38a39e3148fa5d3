"""A workspace outlives its process."""

import asyncio
import sys
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.seed import acme
from bot.sandbox.server import Slack
from bot.sandbox.store import Store
from tests.sandbox.api.app import manifest

LIVES = """
import asyncio, sys
from bot.sandbox.server import Slack
from bot.sandbox.store import Store
from tests.sandbox.api.app import manifest

async def live():
    slack = Slack(manifest=manifest(), store=Store(sys.argv[1]))
    await slack.start()
    print(slack.api_url, flush=True)
    await asyncio.Event().wait()

asyncio.run(live())
"""


async def test_nothing_answered_is_lost_by_a_kill(tmp_path: Path) -> None:
    path = str(tmp_path / "slack.db")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LIVES, path, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        url = (await process.stdout.readline()).decode().strip()
        bot = AsyncWebClient("xoxb-sandbox", base_url=url, retry_handlers=[])
        made = await bot.conversations_create(name="inc-1-checkout")
        said = await bot.chat_postMessage(channel=made["channel"]["id"], text="Hello")
        await bot.pins_add(channel=made["channel"]["id"], timestamp=said["ts"])
    finally:
        process.kill()
        await process.wait()
    kept = Store(path).load()
    assert kept
    channel = kept.channels[made["channel"]["id"]]
    assert channel.messages[said["ts"]].text == "Hello"
    assert [pin.ts for pin in channel.pins] == [said["ts"]]


async def test_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path / "slack.db")
    slack = Slack(manifest=manifest(), store=store)
    await slack.start()
    bot = AsyncWebClient("xoxb-sandbox", base_url=slack.api_url, retry_handlers=[])
    channel = (await bot.conversations_create(name="inc-1-checkout"))["channel"]["id"]
    first = await bot.chat_postMessage(channel=channel, text="Hello")
    reply = await bot.chat_postMessage(channel=channel, text="There", thread_ts=first["ts"])
    await bot.chat_delete(channel=channel, ts=reply["ts"])
    await bot.files_upload_v2(channel=channel, content="x", filename="a.md")
    await bot.conversations_canvases_create(
        channel_id=channel, document_content={"type": "markdown", "markdown": "# Hello"}
    )
    await slack.person("ana").says("Good morning", "general")
    await slack.stop()
    again = Slack(manifest=manifest(), store=Store(tmp_path / "slack.db"))
    assert again.workspace == slack.workspace
    assert again.new_id("C") == slack.new_id("C"), "ids go on where they stopped"
    store.close()


async def test_a_new_file_starts_with_what_was_given(tmp_path: Path) -> None:
    place = acme()
    place.name = "Umbrella"
    Slack(place, manifest=manifest(), store=Store(tmp_path / "slack.db"))
    kept = Store(tmp_path / "slack.db").load()
    assert kept == place


def test_a_new_file_holds_nothing(tmp_path: Path) -> None:
    assert Store(tmp_path / "slack.db").load() is None
