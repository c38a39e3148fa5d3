"""Buttons and menus in messages and on the Home, shortcuts, and options that the app looks up."""

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.sandbox import talk
from bot.sandbox.people import CannotDo, Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Message
from tests.sandbox.acts.conftest import Connect
from tests.sandbox.acts.manifest import actions, button, home, section, text

Json = dict[str, Any]
CONFIRM = {"title": text("Sure?"), "text": text("Really?"), "confirm": text("Yes"), "deny": text("No")}


def option(word: str) -> Json:
    return {"text": text(word), "value": word.lower()}


def menu(*words: str, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "menu", "options": [option(w) for w in words], **more}


def card(slack: Slack, *elements: Json, **more: Any) -> Message:
    said = talk.by_the_bot(slack, text="card", blocks=actions(*elements), **more)
    return talk.post(slack, slack.channel("general"), said)


@pytest.fixture
def heard(app: AsyncApp) -> list[Json]:
    """What the app hears; it acks everything."""
    heard: list[Json] = []

    @app.action("ack")
    @app.action("menu")
    async def hear(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    return heard


async def test_a_click_carries_the_message_as_it_is(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    said = card(slack, button("ack", "1", confirm=CONFIRM), menu("High", "Low"))
    await connect()
    await ana.clicks(said, "menu", "low")
    acted = await ana.clicks(said, "ack")

    assert acted.trouble == ""
    assert acted.confirm == CONFIRM
    body = heard[1]
    assert body["container"] == {
        "type": "message",
        "message_ts": said.ts,
        "channel_id": "C0GENERAL",
        "is_ephemeral": False,
    }
    assert body["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0TOCSIN"}
    assert body["team"] == {"id": "T0TOCSIN", "domain": "acme"}
    assert body["channel"] == {"id": "C0GENERAL", "name": "general"}
    assert body["message"]["blocks"] == said.blocks
    assert body["state"]["values"]["row"]["menu"]["selected_option"]["value"] == "low"
    assert body["response_url"].startswith(slack.url + "/hooks/actions/")
    assert body["actions"][0]["action_id"] == "ack"
    assert body["actions"][0]["value"] == "1"
    assert heard[0]["actions"][0]["selected_option"]["value"] == "low"


async def test_an_ephemeral_message_is_not_told(
    slack: Slack, connect: Connect, ana: Person, bo: Person, heard: list[Json]
) -> None:
    said = talk.by_the_bot(slack, text="psst", blocks=actions(button("ack")))
    talk.whisper(slack, slack.channel("general"), ana.id, said)
    await connect()
    await ana.clicks(said, "ack")

    assert "message" not in heard[0]
    assert heard[0]["container"]["is_ephemeral"] is True
    with pytest.raises(CannotDo, match="only somebody else"):
        await bo.clicks(said, "ack")
    with pytest.raises(CannotDo, match="no shortcuts"):
        await ana.message_shortcut("ring_about", said)


async def test_a_button_in_an_attachment_says_which_one(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    said = talk.by_the_bot(slack, text="card", attachments=[{"color": "#f00", "blocks": actions(button("ack"))}])
    talk.post(slack, slack.channel("general"), said)
    await connect()
    await ana.clicks(said, "ack")
    assert heard[0]["container"]["type"] == "message_attachment"
    assert heard[0]["container"]["attachment_id"] == 1


async def test_only_what_is_there_now_can_be_clicked(slack: Slack, ana: Person) -> None:
    said = card(slack, button("ack", "1"), menu("High"))
    with pytest.raises(CannotDo, match="there is ack, menu"):
        await ana.clicks(said, "resolve")
    with pytest.raises(CannotDo, match="not offered"):
        await ana.clicks(said, "menu", "medium")
    talk.edit(slack, slack.channel("general"), said, slack.bot.id, marked=False, blocks=[])
    with pytest.raises(CannotDo, match="there is nothing"):
        await ana.clicks(said, "ack")
    talk.delete(slack, slack.channel("general"), said)
    with pytest.raises(CannotDo, match="gone"):
        await ana.clicks(said, "ack")
    assert not slack.journal.deliveries


async def test_of_several_buttons_the_value_decides(
    slack: Slack, connect: Connect, ana: Person, heard: list[Json]
) -> None:
    blocks = [
        {"type": "section", "block_id": b, "text": text(b), "accessory": button("ack", value=b)} for b in ("x", "y")
    ]
    said = talk.post(slack, slack.channel("general"), talk.by_the_bot(slack, text="list", blocks=blocks))
    await connect()
    with pytest.raises(CannotDo, match="2 elements"):
        await ana.clicks(said, "ack")
    await ana.clicks(said, "ack", "y")
    await ana.clicks(said, "x/ack")
    assert [h["actions"][0]["block_id"] for h in heard] == ["y", "x"]


async def test_a_double_click_arrives_twice(slack: Slack, connect: Connect, ana: Person, heard: list[Json]) -> None:
    said = card(slack, button("ack"))
    await connect()
    await asyncio.gather(ana.clicks(said, "ack"), ana.clicks(said, "ack"))
    assert len(heard) == 2
    assert heard[0]["trigger_id"] != heard[1]["trigger_id"]


async def test_a_click_nobody_handles_is_shown(slack: Slack, over_http: Connect, ana: Person) -> None:
    said = card(slack, button("unheard"))
    await over_http()
    acted = await ana.clicks(said, "unheard")
    assert acted.trouble == "This app is not responding. Try again?"
    assert slack.journal.deliveries[-1].shown == acted.trouble
    assert list(slack.screens.warned.values()) == [acted.trouble]


async def test_a_click_is_answered_by_its_hook(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    @app.action("ack")
    async def hear(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("taken", replace_original=True)

    said = card(slack, button("ack"))
    await connect()
    await ana.clicks(said, "ack")
    await ana.waits_for(lambda: ana.sees("general")[-1].text == "taken")


async def test_the_home_is_published_seen_and_clicked(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person, bo: Person, heard: list[Json]
) -> None:
    opened: list[Json] = []

    @app.event("app_home_opened")
    async def show(event: Json) -> None:
        opened.append(event)
        await app.client.views_publish(user_id=event["user"], view=home(section("hello"), *actions(button("ack", "1"))))

    await connect()
    assert await ana.opens_home() is None
    view = await ana.waits_for(lambda: ana.home)
    await ana.clicks(view, "ack")
    await ana.opens_home()
    await ana.waits_for(lambda: len(opened) == 2)

    assert "view" not in opened[0]
    assert opened[1]["view"]["id"] == view.id
    assert opened[0]["channel"].startswith("D")
    assert heard[0]["container"] == {"type": "view", "view_id": view.id}
    assert heard[0]["view"]["root_view_id"] == view.id
    assert "message" not in heard[0]
    assert "response_url" not in heard[0]
    assert bo.home is None


async def test_shortcuts_are_started(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    heard: list[Json] = []

    @app.shortcut("ring")
    @app.shortcut("ring_about")
    async def hear(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    await connect()
    said = await ana.says("look", "general")
    await ana.shortcut("ring")
    await ana.message_shortcut("ring_about", said)

    assert heard[0]["type"] == "shortcut"
    assert "response_url" not in heard[0]
    assert heard[1]["type"] == "message_action"
    assert heard[1]["message"]["text"] == "look"
    assert heard[1]["message_ts"] == said.ts
    with pytest.raises(CannotDo, match="no global shortcut"):
        await ana.shortcut("ring_about")


async def test_options_are_looked_up_and_chosen(slack: Slack, app: AsyncApp, connect: Connect, ana: Person) -> None:
    asked: list[Json] = []
    chosen: list[Json] = []

    @app.options("menu")
    async def offer(ack: AsyncAck, body: Json) -> None:
        asked.append(body)
        await ack(options=[option("Checkout"), option("Cart")])

    @app.action("menu")
    async def hear(ack: AsyncAck, body: Json) -> None:
        chosen.append(body["actions"][0]["selected_option"])
        await ack()

    said = card(slack, {"type": "external_select", "action_id": "menu", "min_query_length": 2})
    await connect()
    with pytest.raises(CannotDo, match="not suggested"):
        await ana.clicks(said, "menu", "cart")
    with pytest.raises(CannotDo, match="from 2 characters"):
        await ana.looks_up("menu", "c", said)
    assert [o["value"] for o in await ana.looks_up("menu", "ch", said)] == ["checkout", "cart"]
    await ana.clicks(said, "menu", "cart")

    assert asked[0]["value"] == "ch"
    assert asked[0]["container"]["message_ts"] == said.ts
    assert [o["value"] for o in chosen] == ["cart"]


async def test_options_that_cannot_be_shown_are_trouble(
    slack: Slack, app: AsyncApp, connect: Connect, ana: Person
) -> None:
    @app.options("menu")
    async def offer(ack: AsyncAck) -> None:
        await ack(options=[{"text": {"type": "mrkdwn", "text": "x"}, "value": "y" * 200}])

    said = card(slack, {"type": "external_select", "action_id": "menu"})
    await connect()
    assert await ana.looks_up("menu", "xyz", said) == []
    assert slack.journal.deliveries[-1].shown.startswith("Options could not be loaded")
