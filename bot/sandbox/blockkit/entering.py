"""What a person enters into an element, as the value Slack makes of it."""

import copy
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.sandbox.blockkit.block_table import BLOCKS
from bot.sandbox.blockkit.checking import is_date, is_time, offered_by, problems
from bot.sandbox.blockkit.objects import OPTION
from bot.sandbox.blockkit.shape import Json
from bot.sandbox.blockkit.values import HELD


class CannotEnter(Exception):
    """A client would not let a person do that. The message says why."""


def value_of(element: Json, given: object) -> Json:
    """What `given` becomes in state.values, or in `actions` for buttons and menus that hold nothing.

    An option is given by its value or its text, a person, channel or conversation by id or as anything with an `id`,
    several as a list; None empties the element. Raises CannotEnter where the element cannot be set to that.
    """
    kind = element["type"]
    if kind not in ENTER:
        raise CannotEnter(f"nothing can be entered into a {kind}")
    return {"type": kind, **ENTER[kind](element, given)}


def _typed(element: Json, given: object) -> Json:
    text = _string(given)
    if "\n" in text and not element.get("multiline"):
        raise CannotEnter("this field has a single line")
    return {"value": text or None}


def _number(_: Json, given: object) -> Json:
    text = str(given) if isinstance(given, int | float | Decimal) and not isinstance(given, bool) else _string(given)
    return {"value": text.strip() or None}


def _string(given: object) -> str:
    if given is not None and not isinstance(given, str):
        raise CannotEnter(f"only text can be typed, not {given!r}")
    return given or ""


def _rich(_: Json, given: object) -> Json:
    if given in (None, ""):
        return {"rich_text_value": None}
    if isinstance(given, str):
        part = {"type": "rich_text_section", "elements": [{"type": "text", "text": given}]}
        return {"rich_text_value": {"type": "rich_text", "elements": [part]}}
    for problem in problems(BLOCKS["rich_text"], given, ""):
        raise CannotEnter(f"not a rich text: {problem}")
    return {"rich_text_value": copy.deepcopy(given)}


def _option(element: Json, given: object) -> Json:
    if given is None:
        if element["type"] in ("radio_buttons", "overflow"):
            raise CannotEnter("an option once chosen can be changed, not taken back")
        return {"selected_option": None}
    return {"selected_option": _choice(element, given)}


def _options(element: Json, given: object) -> Json:
    return {"selected_options": _several(element, given, lambda one: _choice(element, one))}


def _choice(element: Json, given: object) -> Json:
    if element["type"] in ("external_select", "multi_external_select"):
        return _suggested(given)
    offered = offered_by(element)
    # A whole option is meant before a value, a value before a text that happens to read the same.
    for option in sorted(offered, key=lambda o: (o != given, o["value"] != given)):
        if given in (option, option["value"], option["text"]["text"]):
            return copy.deepcopy(option)
    values = ", ".join(repr(option["value"]) for option in offered)
    raise CannotEnter(f"{given!r} is not offered; there are {values}")


def _suggested(given: object) -> Json:
    if not isinstance(given, dict) or list(problems(OPTION, given, "")):
        raise CannotEnter("choose one of the options the app suggested, as a whole option")
    return copy.deepcopy(given)


def _slack_id(given: object) -> str:
    found = given if isinstance(given, str) else getattr(given, "id", None)
    if not isinstance(found, str) or not found[:1].isalpha() or not found.isalnum() or found != found.upper():
        raise CannotEnter(f"{given!r} is not a person, channel or conversation")
    return found


def _one_id(element: Json, given: object) -> Json:
    return {HELD[element["type"]].key: None if given is None else _slack_id(given)}


def _many_ids(element: Json, given: object) -> Json:
    return {HELD[element["type"]].key: _several(element, given, _slack_id)}


def _several(element: Json, given: object, one: Callable[[object], Any]) -> list[Any]:
    if given is None:
        return []
    if isinstance(given, str | dict) or not isinstance(given, Iterable):
        raise CannotEnter("several can be chosen here: give a list")
    chosen: list[Any] = []
    for each in map(one, given):
        if each not in chosen:
            chosen.append(each)
    most = element.get("max_selected_items")
    if most is not None and len(chosen) > most:
        raise CannotEnter(f"no more than {most} can be selected")
    return chosen


def _date(_: Json, given: object) -> Json:
    text = given.isoformat() if isinstance(given, date) and not isinstance(given, datetime) else _string(given)
    if text and not is_date(text):
        raise CannotEnter(f"{text!r} is not a date such as 2026-01-31")
    return {"selected_date": text or None}


def _time(_: Json, given: object) -> Json:
    text = given.strftime("%H:%M") if isinstance(given, time) else _string(given)
    if text and not is_time(text):
        raise CannotEnter(f"{text!r} is not a time such as 09:30")
    return {"selected_time": text or None}


def _moment(_: Json, given: object) -> Json:
    if isinstance(given, datetime) and given.tzinfo is not None:
        given = int(given.timestamp())
    if given is not None and (isinstance(given, bool) or not isinstance(given, int)):
        raise CannotEnter("give Unix seconds, or a datetime with a zone")
    return {"selected_date_time": given}


def _files(element: Json, given: object) -> Json:
    files = _several(element, given, lambda one: one)
    types, most = element.get("filetypes"), element.get("max_files", 10)
    if len(files) > most:
        raise CannotEnter(f"no more than {most} files can be uploaded")
    for file in files:
        if not isinstance(file, dict) or "id" not in file:
            raise CannotEnter("give uploaded files, as file objects")
        if types and file.get("filetype") not in types:
            raise CannotEnter(f"only these files can be uploaded: {', '.join(types)}")
    return {"files": copy.deepcopy(files)}


def _press(element: Json, given: object) -> Json:
    if given not in (None, element.get("value")):
        raise CannotEnter("a button is only pressed")
    return {"value": element["value"]} if "value" in element else {}


def _feedback(element: Json, given: object) -> Json:
    sides = {"positive": element["positive_button"], "negative": element["negative_button"]}
    for name, button in sides.items():
        if given in (name, button["value"]):
            return {"text": copy.deepcopy(button["text"]), "value": button["value"]}
    raise CannotEnter("press `positive` or `negative`")


ENTER: dict[str, Callable[[Json, object], Json]] = {
    "button": _press,
    "icon_button": _press,
    "feedback_buttons": _feedback,
    "overflow": _option,
    "static_select": _option,
    "external_select": _option,
    "radio_buttons": _option,
    "multi_static_select": _options,
    "multi_external_select": _options,
    "checkboxes": _options,
    "users_select": _one_id,
    "conversations_select": _one_id,
    "channels_select": _one_id,
    "multi_users_select": _many_ids,
    "multi_conversations_select": _many_ids,
    "multi_channels_select": _many_ids,
    "plain_text_input": _typed,
    "email_text_input": _typed,
    "url_text_input": _typed,
    "number_input": _number,
    "rich_text_input": _rich,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "file_input": _files,
}
