"""What a client holds for the elements of a view or message: state.values, checks before submitting, payloads."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.sandbox.blockkit.checking import is_number, is_web_url, offered_by
from bot.sandbox.blockkit.placed import Placed, elements
from bot.sandbox.blockkit.shape import Json

Values = dict[str, Json]  # block_id → action_id → {"type": …, …}


@dataclass(frozen=True)
class Held:
    """The key an element's value has in state.values, and the property that sets it at first."""

    key: str
    initial: str = ""
    many: bool = False

    def empty(self) -> Any:
        return [] if self.many else None


TYPED = Held("value", "initial_value")
ONE = Held("selected_option", "initial_option")
SEVERAL = Held("selected_options", "initial_options", many=True)

# Buttons and overflow menus hold nothing.
HELD: dict[str, Held] = {
    "plain_text_input": TYPED,
    "email_text_input": TYPED,
    "url_text_input": TYPED,
    "number_input": TYPED,
    "rich_text_input": Held("rich_text_value", "initial_value"),
    "static_select": ONE,
    "external_select": ONE,
    "radio_buttons": ONE,
    "multi_static_select": SEVERAL,
    "multi_external_select": SEVERAL,
    "checkboxes": SEVERAL,
    "users_select": Held("selected_user", "initial_user"),
    "conversations_select": Held("selected_conversation", "initial_conversation"),
    "channels_select": Held("selected_channel", "initial_channel"),
    "multi_users_select": Held("selected_users", "initial_users", many=True),
    "multi_conversations_select": Held("selected_conversations", "initial_conversations", many=True),
    "multi_channels_select": Held("selected_channels", "initial_channels", many=True),
    "datepicker": Held("selected_date", "initial_date"),
    "timepicker": Held("selected_time", "initial_time"),
    "datetimepicker": Held("selected_date_time", "initial_date_time"),
    "file_input": Held("files", many=True),
}
WITH_OPTIONS = ("static_select", "multi_static_select", "radio_buttons", "checkboxes")

# What an entry of `actions` repeats of its element.
ECHOED = ("text", "value", "url", "style", "confirm", "placeholder", "min_query_length", "timezone")
REQUIRED = "Please complete this required field."


def initial_values(blocks: list[Json], conversation: str | None = None) -> Values:
    """state.values of a view nobody touched yet. `conversation` is where it was opened from, for menus that
    start with that."""
    values: Values = {}
    for placed in elements(blocks):
        if placed.element["type"] in HELD:
            value = _initial(placed.element, conversation)
            values.setdefault(placed.block_id, {})[placed.action_id] = value
    return values


def _initial(element: Json, conversation: str | None) -> Json:
    held = HELD[element["type"]]
    value = copy.deepcopy(element.get(held.initial, held.empty()))
    if not value and element.get("default_to_current_conversation") and conversation:
        value = [conversation] if held.many else conversation
    # An empty initial text shows as nothing entered.
    return {"type": element["type"], held.key: held.empty() if value == "" else value}


def kept_values(old_blocks: list[Json], old_values: Values, new_blocks: list[Json]) -> Values:
    """state.values after a view was updated: what stood in an element with the same block_id, action_id and type
    stays, whatever its new initial value says; a chosen option that is no longer offered goes."""
    values = initial_values(new_blocks)
    before = {(placed.block_id, placed.action_id): placed.element["type"] for placed in elements(old_blocks)}
    for placed in elements(new_blocks):
        old = old_values.get(placed.block_id, {}).get(placed.action_id)
        same = before.get((placed.block_id, placed.action_id)) == placed.element["type"]
        if same and old is not None and _still_offered(placed.element, old):
            values[placed.block_id][placed.action_id] = copy.deepcopy(old)
    return values


def _still_offered(element: Json, value: Json) -> bool:
    if element["type"] not in WITH_OPTIONS:
        return element["type"] in HELD
    held = HELD[element["type"]]
    chosen = value.get(held.key) or []
    return all(option in offered_by(element) for option in (chosen if held.many else [chosen] if chosen else []))


def check_entries(blocks: list[Json], values: Values) -> dict[str, str]:
    """What a client says under the inputs it does not let through on submit: block_id → message."""
    found = {}
    for placed in elements(blocks):
        if placed.in_input:
            held = HELD[placed.element["type"]]
            value = values.get(placed.block_id, {}).get(placed.action_id, {}).get(held.key)
            if complaint := _complaint(placed, value):
                found[placed.block_id] = complaint
    return found


def _complaint(placed: Placed, value: Any) -> str:
    if value in (None, "", []):
        return "" if placed.block.get("optional") else REQUIRED
    check = CHECKS.get(placed.element["type"])
    return check(placed.element, value) if check else _too_many(placed.element, value)


def _text(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if len(value) > most else ""


def _email(_: Json, value: str) -> str:
    name, at, host = value.partition("@")
    labels = host.split(".")
    good = name and at and len(labels) > 1 and all(labels) and "@" not in host and not any(map(str.isspace, value))
    return "" if good else "Please enter a valid email address."


def _url(_: Json, value: str) -> str:
    return "" if is_web_url(value) else "Please enter a valid URL."


def _number(element: Json, value: str) -> str:
    if not is_number(value):
        return "Please enter a number."
    number = Decimal(value)
    if not element["is_decimal_allowed"] and "." in value:
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _too_many(element: Json, value: Any) -> str:
    if element["type"] == "file_input" and len(value) > (most := element.get("max_files", 10)):
        return f"Please upload at most {most} files."
    most = element.get("max_selected_items")
    return f"Please select at most {most} items." if most and len(value) > most else ""


CHECKS: dict[str, Callable[[Json, str], str]] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
}


def action_payload(placed: Placed, value: Json, action_ts: str) -> Json:
    """The entry of `actions` in the block_actions that tells of `value`, as `value_of` gave it."""
    element = placed.element
    held = HELD.get(element["type"])
    names = ECHOED if held is None else tuple(name for name in ECHOED if name not in ("value", "text"))
    echoed = {name: copy.deepcopy(element[name]) for name in names if name in element}
    if held and held.initial and held.initial in element:
        echoed[held.initial] = copy.deepcopy(element[held.initial])
    return {
        "action_id": placed.action_id,
        "block_id": placed.block_id,
        **echoed,
        **copy.deepcopy(value),
        "type": element["type"],
        "action_ts": action_ts,
    }
