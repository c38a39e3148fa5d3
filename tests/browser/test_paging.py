"""Being paged, seen on the screen: the page, why, and who has it."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.conftest import Opens
from tests.stage import PAGING, Stage

PICTURES = os.environ.get("TOCSIN_PICTURES")  # a folder, to look at what the people saw

pytestmark = pytest.mark.organisation(PAGING)


async def test_a_page_is_answered_from_where_it_came(stage: Stage, opens: Opens) -> None:
    ana, bo, cy = stage.person("ana"), stage.person("bo"), stage.person("cy")
    incident = await stage.declares(ana, "Checkout errors", severity="SEV1", impact="Nobody in Europe can pay.")
    await stage.advance(minutes=5, seconds=5)
    inbox = stage.slack.direct_message(cy.id)
    assert inbox

    before = await opens("cy", inbox.id)
    called = before.get_by_role("article").filter(has_text="You are paged").last
    await expect(called).to_contain_text("level 2 of policy default")
    await picture(before, "1-page")
    await called.get_by_role("button", name="Why me?").click()
    why = before.get_by_role("dialog", name="Why me?")
    await expect(why).to_contain_text("Level")
    await expect(why).to_contain_text("2 of 3, round 1 of 2")
    await picture(before, "2-why")
    await why.get_by_role("button", name="Close").last.click()

    room = await opens("ana", incident.channel or "")
    await expect(room.get_by_role("article").filter(has_text="Paging").last).to_contain_text("Next: level 3")
    await picture(room, "3-notice")
    await called.get_by_role("button", name="Acknowledge").click()
    await expect(before.get_by_role("article").filter(has_text="has it since").last).to_be_visible()
    await expect(room.get_by_text(re.compile("has it: acknowledged after 5 min")).last).to_be_visible()
    await picture(before, "4-acknowledged")
    await picture(room, "5-room")

    first = await opens("bo", (stage.slack.direct_message(bo.id) or inbox).id)
    await expect(first.get_by_role("article").filter(has_text="Cy Chen has it since").last).to_be_visible()
    await picture(first, "6-other")


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"paging-{name}.png")
