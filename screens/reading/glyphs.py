"""Which character is this drawing? A table of checksums, learnt from the fonts of text consoles."""

import zlib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("glyphs.txt")


def checksum(width: int, height: int, rows: bytes) -> int:
    """Return the number under which a drawing is kept; `rows` as fonts store them."""
    return zlib.crc32(rows, width << 8 | height)


@cache
def table_of(width: int, height: int) -> dict[int, str]:
    """Return the characters of cells of this size by their checksums; empty for unknown sizes."""
    return _tables().get((width, height), {})


@cache
def _tables() -> dict[tuple[int, int], dict[int, str]]:
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        width, height, *entries = line.split(" ")
        found[int(width), int(height)] = {int(one[:8], 16): one[8:] for one in entries}
    return found
