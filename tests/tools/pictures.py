"""Make the pictures of README and docs: python -m tests.tools.pictures

Plays a short incident in the sandbox and photographs it. Look at the result before you commit it.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from bot import schema
from bot.insight import Insight
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database
from bot.organisation import ACME, Organisation
from tests.sandbox.page.conftest import CHROMIUM, QUIET
from tests.stage import SOCKET, Stage, stage_of, with_api_url

DOCS = Path(__file__).parents[2] / "docs"
SIZE = {"width": 1200, "height": 1110}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/tocsin.db"
        database = Database(url, SystemClock())
        await schema.migrate(database.engine)
        stage = stage_of(url, SOCKET, organisation=Organisation.load(ACME))
        await stage.slack.start(page=True)
        stage.settings = with_api_url(stage.settings, stage.slack.api_url)
        await stage.start_bot()
        stage.slack.lends(Insight(database, stage.organisation))
        channel = await play(stage)
        await photograph(f"{stage.slack.url}/sandbox/?as=dee#/{channel}", DOCS / "sandbox.png")
        await stage.bot.stop()
        await stage.slack.stop()
        await database.close()


async def play(stage: Stage) -> str:
    """An incident half way through; returns its channel's id."""
    ana, bo, cy = stage.person("ana"), stage.person("bo"), stage.person("cy")
    incident = await stage.declares(
        ana, "Checkout errors", affected="Checkout, Europe", impact="About one in three payments fails."
    )
    room = stage.room(incident)
    await stage.advance(minutes=1)
    await bo.clicks(bo.inbox[-1], "word:ack")
    await stage.settle()
    await ana.clicks(stage.card(incident), "word:ic")
    await stage.settle()
    await stage.person("dee").joins(room)
    await bo.clicks(stage.card(incident), "word:ops")
    await ana.types("/incident assign comms @cy", room)
    await stage.advance(minutes=4)
    deploy = await bo.says("Release 412 went out at 13:50, just before the first alert. Rolling it back now.", room)
    await ana.reacts(deploy, "pushpin")
    await stage.advance(minutes=3)
    await cy.clicks(stage.card(incident), "word:update")
    await cy.waits_for(lambda: cy.modal and cy.modal.body["callback_id"] == "update")
    await cy.submits(message="One in three payments fails in Europe. We are rolling back the last release.")
    await stage.settle()
    return room.id


async def photograph(address: str, file: Path) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = await chromium.new_page(viewport=SIZE, timezone_id="Europe/Madrid")  # type: ignore[arg-type]
        await page.goto(address)
        await page.get_by_role("article").filter(has_text="Update on INC-1").last.wait_for()
        await page.mouse.move(5, 400)
        await page.screenshot(path=file)
        await chromium.close()


if __name__ == "__main__":
    asyncio.run(main())
