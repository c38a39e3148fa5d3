"""In which setting a figure is measured, and what came of it."""

import math
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tests.benchmarks.databases import Databases

SOCKET, HTTP = "socket", "http"
INSIDE = ("in process",)  # what needs no transport


@dataclass(frozen=True)
class Way:
    """One combination to measure in."""

    database: str
    transport: str
    latency: timedelta  # of each call of the Web API

    def __str__(self) -> str:
        return f"{self.database}, {self.transport}, {milliseconds(self.latency.total_seconds())}"


class Verdict(StrEnum):
    MET = "yes"
    TYPICALLY = "median only"  # the median keeps the goal, the worst does not
    MISSED = "**no**"


@dataclass(frozen=True)
class Measured:
    """What goes into the table; `remarks` are printed beneath it."""

    words: str
    verdict: Verdict
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """`rounds`: how often it is measured in each way unless told otherwise."""

    name: str
    title: str
    goal: str
    rounds: int
    measure: Callable[[Way, Databases, int], Awaitable[Measured]]
    transports: tuple[str, ...] = (SOCKET, HTTP)


def times(seconds: Sequence[float], goal_s: float) -> Measured:
    """The middle, the 95th percentile and the worst, held against a goal."""
    ordered = sorted(seconds)
    middle, p95 = statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1]
    worst = f"max {milliseconds(ordered[-1])}, n={len(ordered)}"
    words = f"{milliseconds(middle)} (p95 {milliseconds(p95)}, {worst})" if len(ordered) > 9 else (
        f"{milliseconds(middle)} ({worst})"
    )  # fmt: skip
    return Measured(words, held(middle, p95, goal_s))


def held(middle: float, nearly_worst: float, goal: float) -> Verdict:
    if nearly_worst <= goal:
        return Verdict.MET
    return Verdict.TYPICALLY if middle <= goal else Verdict.MISSED


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
