"""What a person at the page can do to the workspace, and see of the bot: time, trouble, and the microscope."""

import re

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Opens
from tests.stage import PAGING, Stage


@pytest.mark.organisation(PAGING)
async def test_an_escalation_is_watched_by_going_to_what_is_due_next(stage: Stage, opens: Opens) -> None:
    incident = await stage.declares(stage.person("ana"), "Checkout errors", severity="SEV1")
    page = await opens("ana", incident.channel or "")
    notice = page.get_by_role("article").filter(has_text="Paging").last
    await expect(notice).to_contain_text("Next: level 2")
    stage.clock.run(0)

    next_due = page.get_by_role("button", name="Go to what is due next")
    await expect(next_due).to_contain_text("ask who takes command")
    await next_due.click()
    await expect(page.get_by_role("article").filter(has_text="Who takes command?").last).to_be_visible()
    await expect(next_due).to_contain_text(re.compile(r"page level 2\s*in 0:0\d"))
    await next_due.click()
    await expect(notice).to_contain_text("Next: level 3")

    await page.get_by_role("button", name="What the bot asked of Slack").click()
    pane = page.get_by_role("complementary", name="What the bot asked of Slack")
    await pane.get_by_role("button", name="Go to: page level 3").click()
    await expect(notice).to_contain_text("Level 3: #incidents")
    await pane.get_by_role("tab", name="Timeline").click()
    story = pane.get_by_role("list", name="Timeline of INC-1")
    await expect(story).to_contain_text("was paged (level 3 of default)")


async def test_trouble_is_made_and_nothing_is_lost(stage: Stage, opens: Opens) -> None:
    ana = stage.person("ana")
    page = await opens("ana", "C0GENERAL")
    await stage.opens_declaration(ana)
    await page.get_by_role("dialog", name="Declare an incident").wait_for()
    stage.slack.troubles.switch("down", on=True)
    assert (await ana.submits({"title": "Checkout errors", "severity": "SEV2"})).closed
    await expect(page.get_by_role("button", name="Make trouble, on: Slack is down")).to_be_visible()

    await page.get_by_role("button", name="What the bot asked of Slack").click()
    pane = page.get_by_role("complementary", name="What the bot asked of Slack")
    await pane.get_by_role("tab", name=re.compile(r"Owed \d")).click()
    opening = pane.get_by_role("list", name="Owed").get_by_role("listitem").filter(has_text="open channel")
    await expect(opening).to_contain_text("500")

    await page.get_by_role("button", name="Make trouble").click()
    panel = page.get_by_role("dialog", name="Make trouble")
    await panel.get_by_role("switch", name="Slack is down").click()
    await panel.get_by_role("switch", name="Everything arrives twice").click()
    await expect(panel.get_by_role("switch", checked=True)).to_have_count(1)
    await panel.get_by_role("button", name="Cut the connection now").click()
    await page.keyboard.press("Escape")
    await stage.catches_up()
    room = page.get_by_role("navigation").get_by_role("button", name=re.compile("^inc-1-checkout-errors"))
    await room.click()
    await expect(page.locator("article.pinned")).to_have_count(1)
    await expect(pane.get_by_text("Nothing is owed")).to_be_visible()

    await pane.get_by_role("tab", name="On the wire").click()
    about = pane.get_by_role("combobox", name="About")
    await expect(pane.locator('[data-method="users.list"]').first).to_be_visible()
    await about.select_option("INC-1")
    await expect(pane.locator('[data-method="users.list"]')).to_have_count(0)
    await expect(pane.locator('[data-method="conversations.create"]').first).to_be_visible()
