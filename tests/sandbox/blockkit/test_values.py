"""What a client holds: ids, values, checks before submitting, and what outlives an update."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.blockkit import (
    check_entries,
    check_message_blocks,
    check_view,
    elements,
    fill_ids,
    initial_values,
    kept_values,
    value_of,
)
from tests.sandbox.blockkit.samples import (
    ELEMENTS,
    IN_INPUT,
    Json,
    block,
    element,
    fresh,
    host,
    modal,
    mrkdwn,
    options,
    rich,
)

FILE = {"id": "F1", "filetype": "png"}


def asked(kind: str, *, of: str = "in", optional: bool = False, **more: object) -> list[Json]:
    """A form with one input."""
    it = element(kind, action_id="a", **more)
    return [block("input", block_id=of, element=it, optional=optional)]


def test_ids_are_made_up_where_none_are_given() -> None:
    given = [block("actions", elements=[element("button"), element("button", action_id="go")]), block("divider")]
    before = fresh(given)
    first, second = fill_ids(given), fill_ids(given)
    assert given == before
    assert all(len(it["block_id"]) == 5 for it in first)
    assert len(first[0]["elements"][0]["action_id"]) == 5
    assert first[0]["elements"][1]["action_id"] == "go"
    assert first[0]["block_id"] != second[0]["block_id"]
    assert check_message_blocks(first) == []


def test_defaults_are_written_out() -> None:
    section, form = fill_ids([block("section", block_id="s", text=mrkdwn()), block("input")])
    assert section["text"] == {"type": "mrkdwn", "text": "*words*", "verbatim": False}
    assert form["label"]["emoji"] is True
    assert (form["optional"], form["dispatch_action"]) == (False, False)


def test_every_interactive_element_is_found() -> None:
    blocks = fill_ids(
        [
            block("section", accessory=element("button", action_id="a")),
            block("section", accessory=element("image")),
            block("actions", elements=[element("overflow", action_id="b"), element("datepicker", action_id="c")]),
            block("input", element=element("plain_text_input", action_id="d")),
            block("input", element=element("checkboxes", action_id="e"), dispatch_action=True),
            block("carousel", elements=[block("card", actions=[element("button", action_id="f")])]),
            block("container", child_blocks=[block("actions", elements=[element("button", action_id="g")])]),
            block("actions", elements=[element("workflow_button", action_id="h")]),
            block("context_actions", elements=[element("icon_button", action_id="i")]),
        ]
    )
    found = [(it.action_id, it.in_input, it.dispatches) for it in elements(blocks)]
    assert found == [
        ("a", False, True),
        ("b", False, True),
        ("c", False, True),
        ("d", True, False),
        ("e", True, True),
        ("f", False, True),
        ("g", False, True),
        ("h", False, False),
        ("i", False, True),
    ]
    assert all(it.block_id == it.block["block_id"] for it in elements(blocks))


EMPTY: dict[str, Json] = {
    "plain_text_input": {"value": None},
    "email_text_input": {"value": None},
    "url_text_input": {"value": None},
    "number_input": {"value": None},
    "rich_text_input": {"rich_text_value": None},
    "static_select": {"selected_option": None},
    "external_select": {"selected_option": None},
    "radio_buttons": {"selected_option": None},
    "users_select": {"selected_user": None},
    "conversations_select": {"selected_conversation": None},
    "channels_select": {"selected_channel": None},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
    "checkboxes": {"selected_options": []},
    "multi_users_select": {"selected_users": []},
    "multi_conversations_select": {"selected_conversations": []},
    "multi_channels_select": {"selected_channels": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
    "file_input": {"files": []},
}


@pytest.mark.parametrize("kind", sorted(IN_INPUT))
def test_untouched_inputs_are_empty(kind: str) -> None:
    assert initial_values(asked(kind)) == {"in": {"a": {"type": kind, **EMPTY[kind]}}}


INITIAL: list[tuple[str, Json, Json]] = [
    ("plain_text_input", {"initial_value": "hello"}, {"value": "hello"}),
    ("plain_text_input", {"initial_value": ""}, {"value": None}),
    ("number_input", {"initial_value": "3"}, {"value": "3"}),
    ("rich_text_input", {"initial_value": rich()}, {"rich_text_value": rich()}),
    ("static_select", {"initial_option": options()[0]}, {"selected_option": options()[0]}),
    ("checkboxes", {"initial_options": options()}, {"selected_options": options()}),
    ("users_select", {"initial_user": "U1"}, {"selected_user": "U1"}),
    ("multi_channels_select", {"initial_channels": ["C1"]}, {"selected_channels": ["C1"]}),
    ("datepicker", {"initial_date": "2026-01-31"}, {"selected_date": "2026-01-31"}),
    ("timepicker", {"initial_time": "09:30"}, {"selected_time": "09:30"}),
    ("datetimepicker", {"initial_date_time": 1_800_000_000}, {"selected_date_time": 1_800_000_000}),
]


@pytest.mark.parametrize(("kind", "more", "value"), INITIAL)
def test_initial_values_are_honoured(kind: str, more: Json, value: Json) -> None:
    assert initial_values(asked(kind, **more))["in"]["a"] == {"type": kind, **value}


def test_menus_outside_inputs_have_values_too_but_buttons_do_not() -> None:
    row = block(
        "actions", block_id="r", elements=[element("button", action_id="x"), element("overflow", action_id="y")]
    )
    menu = block("section", block_id="s", accessory=element("users_select", action_id="u", initial_user="U1"))
    assert initial_values([row, menu]) == {"s": {"u": {"type": "users_select", "selected_user": "U1"}}}


def test_the_current_conversation_is_a_default() -> None:
    blocks = asked("conversations_select", default_to_current_conversation=True)
    assert initial_values(blocks, "C7")["in"]["a"]["selected_conversation"] == "C7"
    assert initial_values(blocks)["in"]["a"]["selected_conversation"] is None
    blocks = asked("multi_conversations_select", default_to_current_conversation=True)
    assert initial_values(blocks, "C7")["in"]["a"]["selected_conversations"] == ["C7"]


REQUIRED = "Please complete this required field."


@pytest.mark.parametrize("kind", sorted(IN_INPUT))
def test_inputs_are_required_unless_optional(kind: str) -> None:
    assert check_entries(asked(kind), initial_values(asked(kind))) == {"in": REQUIRED}
    assert check_entries(asked(kind), {}) == {"in": REQUIRED}
    assert check_entries(asked(kind, optional=True), {}) == {}


def test_only_inputs_are_checked() -> None:
    assert check_entries([block("section", block_id="s", accessory=element("users_select", action_id="u"))], {}) == {}


CHECKED: list[tuple[str, Json, list[object], list[object]]] = [
    ("plain_text_input", {"min_length": 2, "max_length": 3}, ["ab", "abc"], ["a", "abcd"]),
    ("plain_text_input", {}, ["x" * 3000], ["x" * 3001]),
    (
        "email_text_input",
        {},
        ["a@b.co", "a.b+c@d.e.org"],
        ["a", "a@b", "@b.co", "a@", "a@@b.co", "a b@c.co", "a@b..co", "a@b.co."],
    ),
    ("url_text_input", {}, ["https://a.b", "http://a/b?c"], ["a.b", "https://", "ftp://a.b", "https://a b"]),
    ("number_input", {}, ["3", "-3"], ["3.5", "three", "1e3", "٣"]),
    ("number_input", {"is_decimal_allowed": True}, ["3.5"], ["3,5"]),
    ("number_input", {"min_value": "0", "max_value": "10"}, ["0", "10"], ["-1", "11"]),
]


@pytest.mark.parametrize(("kind", "more", "good", "bad"), CHECKED)
def test_entries_are_checked(kind: str, more: Json, good: list[object], bad: list[object]) -> None:
    blocks = asked(kind, **more)
    for given in good:
        assert check_entries(blocks, {"in": {"a": value_of(blocks[0]["element"], given)}}) == {}
    for given in bad:
        assert list(check_entries(blocks, {"in": {"a": value_of(blocks[0]["element"], given)}})) == ["in"]


def test_too_many_are_not_submitted() -> None:
    chosen: Json = {"in": {"a": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}}}
    assert check_entries(asked("multi_users_select", max_selected_items=2), chosen) == {}
    assert check_entries(asked("multi_users_select", max_selected_items=1), chosen) == {
        "in": "Please select at most 1 items."
    }
    files: Json = {"in": {"a": {"type": "file_input", "files": [FILE, FILE]}}}
    assert check_entries(asked("file_input", max_files=1), files) == {"in": "Please upload at most 1 files."}
    moment: Json = {"in": {"a": {"type": "datetimepicker", "selected_date_time": 1_800_000_000}}}
    assert check_entries(asked("datetimepicker"), moment) == {}


def typed(kind: str, given: object, **more: Any) -> tuple[list[Json], dict[str, Json]]:
    blocks = asked(kind, **more)
    return blocks, {"in": {"a": value_of(blocks[0]["element"], given)}}


def test_what_was_typed_outlives_an_update() -> None:
    old, values = typed("plain_text_input", "mine")
    again = asked("plain_text_input", initial_value="yours")
    assert kept_values(old, values, again) == values
    assert kept_values(old, initial_values(old), again)["in"]["a"]["value"] is None


CHANGES: list[tuple[str, Callable[[], list[Json]]]] = [
    ("block_id", lambda: asked("plain_text_input", of="other")),
    ("type", lambda: asked("email_text_input")),
    ("action_id", lambda: [block("input", block_id="in", element=element("plain_text_input", action_id="z"))]),
]


@pytest.mark.parametrize(("_what", "new"), CHANGES)
def test_what_was_typed_goes_with_its_field(_what: str, new: Callable[[], list[Json]]) -> None:
    old, values = typed("plain_text_input", "mine")
    assert kept_values(old, values, new()) == initial_values(new())


def test_a_choice_goes_when_it_is_no_longer_offered() -> None:
    for kind, given in (("static_select", "v1"), ("checkboxes", ["v1"])):
        old, values = typed(kind, given)
        assert kept_values(old, values, asked(kind, options=options(3))) == values
        fewer = asked(kind, options=options(1))
        assert kept_values(old, values, fewer) == initial_values(fewer)


def test_made_up_ids_lose_what_was_typed() -> None:
    form = [block("input", element=element("plain_text_input"))]
    old = fill_ids(form)
    placed = elements(old)[0]
    values: dict[str, Json] = {placed.block_id: {placed.action_id: {"type": "plain_text_input", "value": "mine"}}}
    new = fill_ids(form)
    assert kept_values(old, values, new) == initial_values(new)


@pytest.mark.parametrize("kind", sorted(ELEMENTS))
def test_what_slack_shows_can_be_sent_back(kind: str) -> None:
    shown = fill_ids([host(kind)[0]])
    assert check_message_blocks(shown) == []
    if kind not in ("icon_button", "feedback_buttons"):
        assert check_view(modal(*shown)) == []
