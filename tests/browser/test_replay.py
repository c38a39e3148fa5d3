"""A replay in front of a real browser: stepped, taken over, played to its end."""

from playwright.async_api import Page, expect

from bot import replaying
from tests.browser.test_whole_path import picture
from tests.sandbox.page.conftest import Opens
from tests.stage import Stage


async def test_a_replay_is_stepped_taken_over_and_played(stage: Stage, opens: Opens) -> None:
    desk = replaying.desk(stage.slack, replaying.known_to(stage.bot))
    try:
        ana = await opens("ana", "C0GENERAL")
        await ana.get_by_role("button", name="Replay").click()
        await ana.get_by_role("option", name="Card payments fail at checkout").click()
        bar = ana.get_by_role("region", name="Replay")
        await expect(bar).to_contain_text("0 of")
        await expect(bar).to_contain_text("Deploys posts: “checkout release 412")

        await step(ana, 1)
        await expect(bar).to_contain_text("Monitoring posts")
        for number in (2, 3, 4):
            await step(ana, number)
        await bar.get_by_role("button", name="Go to the channel").click()
        await expect(ana.get_by_role("heading", name="inc-1-card-payments-fail-at-checkout").first).to_be_visible()
        await picture(ana, "replay-1-step")

        await bar.get_by_role("button", name="Take over").click()
        await ana.get_by_label("I am Cy Chen").click()  # whoever is chosen, the list is drawn anew
        await expect(ana.get_by_role("button", name="You are Cy Chen. Be somebody else")).to_be_visible()
        await expect(bar).to_contain_text("Your turn: in the record, Cy Chen says")
        await ana.keyboard.press("Escape")

        await bar.get_by_role("button", name="Play", exact=True).click()
        await expect(bar.get_by_role("button", name="Pause")).to_be_visible()
        await bar.get_by_role("button", name="Pause").click()
        await expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
        assert stage.clock.speed == 0
        await picture(ana, "replay-2-taken-over")
        await bar.get_by_role("button", name="Put the replay away").click()
        await expect(bar).to_be_hidden()
    finally:
        await desk.put_away()


async def step(page: Page, done: int) -> None:
    bar = page.get_by_role("region", name="Replay")
    button = bar.get_by_role("button", name="Step")
    await expect(button).to_be_enabled()
    await button.click()
    await expect(bar).to_contain_text(f"{done} of")
