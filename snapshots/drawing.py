"""The tree's lines and the bar of files as SVG: attributes only, as the content policy demands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .trees import Rail

STEP, MARGIN = 21, 13
BEND = 23  # pixels above a ring where a branch begins to turn into its line
FAR = 400  # more than any row is high
LEAST = 5.0  # per cent of the bar that even an empty file takes
# The first picture is as wide as the second, which is as high as the row.
RAIL = (
    '<span class="gh-rail" aria-hidden="true"><svg width="{0}" height="1"></svg>'
    '<svg class="gh-rail__lines" width="{0}" height="100%">{1}{2}</svg></span>'
)
RING = '<circle class="gh-rail__ring{}" cx="{}" cy="50%" r="{}"/>'
HERE = (
    '<circle class="gh-rail__halo" cx="{0}" cy="50%" r="9"/>'
    '<circle class="gh-rail__here" cx="{0}" cy="50%" r="5.5"/>'
)


def rail(rail: Rail, lanes: int, *, is_chosen: bool, is_old: bool) -> SafeString:
    """Draw the lines of one row, however high it is, and the ring of its snapshot."""
    lines = [_line(lane, "0", "100%") for lane in rail.through]
    if not rail.is_tip:
        lines.append(_line(rail.lane, "0", "50%"))
    if not rail.is_root:
        lines.append(_line(rail.lane, "50%", "100%"))
    lines += [_curve(lane, rail.lane) for lane in rail.joins]
    mark = " gh-rail__ring--chosen" if is_chosen else (" gh-rail__ring--old" if is_old else "")
    ring = format_html(RING, mark, _x(rail.lane), "6.5" if is_chosen else "5")
    return format_html(RAIL, _width(lanes), mark_safe("".join(lines)), ring)


def here(lanes: int, *, has_below: bool) -> SafeString:
    """Draw the mark of the present state, and the line down to where it comes from."""
    line = mark_safe(_line(0, "50%", "100%") if has_below else "")
    return format_html(RAIL, _width(lanes), line, format_html(HERE, _x(0)))


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


def _line(lane: int, top: str, bottom: str) -> str:
    side = "" if lane == 0 else " gh-rail__line--side"
    x = _x(lane)
    return f'<line class="gh-rail__line{side}" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'


def _curve(start: int, end: int) -> str:
    """Return the line of a branch that comes from above into the one it left."""
    x, to = _x(start), _x(end)
    path = f"M{x} -{FAR}V-{BEND}C{x} 0 {to} {-BEND * 0.6:g} {to} 0"
    line = f'<path class="gh-rail__line gh-rail__line--side" d="{path}"/>'
    return f'<svg y="50%" overflow="visible">{line}</svg>'
