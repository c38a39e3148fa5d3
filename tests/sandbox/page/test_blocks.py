"""Blocks, elements and modals: drawn in a real browser, and used."""

from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import showcase
from tests.sandbox.page.conftest import Opens


async def shown(bot: AsyncWebClient, opens: Opens) -> Page:
    """The page of ana, with every block in #general."""
    await bot.conversations_join(channel="C0GENERAL")
    await bot.chat_postMessage(channel="C0GENERAL", text="All blocks", blocks=showcase.blocks())
    page = await opens("ana", "C0GENERAL", height=2400)
    await page.get_by_text("Checkout errors").wait_for()
    return page


async def modal(bot: AsyncWebClient, opens: Opens) -> Page:
    page = await opens("ana", "C0GENERAL", height=1300)
    box = page.get_by_role("textbox", name="Message #general")
    await box.fill("/demo modal")
    await box.press("Enter")
    await page.get_by_role("dialog", name="Declare an incident").wait_for()
    return page


async def test_every_block_is_drawn(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await shown(bot, opens)
    card = page.get_by_role("article").filter(has_text="Checkout errors")
    await expect(card.get_by_role("heading", name="Checkout errors")).to_be_visible()
    await expect(card.locator("strong", has_text="bold").first).to_be_visible()
    await expect(card.locator("em strong, strong em")).to_have_text("both")
    await expect(card.locator("blockquote").first).to_have_text("a quote with a link in it")
    await expect(card.get_by_role("link", name="link", exact=True)).to_have_attribute(
        "href", "https://example.com/a_b_c"
    )
    await expect(card.locator("pre").first).to_contain_text("with https://example.com & more")
    await expect(card.get_by_role("button", name="@Ana Álvarez").first).to_be_visible()
    await expect(card.get_by_text("@sre-oncall")).to_be_visible()
    await expect(card.get_by_role("button", name="#general")).to_be_visible()
    await expect(card.get_by_role("img", name="Error rate")).to_be_visible()
    await expect(card.locator("ol[data-indent='1'] li")).to_have_text("Deeper")
    await expect(card.locator(".block-context")).to_contain_text("next update 18:00")
    await expect(page.get_by_text("does not draw")).to_have_count(0)


async def test_every_element_tells_the_app_what_was_chosen(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await shown(bot, opens)
    for menu, choice, said in (
        ("Static select", "SEV1", "a_static_select: {'text'"),
        ("Users select", "Cy Chen", "a_users_select: U0CY"),
        ("Channels select", "#payments", "a_channels_select: C0PAYMENTS"),
        ("Conversations select", "#random", "a_conversations_select: C0RANDOM"),
    ):
        await page.get_by_role("combobox", name=menu, exact=True).click()
        await page.get_by_role("option", name=choice).click()
        await expect(page.get_by_text(said)).to_be_visible()
        await expect(page.get_by_role("combobox", name=f"{menu}: {choice}")).to_be_visible()

    await page.get_by_role("combobox", name="Multi static select").click()
    await page.get_by_role("option", name="SEV1").click()
    await page.get_by_role("option", name="SEV3").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("combobox", name="Multi static select: SEV1, SEV3")).to_be_visible()

    await page.get_by_role("combobox", name="Service").click()
    await page.get_by_role("searchbox").fill("pay")
    await page.get_by_role("option", name="pay 2").click()
    await expect(page.get_by_role("combobox", name="Service: pay 2")).to_be_visible()

    await page.get_by_label("Day", exact=True).fill("2026-05-06")
    await page.get_by_label("Time", exact=True).fill("07:08")
    await page.get_by_label("Date and time").fill("2026-05-06T09:10")
    await page.get_by_role("button", name="More options").click()
    await page.get_by_role("option", name="Archive").click()
    await page.get_by_role("checkbox", name="Tell customers").check()
    await page.get_by_role("radio", name="Loud").check()
    for said in ("day: 2026-05-06", "time: 07:08", "moment: 1778051400", "more: {", "todo: [", "mode: {"):
        await expect(page.get_by_text(said).first).to_be_visible()
    assert slack.journal.violations == []


async def test_a_button_asks_before_it_acts(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await shown(bot, opens)
    button = page.get_by_role("button", name="Resolve", exact=True)
    await button.click()
    await page.get_by_role("alertdialog", name="Resolve?").get_by_role("button", name="Not yet").click()
    assert slack.journal.deliveries == []
    await button.click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Resolve").click()
    await expect(page.get_by_text("Resolved by @Ana Álvarez")).to_be_visible()


async def test_a_silent_app_is_said_to_be_silent(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await shown(bot, opens)
    await page.get_by_role("button", name="Never answered").click()
    await expect(page.get_by_text("This app is not responding. Try again?")).to_be_visible()


async def test_errors_stand_under_the_fields_until_they_are_mended(
    bot: AsyncWebClient, slack: Slack, opens: Opens
) -> None:
    await bot.conversations_join(channel="C0INCIDENTS")
    page = await modal(bot, opens)
    dialog = page.get_by_role("dialog", name="Declare an incident")
    declare = dialog.get_by_role("button", name="Declare", exact=True)
    await declare.click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    assert not [d for d in slack.journal.deliveries if d.payload.get("type") == "view_submission"]

    title = dialog.get_by_role("textbox", name="Title")
    await expect(title).to_be_focused()
    await title.fill("an error")
    await declare.click()
    await expect(title).to_have_accessible_description("The word “error” is taken.")
    await expect(dialog.get_by_text("Choose again.")).to_be_visible()
    await expect(title).to_have_value("an error")

    await title.fill("Checkout <is> down")
    await dialog.get_by_role("combobox", name="Severity").click()
    await page.get_by_role("option", name="SEV1").click()
    await dialog.get_by_role("combobox", name="Commander").click()
    await page.get_by_role("searchbox").fill("bo")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("checkbox", name="Private").check()
    await dialog.get_by_role("radio", name="Security").check()
    await declare.click()
    await expect(dialog).to_have_count(0)
    assert slack.find_message("incidents", "Declared: *Checkout &lt;is&gt; down*")
    told = slack.journal.deliveries[-1].payload["view"]["state"]["values"]
    assert told["severity"]["severity"]["selected_option"]["value"] == "1"
    assert told["who"]["who"]["selected_user"] == "U0BO"
    assert [o["value"] for o in told["private"]["private"]["selected_options"]] == ["yes"]
    assert told["kind"]["kind"]["selected_option"]["value"] == "s"


async def test_modals_stack_and_keep_what_was_typed(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await modal(bot, opens)
    await page.get_by_role("textbox", name="Title").fill("Half a tit")
    await page.get_by_role("button", name="More…").click()
    above = page.get_by_role("dialog", name="More")
    await expect(above.get_by_text("This one lies on top.")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("textbox", name="Title")).to_have_value("Half a tit")
    await page.get_by_role("button", name="More…").click()
    await above.get_by_role("button", name="Close all").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert slack.person("ana").modal is None


async def test_a_modal_that_is_not_answered_stays_with_what_was_typed(
    bot: AsyncWebClient, slack: Slack, opens: Opens
) -> None:
    page = await modal(bot, opens)
    await page.get_by_role("textbox", name="Title").fill("Lost")
    slack.deliveries.switches.lose = 1
    await page.get_by_role("button", name="Declare", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?")
    await expect(page.get_by_role("textbox", name="Title")).to_have_value("Lost")


async def test_the_keyboard_is_enough(bot: AsyncWebClient, slack: Slack, opens: Opens) -> None:
    page = await opens("ana", "C0GENERAL")
    await page.get_by_role("textbox", name="Message #general").focus()
    await page.keyboard.type("/de")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("textbox", name="Message #general")).to_have_value("/demo ")
    await page.keyboard.type("modal")
    await page.keyboard.press("Enter")
    title = page.get_by_role("textbox", name="Title")
    await expect(title).to_be_focused()
    await page.keyboard.type("By hand")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Severity")).to_contain_text("SEV2")
    await expect(page.get_by_role("combobox", name="Severity")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_focused()
