"""How a call is written, and how it is answered."""

import json

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import Json, manifest, section
from tests.sandbox.api.conftest import Refusal

BEARER = {"Authorization": "Bearer xoxb-sandbox"}
JSON = {**BEARER, "Content-Type": "application/json; charset=utf-8"}


async def ask(slack: Slack, method: str, **how: object) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.post(slack.api_url + method, **how) as response:  # type: ignore[arg-type]
        assert response.status == 200
        answer: dict[str, object] = await response.json()
        return answer


async def test_the_three_forms_say_the_same(slack: Slack, war_room: Channel) -> None:
    blocks = [section("Hello")]
    said: Json = {"channel": war_room.id, "text": "Hello", "blocks": json.dumps(blocks)}
    await ask(slack, "chat.postMessage", params=said, headers=BEARER)
    await ask(slack, "chat.postMessage", data=said, headers=BEARER)
    await ask(slack, "chat.postMessage", json={**said, "blocks": blocks}, headers=JSON)
    posted = [message for message in war_room.messages.values() if not message.subtype]
    assert [message.text for message in posted] == ["Hello"] * 3
    assert all(message.blocks[0]["text"]["text"] == "Hello" for message in posted)
    assert not slack.journal.violations


async def test_a_multipart_form_is_read(slack: Slack, war_room: Channel) -> None:
    form = aiohttp.FormData({"channel": war_room.id, "text": "Hello", "token": "xoxb-sandbox"})
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in (("channel", war_room.id), ("text", "Hello"), ("token", "xoxb-sandbox")):
            parts.append(value).set_content_disposition("form-data", name=name)
    assert (await ask(slack, "chat.postMessage", data=parts))["ok"]
    assert (await ask(slack, "chat.postMessage", data=form))["ok"]


async def test_booleans_and_lists_as_the_sdk_writes_them(slack: Slack, bot: AsyncWebClient) -> None:
    made = await bot.conversations_create(name="quiet", is_private=True)
    assert made["channel"]["is_private"]
    await bot.conversations_invite(channel=made["channel"]["id"], users=["U0ANA", "U0BO"])
    assert slack.channel("quiet").members == ["U0TOCSIN", "U0ANA", "U0BO"]


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json; charset=utf-8", "invalid_json"),
        (b"[]", "application/json; charset=utf-8", "json_not_object"),
        (b"{}", "application/json; charset=latin-1", "invalid_charset"),
        (b"x", "text/plain", "invalid_post_type"),
    ],
)
async def test_an_unreadable_body(slack: Slack, body: bytes, content_type: str, error: str) -> None:
    headers = {**BEARER, "Content-Type": content_type}
    assert (await ask(slack, "auth.test", data=body, headers=headers))["error"] == error


async def test_json_without_a_charset_is_warned_about(slack: Slack) -> None:
    answer = await ask(slack, "auth.test", data=b"{}", headers={**BEARER, "Content-Type": "application/json"})
    assert answer["ok"]
    assert answer["warning"] == "missing_charset"
    assert [violation.kind for violation in slack.journal.violations] == ["missing_charset"]


async def test_a_token_in_the_query_is_none(slack: Slack) -> None:
    assert (await ask(slack, "auth.test", params={"token": "xoxb-sandbox"}))["error"] == "not_authed"
    assert [violation.kind for violation in slack.journal.violations] == ["token_in_query"]


async def test_a_token_in_a_form_is_one(slack: Slack) -> None:
    assert (await ask(slack, "auth.test", data={"token": "xoxb-sandbox"}))["ok"]


async def test_a_token_in_json_is_none(slack: Slack) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await ask(slack, "auth.test", data=b'{"token": "xoxb-sandbox"}', headers=headers))["error"] == "not_authed"


async def test_an_unknown_method_is_refused_and_noted(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.chat_meMessage(channel="C0RANDOM", text="x")))["error"] == "unknown_method"
    assert [violation.kind for violation in slack.journal.violations] == ["unserved_method"]


async def test_an_unknown_argument_is_ignored_and_noted(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.chat_postMessage(channel=war_room.id, text="Hello", importance="high")
    assert [violation.kind for violation in slack.journal.violations] == ["unknown_argument"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.create", {}, "invalid_name_required"),
        ("conversations.invite", {"channel": "C0RANDOM"}, "no_user"),
        ("conversations.info", {}, "channel_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.setTopic", {"channel": "C0RANDOM"}, "invalid_arguments"),
        ("chat.update", {"channel": "C0RANDOM"}, "message_not_found"),
        ("reactions.add", {"channel": "C0RANDOM", "name": "eyes"}, "no_item_specified"),
        ("users.info", {}, "user_not_found"),
        ("usergroups.users.list", {}, "no_such_subteam"),
    ],
)
async def test_what_a_missing_argument_gets(slack: Slack, method: str, args: dict[str, str], error: str) -> None:
    answer = await ask(slack, method, params=args, headers=BEARER)
    assert answer["error"] == error


async def test_a_number_that_is_none(bot: AsyncWebClient, refusal: Refusal) -> None:
    answer = await refusal(bot.api_call("users.list", params={"limit": "many"}))
    assert answer["error"] == "invalid_arguments"
    assert "json-pointer:/limit" in answer["response_metadata"]["messages"][0]


async def test_answers_tell_the_scopes(slack: Slack, bot: AsyncWebClient) -> None:
    answer = await bot.users_info(user="U0ANA")
    assert answer.headers["x-oauth-scopes"].split(",") == sorted(slack.app.scopes)
    assert answer.headers["x-accepted-oauth-scopes"] == "users:read"


async def test_a_socket_is_opened_with_the_app_token_alone(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await refusal(bot.apps_connections_open(app_token=slack.app.bot_token)))[
        "error"
    ] == "not_allowed_token_type"
    opened = await bot.apps_connections_open(app_token=slack.app.app_token)
    assert opened["url"].startswith(slack.url.replace("http", "ws") + "/link/?ticket=")
    answer = await refusal(bot.api_call("users.list", headers={"Authorization": f"Bearer {slack.app.app_token}"}))
    assert answer["error"] == "not_allowed_token_type"


@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token(slack: Slack, refusal: Refusal, token: str, error: str) -> None:
    stranger = AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])
    assert (await refusal(stranger.auth_test()))["error"] == error


async def test_a_revoked_token(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    slack.faults.token_trouble = "token_revoked"
    assert (await refusal(bot.auth_test()))["error"] == "token_revoked"


async def test_another_workspaces_id(bot: AsyncWebClient, refusal: Refusal) -> None:
    assert (await bot.users_list(team_id="T0TOCSIN"))["ok"]
    assert (await refusal(bot.users_list(team_id="T0OTHER")))["error"] == "team_access_not_granted"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "::"])
async def test_it_listens_on_loopback_alone(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        await Slack(manifest=manifest()).start(host)


async def test_the_sdk_sees_an_error_as_one(bot: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await bot.chat_postMessage(channel="C0NOWHERE", text="Hello")
