"""The words the tables of Block Kit are written in.

A table says what Slack accepts, `checking` reads it and says what is wrong. Nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Form = Literal["date", "time", "url", "web", "https", "image", "number", "colour", "template"]
Table = Literal["block", "element", "rich", "cell"]


@dataclass(frozen=True)
class Problem:
    """One thing Slack refuses: its wording, and the JSON pointer to where it is."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(frozen=True)
class String:
    most: int | None = None
    least: int = 0
    form: Form | None = None


@dataclass(frozen=True)
class Choice:
    """One of a closed list of strings."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Number:
    """Any JSON number."""


@dataclass(frozen=True)
class Flag:
    """true or false"""


@dataclass(frozen=True)
class Words:
    """A text object. Where both kinds are allowed Slack's schema is a union, and its errors name the union too."""

    most: int = 3000
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True)
class Items:
    of: "Shape"
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Nullable:
    of: "Shape"


@dataclass(frozen=True)
class Kinds:
    """An object told apart by its `type`: one of `names`, described in `table`; or a text object, if `words`."""

    table: Table
    names: tuple[str, ...]
    words: Words | None = None


@dataclass(frozen=True)
class Thing:
    """An object with exactly these properties."""

    fields: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()
    rules: tuple["Rule", ...] = ()


Shape = String | Choice | Whole | Number | Flag | Words | Items | Nullable | Kinds | Thing


@dataclass(frozen=True)
class Some:
    """At least one of these properties must be there."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Only:
    """Exactly one of these properties must be there."""

    of: tuple[str, ...]


@dataclass(frozen=True)
class Offered:
    """What is selected at first (one option, or a list of them) is identical to options that are offered."""

    by: str


@dataclass(frozen=True)
class Ordered:
    low: str
    high: str


@dataclass(frozen=True)
class Within:
    """A number in a string lies between two others, and is whole unless `is_decimal_allowed`."""

    value: str = "initial_value"
    low: str = "min_value"
    high: str = "max_value"


@dataclass(frozen=True)
class Needs:
    """When `flag` is true, `other` must be `value` (absent counts as false)."""

    flag: str
    other: str
    value: bool = field(default=True)


Rule = Some | Only | Offered | Ordered | Within | Needs


def plain(most: int) -> Words:
    return Words(most, ("plain_text",))


def thing(required: str = "", *rules: Rule, **fields: Shape) -> Thing:
    """`required` names the properties that must be there, separated by spaces."""
    return Thing(fields, tuple(required.split()), rules)
