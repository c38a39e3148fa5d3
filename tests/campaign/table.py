"""The table, and what a run has found."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.campaign.model import Verdict

BUSY = 2.0  # runnable processes for each core

HEADINGS = (
    "database", "replicas", "transport", "incidents", "mode", "SIGKILL/SIGTERM/SIGSTOP", "faults", "pages", "lost",
    "doubled", "after the acknowledgement", "latest s", "recovery max s", "breaches",
)  # fmt: skip


@dataclass
class Row:
    """One mode on one database. `remarks` say what a number means; a `breach` makes the run fail."""

    database: str
    replicas: int
    transport: str
    mode: str
    incidents: int = 0
    kills: int = 0
    terms: int = 0
    stops: int = 0
    faults: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    late_s: float | None = None  # None: not asked here
    recovery_s: float | None = None
    found: list[str] = field(default_factory=list)  # other breaches
    remarks: list[str] = field(default_factory=list)

    def took_too_long(self, what: str) -> None:
        """A breach, unless the machine had much else to do and seconds say nothing: then a remark, with the load."""
        load, cores = os.getloadavg()[0], os.cpu_count() or 1
        if load > BUSY * cores:
            self.remarks.append(f"{what}; not counted: the load was {load:.0f} on {cores} cores")
        else:
            self.found.append(what)

    @property
    def breaches(self) -> list[str]:
        return [*self.verdict.breaches(), *self.found]

    def with_more(self, other: "Row") -> "Row":
        """The same mode once more, on another database."""
        self.incidents += other.incidents
        self.kills, self.terms, self.stops = (
            self.kills + other.kills, self.terms + other.terms, self.stops + other.stops,
        )  # fmt: skip
        self.faults += other.faults
        self.verdict.add(other.verdict)
        self.late_s = _most(self.late_s, other.late_s)
        self.recovery_s = _most(self.recovery_s, other.recovery_s)
        self.found += other.found
        self.remarks += other.remarks
        return self

    def cells(self) -> tuple[str, ...]:
        verdict = self.verdict
        return (
            self.database, str(self.replicas), self.transport, str(self.incidents), self.mode,
            f"{self.kills}/{self.terms}/{self.stops}", str(self.faults), str(verdict.pages), str(len(verdict.lost)),
            _doubled(verdict), str(len(verdict.after_the_answer)), _seconds(self.late_s), _seconds(self.recovery_s),
            str(len(self.breaches)),
        )  # fmt: skip


def _most(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _doubled(verdict: Verdict) -> str:
    marked = len(verdict.said_to_be_repeats)
    return f"{len(verdict.doubled)}" + (f" (+{marked} that say so)" if marked else "")


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def markdown(rows: Sequence[Row]) -> str:
    table = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    lines += [f"\n- {row.mode}, {row.database}: {remark}" for row in rows for remark in row.remarks]
    return "\n".join(lines)
