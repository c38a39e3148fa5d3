"""What may stand where: blocks on surfaces, elements in blocks, properties in all of them."""

from collections.abc import Callable

import pytest

from bot.sandbox.blockkit import Problem, check_attachments, check_message_blocks, check_view
from bot.sandbox.blockkit.block_table import BLOCKS as BLOCK_TABLE
from bot.sandbox.blockkit.element_table import ELEMENTS as ELEMENT_TABLE
from bot.sandbox.blockkit.rich_table import RICH
from tests.sandbox.blockkit.samples import (
    BLOCKS,
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
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
    rich,
)

CHECKS: dict[str, tuple[str, Callable[[Json], list[Problem]]]] = {
    "message": ("/blocks/0", lambda it: check_message_blocks([it])),
    "attachment": ("/attachments/0/blocks/0", lambda it: check_attachments([{"color": "#E01E5A", "blocks": [it]}])),
    "modal": ("/view/blocks/0", lambda it: check_view(modal(it))),
    "home": ("/view/blocks/0", lambda it: check_view(home(it))),
}
ALL = {"message", "attachment", "modal", "home"}
POSTED = {"message", "attachment"}
SURFACES: dict[str, set[str]] = {
    "section": ALL,
    "header": ALL,
    "divider": ALL,
    "context": ALL,
    "actions": ALL,
    "image": ALL,
    "rich_text": ALL,
    "video": ALL,
    "input": {"message", "modal", "home"},
    "markdown": POSTED,
    "table": POSTED,
    "context_actions": POSTED,
    "task_card": POSTED,
    "plan": POSTED,
    "card": POSTED,
    "carousel": POSTED,
    "container": POSTED,
    "alert": {"modal"},
    # These cannot be sent at all.
    "file": set(),
    "call": set(),
    "auth_provider": set(),
    "data_table": set(),
    "data_visualization": set(),
    "nonsense": set(),
}


@pytest.mark.parametrize("surface", CHECKS)
@pytest.mark.parametrize("kind", SURFACES)
def test_each_block_on_each_surface(kind: str, surface: str) -> None:
    at, check = CHECKS[surface]
    found = check(block(kind) if kind in BLOCKS else {"type": kind})
    if surface in SURFACES[kind]:
        assert found == []
    else:
        assert found[-1] == Problem(f"unsupported type: {kind}", f"{at}/type")


HOSTS: dict[str, tuple[str, Callable[[Json], Json], set[str]]] = {
    "section": ("/accessory", lambda it: block("section", accessory=it), IN_SECTION),
    "actions": ("/elements/0", lambda it: block("actions", elements=[it]), IN_ACTIONS),
    "input": ("/element", lambda it: block("input", element=it), IN_INPUT),
    "context": ("/elements/0", lambda it: block("context", elements=[it]), {"image"}),
    "context_actions": ("/elements/0", lambda it: block("context_actions", elements=[it]), IN_CONTEXT_ACTIONS),
}


@pytest.mark.parametrize("where", HOSTS)
@pytest.mark.parametrize("kind", [*ELEMENTS, "nonsense"])
def test_each_element_in_each_block(kind: str, where: str) -> None:
    at, place, allowed = HOSTS[where]
    found = check_message_blocks([place(element(kind) if kind in ELEMENTS else {"type": kind})])
    expected = [] if kind in allowed else [Problem(f"unsupported type: {kind}", f"/blocks/0{at}/type")]
    assert found == expected


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_have_no_other_properties(kind: str) -> None:
    surface = next(iter(SURFACES[kind]))
    at, check = CHECKS[surface]
    assert check(block(kind, colour="red"))[-1] == Problem("invalid additional property: colour", at)


@pytest.mark.parametrize("kind", ELEMENTS)
def test_elements_have_no_other_properties(kind: str) -> None:
    holder, at = host(kind, disabled=True)
    assert check_message_blocks([holder]) == [Problem("invalid additional property: disabled", f"/blocks/0{at}")]


