"""Every limit at n and n + 1."""

from typing import Any

import pytest

from bot.sandbox.blockkit import Problem, check_message_blocks, check_view
from bot.sandbox.blockkit.block_table import BLOCKS as BLOCK_TABLE
from bot.sandbox.blockkit.element_table import ELEMENTS as ELEMENT_TABLE
from tests.sandbox.blockkit.samples import (
    BLOCKS,
    CONFIRM,
    ELEMENTS,
    FEEDBACK,
    Json,
    block,
    element,
    home,
    host,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    put,
    rich,
)


def refused(blocks: list[Json]) -> list[Problem]:
    return check_message_blocks(blocks)


def last(found: list[Problem]) -> Problem:
    assert found, "nothing was refused"
    return found[-1]


# block, what must be there for the pointer to lead somewhere, pointer, characters
BLOCK_CHARACTERS: list[tuple[str, Json, str, int]] = [
    ("section", {}, "/block_id", 255),
    ("section", {"text": mrkdwn()}, "/text/text", 3000),
    ("section", {"text": plain()}, "/text/text", 3000),
    ("section", {"fields": [mrkdwn()]}, "/fields/0/text", 2000),
    ("header", {}, "/text/text", 150),
    ("context", {}, "/elements/0/text", 3000),
    ("image", {}, "/alt_text", 2000),
    ("image", {"title": plain()}, "/title/text", 2000),
    ("input", {}, "/label/text", 2000),
    ("input", {"hint": plain()}, "/hint/text", 2000),
    ("markdown", {}, "/text", 12_000),
    ("video", {}, "/title/text", 199),
    ("video", {}, "/author_name", 49),
    ("card", {}, "/title/text", 150),
    ("card", {"subtitle": mrkdwn()}, "/subtitle/text", 150),
    ("card", {"body": mrkdwn()}, "/body/text", 200),
    ("container", {}, "/title/text", 150),
    ("container", {"subtitle": mrkdwn()}, "/subtitle/text", 150),
]

ELEMENT_CHARACTERS: list[tuple[str, Json, str, int]] = [
    ("button", {}, "/text/text", 75),
    ("button", {}, "/value", 2000),
    ("button", {}, "/accessibility_label", 75),
    ("button", {}, "/agent_prompt", 4000),
    ("button", {"confirm": CONFIRM}, "/confirm/title/text", 100),
    ("button", {"confirm": CONFIRM}, "/confirm/text/text", 300),
    ("button", {"confirm": CONFIRM}, "/confirm/confirm/text", 30),
    ("button", {"confirm": CONFIRM}, "/confirm/deny/text", 30),
    ("static_select", {"placeholder": plain()}, "/placeholder/text", 150),
    ("static_select", {"options": [option()]}, "/options/0/text/text", 75),
    ("static_select", {"options": [option()]}, "/options/0/value", 150),
    ("static_select", {"options": [option() | {"description": plain()}]}, "/options/0/description/text", 75),
    ("overflow", {"options": [option()]}, "/options/0/text/text", 75),
    ("checkboxes", {"options": [option() | {"text": mrkdwn()}]}, "/options/0/text/text", 75),
    ("radio_buttons", {"options": [option()]}, "/options/0/text/text", 75),
    ("plain_text_input", {}, "/initial_value", 3000),
    ("image", {}, "/alt_text", 2000),
    ("feedback_buttons", {"positive_button": FEEDBACK}, "/positive_button/text/text", 75),
    ("feedback_buttons", {"positive_button": FEEDBACK}, "/positive_button/value", 2000),
    ("icon_button", {}, "/text/text", 75),
    ("icon_button", {}, "/value", 2000),
    ("workflow_button", {}, "/text/text", 75),
    *((kind, {}, "/action_id", 255) for kind in ELEMENTS if kind != "image"),
    *(
        (kind, {"placeholder": plain()}, "/placeholder/text", 150)
        for kind in ELEMENTS
        if "placeholder" in ELEMENT_TABLE[kind].fields
    ),
]


def has_too_many_characters(blocks: list[Json], pointer: str, most: int) -> None:
    put(blocks, pointer, "x" * most)
    assert refused(blocks) == []
    put(blocks, pointer, "x" * (most + 1))
    assert last(refused(blocks)) == Problem(f"must be less than {most + 1} characters", f"/blocks{pointer}")


@pytest.mark.parametrize(("kind", "more", "pointer", "most"), BLOCK_CHARACTERS)
def test_characters_of_blocks(kind: str, more: Json, pointer: str, most: int) -> None:
    has_too_many_characters([block(kind, **more)], f"/0{pointer}", most)


