"""How is a display asked for its pictures, and what does it answer? The recorder's own half of RFB.

The recorder asks for the next picture when it has written the last: the display gathers meanwhile,
and nothing piles up here.
"""

import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from recordings.formats.picture import (
    COPY,
    DESKTOP_SIZE,
    PIXEL,
    RAW,
    RECTANGLE,
    BadScreenError,
    Patch,
    Picture,
)

TICK_SECONDS = 0.25
ANSWER_SECONDS = 20.0  # for the rest of a message that has begun
SLOWEST = 10_000  # bytes a second, for which there is more time
MOST_NAME = 4096
MOST_TEXT = 16 * 1024 * 1024
BLOCK = 64 * 1024
# 32 bits, depth 24, little-endian, true colour, red in the first byte: what players want.
PIXELS = struct.pack(">B3xBBBBHHHBBB3x", 0, 32, 24, 0, 1, 255, 255, 255, 0, 8, 16)
ENCODINGS = struct.pack(">BxHiii", 2, 3, RAW, COPY, DESKTOP_SIZE)


class Over(Exception):
    """Nobody wants more of it."""


@dataclass(slots=True)
class Change:
    """What one update did. Without patches because all is to be drawn: `is_whole`."""

    patches: list[Patch] = field(default_factory=list)
    is_whole: bool = False


class Feed:
    """Exact reads from a display that may say nothing for hours; `idle` is called meanwhile.

    `idle` raises Over to end it. Raises EOFError and OSError when the display has gone.
    """

    def __init__(self, sock: socket.socket, idle: Callable[[], None]) -> None:
        sock.setblocking(True)
        sock.settimeout(ANSWER_SECONDS)
        self._sock = sock
        self._idle = idle
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self.began_at = 0.0  # when the last message began to come

    def begin(self) -> int:
        """Wait for the next message, however long it takes, and return its type."""
        while not self._poll.poll(TICK_SECONDS * 1000):
            self._idle()
        self.began_at = time.monotonic()
        return self.take(1)[0]

    def take(self, count: int) -> bytearray:
        """Return `count` bytes."""
        data = bytearray(count)
        self._fill(memoryview(data))
        return data

    def skip(self, count: int) -> None:
        """Throw `count` bytes away."""
        while count:
            count -= len(self.take(min(count, BLOCK)))

    def give(self, data: bytes) -> None:
        """Send a message."""
        self._sock.sendall(data)

    def _fill(self, rest: memoryview) -> None:
        started, size = time.monotonic(), 0
        while rest:
            if time.monotonic() - started > ANSWER_SECONDS + size / SLOWEST:
                raise TimeoutError
            if not self._poll.poll(TICK_SECONDS * 1000):
                self._idle()
                continue
            got = self._sock.recv_into(rest)
            if not got:
                raise EOFError
            rest, size = rest[got:], size + got


def greet(feed: Feed) -> Picture:
    """Read what the display is and say how its pictures are wanted. Raises BadScreenError."""
    width, height = struct.unpack(">HH", feed.take(4))
    feed.skip(16)
    (length,) = struct.unpack(">I", feed.take(4))
    if length > MOST_NAME:
        raise BadScreenError("a long name")
    feed.skip(length)
    picture = Picture(width, height)
    feed.give(PIXELS + ENCODINGS)
    return picture


def ask(feed: Feed, picture: Picture, *, whole: bool) -> None:
    """Ask for what changes, or for the `whole` screen."""
    feed.give(struct.pack(">BBHHHH", 3, not whole, 0, 0, picture.width, picture.height))


def next_change(feed: Feed, picture: Picture) -> Change:
    """Return what the next update changes, drawn into `picture` already. Raises BadScreenError."""
    while (kind := feed.begin()) != 0:
        if kind == 1:  # colours, which true colour does not have
            (count,) = struct.unpack(">3xH", feed.take(5))
            feed.skip(6 * count)
        elif kind == 3:  # its clipboard, which is nobody's picture
            (length,) = struct.unpack(">3xI", feed.take(7))
            if length > MOST_TEXT:
                raise BadScreenError("a long clipboard")
            feed.skip(length)
        elif kind != 2:  # a bell
            raise BadScreenError(f"message {kind}")
    (count,) = struct.unpack(">xH", feed.take(3))
    return _read(feed, picture, count)


def _read(feed: Feed, picture: Picture, count: int) -> Change:
    change, held = Change(), 0
    for _number in range(count):
        x, y, width, height, encoding = RECTANGLE.unpack(feed.take(RECTANGLE.size))
        if encoding == DESKTOP_SIZE:
            picture.resize(width, height)
            change = Change(is_whole=True)
            continue
        picture.check(x, y, width, height)
        patch = _patch(feed, picture, (x, y, width, height), encoding)
        picture.draw(patch)
        held += len(patch.pixels)
        if held > len(picture.pixels):  # more than the screen has: it is drawn whole instead
            change.is_whole, change.patches = True, []
        if not change.is_whole:
            change.patches.append(patch)
    return change


def _patch(feed: Feed, picture: Picture, place: tuple[int, int, int, int], encoding: int) -> Patch:
    x, y, width, height = place
    if encoding == RAW:
        return Patch(x, y, width, height, feed.take(width * height * PIXEL))
    if encoding != COPY:
        raise BadScreenError(f"encoding {encoding}")
    from_x, from_y = struct.unpack(">HH", feed.take(4))
    picture.check(from_x, from_y, width, height)
    return Patch(x, y, width, height, picture.cut(from_x, from_y, width, height))
