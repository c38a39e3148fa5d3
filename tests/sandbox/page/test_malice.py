"""What people and apps write is never more than text, and no other page can drive this one."""

import re
from typing import Any

from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import showcase
from tests.sandbox.page.conftest import Opens

EVIL = "<img src=x onerror=hacked=1>"
STORED = "&lt;img src=x onerror=hacked=1&gt;"


async def test_names_texts_and_titles_are_never_markup(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    bo = slack.workspace.users["U0BO"]
    bo.real_name = bo.title = bo.display_name = EVIL
    slack.workspace.groups["S0SRE"].name = EVIL
    await bot.conversations_join(channel="C0GENERAL")
    await bot.conversations_setTopic(channel="C0GENERAL", topic=EVIL)
    await bot.bookmarks_add(channel_id="C0GENERAL", title=EVIL, type="link", link="https://example.com/")
    await slack.person("bo").says(f"{EVIL} `{EVIL}` *{EVIL}* @bo", "general")
    await bot.files_upload_v2(
        channel="C0GENERAL", filename="a.md", title=EVIL, content=f"# {EVIL}\n{EVIL}\n<script>hacked=1</script>"
    )
    evil = [{"type": "header", "text": showcase.plain(EVIL)}, showcase.said(STORED), *select()]
    await bot.chat_postMessage(channel="C0GENERAL", text=STORED, blocks=evil)
    await slack.person("ana").types("/demo modal", "general")

    page = await opens("ana", "C0GENERAL")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name=EVIL)).to_be_visible()
    await expect(page.locator(".author", has_text=EVIL).first).to_be_visible()
    await page.get_by_role("combobox").first.click()
    await expect(page.get_by_role("option", name=EVIL)).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=f"Open {EVIL}").click()
    await expect(page.get_by_role("dialog").get_by_role("heading", name=EVIL)).to_have_count(2)
    await page.keyboard.press("Escape")
    await page.locator(".author", has_text=EVIL).first.click()
    await expect(page.get_by_role("dialog", name="Profile of")).to_contain_text(EVIL)
    assert await page.evaluate("typeof hacked") == "undefined"
    assert await page.locator("#page img, #dialogs img").count() == 0


def select() -> list[dict[str, Any]]:
    menu = {
        "type": "static_select",
        "action_id": "x",
        "placeholder": showcase.plain(EVIL),
        "options": [showcase.option(EVIL, "1")],
    }
    return [{"type": "actions", "elements": [menu]}]


async def test_links_lead_to_the_web_or_nowhere(bot: AsyncWebClient, opens: Opens) -> None:
    text = "<javascript:alert(1)|run> <data:text/html,x|data> <https://example.com|web>"
    await bot.chat_postMessage(channel="C0GENERAL", text=text, blocks=[showcase.said(text)])
    page = await opens("ana", "C0GENERAL")
    await expect(page.get_by_text("run")).to_be_visible()
    hrefs = await page.locator("main a").evaluate_all("all => all.map((a) => [a.getAttribute('href'), a.rel])")
    assert hrefs == [["https://example.com", "noopener noreferrer"]]


async def test_the_page_may_run_nothing_but_its_own(slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    answer = await page.request.get(f"{slack.url}/sandbox/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert not re.search("unsafe|https?:", policy)
