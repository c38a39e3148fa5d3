"""The one table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.benchmarks.ways import Figure, Measured, Way, milliseconds

HEADINGS = ("figure", "database", "transport", "latency", "measured (median, p95, max)", "goal", "met?")


@dataclass(frozen=True)
class Row:
    figure: Figure
    way: Way
    measured: Measured

    def cells(self) -> tuple[str, ...]:
        latency = milliseconds(self.way.latency.total_seconds())
        return (
            self.figure.title, self.way.database, self.way.transport, latency, self.measured.words, self.figure.goal,
            self.measured.verdict.value,
        )  # fmt: skip


def plain(rows: Sequence[Row]) -> str:
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in table]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], *_remarks(rows)])


def markdown(rows: Sequence[Row]) -> str:
    table = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(["| " + " | ".join(cells) + " |" for cells in table] + list(_remarks(rows)))


def _remarks(rows: Sequence[Row]) -> Iterable[str]:
    for row in rows:
        yield from (f"\n- {remark}" for remark in row.measured.remarks)
