"""People write, change, react, come and go; the app hears what Slack would tell it."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox import talk
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.server import Slack
from tests.sandbox.acts.conftest import Connect

Json = dict[str, Any]


@pytest.fixture
def heard(slack: Slack, app: AsyncApp) -> list[Json]:
    """Every event the app hears; its bot is in #general."""
    slack.channel("general").members.append(slack.bot.id)
    heard: list[Json] = []

    async def hear(body: Json) -> None:
        heard.append(body)

    for kind in ("message", "app_mention", "reaction_added", "reaction_removed", "pin_added", "member_joined_channel"):
        app.event(kind)(hear)
    for subtype in ("message_changed", "message_deleted", "channel_join"):
        app.event({"type": "message", "subtype": subtype})(hear)
    return heard


def kinds(heard: list[Json]) -> list[str]:
    return [h["event"].get("subtype") or h["event"]["type"] for h in heard]


async def hears(slack: Slack, heard: list[Json], *wanted: str) -> list[Json]:
    """The events heard, once all that are wanted (in whatever order) have come."""
    await slack.waits_for(lambda: len(heard) >= len(wanted))
    assert sorted(kinds(heard)) == sorted(wanted)
    return heard


async def test_what_people_type_is_stored_as_slack_stores_it(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    await connect()
    said = await ana.says("a < b & <!channel>, @bo: see #general :tada:\nhttps://x.io.", "general")
    assert said.text == ("a &lt; b &amp; &lt;!channel&gt;, <@U0BO>: see <#C0GENERAL|general> :tada:\n<https://x.io>.")
    assert [e["type"] for e in said.blocks[0]["elements"][0]["elements"]] == [
        "text", "user", "text", "channel", "text", "emoji", "text", "link", "text",
    ]  # fmt: skip
    (body,) = await hears(slack, heard, "message")
    event = body["event"]
    assert event["text"] == said.text
    assert event["client_msg_id"] == said.client_msg_id
    assert (event["channel"], event["channel_type"], event["user"]) == ("C0GENERAL", "channel", "U0ANA")
    assert "subtype" not in event
    assert body["authorizations"][0]["user_id"] == slack.bot.id
    assert slack.person("bo").pinged("general") == ["mention"]


async def test_a_mention_of_the_app_is_told_twice(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    await connect()
    await ana.says(f"@{slack.bot.name} hello", "general")
    both = await hears(slack, heard, "message", "app_mention")
    assert both[0]["event"]["ts"] == both[1]["event"]["ts"]
    assert both[0]["event_id"] != both[1]["event_id"]


async def test_edits_deletions_and_threads_are_told(
    slack: Slack, connect: Connect, ana: Person, bo: Person, heard: list[Json]
) -> None:
    await connect()
    said = await ana.says("one", "general")
    await ana.edits(said, "two")
    reply = await bo.says("reply", "general", thread=said)
    with pytest.raises(CannotDo, match="own messages"):
        await bo.edits(said, "mine now")
    with pytest.raises(CannotDo, match="own messages"):
        await bo.deletes(said)
    await ana.deletes(said)
    await bo.deletes(reply)
    await slack.settled()

    changed = [h["event"] for h in heard if h["event"].get("subtype") == "message_changed"]
    edit = next(e for e in changed if e["message"].get("edited") and e["previous_message"]["text"] == "one")
    assert (edit["message"]["text"], edit["message"]["edited"]["user"], edit["hidden"]) == ("two", "U0ANA", True)
    assert any(e["message"].get("subtype") == "tombstone" for e in changed)
    deleted = [h["event"] for h in heard if h["event"].get("subtype") == "message_deleted"]
    assert [(e["deleted_ts"], e["previous_message"]["text"]) for e in deleted] == [(reply.ts, "reply")]


async def test_reactions_and_pins_are_told(
    slack: Slack, connect: Connect, ana: Person, bo: Person, heard: list[Json]
) -> None:
    await connect()
    said = await ana.says("one", "general")
    await bo.reacts(said, "pushpin")
    with pytest.raises(CannotDo, match="already"):
        await bo.reacts(said, "pushpin")
    await bo.unreacts(said, "pushpin")
    await bo.pins(said)
    await hears(slack, heard, "message", "reaction_added", "reaction_removed", "pin_added", "message_changed")
    added = next(h["event"] for h in heard if h["event"]["type"] == "reaction_added")
    assert added["item"] == {"type": "message", "channel": "C0GENERAL", "ts": said.ts}
    assert (added["user"], added["item_user"], added["reaction"]) == ("U0BO", "U0ANA", "pushpin")


async def test_coming_is_told_and_membership_decides_who_writes(
    slack: Slack, connect: Connect, heard: list[Json]
) -> None:
    cy, gus = slack.person("cy"), slack.person("gus")
    slack.channel("engineering").members.append(slack.bot.id)
    await connect()
    with pytest.raises(CannotDo, match="not a member"):
        await cy.says("hello", "engineering")
    with pytest.raises(CannotDo, match="does not see"):
        await gus.joins("engineering")
    await cy.joins("engineering")
    await cy.says("hello", "engineering")
    await hears(slack, heard, "member_joined_channel", "channel_join", "message")
    joined = next(h["event"] for h in heard if h["event"]["type"] == "member_joined_channel")
    assert (joined["user"], joined["channel"], joined["channel_type"]) == ("U0CY", "C0ENGINEERING", "C")


async def test_the_app_hears_nothing_from_where_it_is_not(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    await connect()
    await ana.says("psst", "random")
    await ana.says("hello", "general")
    await slack.settled()
    assert [h["event"]["channel"] for h in heard] == ["C0GENERAL"]


async def test_people_see_only_what_they_may(slack: Slack, ana: Person, bo: Person) -> None:
    dee = slack.person("dee")
    await dee.says("secret", "leadership")
    assert dee.sees("leadership")
    assert ana.sees("leadership") == []
    talk.whisper(slack, slack.channel("general"), ana.id, talk.by_the_bot(slack, text="psst"))
    assert [m.text for m in ana.ephemeral("general")] == ["psst"]
    assert bo.sees("general") == []
    assert "leadership" not in {c.name for c in ana.channels}
    assert ana.inbox == []


async def test_a_channel_that_is_archived_takes_nothing(slack: Slack, ana: Person) -> None:
    said = await ana.says("one", "random")
    await ana.archives("random")
    with pytest.raises(CannotDo, match="archived"):
        await ana.says("two", "random")
    with pytest.raises(CannotDo, match="archived"):
        await ana.reacts(said, "eyes")
    await ana.unarchives("random")
    await ana.renames("random", "odds")
    await ana.says("two", "odds")
    with pytest.raises(CannotDo, match="invalid_name"):
        await ana.renames("odds", "No Spaces")


async def test_messages_to_the_app_can_be_switched_off(slack: Slack, ana: Person) -> None:
    channel = await ana.opens_messages()
    await ana.says("hello", channel)
    assert [m.text for m in ana.inbox] == ["hello"]
    slack.app.manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    with pytest.raises(CannotDo, match="turned off"):
        await ana.says("hello?", channel)
