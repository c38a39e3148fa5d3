"""Reads the tables and says what Slack would refuse, in its own words where they are known."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from urllib.parse import urlsplit

from bot.sandbox.blockkit.block_table import TABLES
from bot.sandbox.blockkit.shape import (
    Choice,
    Flag,
    Form,
    Items,
    Json,
    Kinds,
    Needs,
    Nullable,
    Number,
    Offered,
    Only,
    Ordered,
    Problem,
    Rule,
    Shape,
    Some,
    String,
    Thing,
    Whole,
    Within,
    Words,
)

NO_SCHEMA = "failed to match all allowed schemas"


def problems(shape: Shape, value: object, at: str) -> Iterator[Problem]:
    """Everything wrong with `value`, which stands at the JSON pointer `at`."""
    match shape:
        case String():
            yield from _string(shape, value, at)
        case Choice(of):
            if not isinstance(value, str):
                yield Problem("must provide a string", at)
            elif value not in of:
                yield Problem(f"must be a valid enum value: {', '.join(of)}", at)
        case Flag():
            if not isinstance(value, bool):
                yield Problem("must provide a boolean", at)
        case Whole():
            yield from _whole(shape, value, at)
        case Number():
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield Problem("must provide a number", at)
        case Words():
            yield from _words(shape, value, at)
        case Items():
            yield from _items(shape, value, at)
        case Nullable(of):
            if value is not None:
                yield from problems(of, value, at)
        case Kinds():
            yield from _kinds(shape, value, at)
        case Thing():
            yield from _thing(shape, value, at)


def _string(shape: String, value: object, at: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem("must provide a string", at)
    elif len(value) < shape.least:
        yield Problem(f"must be more than {shape.least - 1} characters", at)
    elif shape.most is not None and len(value) > shape.most:
        yield Problem(f"must be less than {shape.most + 1} characters", at)
    elif shape.form is not None and (complaint := FORMS[shape.form](value)):
        yield Problem(complaint, at)


def _whole(shape: Whole, value: object, at: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield Problem("must provide an integer", at)
    elif shape.least is not None and value < shape.least:
        yield Problem(f"must be greater than {shape.least - 1}", at)
    elif shape.most is not None and value > shape.most:
        yield Problem(f"must be less than {shape.most + 1}", at)


def _words(shape: Words, value: object, at: str) -> Iterator[Problem]:
    found = list(_text_object(shape, value, at))
    if found and len(shape.kinds) > 1:
        yield Problem(NO_SCHEMA, at)
    yield from found


def _text_object(shape: Words, value: object, at: str) -> Iterator[Problem]:
    kind = _type_of(value, at, shape.kinds)
    if isinstance(kind, Problem):
        yield kind
    else:
        flag = "emoji" if kind == "plain_text" else "verbatim"
        fields: dict[str, Shape] = {"type": String(), "text": String(shape.most, 1), flag: Flag()}
        yield from _thing(Thing(fields, ("type", "text")), value, at)


def _type_of(value: object, at: str, allowed: tuple[str, ...]) -> str | Problem:
    if not isinstance(value, dict):
        return Problem("must provide an object", at)
    if "type" not in value:
        return Problem("missing required field: type", at)
    kind = value["type"]
    if not isinstance(kind, str):
        return Problem("must provide a string", f"{at}/type")
    return kind if kind in allowed else Problem(f"unsupported type: {kind}", f"{at}/type")


def _kinds(shape: Kinds, value: object, at: str) -> Iterator[Problem]:
    texts = shape.words.kinds if shape.words else ()
    kind = _type_of(value, at, (*shape.names, *texts))
    if isinstance(kind, Problem):
        yield kind
    elif kind in texts:
        yield from _text_object(Words(shape.words.most if shape.words else 3000, (kind,)), value, at)
    else:
        yield from _thing(TABLES[shape.table][kind], value, at)


def _items(shape: Items, value: object, at: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem("must provide an array", at)
        return
    if len(value) < shape.least:
        yield Problem(f"must provide at least {shape.least} items", at)
    if shape.most is not None and len(value) > shape.most:
        yield Problem(f"no more than {shape.most} items allowed", at)
    for i, item in enumerate(value):
        yield from problems(shape.of, item, f"{at}/{i}")


def _thing(shape: Thing, value: object, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem("must provide an object", at)
        return
    found = [Problem(f"invalid additional property: {name}", at) for name in value if name not in shape.fields]
    found += [Problem(f"missing required field: {name}", at) for name in shape.required if name not in value]
    for name, of in shape.fields.items():
        if name in value:
            found += problems(of, value[name], f"{at}/{name}")
    yield from found
    if not found:
        for rule in shape.rules:
            yield from _broken(rule, value, at)


def _broken(rule: Rule, value: Json, at: str) -> Iterator[Problem]:
    # Slack points at the type of what lacks a property, where it has a type.
    whole = f"{at}/type" if "type" in value else at
    match rule:
        case Some(of):
            if not any(name in value for name in of):
                yield Problem(f"must define either {_names(of)}", whole)
        case Only(of):
            there = [name for name in of if name in value]
            if len(there) != 1:
                which = "only one of" if there else "either"
                yield Problem(f"must define {which} {_names(of)}", whole)
        case Offered(by):
            yield from _offered(by, value, at)
        case Ordered(low, high):
            if low in value and high in value and Decimal(value[low]) > Decimal(value[high]):
                yield Problem(f"`{low}` must not be more than `{high}`", f"{at}/{low}")
        case Within():
            yield from _within(rule, value, at)
        case Needs(flag, other, wanted):
            if value.get(flag) is True and value.get(other, False) is not wanted:
                yield Problem(f"`{flag}` needs `{other}` to be {str(wanted).lower()}", f"{at}/{flag}")


def _names(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _offered(by: str, value: Json, at: str) -> Iterator[Problem]:
    if by not in value:
        return
    offered = offered_by(value)
    many = isinstance(value[by], list)
    for i, chosen in enumerate(value[by] if many else [value[by]]):
        if chosen not in offered:
            yield Problem("must be identical to one of the options", f"{at}/{by}/{i}" if many else f"{at}/{by}")


def offered_by(element: Json) -> list[Json]:
    """The options of a menu, in order, out of their groups."""
    groups = [group["options"] for group in element.get("option_groups", [])]
    return [option for options in [element.get("options", []), *groups] for option in options]


def _within(rule: Within, value: Json, at: str) -> Iterator[Problem]:
    if rule.value not in value:
        return
    number = Decimal(value[rule.value])
    here = f"{at}/{rule.value}"
    if rule.low in value and number < Decimal(value[rule.low]):
        yield Problem(f"must not be less than `{rule.low}`", here)
    if rule.high in value and number > Decimal(value[rule.high]):
        yield Problem(f"must not be more than `{rule.high}`", here)
    if value["is_decimal_allowed"] is False and number != number.to_integral_value():
        yield Problem("must be a whole number", here)


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is not None


def is_url(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", text) is not None


def is_web_url(text: str) -> bool:
    return re.fullmatch(r"(?i)https?://[^\s/?#]+\S*", text) is not None


def is_date(text: str) -> bool:
    return _parses(date.fromisoformat, text) and re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is not None


def is_time(text: str) -> bool:
    return _parses(time.fromisoformat, text) and re.fullmatch(r"\d\d:\d\d", text, re.ASCII) is not None


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _image(text: str) -> str:
    """Slack fetches images from where it is: what only we can reach is not there for it."""
    if not is_web_url(text):
        return "must be a valid URL"
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return "must be a valid URL"
    try:
        public = ipaddress.ip_address(host).is_global
    except ValueError:
        public = "." in host and not host.endswith((".local", ".internal", ".localhost"))
    return "" if public else "downloading image failed"


# What is wrong with a string that should have this form; empty when nothing is.
FORMS: dict[Form, Callable[[str], str]] = {
    "date": lambda text: "" if is_date(text) else "must be a date in the format YYYY-MM-DD",
    "time": lambda text: "" if is_time(text) else "must be a time in the format HH:mm",
    "url": lambda text: "" if is_url(text) else "must be a valid URL",
    "web": lambda text: "" if is_web_url(text) else "must be a valid URL",
    "https": lambda text: "" if is_web_url(text) and text[:8].lower() == "https://" else "must be a valid HTTPS URL",
    "image": _image,
    "number": lambda text: "" if is_number(text) else "must be a number",
    "colour": lambda text: "" if re.fullmatch(r"#[0-9A-Fa-f]{6}", text) else "must be a colour such as #2EB67D",
    "template": lambda text: "" if re.search(r"\{\w+\}", text) else "must contain a date token",
}
