"""Meters, sparklines and windows as SVG: attributes only, as the content policy forbids style."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .filling import fill
from .formats import percent

MIN_SLOTS = 24
DECORATION = 'aria-hidden="true"'  # beside a figure that says the same
AMBER_LINE = 85  # a sparkline turns amber when its last value reaches this
SQUARES = frozenset({"running", "off", "unknown"})
MARKS = {
    "running": "running",
    "off": "off",
    "paused": "paused",
    "saved": "saved",
    "asleep": "saved",
    "blocked": "failed",
    "crashed": "failed",
    "shutting_down": "busy",
    "busy": "busy",
}


class Guest(NamedTuple):
    """One window of a house."""

    name: str
    state: str
    word: str
    url: str


def meter_tone(value: float, kind: str = "") -> str:
    """Return amber from 80 and brick from 90; guest memory turns amber only at 95."""
    if kind == "guest-memory":
        return "amber" if value >= 95 else ""
    if value >= 90:
        return "brick"
    return "amber" if value >= 80 else ""


def meter(
    value: float | None, *, label: str, kind: str, add: float, thick: bool, stale: bool, tone: str
) -> SafeString:
    """Draw a bar of 0..100; `add` is what this change would add."""
    shown = min(100.0, max(0.0, value or 0.0))
    colour = tone or ("" if stale or value is None else meter_tone(shown + add, kind))
    classes = "".join(
        f" gh-meter--{name}"
        for name, is_on in ((colour, colour), ("thick", thick), ("stale", stale))
        if is_on
    )
    more = (
        fill(
            '<rect class="gh-meter__add" x="{}%" width="{}%" height="100%"/>',
            f"{shown:g}",
            f"{add:g}",
        )
        if add
        else ""
    )
    return fill(
        '<svg class="gh-meter{}" role="img" aria-label="{}" data-kind="{}">'
        '<rect width="{}%" height="100%"/>{}</svg>',
        classes,
        f"{label} {percent(value)}".strip(),
        kind or tone,
        f"{shown:.3g}",
        more,
    )


def _runs(points: Iterable[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def spark_paths(
    values: Sequence[float | None], width: int, height: int, high: float
) -> tuple[str, str]:
    """Return the paths of line and area; a None is a gap. static/js/sparkline.js draws the same."""
    slots = max(MIN_SLOTS, len(values))
    step = width / (slots - 1)
    start = slots - len(values)
    points = (
        (
            (start + i) * step,
            None if v is None else height - 1 - (height - 2) * min(1, max(0, v / high)),
        )
        for i, v in enumerate(values)
    )
    line, area = [], []
    for run in _runs(points):
        steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in run)
        line.append(f"M{steps}" + ("h.01" if len(run) == 1 else ""))
        area.append(f"M{run[0][0]:.1f} {height}L{steps}L{run[-1][0]:.1f} {height}Z")
    return "".join(line), "".join(area)


def sparkline(
    values: Sequence[float | None], *, width: int, height: int, label: str, tone: str, high: float
) -> SafeString:
    """Draw the last values as a small line; no values give a dash, never a flat line."""
    known = [value for value in values if value is not None]
    hot = not tone and bool(known) and known[-1] / high * 100 >= AMBER_LINE
    line, area = spark_paths(values, width, height, high)
    drawn = (
        fill(
            '<path class="gh-spark__area" d="{}"/><path class="gh-spark__line" d="{}"/>', area, line
        )
        if known
        else fill('<text class="gh-spark__none" y="{}">–</text>', height - 4)
    )
    return fill(
        '<svg class="gh-spark{}" width="{}" height="{}" viewBox="0 0 {} {}" {}'
        ' data-values="{}" data-max="{}" data-tone="{}">{}</svg>',
        f" gh-spark--{'amber' if hot else tone}" if hot or tone else "",
        width,
        height,
        width,
        height,
        fill('role="img" aria-label="{}"', label) if label else mark_safe(DECORATION),
        ",".join("" if value is None else f"{value:.3g}" for value in values),
        f"{high:g}",
        tone,
        drawn,
    )


def _mark(state: str, x: int, y: int) -> str:
    name = MARKS.get(state, "unknown")
    if name in SQUARES:
        return f'<rect class="gh-win__{name}" x="{x}" y="{y}" width="6" height="6" rx="1.5"/>'
    if name == "paused":
        bar = f'y="{y}" width="2" height="6" rx=".5"/>'
        return "".join(f'<rect class="gh-win__paused" x="{x + shift}" {bar}' for shift in (0, 4))
    if name == "saved":
        return f'<circle class="gh-win__saved" cx="{x + 3}" cy="{y + 3}" r="3"/>'
    outline = "l6 3l-6 3Z" if name == "busy" else "m3 -.6l3.6 3.6l-3.6 3.6l-3.6 -3.6Z"
    return f'<path class="gh-win__{name}" d="M{x} {y}{outline}"/>'


def windows(guests: Sequence[Guest], *, per_row: int, label: str) -> SafeString:
    """Draw one mark a guest, in the given order; past 250 guests each mark stands for five."""
    step = 5 if len(guests) > 250 else 1
    shown = guests[::step]
    rows = max(1, -(-len(shown) // per_row))
    width, height = per_row * 8 - 2, rows * 8 - 2
    places = ((guest, i % per_row * 8, i // per_row * 8) for i, guest in enumerate(shown))
    marks = format_html_join(
        "",
        '<a href="{}" data-state="{}"><title>{}, {}</title>{}</a>',
        (
            (guest.url, guest.state, guest.name, guest.word, mark_safe(_mark(guest.state, x, y)))
            for guest, x, y in places
        ),
    )
    return format_html(
        '<svg class="gh-win" width="{}" height="{}" viewBox="0 0 {} {}" role="group"'
        ' aria-label="{}">{}</svg>',
        width,
        height,
        width,
        height,
        label,
        marks,
    )
