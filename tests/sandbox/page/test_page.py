"""People in front of the page, in a real browser."""

import re
import shlex

from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import company
from tests.sandbox.page.conftest import Opens

PRIVATE = "Psst: only for your eyes."


async def says(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message "))
    await box.fill(text)
    await box.press("Enter")


async def test_what_is_written_is_seen_by_others_at_once(slack: Slack, opens: Opens) -> None:
    ana, bo = await opens("ana", "C0GENERAL"), await opens("bo", "C0RANDOM")
    await says(ana, "Hello @bo, *look* :tada:")

    general = bo.get_by_role("navigation").get_by_role("button", name="general, 1 unread, 1 mention")
    await general.click()
    message = bo.get_by_role("article").filter(has_text="Hello @Bo Berg")
    await expect(message.locator("strong")).to_have_text("look")
    await expect(bo.get_by_role("navigation").get_by_role("button", name="general", exact=True)).to_be_visible()

    await message.hover()
    await message.get_by_role("button", name="Add reaction", exact=True).click()
    await bo.get_by_role("searchbox").fill("rocket")
    await bo.get_by_role("option", name=":rocket:").click()
    await expect(ana.get_by_role("button", name=":rocket: 1, Bo Berg")).to_be_visible()
    await ana.get_by_role("button", name=":rocket: 1, Bo Berg").click()
    await expect(bo.get_by_role("button", name=":rocket: 2, Bo Berg, Ana Álvarez")).to_be_visible()


async def test_a_thread_is_answered_in_the_side_panel(slack: Slack, opens: Opens) -> None:
    asked = await slack.person("bo").says("Who looks at this?", "general")
    page = await opens("ana", "C0GENERAL")
    message = page.locator(f'article[data-ts="{asked.ts}"]').first
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    panel = page.get_by_role("complementary", name="Thread")
    await panel.get_by_role("textbox", name="Reply in thread").fill("I do")
    await panel.get_by_role("button", name="Send now").click()
    await expect(panel.get_by_role("article").filter(has_text="I do")).to_be_visible()
    await expect(message.get_by_role("button", name="1 reply")).to_be_visible()
    assert [reply.text for reply in slack.person("bo").sees("general") if reply.thread_ts == asked.ts][-1] == "I do"


async def test_own_messages_are_edited_and_deleted(slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await says(page, "Tpyo & <b>")
    message = page.get_by_role("article").filter(has_text="Tpyo & <b>")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("option", name="Edit message").click()
    field = page.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_value("Tpyo & <b>")
    await field.fill("Typo")
    await field.press("Enter")
    mended = page.get_by_role("article").filter(has_text="Typo (edited)")
    await expect(mended).to_be_visible()

    await mended.hover()
    await mended.get_by_role("button", name="More actions").click()
    await page.get_by_role("option", name="Delete message…").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(mended).to_have_count(0)
    assert slack.person("ana").sees("general") == []


async def test_a_message_is_pinned_and_noted_by_its_menu(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    await bot.conversations_join(channel="C0GENERAL")
    said = await slack.person("bo").says("Rolled back at 14:05", "general")
    page = await opens("ana", "C0GENERAL")
    message = page.locator(f'article[data-ts="{said.ts}"]').first
    for entry in ("Pin to channel", "Add to timeline"):
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("option", name=entry).click()
    await expect(message).to_contain_text("Pinned by you")
    await message.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("Noted on the timeline.")
    await page.get_by_role("button", name="1 pinned").click()
    await expect(page.get_by_role("dialog", name="Pinned messages")).to_contain_text("Rolled back at 14:05")


async def test_a_whisper_is_seen_by_one_person_only(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    await bot.conversations_join(channel="C0GENERAL")
    ana, bo = await opens("ana", "C0GENERAL"), await opens("bo", "C0GENERAL")
    await says(ana, "/demo whisper")
    whisper = ana.get_by_role("article").filter(has_text=PRIVATE)
    await expect(whisper).to_contain_text("Only visible to you")
    await says(ana, "Heard it.")
    await expect(bo.get_by_role("article").filter(has_text="Heard it.")).to_be_visible()
    await expect(bo.get_by_text(PRIVATE)).to_have_count(0)
    await whisper.get_by_role("button", name="Dismiss message").click()
    await expect(whisper).to_have_count(0)


async def test_being_somebody_else(slack: Slack, opens: Opens) -> None:
    await slack.person("dee").says("The merger is on", "leadership")
    page = await opens("ana", "C0GENERAL")
    await expect(page.get_by_role("button", name="leadership")).to_have_count(0)

    await page.get_by_role("button", name="You are Ana Álvarez").click()
    people = page.get_by_role("dialog", name="You are …")
    await expect(people.get_by_role("button", name="Hal Ruiz")).to_be_disabled()
    await expect(people.get_by_role("button", name="Gus Moreau")).to_contain_text("guest")
    await expect(people.get_by_role("button", name="Fay Tanaka")).to_contain_text("Asia/Tokyo (UTC+9)")
    await people.get_by_role("button", name="Eli Novak").click()

    await page.get_by_role("button", name="leadership, 1 unread").click()
    await expect(page.get_by_text("The merger is on")).to_be_visible()
    assert "as=U0ELI" in page.url

    await page.get_by_role("button", name="You are Eli Novak").click()
    await page.get_by_role("button", name="Gus Moreau").click()
    await expect(page.get_by_role("button", name="You are Gus Moreau")).to_be_visible()
    await expect(page.get_by_text("The merger is on")).to_have_count(0)
    await page.get_by_role("button", name="Browse channels").click()
    await expect(page.get_by_role("option")).to_have_count(2)


async def test_channels_are_joined_left_and_archived(slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await page.get_by_role("button", name="You are Ana Álvarez").click()
    await page.get_by_role("button", name="Cy Chen").click()
    await page.get_by_role("button", name="Browse channels").click()
    await page.get_by_role("option", name="engineering").click()
    await page.get_by_role("button", name="Join channel").click()
    await expect(page.get_by_role("article").filter(has_text="Cy Chen")).to_contain_text("has joined the channel")
    assert "U0CY" in slack.channel("engineering").members

    menu = page.get_by_role("button", name="More about this channel")
    await menu.click()
    await page.get_by_role("option", name="Add people…").click()
    await page.get_by_role("option", name="Dee Okafor").click()
    await expect(page.get_by_role("article").filter(has_text="Dee Okafor")).to_be_visible()
    await menu.click()
    await page.get_by_role("option", name="Archive channel…").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Archive").click()
    await expect(page.get_by_text("You are viewing an archived channel.")).to_be_visible()
    await expect(page.get_by_text("Archived (1)")).to_be_visible()
    await menu.click()
    await page.get_by_role("option", name="Unarchive channel").click()
    await menu.click()
    await page.get_by_role("option", name="Leave channel").click()
    await expect(page.get_by_role("button", name="Join channel")).to_be_visible()


async def test_a_shortcut_is_started_from_the_plus_menu(bot: AsyncWebClient, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await page.get_by_role("button", name="Shortcuts and commands").click()
    await page.get_by_role("option", name="Start something").click()
    await expect(page.get_by_role("dialog", name="Declare an incident")).to_be_visible()


async def test_a_link_leads_to_a_message_long_past(slack: Slack, opens: Opens) -> None:
    bo = slack.person("bo")
    first = await bo.says("Where it began", "general")
    for number in range(150):
        await bo.says(f"Line {number}", "general")
    page = await opens("ana", f"archives/C0GENERAL/p{first.ts.replace('.', '')}")
    await expect(page.get_by_text("Where it began")).to_be_in_viewport()


async def test_dates_are_in_the_zone_of_the_reader(bot: AsyncWebClient, opens: Opens) -> None:
    await bot.chat_postMessage(channel="C0GENERAL", text="Next: <!date^1764003600^{time}|soon>")
    ana, cy = await opens("ana", "C0GENERAL"), await opens("cy", "C0GENERAL")
    await expect(ana.get_by_text("Next: 18:00")).to_be_visible()
    await expect(cy.get_by_text("Next: 01:00")).to_be_visible()


async def test_the_clock_jumps(slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    slack.clock.run(0)
    before = slack.clock.now()
    await page.get_by_role("button", name="+5 min").click()
    await page.get_by_role("button", name="+1 h").click()
    after = int(before.timestamp()) + 65 * 60
    await expect(page.locator("[data-clock]")).to_have_attribute("data-clock", str(after))
    await page.get_by_role("button", name="Change the pace of time").click()
    panel = page.get_by_role("dialog", name="Clock of the workspace")
    await panel.get_by_role("spinbutton", name="minutes").fill("90")
    await panel.get_by_role("button", name="Jump").click()
    await expect(page.locator("[data-clock]")).to_have_attribute("data-clock", str(after + 90 * 60))
    await panel.get_by_role("radio", name="Paused").press("ArrowLeft")
    await expect(page.get_by_text("×60")).to_be_visible()
    assert slack.clock.speed == 60


async def test_the_home_is_drawn_and_its_buttons_work(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await page.get_by_role("navigation").get_by_role("button", name="Tocsin").click()
    home = page.get_by_role("region", name="Tocsin Home")
    await expect(home.get_by_role("heading", name="Your incidents")).to_be_visible()
    await home.get_by_role("button", name="Declare an incident").click()
    await expect(page.get_by_role("dialog", name="Declare an incident")).to_be_visible()


async def test_canvases_and_files_are_read(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    await company.furnish(slack, bot)
    page = await opens("ana")
    await page.get_by_role("navigation").get_by_role("button", name="inc-1-checkout-errors").click()
    await page.get_by_role("tab", name="Canvas").click()
    canvas = page.get_by_role("article", name="Canvas")
    await expect(canvas.get_by_role("heading", name="Timeline")).to_be_visible()
    await expect(canvas.get_by_role("cell", name="@Bo Berg declared")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await page.get_by_role("button", name="Open Postmortem draft").click()
    viewer = page.get_by_role("dialog", name="Postmortem draft")
    await expect(viewer.get_by_role("checkbox", name="Roll back")).to_be_checked()
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(page.get_by_role("article").filter(has_text="This message was deleted.")).to_be_visible()


async def test_what_the_bot_asked_is_seen_with_its_violations(bot: AsyncWebClient, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await page.get_by_role("button", name="What the bot asked of Slack").click()
    pane = page.get_by_role("complementary", name="What the bot asked of Slack")
    await expect(pane).to_contain_text("No violation")
    await bot.chat_postMessage(channel="C0GENERAL", text="a < b & c")
    await expect(page.get_by_role("button", name=re.compile("What the bot asked of Slack, [1-9]"))).to_be_visible()
    call = pane.locator('[data-method="chat.postMessage"]')
    await call.get_by_role("button").click()
    await expect(call.get_by_label("Payload")).to_contain_text('"text": "a < b & c"')
    await expect(call.get_by_label("Answer")).to_contain_text('"ok": true')
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await call.get_by_role("button", name="Copy as curl").click()
    await expect(page.get_by_text("Tokens stand in it as variables")).to_be_visible()
    copied = shlex.split(await page.evaluate("navigator.clipboard.readText()"))
    assert copied[:4] == ["curl", "-X", "POST", "${SLACK_API_URL}chat.postMessage"]
    assert "text=a < b & c" in copied
    assert not [word for word in copied if "xoxb-" in word]
    await pane.get_by_role("button", name="Violations").click()
    await expect(pane.locator(".entry.violation").first).to_contain_text("unescaped")


async def test_the_page_comes_back_by_itself(slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await says(page, "Before")
    await page.evaluate("import('/sandbox/static/js/live.js').then((live) => live.hangUp())")
    await slack.person("bo").says("Meanwhile", "general")
    await expect(page.get_by_role("article").filter(has_text="Meanwhile")).to_be_visible()
    await expect(page.get_by_role("article").filter(has_text="Before")).to_be_visible()


async def test_it_fits_into_360_pixels(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    await company.furnish(slack, bot)
    page = await opens("ana", width=360, height=740)
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.get_by_role("button", name="Show channels").click()
    await page.get_by_role("navigation").get_by_role("button", name="inc-1-checkout-errors").click()
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await expect(page.get_by_text("Checkout errors").first).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="2 replies").click()
    await fits(page)
    await page.get_by_role("button", name="Close thread").click()
    await page.get_by_role("button", name="Open modal").click()
    await page.get_by_role("dialog", name="Declare an incident").wait_for()
    await fits(page)
    await expect(page.get_by_role("button", name="Declare", exact=True)).to_be_in_viewport()


async def fits(page: Page) -> None:
    wide = await page.evaluate(
        """() => [...document.querySelectorAll('#page *, #dialogs *')]
          .filter((el) => !el.closest('.sidebar, .table-frame, .tabs'))
          .filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
          .map((el) => el.className)"""
    )
    assert wide == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
