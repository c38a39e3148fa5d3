"""Sentences that judge people, and what to say instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"  # legal words are remarked on as well


class Habit(StrEnum):
    HUMAN_ERROR = "human error"
    COUNTERFACTUAL = "what should have been"
    FAULT = "fault"
    NAME = "a name in a cause"
    HINDSIGHT = "hindsight"
    EMOTION = "strong words"
    LEGAL = "legal words"


@dataclass(frozen=True)
class Remark:
    start: int  # span in the text
    end: int
    habit: Habit
    why: str
    instead: str  # a suggested wording


def lint(text: str, names: Iterable[str] = (), audience: Audience = Audience.INSIDE) -> list[Remark]:
    """What a blameless text would put otherwise, in its order. `names` are people's."""
    return []
