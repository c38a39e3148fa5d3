"""What the page asks of the server: who may ask, what they are told, and what they can do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from yarl import URL

from bot.sandbox.server import Slack
from bot.sandbox.state import File

Json = dict[str, Any]


@pytest.fixture
async def web(slack: Slack) -> AsyncIterator[ClientSession]:
    async with ClientSession(slack.url) as session:
        yield session


async def told(web: ClientSession, path: str, **query: str) -> Json:
    async with web.get(f"/sandbox/{path}", params=query) as answer:
        said: Json = await answer.json()
        return said


async def does(web: ClientSession, who: str, act: str, **args: object) -> Json:
    async with web.post("/sandbox/act", json={"who": who, "act": act, "args": args}) as answer:
        said: Json = await answer.json()
        return said


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "[evil"},
        {"Host": "evil.example:80", "Origin": "http://evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_no_other_page_can_ask(web: ClientSession, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/sandbox/state"), ("GET", "/sandbox/live"), ("POST", "/sandbox/act")):
        async with web.request(method, path, headers=headers) as answer:
            assert answer.status == 403, path


async def test_a_link_to_the_page_can_be_followed_from_elsewhere(web: ClientSession) -> None:
    async with web.get("/sandbox/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}) as answer:
        assert answer.status == 200


async def test_a_form_of_another_page_does_nothing(web: ClientSession, slack: Slack) -> None:
    body = json.dumps({"who": "U0ANA", "act": "types", "args": {"channel": "C0GENERAL", "text": "forged"}})
    async with web.post("/sandbox/act", data=body, headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 400
    assert slack.person("ana").sees("general") == []


async def test_nobody_is_told_what_they_may_not_see(web: ClientSession, slack: Slack) -> None:
    await slack.person("eli").says("The merger is on", "leadership")
    for who, sees in (("ana", False), ("gus", False), ("dee", True)):
        state = await told(web, "state", **{"as": who, "channel": "C0LEADERSHIP"})
        assert ("merger" in json.dumps(state)) is sees, who
        assert ("C0LEADERSHIP" in state["channels"]) is sees, who
        assert (await told(web, "messages", **{"as": who, "channel": "C0LEADERSHIP"}))["ok"] is sees, who
    assert set((await told(web, "state", **{"as": "gus"}))["channels"]) == {"C0GENERAL", "C0PAYMENTS"}


async def test_files_are_for_those_who_see_where_they_are_shared(web: ClientSession, slack: Slack) -> None:
    page = "<script>alert(1)</script>"
    file = File(id="F01", name="a.html", mimetype="text/html", content=page, size=len(page), complete=True)
    file.shares = {"C0LEADERSHIP": ["1.000001"]}
    slack.workspace.files[file.id] = file
    assert (await told(web, "file", **{"as": "ana", "id": "F01"}))["ok"] is False
    assert (await told(web, "file", **{"as": "dee", "id": "F01"}))["text"] == page
    async with web.get("/sandbox/raw/F01?as=ana") as answer:
        assert answer.status == 404
    async with web.get("/sandbox/raw/F01?as=dee") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"


async def test_what_cannot_be_done_is_said(web: ClientSession, slack: Slack) -> None:
    assert await does(web, "U0ANA", "types", channel="C0GENERAL", text="hello") == {"ok": True}
    said = slack.person("ana").sees("general")[0]
    refused = await does(web, "U0BO", "edits", channel="C0GENERAL", ts=said.ts, text="forged")
    assert refused == {"ok": False, "why": "Only one's own messages can be edited."}
    assert "deactivated" in (await does(web, "U0HAL", "types", channel="C0GENERAL", text="boo"))["why"]
    assert (await does(web, "U0ANA", "flies"))["why"].startswith("there is no act 'flies'")
    assert (await does(web, "U0ANA", "types", channel="C0GENERAL"))["why"] == "text has to be a text"


async def test_direct_messages_are_opened_once(web: ClientSession, slack: Slack) -> None:
    first, second = await does(web, "U0ANA", "opens_dm", user="U0BO"), await does(web, "U0BO", "opens_dm", user="U0ANA")
    assert first["channel"] == second["channel"]
    await does(web, "U0ANA", "types", channel=first["channel"], text="psst")
    assert (await told(web, "state", **{"as": "bo"}))["channels"][first["channel"]]["unread"] == 1
    assert first["channel"] not in (await told(web, "state", **{"as": "cy"}))["channels"]


async def test_the_clock_is_set_within_reason(web: ClientSession, slack: Slack) -> None:
    before = slack.clock.now()
    for wrong in (
        {"to": before.timestamp() + 1e9},
        {"jump": -1},
        {"jump": "soon"},
        {"speed": 1e9},
        {"jump": True},
        {"jump": float("nan")},
    ):
        async with web.post("/sandbox/clock", json=wrong) as answer:
            assert answer.status == 400, wrong
    async with web.post("/sandbox/clock", json={"jump": 5, "speed": 0}) as answer:
        assert (await answer.json())["speed"] == 0
    assert (slack.clock.now() - before).total_seconds() >= 300
    for moment, reached in ((600.5, 600.5), (1, 600.5)):
        async with web.post("/sandbox/clock", json={"to": before.timestamp() + moment}) as answer:
            assert answer.status == 200
        assert (slack.clock.now() - before).total_seconds() == pytest.approx(reached, abs=0.001), "it never runs back"


async def test_trouble_is_made_and_mended(web: ClientSession, slack: Slack) -> None:
    headers = {"Authorization": f"Bearer {slack.app.bot_token}"}

    async def switch(what: str, *, on: bool) -> Json:
        async with web.post("/sandbox/trouble", json={"what": what, "on": on}) as answer:
            said: Json = await answer.json()
            return said

    async def posts() -> int:
        async with web.post(
            "/api/chat.postMessage", data={"channel": "C0GENERAL", "text": "hi"}, headers=headers
        ) as told:
            return told.status

    slack.channel("general").members.append(slack.workspace.bot_user_id)
    assert await posts() == 200
    for what, status in (("limited", 429), ("down", 500)):
        assert await switch(what, on=True) == {"ok": True}
        assert [await posts(), await posts()] == [status, status]
        assert await switch(what, on=False) == {"ok": True}
        assert await posts() == 200
    await switch("unheard", on=True)
    with pytest.raises(ClientConnectionError):
        await posts()
    assert slack.journal.calls[-1].took_effect, "it was done all the same"
    async with web.post("/api/auth.test", headers=headers) as answer:
        assert answer.status == 200, "what only reads is answered"
    state = await told(web, "state")
    assert [one["id"] for one in state["trouble"]["switches"] if one["on"]] == ["unheard"]
    assert "no trouble called" in (await switch("locusts", on=True))["why"]
    assert "no open connection" in (await switch("cut", on=True))["why"]
    assert "not started by this page" in (await switch("kill", on=True))["why"]


async def test_the_journal_is_told_bit_by_bit(web: ClientSession, slack: Slack) -> None:
    async def call(name: str, **args: str) -> None:
        headers = {"Authorization": f"Bearer {slack.app.bot_token}"}
        async with web.post(f"/api/{name}", data=args, headers=headers) as answer:
            assert answer.status == 200

    await call("auth.test")
    first = await told(web, "journal")
    assert [entry["name"] for entry in first["entries"]] == ["auth.test"]
    await call("chat.postMessage", channel="C0NOWHERE", text="lost")
    second = await told(web, "journal", since=str(first["revision"]))
    assert [(e["name"], e["outcome"]) for e in second["entries"]] == [("chat.postMessage", "channel_not_found")]
    detail = (await told(web, f"journal/{second['entries'][0]['id']}"))["entry"]
    assert detail["request"]["text"] == "lost"
    assert detail["answer"]["error"] == "channel_not_found"
    assert second["counts"]["calls"] == 2
    await call("chat.postMessage", channel="C0NOWHERE", text="INC-7 and <#C0GENERAL> are named, SEV2 is no case")
    third = await told(web, "journal", since=str(second["revision"]))
    assert third["entries"][0]["names"] == ["C0GENERAL", "C0NOWHERE", "INC-7"]


async def test_a_page_is_told_of_changes_in_order(web: ClientSession, slack: Slack) -> None:
    async with web.ws_connect("/sandbox/live?as=ana") as wire:
        assert (await wire.receive_json())["kind"] == "state"
        await wire.send_json({"open": "C0GENERAL"})
        await wire.send_json({"open": "C0LEADERSHIP"})
        while (news := await wire.receive_json())["kind"] != "messages":
            pass
        assert news["channel"] == "C0GENERAL"
        await slack.person("eli").says("not for ana", "leadership")
        await slack.person("bo").says("for @ana", "general")
        channel = await wire.receive_json()
        assert (channel["kind"], channel["channel"]["unread"], channel["channel"]["mentions"]) == ("channel", 1, 1)
        assert (await wire.receive_json())["message"]["text"] == "for <@U0ANA>"
        await wire.send_json({"read": "C0GENERAL"})
        while (news := await wire.receive_json())["kind"] != "channel":
            pass
        assert news["channel"]["unread"] == 0


async def test_static_files_are_only_those_of_the_page(web: ClientSession) -> None:
    async with web.get("/sandbox/static/js/main.js") as answer:
        assert answer.content_type == "text/javascript"
    for path in ("../control.py", "..%2fcontrol.py", "js/%2e%2e/%2e%2e/control.py", "js", "js/absent.js"):
        async with web.get(URL(f"/sandbox/static/{path}", encoded=True)) as answer:
            assert answer.status == 404, path
