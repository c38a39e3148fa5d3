"""Whose phone buzzes."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import events, section


async def test_a_mention_pings_those_who_are_there(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person
) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="<@U0ANA> <@U0CY> <@U0ANA>")
    assert [(ping.user, ping.ts, ping.why) for ping in slack.journal.notified] == [("U0ANA", said["ts"], "mention")]


async def test_an_edit_pings_nobody(bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Nobody")
    await bot.chat_update(channel=war_room.id, ts=said["ts"], text="<@U0ANA> <!channel>")
    assert not ana.pinged()


async def test_groups_and_everybody(slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    slack.workspace.users["U0BO"].presence = "away"
    await bot.chat_postMessage(channel=war_room.id, text="<!subteam^S0SRE>")
    await bot.chat_postMessage(channel=war_room.id, text="<!here>")
    await bot.chat_postMessage(channel=war_room.id, text="<!channel>")
    await bot.chat_postMessage(channel=war_room.id, text="<!everyone>")
    assert ana.pinged() == ["group", "here", "channel"]
    assert slack.person("bo").pinged() == ["group", "channel"]


async def test_blocks_count_and_plain_text_does_not(bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    plain = {"type": "section", "text": {"type": "plain_text", "text": "<@U0ANA>"}}
    await bot.chat_postMessage(channel=war_room.id, text="<@U0ANA>", blocks=[plain])
    assert not ana.pinged()
    await bot.chat_postMessage(channel=war_room.id, text="x", blocks=[section("<@U0ANA>")])
    assert ana.pinged() == ["mention"]


async def test_a_reply_pings_those_in_the_thread(bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    said = await ana.says("What is it?", war_room)
    await bot.chat_postMessage(channel=war_room.id, text="A disk", thread_ts=said.ts)
    assert ana.pinged() == ["thread"]


async def test_naming_the_bot_is_two_events(slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person) -> None:
    said = await ana.says("@tocsin status?", war_room)
    mention = (await events(slack, "app_mention"))[0]
    assert (mention["ts"], mention["user"]) == (said.ts, "U0ANA")
    assert (await events(slack, "message"))[-1]["client_msg_id"] == said.client_msg_id