@pytest.mark.parametrize(("kind", "more", "pointer", "most"), ELEMENT_CHARACTERS)
def test_characters_of_elements(kind: str, more: Json, pointer: str, most: int) -> None:
    holder, where = host(kind, **more)
    has_too_many_characters([holder], f"/0{where}{pointer}", most)


@pytest.mark.parametrize(("kind", "name"), [("button", "url"), ("image", "image_url")], ids=["button url", "image url"])
def test_addresses_have_3000_characters(kind: str, name: str) -> None:
    start = "https://example.com/"
    holder, where = host(kind)
    put(holder, f"{where}/{name}", start + "x" * (3000 - len(start)))
    assert refused([holder]) == []
    put(holder, f"{where}/{name}", start + "x" * (3001 - len(start)))
    assert refused([holder]) == [Problem("must be less than 3001 characters", f"/blocks/0{where}/{name}")]


VIEW_CHARACTERS = [
    ("/title/text", 24),
    ("/submit/text", 24),
    ("/close/text", 24),
    ("/private_metadata", 3000),
    ("/callback_id", 255),
    ("/external_id", 255),
]


@pytest.mark.parametrize(("pointer", "most"), VIEW_CHARACTERS)
def test_characters_of_views(pointer: str, most: int) -> None:
    view = modal(close=plain("Close"))
    put(view, pointer, "x" * most)
    assert check_view(view) == []
    put(view, pointer, "x" * (most + 1))
    assert check_view(view) == [
        Problem("failed to match all allowed schemas", "/view"),
        Problem(f"must be less than {most + 1} characters", f"/view{pointer}"),
    ]


def test_an_alert_has_200_characters() -> None:
    assert check_view(modal(block("alert", text=plain("x" * 200)))) == []
    found = last(check_view(modal(block("alert", text=plain("x" * 201)))))
    assert found == Problem("must be less than 201 characters", "/view/blocks/0/text/text")


CELL = {"type": "raw_text", "text": "x"}
TASK = block("task_card")
# block, property, one item, least, most
BLOCK_ITEMS: list[tuple[str, str, Any, int, int | None]] = [
    ("section", "/fields", mrkdwn(), 1, 10),
    ("context", "/elements", mrkdwn(), 1, 10),
    ("actions", "/elements", element("button"), 1, 25),
    ("rich_text", "/elements", rich()["elements"][0], 1, None),
    ("context_actions", "/elements", element("icon_button"), 1, 5),
    ("table", "/rows", [CELL], 1, 100),
    ("table", "/rows/0", CELL, 1, 20),
    ("table", "/column_settings", {"align": "right"}, 0, 20),
    ("carousel", "/elements", block("card"), 1, 10),
    ("container", "/child_blocks", block("divider"), 1, 10),
    ("card", "/actions", element("button"), 1, None),
    ("plan", "/tasks", TASK, 0, None),
]
GROUP = {"label": plain(), "options": options()}
ELEMENT_ITEMS: list[tuple[str, str, Any, int, int | None]] = [
    ("static_select", "/options", option(), 1, 100),
    ("multi_static_select", "/options", option(), 1, 100),
    ("overflow", "/options", option(), 1, 5),
    ("checkboxes", "/options", option(), 1, 10),
    ("radio_buttons", "/options", option(), 1, 10),
    ("icon_button", "/visible_to_user_ids", "U1", 0, 10),
    ("conversations_select", "/filter/include", "public", 1, None),
]


def has_bounds(blocks: list[Json], pointer: str, item: Any, least: int, most: int | None) -> None:
    put(blocks, pointer, [item] * max(least, 1))
    assert refused(blocks) == []
    if least:
        put(blocks, pointer, [])
        assert last(refused(blocks)) == Problem("must provide at least 1 items", f"/blocks{pointer}")
    if most is not None:
        put(blocks, pointer, [item] * most)
        assert refused(blocks) == []
        put(blocks, pointer, [item] * (most + 1))
        assert last(refused(blocks)) == Problem(f"no more than {most} items allowed", f"/blocks{pointer}")


@pytest.mark.parametrize(("kind", "pointer", "item", "least", "most"), BLOCK_ITEMS)
def test_items_of_blocks(kind: str, pointer: str, item: Any, least: int, most: int | None) -> None:
    has_bounds([block(kind)], f"/0{pointer}", item, least, most)


