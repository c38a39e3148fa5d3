"""Reads arguments as the types their method documents, and notes what is tolerated on the way."""

import json
import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.api.registry import ApiError, Call, invalid_arguments
from bot.sandbox.methods import Arg

if TYPE_CHECKING:
    from collections.abc import Callable

TS = re.compile(r"\d{1,10}(\.\d{1,6})?")
TRUTH = {"1": True, "true": True, "0": False, "false": False, "": False}


# Bolt gives its clients a default `team_id`, which goes out with every call and which Slack ignores.
EVERYWHERE = {"team_id"}


class NotThat(ValueError):
    """Not a value of the type."""


def read(call: Call, raw: dict[str, Any]) -> dict[str, Any]:
    """The arguments with their types. Raises ApiError for one that is missing or cannot be read."""
    known = call.spec.args
    # The SDK's clients send team_id along with everything; it matters where one token serves many workspaces.
    if raw.get("team_id", call.slack.workspace.team_id) != call.slack.workspace.team_id:
        raise ApiError("team_access_not_granted")
    for name in raw.keys() - known.keys() - {"team_id"}:
        call.violate("unknown_argument", f"{call.name} knows no {name}")
    for arg in known.values():
        _require(call, arg, raw)
    return {name: _typed(call, known[name], value) for name, value in raw.items() if name in known}


def _require(call: Call, arg: Arg, raw: dict[str, Any]) -> None:
    error = call.spec.missing.get(arg.name)
    absent = arg.name not in raw or (error is not None and raw[arg.name] == "")
    if not arg.required or not absent:
        return
    if error:
        raise ApiError(error)
    raise invalid_arguments(f"missing required field: {arg.name}")


def _typed(call: Call, arg: Arg, value: Any) -> Any:
    try:
        return READERS[arg.type](call, arg.name, value)
    except NotThat:
        raise invalid_arguments(f"must be a valid {arg.type} [json-pointer:/{arg.name}]") from None


def _str(call: Call, name: str, value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise NotThat
    if not isinstance(value, str):
        call.violate("loose_type", f"{name} is {value!r}, not a string")
    return str(value)


def _int(call: Call, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise NotThat
    try:
        return int(value)
    except ValueError:
        raise NotThat from None


def _bool(call: Call, name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in TRUTH:
        call.violate("loose_type", f"{name} is {value!r}, not a boolean")
        return bool(value)
    return TRUTH[str(value).lower()]


def _json(call: Call, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise NotThat from None


def _list(call: Call, name: str, value: Any) -> list[str]:
    if isinstance(value, str) and value.startswith("["):
        value = _json(call, name, value)
    if isinstance(value, list):
        return [str(item) for item in value]
    if not isinstance(value, str):
        raise NotThat
    return [item.strip() for item in value.split(",") if item.strip()]


def _ts(call: Call, name: str, value: Any) -> str:
    """A ts, or whatever was given: each method has its own error for a wrong one."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        call.violate("loose_type", f"{name} is a number; digits get lost, a ts is a string")
    return str(value)


def _any(call: Call, name: str, value: Any) -> Any:
    return value


READERS: "dict[str, Callable[[Call, str, Any], Any]]" = {
    "str": _str,
    "int": _int,
    "bool": _bool,
    "json": _json,
    "list": _list,
    "ts": _ts,
    "any": _any,
}


def is_ts(value: str) -> bool:
    return TS.fullmatch(value) is not None
