"""The tables agree with the code, and waiting works."""

import re
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

import bot.sandbox
from bot.sandbox.api.arguments import READERS
from bot.sandbox.api.registry import HANDLERS
from bot.sandbox.journal import VIOLATIONS
from bot.sandbox.methods import METHODS
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Channel
from tests.sandbox.api.app import section

ROOT = Path(bot.sandbox.__file__).parent


def test_every_method_of_the_table_is_served() -> None:
    assert HANDLERS.keys() == METHODS.keys()


def test_every_argument_has_a_type_that_is_read() -> None:
    used = {arg.type for spec in METHODS.values() for arg in spec.args.values()}
    assert used
    assert used <= READERS.keys()


def test_what_a_missing_argument_gets_is_about_an_argument() -> None:
    for spec in METHODS.values():
        assert spec.missing.keys() <= spec.args.keys() | {"timestamp", "name"}, spec.name


def test_every_violation_is_described_and_every_description_is_used() -> None:
    source = "".join(path.read_text() for path in ROOT.rglob("*.py"))
    noted = set(re.findall(r'violate\(\s*"(\w+)"', source))
    assert noted == VIOLATIONS.keys()


def test_an_undescribed_violation_is_a_mistake(slack: Slack) -> None:
    with pytest.raises(KeyError, match="describe"):
        slack.journal.violate("rudeness", "it did not say please")


async def test_waiting_ends_when_it_is_true(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    await bot.chat_postMessage(channel=war_room.id, text="Hello", blocks=[section("Checkout is down")])
    assert await slack.waits_for(lambda: slack.find_message(war_room, "Checkout"))


async def test_waiting_in_vain_tells_the_story(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, ana: Person
) -> None:
    await ana.says("Anybody there?", war_room)
    with pytest.raises(TimeoutError, match="Anybody there"):
        await slack.waits_for(lambda: False, timeout=0.01)


async def test_those_who_watch_are_told(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> None:
    heard: list[tuple[str, dict[str, str]]] = []
    slack.on_change.append(lambda kind, ids: heard.append((kind, ids)))
    said = await bot.chat_postMessage(channel=war_room.id, text="Hello")
    assert ("message", {"channel": war_room.id, "ts": said["ts"]}) in heard
    assert ("journal", {}) in heard


def test_a_channel_that_is_not_there(slack: Slack) -> None:
    assert slack.channel("#random") is slack.channel("C0RANDOM")
    with pytest.raises(LookupError, match="general"):
        slack.channel("nowhere")
