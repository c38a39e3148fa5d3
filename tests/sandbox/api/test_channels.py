"""Making, naming, describing and archiving channels."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import rooms
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, events
from tests.sandbox.api.conftest import Refusal


async def test_who_makes_a_channel_is_in_it(slack: Slack, bot: AsyncWebClient) -> None:
    made = (await bot.conversations_create(name="inc-1-checkout"))["channel"]
    assert (made["name"], made["is_member"], made["creator"]) == ("inc-1-checkout", True, slack.bot.id)
    assert slack.channel(made["id"]).members == [slack.bot.id]
    assert (await events(slack, "channel_created"))[0]["channel"]["id"] == made["id"]
    assert (await events(slack, "member_joined_channel"))[0]["user"] == slack.bot.id
    assert (await events(slack, "channel_join"))[0]["text"] == f"<@{slack.bot.id}> has joined the channel"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("   ", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Checkout", "invalid_name_specials"),
        ("check out", "invalid_name_specials"),
        ("check.out", "invalid_name_specials"),
        ("#checkout", "invalid_name_specials"),
        ("--_-", "invalid_name_punctuation"),
        ("random", "name_taken"),
    ],
)
async def test_names_that_are_refused(bot: AsyncWebClient, refusal: Refusal, name: str, error: str) -> None:
    assert (await refusal(bot.conversations_create(name=name)))["error"] == error


@pytest.mark.parametrize("name", ["inc-1-straße", "障害-1", "_", "1", "x" * 80])
async def test_names_that_are_taken_as_they_are(bot: AsyncWebClient, refusal: Refusal, name: str) -> None:
    if name == "_":
        assert (await refusal(bot.conversations_create(name=name)))["error"] == "invalid_name_punctuation"
    else:
        assert (await bot.conversations_create(name=name))["channel"]["name"] == name


async def test_archived_and_private_channels_keep_their_names(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    await bot.conversations_archive(channel=war_room.id)
    assert (await refusal(bot.conversations_create(name=war_room.name)))["error"] == "name_taken"
    assert (await refusal(bot.conversations_create(name="leadership")))["error"] == "name_taken"


async def test_a_topic_is_set_and_said(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    answer = await bot.conversations_setTopic(channel=war_room.id, topic="SEV1 · triage")
    assert answer["channel"]["topic"] == {"value": "SEV1 · triage", "creator": slack.bot.id, "last_set": slack.epoch()}
    event = (await events(slack, "channel_topic"))[0]
    assert (event["topic"], event["text"]) == (
        "SEV1 · triage",
        f"<@{slack.bot.id}> set the channel topic: SEV1 · triage",
    )


async def test_a_purpose_is_set(bot: AsyncWebClient, war_room: Channel) -> None:
    assert (await bot.conversations_setPurpose(channel=war_room.id, purpose="Mend it"))["purpose"] == "Mend it"
    assert war_room.purpose["value"] == "Mend it"


async def test_topics_have_a_length(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    assert (await bot.conversations_setTopic(channel=war_room.id, topic="x" * 250))["ok"]
    assert (await refusal(bot.conversations_setTopic(channel=war_room.id, topic="x" * 251)))["error"] == "too_long"
    assert (await refusal(bot.conversations_setPurpose(channel=war_room.id, purpose="x" * 251)))["error"] == "too_long"


async def test_a_topic_takes_a_member(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_setTopic(channel="C0RANDOM", topic="x")))["error"] == "not_in_channel"
    answer = await refusal(bot.conversations_setTopic(channel="C0LEADERSHIP", topic="x"))
    assert answer["error"] == "channel_not_found"


async def test_a_channel_of_ones_own_is_renamed(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    answer = await bot.conversations_rename(channel=war_room.id, name="inc-1-payments")
    assert answer["channel"]["previous_names"] == ["inc-1-checkout"]
    assert (await events(slack, "channel_rename"))[0]["channel"]["name"] == "inc-1-payments"
    assert (await events(slack, "channel_name"))[0]["old_name"] == "inc-1-checkout"
    assert (await refusal(bot.conversations_rename(channel=war_room.id, name="random")))["error"] == "name_taken"
    await bot.conversations_join(channel="C0RANDOM")
    assert (await refusal(bot.conversations_rename(channel="C0RANDOM", name="other")))["error"] == "not_authorized"


async def test_an_archived_channel_takes_nothing_more(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    said = await bot.chat_postMessage(channel=war_room.id, text="Hello")
    await bot.conversations_archive(channel=war_room.id)
    assert not slack.is_member(war_room)
    assert (await events(slack, "channel_archive"))[-1]["channel"] == war_room.id
    here: Json = {"channel": war_room.id}
    assert (await refusal(bot.conversations_archive(**here)))["error"] == "already_archived"
    assert (await refusal(bot.chat_postMessage(**here, text="Hello")))["error"] == "is_archived"
    assert (await refusal(bot.chat_update(**here, ts=said["ts"], text="Bye")))["error"] == "is_inactive"
    assert (await refusal(bot.conversations_setTopic(**here, topic="x")))["error"] == "is_archived"
    assert (await refusal(bot.conversations_invite(**here, users="U0CY")))["error"] == "is_archived"
    assert (await refusal(bot.conversations_join(**here)))["error"] == "is_archived"
    assert (await bot.conversations_info(**here))["channel"]["is_archived"]


async def test_a_bot_cannot_unarchive(bot: AsyncWebClient, war_room: Channel, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_unarchive(channel=war_room.id)))["error"] == "not_archived"
    await bot.conversations_archive(channel=war_room.id)
    assert (await refusal(bot.conversations_unarchive(channel=war_room.id)))["error"] == "not_in_channel"


async def test_a_person_can(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.conversations_archive(channel=war_room.id)
    rooms.unarchive(slack, war_room, "U0ANA")
    assert (await events(slack, "channel_unarchive"))[-1]["user"] == "U0ANA"
    assert (await bot.conversations_join(channel=war_room.id))["ok"]


async def test_the_general_channel_stays(bot: AsyncWebClient, refusal: Refusal) -> None:
    await bot.conversations_join(channel="C0GENERAL")
    assert (await refusal(bot.conversations_archive(channel="C0GENERAL")))["error"] == "cant_archive_general"
    assert (await refusal(bot.conversations_leave(channel="C0GENERAL")))["error"] == "cant_leave_general"
    assert (await refusal(bot.conversations_kick(channel="C0GENERAL", user="U0BO")))[
        "error"
    ] == "cant_kick_from_general"


async def test_joining_again_is_a_warning(bot: AsyncWebClient) -> None:
    assert "warning" not in (await bot.conversations_join(channel="C0RANDOM")).data
    again = await bot.conversations_join(channel="C0RANDOM")
    assert again["warning"] == "already_in_channel"


async def test_leaving(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.conversations_leave(channel=war_room.id)
    assert (await events(slack, "member_left_channel"))[0]["user"] == slack.bot.id
    assert slack.bot.id not in war_room.members
    last = slack.journal.calls[-1].answer
    assert last == {"ok": True}


async def test_a_private_channel_does_not_exist_for_others(bot: AsyncWebClient, refusal: Refusal) -> None:
    for call in (
        bot.conversations_info(channel="C0LEADERSHIP"),
        bot.conversations_history(channel="C0LEADERSHIP"),
        bot.conversations_members(channel="C0LEADERSHIP"),
        bot.conversations_join(channel="C0LEADERSHIP"),
        bot.chat_postMessage(channel="C0LEADERSHIP", text="Hello"),
        bot.chat_postMessage(channel="leadership", text="Hello"),
    ):
        assert (await refusal(call))["error"] == "channel_not_found"
    listed = await bot.conversations_list(types="public_channel,private_channel")
    assert "leadership" not in [channel["name"] for channel in listed["channels"]]


async def test_direct_messages_are_opened_once(slack: Slack, bot: AsyncWebClient, ana: Person) -> None:
    first = await bot.conversations_open(users="U0ANA")
    again = await bot.conversations_open(users=["U0ANA"], return_im=True)
    assert first["channel"]["id"].startswith("D")
    assert again["channel"]["id"] == first["channel"]["id"]
    assert again["already_open"]
    assert again["channel"]["user"] == "U0ANA"
    group = await bot.conversations_open(users=["U0ANA", "U0BO"])
    assert slack.channel(group["channel"]["id"]).kind == "mpim"


@pytest.mark.parametrize(
    ("users", "error"),
    [("U0NOBODY", "user_not_found"), ("U0HAL", "user_disabled"), ("U0TOCSIN", "cannot_dm_bot")],
)
async def test_those_one_cannot_write_to(bot: AsyncWebClient, refusal: Refusal, users: str, error: str) -> None:
    assert (await refusal(bot.conversations_open(users=users)))["error"] == error


async def test_a_call_for_channels_is_not_for_direct_messages(bot: AsyncWebClient, refusal: Refusal) -> None:
    direct = (await bot.conversations_open(users="U0ANA"))["channel"]["id"]
    for call in (
        bot.conversations_archive(channel=direct),
        bot.conversations_rename(channel=direct, name="x"),
        bot.conversations_invite(channel=direct, users="U0BO"),
        bot.conversations_leave(channel=direct),
    ):
        assert (await refusal(call))["error"] == "method_not_supported_for_channel_type"


async def test_the_bot_is_told_where_it_is(bot: AsyncWebClient, war_room: Channel) -> None:
    mine = await bot.users_conversations(types="public_channel,private_channel")
    assert [channel["id"] for channel in mine["channels"]] == [war_room.id]
    listed = await bot.conversations_list(exclude_archived=True)
    assert {"general", "inc-1-checkout"} <= {channel["name"] for channel in listed["channels"]}


async def test_an_unknown_type_of_conversation(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.conversations_list(types="secret")))["error"] == "invalid_types"


async def test_a_list_comes_in_pages(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    everything = [channel["id"] for channel in (await bot.conversations_list())["channels"]]
    for short in (False, True):
        slack.rules.short_pages = short
        seen: list[str] = []
        cursor = None
        while cursor != "":
            page = await bot.conversations_list(limit=2, cursor=cursor)
            seen += [channel["id"] for channel in page["channels"]]
            cursor = page["response_metadata"]["next_cursor"]
        assert seen == everything
    assert (await refusal(bot.conversations_list(cursor="nonsense")))["error"] == "invalid_cursor"
    assert (await refusal(bot.conversations_list(limit=5000)))["error"] == "invalid_limit"


async def test_members_are_counted_when_asked(bot: AsyncWebClient, war_room: Channel) -> None:
    assert "num_members" not in (await bot.conversations_info(channel=war_room.id))["channel"]
    info = await bot.conversations_info(channel=war_room.id, include_num_members=True)
    assert info["channel"]["num_members"] == 3
    assert (await bot.conversations_members(channel=war_room.id))["members"] == ["U0TOCSIN", "U0ANA", "U0BO"]
