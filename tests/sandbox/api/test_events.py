"""Which events the app hears, and in what envelope."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import rooms
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel, Kind
from tests.sandbox.api.app import events


async def test_the_envelope(slack: Slack, war_room: Channel) -> None:
    await slack.settled()
    payloads = [record.payload for record in slack.journal.deliveries]
    assert payloads
    for payload in payloads:
        assert payload["type"] == "event_callback"
        assert payload["event"]["event_ts"]
        assert payload["authorizations"][0]["user_id"] == slack.bot.id
    assert len({payload["event_id"] for payload in payloads}) == len(payloads)


@pytest.mark.parametrize(
    ("kind", "subscription", "scope"),
    [
        ("channel", "message.channels", "channels:history"),
        ("group", "message.groups", "groups:history"),
        ("im", "message.im", "im:history"),
    ],
)
async def test_messages_are_heard_by_type(slack: Slack, ana: Person, kind: Kind, subscription: str, scope: str) -> None:
    place = (
        rooms.direct(slack, ["U0ANA", slack.bot.id])[0]
        if kind == "im"
        else rooms.create(slack, "x", "U0ANA", kind=kind)
    )
    if kind != "im":
        rooms.join(slack, place, slack.bot.id)

    async def heard(text: str) -> bool:
        await ana.says(text, place)
        return text in [event.get("text") for event in await events(slack, "message")]

    assert await heard("one")
    slack.app.scopes.remove(scope)
    assert not await heard("two")
    slack.app.scopes.append(scope)
    slack.app.bot_events.remove(subscription)
    assert not await heard("three")


async def test_only_members_hear(slack: Slack, bot: AsyncWebClient, ana: Person) -> None:
    said = await ana.says("Nobody listens", "random")
    await ana.reacts(said, "eyes")
    await ana.pins(said)
    assert not await events(slack, "message")
    assert not await events(slack, "reaction_added")
    assert not await events(slack, "pin_added")


async def test_public_channels_are_heard_of_everywhere_and_private_ones_are_not(slack: Slack) -> None:
    public = rooms.create(slack, "open", "U0ANA")
    private = rooms.create(slack, "closed", "U0ANA", kind="group")
    for place in (public, private):
        rooms.rename(slack, place, place.name + "-2", "U0ANA")
        rooms.archive(slack, place, "U0ANA")
    assert [event["channel"]["name"] for event in await events(slack, "channel_rename")] == ["open-2"]
    assert [event["channel"] for event in await events(slack, "channel_archive")] == [public.id]
    assert not await events(slack, "group_rename")
    assert not await events(slack, "group_archive")


async def test_a_member_hears_of_a_private_channel(slack: Slack, bot: AsyncWebClient) -> None:
    made = await bot.conversations_create(name="closed", is_private=True)
    joined = (await events(slack, "member_joined_channel"))[0]
    assert joined["channel_type"] == "G"
    rooms.archive(slack, slack.channel(made["channel"]["id"]), "U0ANA")
    assert (await events(slack, "group_archive"))[0]["user"] == "U0ANA"


async def test_joining_is_heard_with_the_scope_of_the_type(slack: Slack, bot: AsyncWebClient) -> None:
    slack.app.scopes.remove("groups:read")
    await bot.conversations_create(name="closed", is_private=True)
    assert not await events(slack, "member_joined_channel")
    await bot.conversations_create(name="open")
    assert await events(slack, "member_joined_channel")


async def test_being_removed_is_heard(slack: Slack, war_room: Channel) -> None:
    rooms.leave(slack, war_room, slack.bot.id, removed_by="U0ANA")
    assert (await events(slack, "channel_left"))[0]["actor_id"] == "U0ANA"
    assert (await events(slack, "member_left_channel"))[0]["user"] == slack.bot.id


async def test_a_deleted_channel(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    rooms.delete(slack, war_room, "U0ELI")
    assert (await events(slack, "channel_deleted"))[0]["channel"] == war_room.id
    assert war_room.id not in [channel["id"] for channel in (await bot.conversations_list())["channels"]]
