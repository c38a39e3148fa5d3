"""Canvases: one change at a time, and only to those who may see them."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import markdown
from bot.sandbox.server import Slack
from bot.sandbox.state import Canvas, Channel
from tests.sandbox.api.app import Json
from tests.sandbox.api.conftest import Refusal

PAGE = "# Postmortem\n\nWhat happened.\n\n## Timeline\n\n- 14:05 declared\n- 14:20 mitigated"


def document(text: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": text}


@pytest.fixture
async def canvas(slack: Slack, bot: AsyncWebClient, war_room: Channel) -> Canvas:
    made = await bot.conversations_canvases_create(channel_id=war_room.id, document_content=document(PAGE))
    return slack.workspace.canvases[made["canvas_id"]]


async def test_a_channel_has_one(bot: AsyncWebClient, war_room: Channel, canvas: Canvas, refusal: Refusal) -> None:
    info = await bot.conversations_info(channel=war_room.id)
    assert info["channel"]["properties"]["canvas"]["file_id"] == canvas.id
    answer = await refusal(bot.conversations_canvases_create(channel_id=war_room.id, document_content=document("x")))
    assert answer["error"] == "channel_canvas_already_exists"
    assert (await bot.files_info(file=canvas.id))["file"]["filetype"] == "quip"


async def test_it_takes_a_member(bot: AsyncWebClient, refusal: Refusal) -> None:
    for channel, error in (("C0RANDOM", "restricted_action"), ("C0LEADERSHIP", "channel_not_found")):
        answer = await refusal(bot.conversations_canvases_create(channel_id=channel, document_content=document("x")))
        assert answer["error"] == error


async def test_every_operation(bot: AsyncWebClient, canvas: Canvas) -> None:
    async def change(operation: str, text: str | None = None, section: str | None = None) -> None:
        asked: dict[str, Any] = {"operation": operation}
        asked |= {"section_id": section} if section else {}
        asked |= {"document_content": document(text)} if text is not None else {}
        await bot.canvases_edit(canvas_id=canvas.id, changes=[asked])

    async def find(**criteria: Any) -> list[str]:
        found = await bot.canvases_sections_lookup(canvas_id=canvas.id, criteria=criteria)
        return [section["id"] for section in found["sections"]]

    timeline, *others = await find(section_types=["h2"])
    assert not others
    await change("insert_after", "14:00 first alert", timeline)
    await change("insert_before", "A pause.", timeline)
    await change("replace", "## What happened when", timeline)
    await change("insert_at_start", "*Draft*")
    await change("insert_at_end", "The end.")
    (what,) = await find(contains_text="what happened.")
    await change("delete", section=what)
    assert markdown.sections(canvas.markdown) == [
        "*Draft*",
        "# Postmortem",
        "A pause.",
        "## What happened when",
        "14:00 first alert",
        "- 14:05 declared\n- 14:20 mitigated",
        "The end.",
    ]
    await change("replace", "Nothing.")
    assert canvas.markdown == "Nothing."
    assert await find(section_types=["any_header"]) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([], "invalid_arguments"),
        ([{"operation": "delete", "section_id": "a"}, {"operation": "delete", "section_id": "b"}], "invalid_arguments"),
        ([{"operation": "rewrite", "document_content": document("x")}], "invalid_arguments"),
        ([{"operation": "insert_after", "document_content": document("x")}], "invalid_arguments"),
        ([{"operation": "insert_at_end"}], "invalid_arguments"),
        ([{"operation": "delete", "section_id": "gone"}], "canvas_editing_failed"),
        ([{"operation": "replace", "document_content": document("> - a list in a quote")}], "canvas_editing_failed"),
    ],
)
async def test_changes_that_are_refused(
    bot: AsyncWebClient, canvas: Canvas, refusal: Refusal, changes: list[dict[str, Any]], error: str
) -> None:
    assert (await refusal(bot.canvases_edit(canvas_id=canvas.id, changes=changes)))["error"] == error
    assert canvas.markdown == PAGE


async def test_there_is_an_end_to_a_canvas(slack: Slack, bot: AsyncWebClient, canvas: Canvas, refusal: Refusal) -> None:
    slack.rules.canvas_chars = len(PAGE) + 5
    change = [{"operation": "insert_at_end", "document_content": document("123456")}]
    assert (await refusal(bot.canvases_edit(canvas_id=canvas.id, changes=change)))["error"] == "canvas_too_large"


async def test_what_a_canvas_draws_otherwise_is_noted(slack: Slack, bot: AsyncWebClient) -> None:
    text = "#### Deep\n\nAsk <@U0ANA>, see <https://a.example|A>."
    await bot.canvases_create(title="Draft", document_content=document(text))
    assert [violation.kind for violation in slack.journal.violations] == ["canvas_markdown"] * 3


async def test_nobody_sees_it_until_it_is_shared(slack: Slack, bot: AsyncWebClient, refusal: Refusal) -> None:
    made = await bot.canvases_create(title="Draft", document_content=document("x"))
    canvas = slack.workspace.canvases[made["canvas_id"]]
    assert not canvas.readers + canvas.writers
    share: Json = {"canvas_id": canvas.id, "access_level": "read"}
    await bot.canvases_access_set(**share, channel_ids=["C0GENERAL"])
    assert canvas.readers == ["C0GENERAL"]
    await bot.canvases_access_set(canvas_id=canvas.id, access_level="write", channel_ids=["C0GENERAL"])
    assert (canvas.readers, canvas.writers) == ([], ["C0GENERAL"])
    both = bot.canvases_access_set(**share, user_ids=["U0ANA"], channel_ids=["C0GENERAL"])
    assert (await refusal(both))["error"] == "invalid_parameters"
    assert (await refusal(bot.canvases_access_set(**share)))["error"] == "invalid_parameters"
    nobody = bot.canvases_access_set(**share, user_ids=["U0NOBODY"])
    assert (await refusal(nobody))["error"] == "user_not_found"


async def test_canvases_can_be_switched_off(
    slack: Slack, bot: AsyncWebClient, canvas: Canvas, refusal: Refusal
) -> None:
    slack.faults.canvas_disabled = True
    change = [{"operation": "insert_at_end", "document_content": document("x")}]
    for call in (
        bot.canvases_create(document_content=document("x")),
        bot.canvases_edit(canvas_id=canvas.id, changes=change),
        bot.conversations_canvases_create(channel_id="C0RANDOM", document_content=document("x")),
    ):
        assert (await refusal(call))["error"] == "canvas_disabled_user_team"


async def test_a_free_plan_has_only_tabs(
    slack: Slack, bot: AsyncWebClient, war_room: Channel, refusal: Refusal
) -> None:
    slack.faults.free_plan = True
    alone = bot.canvases_create(document_content=document("x"))
    assert (await refusal(alone))["error"] == "free_teams_cannot_create_standalone_canvases"
    assert (await bot.canvases_create(document_content=document("x"), channel_id=war_room.id))["ok"]
    second = bot.canvases_create(document_content=document("x"), channel_id=war_room.id)
    assert (await refusal(second))["error"] == "free_team_canvas_tab_already_exists"


def test_code_stays_whole() -> None:
    text = "```\nfirst\n\n# not a heading\n```"
    assert markdown.sections(f"{text}\n\nafter") == [text, "after"]
