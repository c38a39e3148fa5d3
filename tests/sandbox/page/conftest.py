"""A workspace with its page, the demo app in it, and people in front of a browser."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import demo

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000
Opens = Callable[..., Awaitable[Page]]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack(manifest=demo.MANIFEST)
    await slack.start(page=True)
    yield slack
    await slack.stop()


@pytest.fixture
async def bot(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """The demo app, connected; through its client it can be made to say things."""
    async with demo.running(slack) as client:
        yield client


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"there is no {CHROMIUM}: install Debian's chromium")
        pytest.skip(f"there is no {CHROMIUM}: install Debian's chromium to see the page tested")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        await chromium.close()


@pytest.fixture
async def opens(slack: Slack, browser: Browser) -> AsyncIterator[Opens]:
    """Open the page as somebody. At the end nothing may have gone wrong in any page."""
    troubles: list[str] = []
    async with AsyncExitStack() as closing:

        async def open_as(who: str, at: str = "", *, width: int = 1280, height: int = 860) -> Page:
            page = await browser.new_page(viewport={"width": width, "height": height}, timezone_id="Etc/UTC")
            closing.push_async_callback(page.close)
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
            page.on("request", lambda asked: troubles.append(asked.url) if is_elsewhere(slack, asked.url) else None)
            await page.goto(f"{slack.url}/sandbox/?as={who}{at and '#/' + at}")
            await page.locator("nav").wait_for(state="attached")
            return page

        yield open_as
    assert troubles == [], "the page had trouble, or asked for something elsewhere"


def is_elsewhere(slack: Slack, url: str) -> bool:
    return not url.startswith((slack.url, slack.url.replace("http", "ws", 1), "data:"))