FORBIDDEN: list[tuple[str, Json]] = [
    ("checkboxes", {"placeholder": plain()}),
    ("radio_buttons", {"placeholder": plain()}),
    ("datetimepicker", {"placeholder": plain()}),
    ("overflow", {"placeholder": plain()}),
    ("plain_text_input", {"confirm": {}}),
    ("button", {"placeholder": plain()}),
    ("button", {"focus_on_load": True}),
    ("static_select", {"max_selected_items": 1}),
    ("multi_conversations_select", {"response_url_enabled": True}),
    ("users_select", {"options": options()}),
]


@pytest.mark.parametrize(("kind", "more"), FORBIDDEN)
def test_properties_of_other_elements_are_refused(kind: str, more: Json) -> None:
    holder, at = host(kind, **more)
    name = next(iter(more))
    assert check_message_blocks([holder]) == [Problem(f"invalid additional property: {name}", f"/blocks/0{at}")]


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_need_what_is_required(kind: str) -> None:
    surface = next(iter(SURFACES[kind]))
    at, check = CHECKS[surface]
    for name in BLOCK_TABLE[kind].required:
        lacking = block(kind)
        del lacking[name]
        assert check(lacking)[-1] == Problem(f"missing required field: {name}", at)


@pytest.mark.parametrize("kind", ELEMENTS)
def test_elements_need_what_is_required(kind: str) -> None:
    for name in ELEMENT_TABLE[kind].required:
        holder, at = host(kind)
        lacking = holder["element"] if at == "/element" else holder["elements"][0]
        del lacking[name]
        assert check_message_blocks([holder]) == [Problem(f"missing required field: {name}", f"/blocks/0{at}")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (mrkdwn() | {"emoji": True}, "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
        (plain() | {"verbatim": True}, "invalid additional property: verbatim [json-pointer:/blocks/0/text]"),
        ("words", "must provide an object [json-pointer:/blocks/0/text]"),
        (None, "must provide an object [json-pointer:/blocks/0/text]"),
        ({"text": "words"}, "missing required field: type [json-pointer:/blocks/0/text]"),
        ({"type": "mrkdwn"}, "missing required field: text [json-pointer:/blocks/0/text]"),
        ({"type": "markdown", "text": "x"}, "unsupported type: markdown [json-pointer:/blocks/0/text/type]"),
        ({"type": "mrkdwn", "text": 1}, "must provide a string [json-pointer:/blocks/0/text/text]"),
    ],
)
def test_text_objects(text: object, found: str) -> None:
    union = "failed to match all allowed schemas [json-pointer:/blocks/0/text]"
    assert [str(p) for p in check_message_blocks([block("section", text=text)])] == [union, found]


PLAIN_ONLY = [
    (block("header", text=mrkdwn()), "/text/type"),
    (block("input", label=mrkdwn()), "/label/type"),
    (block("actions", elements=[element("button", text=mrkdwn())]), "/elements/0/text/type"),
    (host("static_select", options=[option() | {"text": mrkdwn()}])[0], "/element/options/0/text/type"),
    (host("overflow", options=[option() | {"text": mrkdwn()}])[0], "/elements/0/options/0/text/type"),
    (host("checkboxes", options=[option() | {"description": mrkdwn()}])[0], "/element/options/0/description/type"),
]


@pytest.mark.parametrize(("holder", "pointer"), PLAIN_ONLY)
def test_some_texts_are_plain(holder: Json, pointer: str) -> None:
    assert check_message_blocks([holder]) == [Problem("unsupported type: mrkdwn", f"/blocks/0{pointer}")]


def test_only_overflow_options_have_a_url() -> None:
    linked = option() | {"url": "https://example.com"}
    assert check_message_blocks([host("overflow", options=[linked])[0]]) == []
    for kind in ("static_select", "checkboxes", "radio_buttons"):
        found = check_message_blocks([host(kind, options=[linked])[0]])
        assert found == [Problem("invalid additional property: url", "/blocks/0/element/options/0")]


