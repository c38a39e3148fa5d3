"""response_url, used by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox import talk
from bot.sandbox.people import Person
from bot.sandbox.server import Slack
from bot.sandbox.state import Message
from tests.sandbox.acts.manifest import actions, button

Json = dict[str, Any]


class Answerer:
    """An app that has only a response_url."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def says(self, url: str, **body: Any) -> tuple[int, str]:
        async with self._session.post(url, json=body) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def answerer() -> AsyncIterator[Answerer]:
    async with aiohttp.ClientSession() as session:
        yield Answerer(session)


def _posted(slack: Slack, text: str = "card") -> Message:
    said = talk.by_the_bot(slack, text=text, blocks=actions(button("ack")))
    return talk.post(slack, slack.channel("general"), said)


async def test_it_expires(slack: Slack, answerer: Answerer) -> None:
    url = slack.screens.hooks.issue("commands", "C0GENERAL", "U0ANA")
    slack.clock.jump(timedelta(minutes=29))
    assert await answerer.says(url, text="in time") == (200, "ok")
    slack.clock.jump(timedelta(minutes=2))
    assert await answerer.says(url, text="late") == (404, '{"ok": false, "error": "expired_url"}')


async def test_it_replaces_and_deletes_the_message_it_came_from(slack: Slack, answerer: Answerer, bo: Person) -> None:
    card = _posted(slack)
    url = slack.screens.hooks.issue("actions", "C0GENERAL", "U0ANA", original=card)

    assert await answerer.says(url, replace_original=True, text="done") == (200, "ok")
    assert [(m.text, m.blocks) for m in bo.sees("general")] == [("done", [])]
    assert await answerer.says(url, delete_original=True) == (200, "ok")
    assert bo.sees("general") == []
    assert await answerer.says(url, delete_original=True) == (404, '{"ok": false, "error": "message_not_found"}')


async def test_what_all_see_cannot_be_made_private(slack: Slack, answerer: Answerer, bo: Person) -> None:
    card = _posted(slack)
    url = slack.screens.hooks.issue("actions", "C0GENERAL", "U0ANA", original=card)
    await answerer.says(url, replace_original=True, response_type="ephemeral", text="psst")

    assert [m.text for m in bo.sees("general")] == ["psst"]
    assert [v.kind for v in slack.journal.violations] == ["hook_visibility"]


async def test_it_answers_in_a_thread_only_in_the_channel(slack: Slack, answerer: Answerer, bo: Person) -> None:
    card = _posted(slack)
    url = slack.screens.hooks.issue("actions", "C0GENERAL", "U0ANA", original=card)
    await answerer.says(url, response_type="in_channel", text="reply", thread_ts=card.ts)
    await answerer.says(url, text="psst", thread_ts=card.ts)

    assert [m.text for m in bo.sees("general") if m.thread_ts == card.ts != m.ts] == ["reply"]
    assert [v.kind for v in slack.journal.violations] == ["hook_thread"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "input"}]}, "invalid_blocks"),
    ],
)
async def test_what_cannot_be_shown_is_refused_and_uses_nothing_up(
    slack: Slack, answerer: Answerer, body: Json, error: str
) -> None:
    url = slack.screens.hooks.issue("commands", "C0GENERAL", "U0ANA")
    status, said = await answerer.says(url, **body)
    assert (status, error in said) == (400, True)
    assert slack.screens.hooks.find(url).uses == 0


async def test_a_hook_nobody_gave_out_is_dead(slack: Slack, answerer: Answerer) -> None:
    status, said = await answerer.says(f"{slack.url}/hooks/commands/nonsense", text="x")
    assert (status, "no_service" in said) == (404, True)
