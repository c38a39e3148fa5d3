"""The page without a mouse, in the dark, on a small screen, for a screen reader."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.conftest import Opens
from tests.stage import Stage

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
SMALL = {"width": 360, "height": 740}
LARGE = {"width": 1280, "height": 860}


async def test_an_incident_is_declared_without_a_mouse(stage: Stage, opens: Opens) -> None:
    page = await opens("ana", "C0RANDOM")
    keys = page.keyboard
    await keys.press("Control+k")
    await expect(page.get_by_role("searchbox", name="Search Jump to")).to_be_focused()
    await keys.type("gener")
    await keys.press("Enter")
    box = page.get_by_role("textbox", name="Message #general")
    await expect(box).to_be_focused()

    await keys.type("/inc")
    await expect(page.get_by_role("option").first).to_be_visible()
    await keys.press("Tab")
    await expect(box).to_have_value("/incident ")
    await keys.type("declare Checkout errors")
    await keys.press("Enter")
    form = page.get_by_role("dialog", name="Declare an incident")
    await expect(form.get_by_label("SEV2")).to_be_visible()
    await keys.press("Escape")
    await expect(form).to_have_count(0)
    await expect(box).to_be_focused()

    await keys.type("/incident declare Checkout errors")
    await keys.press("Enter")
    await expect(form.get_by_label("SEV2")).to_be_visible()
    await tabs_to(page, "input[type=radio]")
    await keys.press("ArrowDown")
    await expect(form.get_by_role("radio", checked=True)).to_have_count(1)
    await tabs_to(page, "button[type=submit]")
    await keys.press("Enter")
    await expect(form).to_have_count(0)
    await expect(box).to_be_focused()

    room = page.get_by_role("navigation").get_by_role("button", name=re.compile("^inc-1-checkout-errors"))
    await expect(room).to_be_visible()
    for _ in range(5):  # a few regions at most
        if await page.locator(".sidebar :focus").count():
            break
        await keys.press("F6")
    await expect(page.locator(".place.current")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(room).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_role("textbox", name="Message #inc-1-checkout-errors")).to_be_focused()
    await keys.press("Shift+F6")
    await expect(page.locator(".sidebar :focus")).to_have_count(1)


async def tabs_to(page: Page, what: str) -> None:
    """With the key, until such an element has the focus; it must not be far."""
    for _ in range(15):
        if await page.locator(f":focus:is({what})").count():
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"no {what} within 15 presses of Tab")


async def test_axe_finds_no_grave_fault_and_nothing_sticks_out(stage: Stage, opens: Opens) -> None:
    ana, bo = stage.person("ana"), stage.person("bo")
    incident = await stage.declares(ana, "Checkout errors", impact="دفع العملاء لا يعمل")
    await bo.joins(stage.room(incident))
    await bo.says("Pneumonoultramicroscopicsilicovolcanoconiosis" * 5 + " مرحبا بالعالم", stage.room(incident))
    asked = await bo.says("Who looks at the database?", stage.room(incident))
    await ana.types("I do", stage.room(incident), asked.ts)
    page = await opens("ana", incident.channel or "")
    await page.get_by_role("article").last.wait_for()
    await page.evaluate(AXE)
    faults: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.set_viewport_size(LARGE)  # type: ignore[arg-type]
        faults += await grave(page, f"{scheme} channel")
        for width in (1200, 1010, 740):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth") == width
        await page.set_viewport_size(LARGE)  # type: ignore[arg-type]
        await page.get_by_role("button", name="What the bot asked of Slack").click()
        await page.get_by_role("tab", name="Timeline").click()
        await expect(page.get_by_role("list", name="Timeline of INC-1")).to_be_visible()
        faults += await grave(page, f"{scheme} microscope")
        await page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        await narrow(page)
        await page.get_by_role("button", name="Close the microscope").click()
        for name in ("Make trouble", "Change the pace of time"):
            await page.get_by_role("button", name=name).click()
            faults += await grave(page, f"{scheme} {name}")
            await narrow(page)
            await page.keyboard.press("Escape")
        await page.get_by_role("button", name="1 reply").click()
        faults += await grave(page, f"{scheme} thread")
        await narrow(page)
        await page.get_by_role("button", name="Close thread").click()
    await stage.opens_declaration(ana)
    await page.get_by_role("dialog", name="Declare an incident").get_by_label("SEV2").wait_for()
    faults += await grave(page, "modal")
    await narrow(page)
    assert faults == []


async def grave(page: Page, where: str) -> list[str]:
    told: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{where}: {one['id']} at {node['target']}: {node['failureSummary']}"
        for one in told["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


async def narrow(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]
