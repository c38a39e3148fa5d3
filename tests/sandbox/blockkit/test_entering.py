"""What a person enters into elements, and what the app is told of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest

from bot.sandbox.blockkit import (
    CannotEnter,
    action_payload,
    elements,
    value_of,
)
from tests.sandbox.blockkit.samples import (
    CONFIRM,
    IN_ACTIONS,
    Json,
    block,
    element,
    option,
    options,
    plain,
    rich,
)

FILE = {"id": "F1", "filetype": "png"}


@dataclass
class Somebody:
    id: str


ENTERED: list[tuple[str, Json, object, Json]] = [
    ("plain_text_input", {}, "hello", {"value": "hello"}),
    ("plain_text_input", {}, "", {"value": None}),
    ("plain_text_input", {}, None, {"value": None}),
    ("plain_text_input", {"multiline": True}, "a\nb", {"value": "a\nb"}),
    ("email_text_input", {}, "ana@acme.example", {"value": "ana@acme.example"}),
    ("number_input", {}, 3, {"value": "3"}),
    ("number_input", {}, " 3.5 ", {"value": "3.5"}),
    ("rich_text_input", {}, "words", {"rich_text_value": rich()}),
    ("rich_text_input", {}, rich(), {"rich_text_value": rich()}),
    ("rich_text_input", {}, "", {"rich_text_value": None}),
    ("static_select", {}, "v1", {"selected_option": options()[1]}),
    ("static_select", {}, "Option 1", {"selected_option": options()[1]}),
    ("static_select", {}, options()[1], {"selected_option": options()[1]}),
    ("static_select", {}, None, {"selected_option": None}),
    ("radio_buttons", {}, "v0", {"selected_option": options()[0]}),
    ("overflow", {}, "v0", {"selected_option": options()[0]}),
    ("external_select", {}, option("new"), {"selected_option": option("new")}),
    ("multi_static_select", {}, ["v1", "v0", "v1"], {"selected_options": [options()[1], options()[0]]}),
    ("checkboxes", {}, [], {"selected_options": []}),
    ("checkboxes", {}, None, {"selected_options": []}),
    ("users_select", {}, "U0ANA", {"selected_user": "U0ANA"}),
    ("users_select", {}, Somebody("U0ANA"), {"selected_user": "U0ANA"}),
    ("users_select", {}, None, {"selected_user": None}),
    ("multi_users_select", {}, [Somebody("U0ANA"), "U0BO"], {"selected_users": ["U0ANA", "U0BO"]}),
    ("conversations_select", {}, "D0ANA", {"selected_conversation": "D0ANA"}),
    ("channels_select", {}, "C0GENERAL", {"selected_channel": "C0GENERAL"}),
    ("datepicker", {}, date(2026, 1, 31), {"selected_date": "2026-01-31"}),
    ("datepicker", {}, None, {"selected_date": None}),
    ("timepicker", {}, time(9, 5), {"selected_time": "09:05"}),
    ("timepicker", {}, "09:05", {"selected_time": "09:05"}),
    ("datetimepicker", {}, datetime(2027, 1, 15, 8, tzinfo=UTC), {"selected_date_time": 1_800_000_000}),
    ("datetimepicker", {}, None, {"selected_date_time": None}),
    ("file_input", {}, [FILE], {"files": [FILE]}),
    ("file_input", {"filetypes": ["png"]}, [FILE], {"files": [FILE]}),
    ("button", {"value": "x"}, None, {"value": "x"}),
    ("button", {}, None, {}),
    ("icon_button", {"value": "x"}, "x", {"value": "x"}),
    ("feedback_buttons", {}, "positive", {"text": plain(), "value": "v"}),
]


@pytest.mark.parametrize(("kind", "more", "given", "value"), ENTERED)
def test_what_a_person_enters(kind: str, more: Json, given: object, value: Json) -> None:
    assert value_of(element(kind, **more), given) == {"type": kind, **value}


REFUSED: list[tuple[str, Json, object]] = [
    ("plain_text_input", {}, 3),
    ("plain_text_input", {}, "two\nlines"),
    ("number_input", {}, True),
    ("rich_text_input", {}, {"type": "section"}),
    ("static_select", {}, "v9"),
    ("static_select", {}, 3),
    ("radio_buttons", {}, None),
    ("overflow", {}, None),
    ("external_select", {}, "typed"),
    ("multi_static_select", {}, "v1"),
    ("multi_static_select", {}, ["v9"]),
    ("multi_static_select", {"max_selected_items": 1}, ["v0", "v1"]),
    ("multi_users_select", {"max_selected_items": 1}, ["U1", "U2"]),
    ("users_select", {}, "ana"),
    ("users_select", {}, 7),
    ("datepicker", {}, "31/01/2026"),
    ("datepicker", {}, "2026-02-30"),
    ("timepicker", {}, "9h"),
    ("datetimepicker", {}, "tomorrow"),
    ("file_input", {}, ["a.png"]),
    ("file_input", {"max_files": 1}, [FILE, {"id": "F2"}]),
    ("file_input", {"filetypes": ["pdf"]}, [FILE]),
    ("button", {"value": "x"}, "y"),
    ("feedback_buttons", {}, None),
    ("workflow_button", {}, None),
    ("image", {}, None),
]


@pytest.mark.parametrize(("kind", "more", "given"), REFUSED)
def test_what_nobody_can_enter(kind: str, more: Json, given: object) -> None:
    with pytest.raises(CannotEnter) as refused:
        value_of(element(kind, **more), given)
    assert str(refused.value)


def payload(kind: str, given: object, **more: object) -> Json:
    holder = block("actions", block_id="b", elements=[element(kind, action_id="a", **more)])
    placed = elements([holder])[0]
    return action_payload(placed, value_of(placed.element, given), "1700000000.000100")


COMMON = {"action_id": "a", "block_id": "b", "action_ts": "1700000000.000100"}
PAYLOADS: list[tuple[str, Json, object, Json]] = [
    ("button", {"value": "x", "style": "danger"}, None, {"text": plain(), "value": "x", "style": "danger"}),
    ("button", {"url": "https://a.b"}, None, {"text": plain(), "url": "https://a.b"}),
    ("button", {"confirm": CONFIRM}, None, {"text": plain(), "confirm": CONFIRM}),
    ("overflow", {}, "v0", {"selected_option": options()[0]}),
    (
        "static_select",
        {"placeholder": plain(), "initial_option": options()[1]},
        "v0",
        {"selected_option": options()[0], "placeholder": plain(), "initial_option": options()[1]},
    ),
    ("radio_buttons", {}, "v0", {"selected_option": options()[0]}),
    ("checkboxes", {}, ["v0"], {"selected_options": options()[:1]}),
    ("multi_static_select", {}, [], {"selected_options": []}),
    ("users_select", {"initial_user": "U1"}, "U2", {"selected_user": "U2", "initial_user": "U1"}),
    ("conversations_select", {}, "C1", {"selected_conversation": "C1"}),
    ("channels_select", {}, "C1", {"selected_channel": "C1"}),
    ("multi_users_select", {}, ["U2"], {"selected_users": ["U2"]}),
    (
        "datepicker",
        {"initial_date": "2026-01-01"},
        "2026-01-02",
        {"selected_date": "2026-01-02", "initial_date": "2026-01-01"},
    ),
    ("timepicker", {}, "10:00", {"selected_time": "10:00"}),
    ("datetimepicker", {}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
]


@pytest.mark.parametrize(("kind", "more", "given", "says"), PAYLOADS)
def test_what_the_app_is_told(kind: str, more: Json, given: object, says: Json) -> None:
    assert payload(kind, given, **more) == {"type": kind, **COMMON, **says}


def test_what_the_app_is_told_of_typing() -> None:
    blocks = [block("input", block_id="b", element=element("plain_text_input", action_id="a"), dispatch_action=True)]
    placed = elements(blocks)[0]
    told = action_payload(placed, value_of(placed.element, "hello"), "1700000000.000100")
    assert told == {"type": "plain_text_input", "value": "hello", **COMMON}


def test_every_element_that_dispatches_can_be_entered() -> None:
    for kind in IN_ACTIONS - {"workflow_button"}:
        given: object = {"static_select": "v0", "radio_buttons": "v0", "overflow": "v0"}.get(kind)
        assert payload(kind, given)["type"] == kind
