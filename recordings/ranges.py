"""Which part of a file does a request ask for? (RFC 9110, 14.2: one range of bytes.)"""

import re

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
MOST = 8 * 1024 * 1024  # bytes of one answer, which is made in memory


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """Return first byte and length of the part, shorter than asked for where that is long.

    Returns None for one that lies outside, or that cannot be read.
    """
    found = RANGE.fullmatch(header.strip()) if header else None
    if header and not found:
        return None
    first = int(found[1]) if found else 0
    last = min(int(found[2]) if found and found[2] else size - 1, size - 1, first + MOST - 1)
    return (first, last - first + 1) if first <= last else None
