"""The tree's lines and the bar of files as SVG: attributes only, as the content policy demands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .trees import Rail

HEIGHT, STEP, MARGIN = 46, 21, 13
LEAST = 5.0  # per cent of the bar that even an empty file takes


def rail(rail: Rail, lanes: int, *, is_chosen: bool, is_old: bool) -> SafeString:
    """Draw the lines of one row and the ring of its snapshot."""
    middle = HEIGHT / 2
    lines = [_line(lane, 0, HEIGHT) for lane in rail.through]
    if not rail.is_tip:
        lines.append(_line(rail.lane, 0, middle))
    if not rail.is_root:
        lines.append(_line(rail.lane, middle, HEIGHT))
    lines += [_curve(lane, rail.lane) for lane in rail.joins]
    ring = " gh-rail__ring--chosen" if is_chosen else (" gh-rail__ring--old" if is_old else "")
    return format_html(
        '<svg class="gh-rail" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">'
        '{2}<circle class="gh-rail__ring{3}" cx="{4}" cy="{5}" r="{6}"/></svg>',
        _width(lanes),
        HEIGHT,
        mark_safe("".join(lines)),
        ring,
        _x(rail.lane),
        f"{middle:g}",
        "6.5" if is_chosen else "5",
    )


def here(lanes: int, *, has_below: bool) -> SafeString:
    """Draw the mark of the present state, and the line down to where it comes from."""
    line = _line(0, HEIGHT / 2, HEIGHT) if has_below else ""
    return format_html(
        '<svg class="gh-rail" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">'
        '{2}<circle class="gh-rail__halo" cx="{3}" cy="{4}" r="9"/>'
        '<circle class="gh-rail__here" cx="{3}" cy="{4}" r="5.5"/></svg>',
        _width(lanes),
        HEIGHT,
        mark_safe(line),
        _x(0),
        f"{HEIGHT / 2:g}",
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bar: where it begins and how wide it is, in per cent."""

    name: str
    size: int | None
    tone: str
    start: float
    width: float

    @property
    def middle(self) -> float:
        """Where its middle is."""
        return self.start + self.width / 2


def parts(files: Sequence[tuple[str, int | None, str]]) -> list[Part]:
    """Return the bar of (name, bytes, tone), each as wide as its share, none too thin to see."""
    whole = sum(size or 0 for _name, size, _tone in files) or 1
    room = 100.0 - LEAST * len(files)
    found: list[Part] = []
    start = 0.0
    for name, size, tone in files:
        width = LEAST + max(0.0, room) * (size or 0) / whole
        found.append(Part(name, size, tone, start, width))
        start += width
    return found


PART = '<rect class="gh-files__part gh-files__part--{}" x="{}%" width="{}%" height="100%" rx="5"/>'
BAR = '<svg class="gh-files__bar" role="img" aria-label="{}">{}</svg>'


def bar(found: Sequence[Part], label: str) -> SafeString:
    """Draw the bar."""
    shown = (
        (part.tone, f"{part.start:.2f}", f"{max(1.0, part.width - 0.8):.2f}") for part in found
    )
    return format_html(BAR, label, format_html_join("", PART, shown))


def _width(lanes: int) -> int:
    return MARGIN * 2 + STEP * (lanes - 1)


def _x(lane: int) -> int:
    return MARGIN + STEP * lane


def _line(lane: int, top: float, bottom: float) -> str:
    side = "" if lane == 0 else " gh-rail__line--side"
    x = _x(lane)
    return f'<path class="gh-rail__line{side}" d="M{x} {top:g}V{bottom:g}"/>'


def _curve(start: int, end: int) -> str:
    """Return the line of a branch that comes from above into the one it left."""
    x, to, middle = _x(start), _x(end), HEIGHT / 2
    path = f"M{x} 0C{x} {middle:g} {to} {middle * 0.4:g} {to} {middle:g}"
    return f'<path class="gh-rail__line gh-rail__line--side" d="{path}"/>'
