"""A measured figure, and how figures are printed."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `goal` is in words; `value` is in `unit`."""

    bench: str
    what: str
    value: float
    unit: str
    goal: str = ""
    runs: int = 1


def median(values: Sequence[float]) -> float:
    """Return the middle of `values`."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def spread(bench: str, what: str, values: Sequence[float], unit: str, goal: str) -> list[Figure]:
    """Return median and 95th percentile of `values`."""
    return [
        Figure(bench, f"{what}, median", round(median(values), 2), unit, goal, len(values)),
        Figure(bench, f"{what}, p95", round(percentile(values, 0.95), 2), unit, "", len(values)),
    ]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as columns of text."""
    rows = [("bench", "what", "value", "runs", "goal")]
    rows += [(f.bench, f.what, f"{f.value:g} {f.unit}", str(f.runs), f.goal) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def as_json(figures: Sequence[Figure]) -> str:
    """Return the figures as one JSON document."""
    return json.dumps([asdict(figure) for figure in figures], indent=2)
