"""Rules about a message or view as a whole, and about what belongs together."""

import pytest

from bot.sandbox.blockkit import Problem, check_attachments, check_message_blocks, check_view
from tests.sandbox.blockkit.samples import (
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


def wordings(found: list[Problem]) -> list[str]:
    return [str(problem) for problem in found]


def test_blocks_are_a_list_of_objects() -> None:
    assert wordings(check_message_blocks("[]")) == ["must provide an array [json-pointer:/blocks]"]
    assert wordings(check_message_blocks([1])) == ["must provide an object [json-pointer:/blocks/0]"]
    assert wordings(check_message_blocks([{}])) == ["missing required field: type [json-pointer:/blocks/0]"]
    assert wordings(check_message_blocks([{"type": 7}])) == ["must provide a string [json-pointer:/blocks/0/type]"]


def test_a_section_needs_text_or_fields() -> None:
    found = wordings(check_message_blocks([{"type": "section"}]))
    assert found == ["must define either `text` or `fields` [json-pointer:/blocks/0/type]"]


def test_block_ids_are_unique_in_a_message() -> None:
    twice = [block("divider", block_id="a"), block("divider", block_id="a"), block("divider")]
    assert wordings(check_message_blocks(twice)) == ['`block_id` "a" already exists [json-pointer:/blocks/1/block_id]']
    assert wordings(check_view(home(*twice))) == [
        '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]'
    ]
    held = block("container", block_id="a", child_blocks=[block("divider", block_id="a")])
    assert [p.pointer for p in check_message_blocks([held])] == ["/blocks/0/child_blocks/0/block_id"]


def test_the_block_id_of_markdown_is_ignored() -> None:
    assert check_message_blocks([block("markdown", block_id="a"), block("markdown", block_id="a")]) == []


def test_action_ids_are_unique_in_a_block_only() -> None:
    button = element("button", action_id="go")
    row = block("actions", elements=[button, button])
    found = wordings(check_message_blocks([row]))
    assert found == ['`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]']
    apart = [block("actions", elements=[button]), block("actions", elements=[button])]
    assert check_message_blocks(apart) == []


def test_a_message_has_one_table() -> None:
    assert check_message_blocks([block("table")]) == []
    found = check_message_blocks([block("table"), block("table")])
    assert found == [Problem("only_one_table_allowed", "/blocks/1")]


def test_markdown_is_limited_in_all() -> None:
    halves = [block("markdown", text="x" * 6000), block("markdown", text="x" * 6000)]
    assert check_message_blocks(halves) == []
    found = check_message_blocks([*halves, block("markdown", text="x")])
    assert found == [Problem("must be less than 12001 characters", "/blocks/2/text")]


def test_inputs_need_a_submit_in_modals() -> None:
    view = modal(block("divider"), block("input"))
    assert check_view(view) == []
    del view["submit"]
    found = ["must define `submit` to use `input` block [json-pointer:/view/blocks/1/input]"]
    assert wordings(check_view(view)) == found
    assert check_view(home(block("input"))) == []


def test_one_element_has_the_focus() -> None:
    focused = block("input", element=element("plain_text_input", focus_on_load=True))
    calm = block("input", element=element("plain_text_input", focus_on_load=False))
    assert check_view(modal(focused, calm, calm)) == []
    assert [p.pointer for p in check_view(modal(focused, focused))] == ["/view/blocks/1/element/focus_on_load"]


def test_response_urls_are_for_inputs_of_modals() -> None:
    menu = element("channels_select", response_url_enabled=True)
    assert check_view(modal(block("input", element=menu))) == []
    assert len(check_view(home(block("input", element=menu)))) == 1
    assert len(check_view(modal(block("section", accessory=menu)))) == 1
    assert len(check_message_blocks([block("section", accessory=menu)])) == 1


def test_file_inputs_do_not_dispatch() -> None:
    found = check_view(modal(block("input", element=element("file_input"), dispatch_action=True)))
    assert [p.pointer for p in found] == ["/view/blocks/0/dispatch_action"]


@pytest.mark.parametrize("kind", ["static_select", "radio_buttons"])
def test_the_initial_option_is_identical_to_an_option(kind: str) -> None:
    assert check_message_blocks([host(kind, initial_option=options()[1])[0]]) == []
    for other in (option("v9"), options()[0] | {"description": plain()}, option("v0", "option 0")):
        found = check_message_blocks([host(kind, initial_option=other)[0]])
        assert [p.pointer for p in found] == ["/blocks/0/element/initial_option"]


@pytest.mark.parametrize("kind", ["multi_static_select", "checkboxes"])
def test_initial_options_are_identical_to_options(kind: str) -> None:
    assert check_message_blocks([host(kind, initial_options=options())[0]]) == []
    found = check_message_blocks([host(kind, initial_options=[options()[0], option("v9")])[0]])
    assert [p.pointer for p in found] == ["/blocks/0/element/initial_options/1"]
    assert len(check_message_blocks([host(kind, initial_options=[])[0]])) == 1


def test_the_initial_option_may_be_in_a_group() -> None:
    groups = [{"label": plain(), "options": [option("a")]}, {"label": plain(), "options": [option("b")]}]
    menu = {"type": "static_select", "option_groups": groups, "initial_option": option("b")}
    assert check_message_blocks([block("input", element=menu)]) == []


def test_a_menu_has_options_or_groups() -> None:
    for more, said in ((({}), "either"), ({"options": options(), "option_groups": []}, "")):
        found = check_message_blocks([block("input", element={"type": "static_select", **more})])
        assert len(found) == 1
        assert said in found[0].message
    both = {"options": options(), "option_groups": [{"label": plain(), "options": options()}]}
    found = check_message_blocks([block("input", element={"type": "static_select", **both})])
    assert wordings(found) == [
        "must define only one of `options` or `option_groups` [json-pointer:/blocks/0/element/type]"
    ]


def test_an_image_has_one_source() -> None:
    for more in ({}, {"image_url": "https://example.com/a.png", "slack_file": {"id": "F1"}}):
        assert len(check_message_blocks([{"type": "image", "alt_text": "x", **more}])) == 1
    assert check_message_blocks([{"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}}]) == []
    both = {"id": "F1", "url": "https://files.slack.com/F1"}
    assert len(check_message_blocks([{"type": "image", "alt_text": "x", "slack_file": both}])) == 1


def test_images_only_we_can_reach_are_not_fetched() -> None:
    found = check_message_blocks([block("image", image_url="http://127.0.0.1:8080/a.png")])
    assert wordings(found) == ["downloading image failed [json-pointer:/blocks/0/image_url]"]


def test_containers_and_cards() -> None:
    assert len(check_message_blocks([{"type": "card"}])) == 1
    assert len(check_message_blocks([{"type": "container", "child_blocks": [block("divider")]}])) == 1
    assert check_message_blocks([block("container", is_collapsible=True, default_collapsed=True)]) == []
    assert len(check_message_blocks([block("container", default_collapsed=True)])) == 1
    assert len(check_message_blocks([block("container", is_collapsible=True, has_header_divider=True)])) == 1
    nested = block("container", child_blocks=[block("container")])
    assert wordings(check_message_blocks([nested])) == [
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]"
    ]


def test_all_problems_are_told_at_once() -> None:
    found = check_message_blocks([block("header", text=plain("")), {"type": "nonsense"}, block("divider", x=1)])
    assert [p.pointer for p in found] == ["/blocks/0/text/text", "/blocks/1/type", "/blocks/2"]


UNION = "failed to match all allowed schemas [json-pointer:/view]"
VIEWS: list[tuple[object, list[str]]] = [
    ("x", ["must provide an object [json-pointer:/view]"]),
    ({}, ["missing required field: type [json-pointer:/view]"]),
    ({"type": "dialog"}, ["unsupported type: dialog [json-pointer:/view/type]"]),
    ({"type": []}, ["unsupported type: [] [json-pointer:/view/type]"]),
    (
        {"type": "modal", "blocks": [{"type": "divider"}]},
        [UNION, "missing required field: title [json-pointer:/view]"],
    ),
    (modal(submit_disabled=True), [UNION, "invalid additional property: submit_disabled [json-pointer:/view]"]),
    (home(title=plain()), [UNION, "invalid additional property: title [json-pointer:/view]"]),
    (home(submit=plain()), [UNION, "invalid additional property: submit [json-pointer:/view]"]),
    (modal(id="V1"), [UNION, "invalid additional property: id [json-pointer:/view]"]),
    (modal(title=mrkdwn("x")), [UNION, "unsupported type: mrkdwn [json-pointer:/view/title/type]"]),
    (
        modal({"type": "data_visualization"}),
        [UNION, "unsupported type: data_visualization [json-pointer:/view/blocks/0/type]"],
    ),
    (home(private_metadata="x", callback_id="x", external_id="x"), []),
    (modal(clear_on_close=True, notify_on_close=True, close=plain()), []),
]


@pytest.mark.parametrize(("view", "found"), VIEWS)
def test_views(view: object, found: list[str]) -> None:
    assert wordings(check_view(view)) == found


def test_attachments() -> None:
    colour: Json = {"color": "#E01E5A", "fallback": "x"}
    assert check_attachments([colour | {"blocks": [rich()]}] * 100) == []
    assert wordings(check_attachments([colour] * 101)) == ["no more than 100 items allowed [json-pointer:/attachments]"]
    assert wordings(check_attachments({})) == ["must provide an array [json-pointer:/attachments]"]
    assert wordings(check_attachments([1])) == ["must provide an object [json-pointer:/attachments/0]"]
    assert wordings(check_attachments([{"color": 1}])) == ["must provide a string [json-pointer:/attachments/0/color]"]
    found = check_attachments([colour, {"blocks": [block("divider")] * 51}])
    assert wordings(found) == ["no more than 50 items allowed [json-pointer:/attachments/1/blocks]"]
    twice = {"blocks": [block("divider", block_id="a"), block("divider", block_id="a")]}
    assert [p.pointer for p in check_attachments([twice])] == ["/attachments/0/blocks/1/block_id"]
