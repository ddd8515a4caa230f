"""What does a screen look like now, and how is that written as RFB messages? Pure.

Pixels are four bytes: red, green, blue, and one that means nothing.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

PIXEL = 4
MOST_PIXELS = 16 * 1024 * 1024  # 4096 x 4096: 64 MB
RAW, COPY, DESKTOP_SIZE = 0, 1, -223
RECTANGLE = struct.Struct(">HHHHi")
UPDATE = struct.Struct(">BxH")


class BadScreenError(Exception):
    """The display says what cannot be: it is hostile, or too large."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of the screen that was drawn anew."""

    x: int
    y: int
    width: int
    height: int
    pixels: bytes | bytearray


class Picture:
    """The screen as it is, kept whole so that a playing may begin here."""

    def __init__(self, width: int, height: int) -> None:
        self.width = self.height = 0
        self.pixels = bytearray()
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Begin anew in another size, in black. Raises BadScreenError."""
        if not 0 < width * height <= MOST_PIXELS:
            raise BadScreenError(f"{width} x {height}")
        self.width, self.height = width, height
        self.pixels = bytearray(width * height * PIXEL)

    def check(self, x: int, y: int, width: int, height: int) -> None:
        """Raise BadScreenError for a part that is not on the screen."""
        if x + width > self.width or y + height > self.height:
            raise BadScreenError(f"{width} x {height} at {x}, {y}")

    def draw(self, patch: Patch) -> None:
        """Draw a part."""
        line, step = patch.width * PIXEL, self.width * PIXEL
        start = (patch.y * self.width + patch.x) * PIXEL
        if line == step:
            self.pixels[start : start + line * patch.height] = patch.pixels
            return
        lines = memoryview(patch.pixels)
        target = memoryview(self.pixels)
        for row in range(patch.height):
            at = start + row * step
            target[at : at + line] = lines[row * line : (row + 1) * line]

    def cut(self, x: int, y: int, width: int, height: int) -> bytearray:
        """Return the pixels of a part."""
        line, step = width * PIXEL, self.width * PIXEL
        start = (y * self.width + x) * PIXEL
        rows = (start + row * step for row in range(height))
        return bytearray().join([self.pixels[at : at + line] for at in rows])

    def message(self) -> list[bytes | bytearray]:
        """Return the message, in parts, that draws the whole screen in its size."""
        head = UPDATE.pack(0, 2) + RECTANGLE.pack(0, 0, self.width, self.height, DESKTOP_SIZE)
        return [head + RECTANGLE.pack(0, 0, self.width, self.height, RAW), self.pixels]


def message_of(patches: Sequence[Patch]) -> list[bytes | bytearray]:
    """Return the message, in parts, that draws these."""
    parts: list[bytes | bytearray] = [UPDATE.pack(0, len(patches))]
    for one in patches:
        parts += [RECTANGLE.pack(one.x, one.y, one.width, one.height, RAW), one.pixels]
    return parts
