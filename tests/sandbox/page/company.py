"""A workspace in which an incident runs."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from tests.sandbox.page import showcase

CANVAS = """# Checkout errors

## Summary
Between **14:05** and _14:31_ one in five checkouts failed. See the [runbook](https://example.com).

## Timeline
| Time | What |
|---|---|
| 14:05 | Deploy of `checkout` 2.41 |
| 14:09 | ![](@U0BO) declared |

## Actions
- [x] Roll back
- [ ] Add a canary
  - [ ] for `checkout`
1. First
2. Second

> Nothing here is anybody's fault.
"""


async def furnish(slack: Slack, client: AsyncWebClient) -> None:
    """A workspace in which an incident runs."""
    ana, bo, cy = slack.person("ana"), slack.person("bo"), slack.person("cy")
    await ana.says("Morning! Deploying checkout 2.41 :rocket:", "general")
    await ana.says("Should be quick.", "general")
    await bo.says("@ana I see errors in #payments since then & more. See https://example.com/graph?a=1&b=2", "general")
    made = await client.conversations_create(name="inc-1-checkout-errors")
    place = str(made["channel"]["id"])
    await client.conversations_invite(channel=place, users="U0ANA,U0BO,U0CY")
    card = await client.chat_postMessage(channel=place, text="Checkout errors", blocks=showcase.blocks())
    await client.pins_add(channel=place, timestamp=str(card["ts"]))
    await client.conversations_setTopic(channel=place, topic="SEV2 · active · IC: <@U0BO>")
    await client.bookmarks_add(
        channel_id=place, title="Runbook", type="link", link="https://example.com/runbook", emoji=":books:"
    )
    await client.conversations_canvases_create(
        channel_id=place, document_content={"type": "markdown", "markdown": CANVAS}
    )
    asked = await cy.says("What do we tell customers?", place)
    await bo.says("That we are rolling back. <script>alert(1)</script>", place, asked)
    await ana.says("Rollback is at *60 %*", place, asked)
    await ana.reacts(asked, "eyes")
    await bo.reacts(asked, "eyes")
    await bo.reacts(asked, "+1")
    await client.files_upload_v2(channel=place, filename="postmortem.md", title="Postmortem draft", content=CANVAS)
    late = await bo.says("Errors are down", place)
    await bo.edits(late, "Errors are down to 0.1 %")
    gone = await ana.says("wrong channel", place)
    await bo.says("which?", place, gone)
    await ana.deletes(gone)
    await client.chat_postEphemeral(channel=place, user="U0ANA", text="You hold the role *Ops Lead* now.")
    await client.chat_postMessage(
        channel="U0ANA", text="You are *Ops Lead* of <#" + place + ">. Here is what that means."
    )
    await client.chat_postMessage(
        channel=place, text="Status", attachments=[{"color": "#e0a526", "blocks": [showcase.said("*Mitigated* 14:31")]}]
    )