@pytest.mark.parametrize("style", ["primary", "danger", "default", ""])
def test_button_styles(style: str) -> None:
    assert (check_message_blocks([host("button", style=style)[0]]) == []) is (style in ("primary", "danger"))


FORMS: list[tuple[str, Json, bool]] = [
    ("datepicker", {"initial_date": "2026-02-28"}, True),
    ("datepicker", {"initial_date": "2026-02-29"}, False),
    ("datepicker", {"initial_date": "20260228"}, False),
    ("timepicker", {"initial_time": "23:59"}, True),
    ("timepicker", {"initial_time": "24:00"}, False),
    ("timepicker", {"initial_time": "9:30"}, False),
    ("number_input", {"initial_value": "12"}, True),
    ("number_input", {"initial_value": "twelve"}, False),
    ("number_input", {"initial_value": "1.5"}, False),
    ("number_input", {"initial_value": "1.5", "is_decimal_allowed": True}, True),
    ("number_input", {"initial_value": "1", "min_value": "2"}, False),
    ("number_input", {"initial_value": "3", "max_value": "2"}, False),
    ("number_input", {"min_value": "3", "max_value": "2"}, False),
    ("plain_text_input", {"min_length": 3, "max_length": 2}, False),
    ("button", {"url": "slack://open"}, True),
    ("button", {"url": "example"}, False),
    ("image", {"image_url": "http://localhost:3000/a.png"}, False),
    ("image", {"image_url": "http://10.0.0.7/a.png"}, False),
    ("image", {"image_url": "http://[::1/a.png"}, False),
    ("conversations_select", {"filter": {}}, False),
    ("conversations_select", {"filter": {"exclude_bot_users": True}}, True),
    ("plain_text_input", {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}}, True),
    ("plain_text_input", {"dispatch_action_config": {"trigger_actions_on": ["on_blur"]}}, False),
]


@pytest.mark.parametrize(("kind", "more", "good"), FORMS)
def test_forms(kind: str, more: Json, good: bool) -> None:
    assert (check_message_blocks([host(kind, **more)[0]]) == []) is good


INLINE: dict[str, Json] = {
    "text": {"text": "x", "style": {"bold": True}},
    "link": {"url": "https://example.com", "text": "x"},
    "user": {"user_id": "U1"},
    "usergroup": {"usergroup_id": "S1"},
    "channel": {"channel_id": "C1"},
    "team": {"team_id": "T1"},
    "emoji": {"name": "fire"},
    "broadcast": {"range": "here"},
    "date": {"timestamp": 1_700_000_000, "format": "{date_num}", "fallback": "then"},
    "color": {"value": "#2EB67D"},
}


@pytest.mark.parametrize("kind", INLINE)
def test_rich_text_pieces(kind: str) -> None:
    good = {"type": kind, **INLINE[kind]}
    at = "/blocks/0/elements/0/elements/0"
    assert check_message_blocks([rich(good)]) == []
    assert check_message_blocks([rich(good | {"size": 1})]) == [Problem("invalid additional property: size", at)]
    for name in RICH[kind].required:
        lacking = {key: value for key, value in good.items() if key != name}
        assert check_message_blocks([rich(lacking)]) == [Problem(f"missing required field: {name}", at)]


def test_rich_text_parts_hold_what_they_may() -> None:
    section = rich()["elements"][0]
    for kind in ("rich_text_quote", "rich_text_preformatted"):
        assert check_message_blocks([{"type": "rich_text", "elements": [section | {"type": kind}]}]) == []
    mention = rich({"type": "user", "user_id": "U1"})["elements"][0] | {"type": "rich_text_preformatted"}
    found = check_message_blocks([{"type": "rich_text", "elements": [mention]}])
    assert found == [Problem("unsupported type: user", "/blocks/0/elements/0/elements/0/type")]
    listed = {"type": "rich_text_list", "elements": [section]}
    found = check_message_blocks([{"type": "rich_text", "elements": [listed]}])
    assert found == [Problem("missing required field: style", "/blocks/0/elements/0")]
