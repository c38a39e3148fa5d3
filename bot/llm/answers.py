"""The shapes in which a model answers: small claims with the entries they rest on. Code verifies and draws them.

Every field is required, and null where there is nothing: the part of JSON Schema that all servers understand.
"""

from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from bot.grounding.claims import Claim

Schema = dict[str, Any]
# Left out of what is sent: words for developers. The prompts say what a field means.
WORDS = {"title", "description"}
COMMON = {"$defs", "$ref", "additionalProperties", "anyOf", "enum", "items", "properties", "required", "type"}


class NotPortable(Exception):
    """A shape that not every server understands; the message says what is wrong with it."""


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class About(StrEnum):
    """What a noted fact is about."""

    IMPACT = "impact"
    DETECTION = "detection"
    CAUSE = "cause"
    DECISION = "decision"
    ACTION = "action"
    STATE = "state"
    OTHER = "other"


class Noted(Claim):
    """A fact found in one part of a long channel."""

    about: About


class Overview(Shape):
    summary: list[Claim]
    impact: list[Claim]


class Response(Shape):
    detection: list[Claim]
    response: list[Claim]
    mitigation: list[Claim]


class Lessons(Shape):
    factors: list[Claim]
    root_cause: Claim | None
    hypotheses: list[Claim]
    went_well: list[Claim]
    went_badly: list[Claim]
    lucky: list[Claim]
    suggested_actions: list[Claim]
    questions: list[str]


class Facts(Shape):
    facts: list[Noted]


class Mended(Shape):
    """`number` is that of the failing claim; no claim: it cannot be mended."""

    number: int
    claim: Claim | None


class Repair(Shape):
    mended: list[Mended]


class CatchUp(Shape):
    state: list[Claim]
    happened: list[Claim]
    doing_now: list[Claim]
    open_questions: list[str]


class StatusUpdate(Shape):
    state: list[Claim]
    impact: list[Claim]
    doing_now: list[Claim]


class Title(Shape):
    title: Claim | None
    summary: list[Claim]


class Shapes:
    """By the name that a prompt's front matter gives."""

    all: ClassVar[dict[str, type[Shape]]] = {
        shape.__name__: shape for shape in (Overview, Response, Lessons, Facts, Repair, CatchUp, StatusUpdate, Title)
    }


def schema(shape: type[BaseModel]) -> Schema:
    """As it is sent. Raises NotPortable."""
    made: Schema = _without_words(shape.model_json_schema())
    _check(shape.__name__, made)
    return made


def _without_words(node: Any) -> Any:
    """Names of fields are kept, whatever they are: `title` may be one."""
    if isinstance(node, list):
        return [_without_words(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {key: inner for key, inner in node.items() if key not in WORDS}
    named = {"properties", "$defs"}
    return {
        key: {name: _without_words(one) for name, one in inner.items()} if key in named else _without_words(inner)
        for key, inner in kept.items()
    }


def _check(where: str, node: Schema) -> None:
    strange = sorted(node.keys() - COMMON)
    if strange:
        raise NotPortable(f"{where} uses {', '.join(strange)}, which not every server understands")
    if node.get("type") == "object":
        fields = list(node.get("properties", {}))
        if node.get("required", []) != fields:
            raise NotPortable(f"{where} has a field that may be missing: let it be null instead")
        if node.get("additionalProperties") is not False:
            raise NotPortable(f"{where} lets fields in that are not its own")
    for name, inner in {**node.get("$defs", {}), **node.get("properties", {})}.items():
        _check(f"{where}.{name}", inner)
    for inner in [node["items"]] if "items" in node else node.get("anyOf", []):
        _check(where, inner)
