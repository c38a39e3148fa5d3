"""When `about 40` may be said of 38: the rounder number, within a tenth, and said to be rounded."""

import re
from decimal import Decimal
from enum import Enum

TENTH = Decimal("0.1")
_SUM = r"(?:an?|the|some|only|just|first)?\s*$"  # what may stand between the word and the number


class Rounded(Enum):
    """What a text says about how a number is meant."""

    NOT = "exactly"
    ABOUT = "about"
    DOWN = "more than"
    UP = "nearly"


_DOWN = "more than|over|above|at least|upwards of|in excess of|well over|just over|just after|shortly after|soon after"
_UP = (
    "nearly|almost|under|below|less than|fewer than|up to|at most|just under|close to|within|just before|shortly before"
)
_ABOUT = "about|around|roughly|approximately|approx\\.?|circa|ca\\.|some|~|≈|an estimated|estimated|or so"
_BEFORE = tuple(
    (kind, re.compile(rf"(?<!\w)(?:{pattern})\s*{_SUM}", re.IGNORECASE))
    for kind, pattern in ((Rounded.DOWN, _DOWN), (Rounded.UP, _UP), (Rounded.ABOUT, _ABOUT))
)


def said_before(text: str, start: int) -> Rounded:
    """How the number that begins there is meant, by the words right before it."""
    before = text[max(0, start - 24) : start]
    return next((kind for kind, pattern in _BEFORE if pattern.search(before)), Rounded.NOT)


def fits(said: Decimal, meant: Decimal, how: Rounded) -> bool:
    """Whether `said` may stand for `meant`."""
    if said == meant:
        return True
    if how is Rounded.NOT or abs(said - meant) > TENTH * max(abs(said), abs(meant)):
        return False
    if (how is Rounded.DOWN and meant < said) or (how is Rounded.UP and meant > said):
        return False
    return grain(said) > grain(meant) and abs(said - meant) <= grain(said)


def grain(number: Decimal) -> Decimal:
    """The largest step of 1, 5, 10, 50, … that leads to this number: 1,200 has 100, 45 has 5, 4.2 has 0.1."""
    if not number:
        return Decimal(10) ** 9
    step = Decimal(10) ** number.normalize().as_tuple().exponent  # type: ignore[operator]
    return step * 5 if number / step % 5 == 0 else step
