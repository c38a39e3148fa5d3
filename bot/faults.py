"""pydantic's findings about a YAML file, in words for whoever wrote the file."""

import difflib
import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.yamlfile import Document, KeyPath, Problem


def problems_of(invalid: ValidationError, document: Document, model: type[BaseModel]) -> list[Problem]:
    """One problem for each finding, at the line of its key. What stands below an unknown key is not looked at."""
    errors = [error for error in invalid.errors(include_url=False) if not is_echo(error)]
    unknown = {path_of(error) for error in errors if is_unknown_key(error)}
    problems = [document.problem(path, unknown_key(path, model)) for path in unknown]
    for error in errors:
        path = path_of(error)
        if not any(path[:depth] in unknown for depth in range(1, len(path) + 1)):
            problems.append(document.problem(path, advice(error, document.words.get(path))))
    return problems


def is_echo(error: ErrorDetails) -> bool:
    """A list counts as too short without its faulty entries, and those are told already."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def is_unknown_key(error: ErrorDetails) -> bool:
    # A key that anybody may choose is not unknown, only badly chosen: its validator says why.
    return error["type"] == "extra_forbidden" or (error["loc"][-1] == "[key]" and error["type"] != "value_error")


def path_of(error: ErrorDetails) -> KeyPath:
    return tuple(part for part in error["loc"] if part != "[key]")


def unknown_key(path: KeyPath, model: type[BaseModel]) -> str:
    known = keys_at(model, path[:-1])
    nearest = difflib.get_close_matches(str(path[-1]).lower(), {key.lower(): key for key in known}, n=1)
    if nearest:
        meant = next(key for key in known if key.lower() == nearest[0])
        return f"is not known here. Did you mean {meant}?"
    return f"is not known here. Remove it, or use one of: {', '.join(known)}."


def keys_at(annotation: Any, path: KeyPath) -> list[str]:
    """The keys that may stand at this place, read from the models."""
    for part in path:
        annotation = inside(annotation, part)
    annotation = bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(annotation.model_fields)
    if get_origin(annotation) in (dict, Mapping):
        return [str(key) for key in get_args(get_args(annotation)[0])]
    return []


def inside(annotation: Any, part: str | int) -> Any:
    annotation = bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = annotation.model_fields.get(str(part))
        return None if found is None else found.annotation
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple:
        return arguments[0]
    return arguments[-1] if arguments and get_origin(annotation) in (dict, Mapping, list) else None


def bare(annotation: Any) -> Any:
    """The type without `Annotated` and without `| None`."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return bare(next(kind for kind in get_args(annotation) if kind is not type(None)))
    return annotation


def advice(error: ErrorDetails, words: str | None) -> str:
    """What is wrong with the value and what to write. `words` is the value as the file has it."""
    context = error.get("ctx", {})
    said = "This" if words is None else f'"{words}"'
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "string_type" if words is None:
            return "must be a text, not a list or a section of keys. Write one value."
        case "string_type" if words in {"", "null", "Null", "NULL", "~"}:
            return "must be a text. Write one, or leave the key out to keep the default."
        case "string_type":
            return f'{said} is not read as a text. Put it in quotes: "{words}".'
        case "string_too_short":
            return "is empty. Write a text, or leave the key out to keep the default."
        case "string_too_long":
            length = len(str(error["input"]).strip())
            return f"has {length} characters; there is room for {context['max_length']}. Shorten it."
        case "bool_type" | "bool_parsing":
            return f"{said} is neither yes nor no. Write true or false."
        case "tuple_type" | "list_type" if not words:
            return "must be a list. Write each entry on a line of its own that begins with -."
        case "tuple_type" | "list_type":
            return f'must be a list, even of one: ["{words}"].'
        case "too_short":
            return "is an empty list. Write at least one entry."
        case "too_long":
            return f"has {len(error['input'])} entries; there is room for {context['max_length']}. Shorten it."
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{said} is not a whole number. Write one without quotes, such as 2."
        case "greater_than_equal":
            return f"{said} is too small. Write {context['ge']} or more."
        case "less_than_equal":
            return f"{said} is too large. Write {context['le']} or less."
        case "time_delta_type":
            return "must be a length of time. Write it like 90s, 20m, 4h or 1h30m."
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            return "must be a section. Write its keys below it, indented by two spaces."
        case "literal_error" | "enum":
            return f"{said} is not one of the choices. Write {context['expected']}."
        case "missing":
            return "is missing. Write it."
        case _:
            return f"{error['msg']}." if words is None else f"{error['msg']}. It says {said}."
