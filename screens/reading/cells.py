"""Which text stands on a picture of a text console? Exact glyphs in a grid, or nothing.

A grid is tried for each size of cell that the picture's size allows. It counts as read when nearly
all drawings in it are known characters; anything else is a picture of something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from screens.reading.glyphs import checksum, table_of

UNKNOWN = "\ufffd"
ENOUGH = 0.85  # of the drawings must be known
FEWEST = 3  # drawings, below which a match says nothing
MANY = 40  # letters and figures; so many are no chance, even beside a logo
BESIDE_LOGO = 0.5
MOST_UNKNOWN = 150  # unknown drawings more than known ones after which a grid is given up
MOST_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells on a picture: their size, how far apart they are, and where the first one is."""

    width: int
    height: int
    step: int
    left: int
    top: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Text:
    """What stands on a text console."""

    lines: tuple[str, ...]
    columns: int

    @property
    def filled(self) -> list[str]:
        """The lines that are not empty, without the line that is the cursor."""
        return [line for line in map(_without_cursor, self.lines) if line]

    @property
    def last(self) -> str:
        """The last line that is not empty."""
        return self.filled[-1] if self.filled else ""


def _without_cursor(line: str) -> str:
    """Return a line without a cursor at its end, which looks like a "_" after a space."""
    return line[:-1].rstrip() if line == "_" or line.endswith((" _", UNKNOWN)) else line.rstrip()


def grids_of(width: int, height: int) -> Iterator[Grid]:
    """Yield the grids that text consoles have on screens of this size, the usual ones first."""
    if width % 9 == 0 and height in {350, 400}:
        cell = height // 25
        yield Grid(8, cell, 9, 0, 0, width // 9, 25)
        if height == 400:
            yield Grid(8, 8, 9, 0, 0, width // 9, 50)
    for cell_width, cell_height in ((8, 16), (8, 19), (8, 14), (8, 18), (8, 15), (8, 13)):
        yield from _placed(width, height, cell_width, cell_height)
    if height in {400, 480}:
        yield from _placed(width, height, 8, 8)  # fifty lines, as Windows NT writes its errors
    for cell_width, cell_height in ((16, 32), (12, 24), (10, 20), (14, 28), (11, 22), (10, 18)):
        yield from _placed(width, height, cell_width, cell_height)


def _placed(width: int, height: int, cell_width: int, cell_height: int) -> Iterator[Grid]:
    """Yield one kind of cell from the corner, and in the middle where firmware puts it."""
    columns, rows = width // cell_width, height // cell_height
    if columns < 40 or rows < 12:
        return
    left, top = (width - columns * cell_width) // 2, (height - rows * cell_height) // 2
    yield Grid(cell_width, cell_height, cell_width, 0, 0, columns, rows)
    if (left, top) != (0, 0):
        yield Grid(cell_width, cell_height, cell_width, left, top, columns, rows)
    for few, low in ((80, 25), (100, 31), (128, 40)) if cell_height == 19 else ():
        if few < columns and low <= rows:
            yield Grid(
                cell_width, cell_height, cell_width,
                (width - few * cell_width) // 2, (height - low * cell_height) // 2, few, low,
            )  # fmt: skip


def read_text(picture: Image.Image) -> Text | None:
    """Return the text on a picture, or None when it is not that of a text console."""
    if picture.getcolors(MOST_COLOURS) is None:
        return None
    grey = picture.convert("L")
    for grid in grids_of(*grey.size):
        lines = _read(grey, grid)
        if lines is not None:
            return Text(tuple(lines), grid.columns)
    return None


def _read(grey: Image.Image, grid: Grid) -> list[str] | None:
    """Read all cells of a grid; None as soon as it is plain that this is not the grid."""
    known = unknown = letters = 0
    lines = []
    for row in range(grid.rows):
        line = _read_row(grey, grid, row)
        lines.append(line)
        missed = line.count(UNKNOWN)
        unknown += missed
        known += sum(not char.isspace() for char in line) - missed
        letters += sum(char.isalnum() for char in line)
        if unknown > known + MOST_UNKNOWN:
            return None
    share = known / (known + unknown) if known >= FEWEST else 0.0
    is_read = share >= ENOUGH or (letters >= MANY and share >= BESIDE_LOGO)
    return lines if is_read else None


def _read_row(grey: Image.Image, grid: Grid, row: int) -> str:
    top = grid.top + row * grid.height
    right = grid.left + grid.columns * grid.step
    band = grey.crop((grid.left, top, right, top + grid.height))
    lowest, highest = band.getextrema()
    if lowest == highest:
        return ""
    if lowest == 0 and (box := band.getbbox()) is not None:  # nothing on black further right
        right = grid.left + -(-box[2] // grid.step) * grid.step
        band = band.crop((0, 0, right - grid.left, grid.height))
    pixels, line = band.tobytes(), right - grid.left
    starts = range(0, grid.height * line, line)
    chars = []
    for left in range(0, line, grid.step):
        cell = b"".join([pixels[start + left : start + left + grid.width] for start in starts])
        chars.append(_char_of(cell, grid.width, grid.height))
    return "".join(chars).rstrip()


@lru_cache(maxsize=20_000)
def _char_of(cell: bytes, width: int, height: int) -> str:
    """Return the character in a cell: drawn light on dark, dark on light, or a cursor."""
    shades = set(cell)
    if len(shades) == 1:
        return " "
    if len(shades) > 2:
        return UNKNOWN
    light = max(shades)
    drawn = _packed(cell, light, width)
    table = table_of(width, height)
    for rows in (drawn, _packed(cell, min(shades), width)):
        if char := table.get(checksum(width, height, rows)):
            return char
    return _under_cursor(drawn, width, height, table)


def _packed(cell: bytes, ink: int, width: int) -> bytes:
    """Return a drawing as fonts store it: one bit a pixel, each row in whole bytes."""
    size = (width + 7) // 8
    rows = []
    for start in range(0, len(cell), width):
        bits = 0
        for pixel in cell[start : start + width]:
            bits = bits << 1 | (pixel == ink)
        rows.append((bits << (size * 8 - width)).to_bytes(size, "big"))
    return b"".join(rows)


def _under_cursor(drawn: bytes, width: int, height: int, table: dict[int, str]) -> str:
    """Return the character above a cursor that is a line at the foot of the cell."""
    size = (width + 7) // 8
    for foot in (2, 3, 4):
        rows = [drawn[start : start + size] for start in range(0, len(drawn), size)]
        low = rows[-foot:]
        full = max(low)
        if any(row not in (full, bytes(size)) for row in low) or not full[0] & 0x80:
            continue
        rest = b"".join(rows[:-foot]) + bytes(size * foot)
        if not any(rest):
            return " "
        if char := table.get(checksum(width, height, rest)):
            return char
    return UNKNOWN