@pytest.mark.parametrize(("kind", "pointer", "item", "least", "most"), ELEMENT_ITEMS)
def test_items_of_elements(kind: str, pointer: str, item: Any, least: int, most: int | None) -> None:
    holder, where = host(kind, **({"filter": {}} if "filter" in pointer else {}))
    has_bounds([holder], f"/0{where}{pointer}", item, least, most)


@pytest.mark.parametrize("kind", ["static_select", "multi_static_select"])
def test_items_of_option_groups(kind: str) -> None:
    holder = block("input", element={"type": kind, "option_groups": [GROUP]})
    has_bounds([holder], "/0/element/option_groups", GROUP, 1, 100)
    put(holder, "/element/option_groups", [GROUP])
    has_bounds([holder], "/0/element/option_groups/0/options", option(), 1, 100)
    put(holder, "/element/option_groups", [{"label": plain("x" * 76), "options": options()}])
    assert last(refused([holder])).pointer == "/blocks/0/element/option_groups/0/label/text"


# element, property, least, most
NUMBERS: list[tuple[str, Json, str, int | None, int | None]] = [
    ("plain_text_input", {}, "/min_length", 0, 3000),
    ("plain_text_input", {}, "/max_length", 1, 3000),
    ("rich_text_input", {}, "/min_lines", 1, 100),
    ("rich_text_input", {}, "/max_lines", 1, 100),
    ("file_input", {}, "/max_files", 1, 10),
    ("multi_users_select", {}, "/max_selected_items", 1, None),
    ("external_select", {}, "/min_query_length", 0, None),
    ("datetimepicker", {}, "/initial_date_time", 1_000_000_000, 9_999_999_999),
]


@pytest.mark.parametrize(("kind", "more", "pointer", "least", "most"), NUMBERS)
def test_numbers(kind: str, more: Json, pointer: str, least: int | None, most: int | None) -> None:
    holder, where = host(kind, **more)
    at = f"{where}{pointer}"
    for good in [n for n in (least, most) if n is not None]:
        put(holder, at, good)
        assert refused([holder]) == []
    if least is not None:
        put(holder, at, least - 1)
        assert refused([holder]) == [Problem(f"must be greater than {least - 1}", f"/blocks/0{at}")]
    if most is not None:
        put(holder, at, most + 1)
        assert refused([holder]) == [Problem(f"must be less than {most + 1}", f"/blocks/0{at}")]
    for bad in (True, "1", 1.5, None):
        put(holder, at, bad)
        assert refused([holder]) == [Problem("must provide an integer", f"/blocks/0{at}")]


@pytest.mark.parametrize("level", [0, 1, 4, 5])
def test_header_levels(level: int) -> None:
    assert (refused([block("header", level=level)]) == []) is (1 <= level <= 4)


@pytest.mark.parametrize(("indent", "good"), [(0, True), (8, True), (9, False), (-1, False)])
def test_list_indents(indent: int, good: bool) -> None:
    part = {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": rich()["elements"]}
    assert (refused([{"type": "rich_text", "elements": [part]}]) == []) is good


def test_a_message_has_fifty_blocks() -> None:
    assert refused([block("divider")] * 50) == []
    assert refused([block("divider")] * 51) == [Problem("no more than 50 items allowed", "/blocks")]
    assert refused([]) == []


@pytest.mark.parametrize("view", [modal, home])
def test_a_view_has_one_to_a_hundred_blocks(view: Any) -> None:
    assert check_view(view(*[block("divider")] * 100)) == []
    too_many = Problem("no more than 100 items allowed", "/view/blocks")
    assert last(check_view(view(*[block("divider")] * 101))) == too_many
    assert last(check_view(view() | {"blocks": []})) == Problem("must provide at least 1 items", "/view/blocks")


@pytest.mark.parametrize(
    ("kind", "pointer"),
    [
        ("section", "/text/text"),
        ("header", "/text/text"),
        ("context", "/elements/0/text"),
        ("image", "/alt_text"),
        ("markdown", "/text"),
        ("rich_text", "/elements/0/elements/0/text"),
        ("divider", "/block_id"),
        ("actions", "/elements/0/text/text"),
        ("input", "/label/text"),
    ],
)
def test_empty_texts_are_refused(kind: str, pointer: str) -> None:
    blocks = [block(kind)]
    put(blocks, f"/0{pointer}", "")
    assert last(refused(blocks)) == Problem("must be more than 0 characters", f"/blocks/0{pointer}")


def test_the_samples_know_every_block_and_element() -> None:
    assert set(BLOCKS) == set(BLOCK_TABLE)
    assert set(ELEMENTS) == set(ELEMENT_TABLE) - {"url"}
