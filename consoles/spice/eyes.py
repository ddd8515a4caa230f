"""What of a display's main channel reaches the browser?

Who does not drive does not get the guest's clipboard. Channels that a console does not have are not
named, so that nobody asks for them.
"""

import struct
from collections.abc import Callable

from consoles.closing import ConsoleClosed

from . import agent
from .hands import HEAD
from .link import Channel

MOST_MESSAGE = 1024 * 1024
CHANNELS_LIST, AGENT_DATA = 104, 109
SHOWN = (Channel.DISPLAY, Channel.INPUTS, Channel.CURSOR)


class Eyes:
    """Cut the main channel into messages and drop what is not for this browser."""

    def __init__(self, drives: Callable[[], bool]) -> None:
        self._drives = drives
        self._buffer = bytearray()
        self._agent = agent.Pieces()

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the browser. Raises ConsoleClosed (display-unsupported)."""
        self._buffer += data
        passed = bytearray()
        while len(self._buffer) >= HEAD.size:
            kind, size = HEAD.unpack_from(self._buffer)
            if size > MOST_MESSAGE:
                raise ConsoleClosed("display-unsupported", "too long a message")
            end = HEAD.size + size
            if len(self._buffer) < end:
                break
            body = bytes(self._buffer[HEAD.size : end])
            del self._buffer[:end]
            passed += self._passed(kind, body)
        return bytes(passed)

    def _passed(self, kind: int, body: bytes) -> bytes:
        if kind == CHANNELS_LIST:
            body = _channels(body)
        elif kind == AGENT_DATA and not self._passes(body):
            return b""
        return HEAD.pack(kind, len(body)) + body

    def _passes(self, piece: bytes) -> bool:
        allowed = agent.TO_BROWSER if self._drives() else agent.ALWAYS_TO_BROWSER
        try:
            return self._agent.passes(piece, allowed=allowed)
        except ConsoleClosed as error:
            raise ConsoleClosed("display-unsupported", error.detail) from error


def _channels(body: bytes) -> bytes:
    """Return the list with the first of each channel that a console has."""
    if len(body) < 4:
        raise ConsoleClosed("display-unsupported", "no list of channels")
    (count,) = struct.unpack_from("<I", body)
    if len(body) < 4 + 2 * count:
        raise ConsoleClosed("display-unsupported", "a list beyond its end")
    listed = [struct.unpack_from("<BB", body, 4 + 2 * index) for index in range(count)]
    kept = [pair for pair in listed if pair[0] in SHOWN and pair[1] == 0]
    return struct.pack("<I", len(kept)) + b"".join(struct.pack("<BB", *pair) for pair in kept)
