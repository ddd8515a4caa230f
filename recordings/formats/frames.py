"""Which pictures does a tape show, one after the other? Rebuilt from what changed in them. Pure."""

import mmap
import zlib
from collections.abc import Iterator

from .picture import (
    DESKTOP_SIZE,
    MOST_PIXELS,
    PIXEL,
    RAW,
    RECTANGLE,
    UPDATE,
    BadScreenError,
    Patch,
    Picture,
)
from .tape import HEAD, KEY, MARK, Record, records

MOST_MESSAGE = MOST_PIXELS * PIXEL + 1024 * 1024  # bytes of one, unpacked
SIZE_BYTES = UPDATE.size + RECTANGLE.size  # of a key's beginning, which says how large it is
Tape = bytes | mmap.mmap


class BadTapeError(Exception):
    """The tape is damaged: it says what no recorder writes."""


def largest(tape: Tape) -> tuple[int, int]:
    """Return the width and height that hold every picture, in pixels; (0, 0) for none.

    Raises BadTapeError.
    """
    width = height = 0
    for record in _of_tape(tape):
        if record.kind == KEY:
            x, y, wide, high, encoding = _rectangle(_unpacked(tape, record, SIZE_BYTES), 0)
            if encoding == DESKTOP_SIZE and not x and not y:
                width, height = max(width, wide), max(height, high)
    return width, height


def frames(tape: Tape) -> Iterator[tuple[int, Picture]]:
    """Yield each picture with its milliseconds from the beginning; the same object, drawn anew.

    The last one comes once more for the moment at which the tape ends. Raises BadTapeError.
    """
    picture, ms = None, 0
    for record in _of_tape(tape):
        ms = max(ms, record.ms)
        if record.kind == MARK or (picture is None and record.kind != KEY):
            continue
        picture = picture or Picture(1, 1)
        _draw(picture, _unpacked(tape, record, MOST_MESSAGE))
        yield ms, picture
    if picture is not None:
        yield ms, picture


def _of_tape(tape: Tape) -> Iterator[Record]:
    try:
        yield from records(tape)
    except ValueError as error:
        raise BadTapeError(str(error)) from error


def _unpacked(tape: Tape, record: Record, most: int) -> bytes:
    """Return the first `most` bytes of a message."""
    start = record.at + HEAD.size
    try:
        return zlib.decompressobj().decompress(tape[start : record.end], most)
    except zlib.error as error:
        raise BadTapeError(str(error)) from error


def _rectangle(message: bytes, number: int, at: int = UPDATE.size) -> tuple[int, ...]:
    if len(message) < at + RECTANGLE.size:
        raise BadTapeError(f"rectangle {number} is cut off")
    return RECTANGLE.unpack_from(message, at)


def _draw(picture: Picture, message: bytes) -> None:
    """Draw one FramebufferUpdate, as the recorder writes them: sizes and raw pixels only."""
    if len(message) < UPDATE.size:
        raise BadTapeError("an empty message")
    _kind, count = UPDATE.unpack_from(message)
    at = UPDATE.size
    try:
        for number in range(count):
            x, y, width, height, encoding = _rectangle(message, number, at)
            at += RECTANGLE.size
            if encoding == DESKTOP_SIZE:
                picture.resize(width, height)
                continue
            size = width * height * PIXEL
            if encoding != RAW or at + size > len(message):
                raise BadTapeError(f"encoding {encoding} of {width} x {height}")
            picture.check(x, y, width, height)
            picture.draw(Patch(x, y, width, height, message[at : at + size]))
            at += size
    except BadScreenError as error:
        raise BadTapeError(str(error)) from error
