"""The draft with a model's part, read in the browser; its evidence is one click away."""

import re

from playwright.async_api import expect

from tests.browser.test_whole_path import picture
from tests.model_server.server import ModelServer
from tests.sandbox.page.conftest import Opens
from tests.scenarios.test_drafting import an_evening, hires, quoting_the_channel
from tests.scenarios.test_postmortem import resolves
from tests.stage import Stage


async def test_a_claim_of_the_model_leads_to_where_it_was_said(stage: Stage, opens: Opens) -> None:
    async with ModelServer(quoting_the_channel) as server:
        await hires(stage, server, "good")
        ana, bo = stage.person("ana"), stage.person("bo")
        incident = await an_evening(stage, ana, bo)
        await resolves(stage, ana, incident)
    page = await opens("ana", str(incident.channel))

    await page.get_by_text("INC-1 Checkout errors: postmortem").first.click()
    added = page.get_by_text("Added by the model, each claim checked").first
    await added.scroll_into_view_if_needed()
    await expect(added).to_be_visible()
    await picture(page, "7-draft")
    claim = page.get_by_role("listitem").filter(has_text="pool is full on node-3").first
    await expect(claim.get_by_role("link", name=re.compile(r"^M\d+$"))).to_have_attribute(
        "href", re.compile("/archives/")
    )
