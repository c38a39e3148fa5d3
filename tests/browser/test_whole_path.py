"""From /incident to the postmortem by clicking, as two people."""

import os
import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.sandbox.page.conftest import Opens
from tests.stage import Stage

PICTURES = os.environ.get("TOCSIN_PICTURES")  # a folder, to look at what the people saw


async def test_an_incident_from_declaration_to_postmortem(stage: Stage, opens: Opens) -> None:
    ana, bo = await opens("ana", "C0GENERAL"), await opens("bo", "C0INCIDENTS")

    await types(ana, "/incident declare Checkout errors")
    form = dialog(ana, "Declare an incident")
    await form.get_by_label("SEV2").check()
    await form.get_by_label("Who is hurt, and how?").fill("Nobody in Europe can pay.")
    await picture(ana, "1-declare")
    await form.get_by_role("button", name="Declare").click()
    await goes(ana, "inc-1-checkout-errors")
    card = ana.locator("article.pinned")
    await expect(card).to_contain_text("Nobody in Europe can pay.")

    await card.get_by_role("button", name="I'll take command").click()
    await expect(card).to_contain_text(re.compile(r"Incident Commander\s*@Ana"))
    await expect(card.get_by_role("button", name="I'll take command")).to_be_hidden()

    announcement = bo.get_by_role("article").filter(has_text="INC-1 · Checkout errors")
    await expect(announcement).to_contain_text("Ana")
    await announcement.get_by_text("inc-1-checkout-errors").first.click()
    await joins(bo)
    await bo.get_by_role("article").get_by_role("button", name="I'll lead ops").click()
    await expect(card).to_contain_text(re.compile(r"Ops Lead\s*@Bo"))

    await types(bo, "Release 412 went out at 13:50.")
    said = bo.get_by_role("article").filter(has_text="Release 412 went out").last
    await said.hover()
    await said.get_by_role("button", name="Add reaction", exact=True).click()
    await bo.get_by_role("searchbox").fill("pushpin")
    await bo.get_by_role("option", name=re.compile("pushpin")).first.click()

    await card.get_by_role("button", name="Post update").click()
    form = dialog(ana, "Post an update")
    await form.get_by_label("What should people know?").fill("We are rolling back release 412.")
    await picture(ana, "2-update")
    await form.get_by_role("button", name="Post").click()
    await expect(ana.get_by_role("article").filter(has_text="Update on INC-1").last).to_be_visible()
    await picture(ana, "3-channel")

    await ana.get_by_role("button", name="+1 h").click()
    await expect(card).to_contain_text("overdue")

    await card.get_by_role("button", name="Mitigated").click()
    form = ana.get_by_role("dialog")
    await form.get_by_role("textbox").fill("The rollback is out.")
    await form.get_by_role("button", name=re.compile("Mitigated|Save|Change")).click()
    await expect(card).to_contain_text("mitigated")
    await card.get_by_role("button", name="Timeline").click()
    await expect(dialog(ana, "INC-1")).to_contain_text("Release 412 went out at 13:50.")
    await picture(ana, "4-timeline")
    await dialog(ana, "INC-1").get_by_role("button", name="Close").last.click()

    await card.get_by_role("button", name="Resolve").click()
    form = dialog(ana, "Resolve")
    await form.get_by_label("What ended it?").fill("We rolled back release 412.")
    await picture(ana, "5-resolve")
    await form.get_by_role("button", name="Resolve").click()
    await expect(card).to_contain_text("resolved")
    await goes(bo, "incidents")
    await expect(announcement).to_contain_text("We rolled back release 412.")

    await ana.get_by_text("INC-1 Checkout errors: postmortem").first.click()
    await expect(ana.get_by_text("We rolled back release 412.").last).to_be_visible()
    await picture(ana, "6-postmortem")


async def types(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message "))
    await box.fill(text)
    await box.press("Enter")


def dialog(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title)


async def goes(page: Page, channel: str) -> None:
    await page.get_by_role("navigation").get_by_role("button", name=re.compile(f"^{channel}")).click()


async def joins(page: Page) -> None:
    await page.get_by_role("button", name="Join channel").click()


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")
