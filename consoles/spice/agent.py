"""Which messages between a guest's SPICE agent and the browser pass, when hands may change?

They come as a stream cut into pieces; a message that began to pass goes on to its end, because what
is cut in the middle would spoil all that follow.
"""

import struct
from dataclasses import dataclass

from consoles.closing import ConsoleClosed

HEAD = struct.Struct("<IIQI")  # protocol, type, opaque, size
CLIPBOARD, ANNOUNCE, GRAB, REQUEST, RELEASE = 4, 6, 7, 8, 9
REPLY, SIZE, MOST_CLIPBOARD_SIZE = 3, 2, 14
MOST_CLIPBOARD = 256 * 1024  # bytes of one text
MOST_OTHER = 16 * 1024
# Files go with rights of their own; the mouse goes through the inputs.
TO_GUEST = frozenset({SIZE, CLIPBOARD, ANNOUNCE, GRAB, REQUEST, RELEASE})
TO_BROWSER = frozenset({REPLY, CLIPBOARD, ANNOUNCE, GRAB, REQUEST, RELEASE, MOST_CLIPBOARD_SIZE})
ALWAYS_TO_BROWSER = frozenset({REPLY, ANNOUNCE})  # which say nothing of anybody's


@dataclass(slots=True)
class Pieces:
    """One direction of the agent's stream. `may` decides about each message by type and size."""

    _left: int = 0
    _passes: bool = False

    def passes(self, piece: bytes, *, allowed: frozenset[int]) -> bool:
        """Say whether this piece goes on; `allowed` are the types that may begin now.

        Raises ConsoleClosed (protocol) for a stream that nobody can follow.
        """
        size = len(piece)
        if not self._left:
            if size < HEAD.size:
                raise ConsoleClosed("protocol", "a piece of an agent's message without its head")
            _protocol, kind, _opaque, length = HEAD.unpack_from(piece)
            most = MOST_CLIPBOARD if kind == CLIPBOARD else MOST_OTHER
            self._passes = kind in allowed and length <= most
            self._left = length
            size -= HEAD.size
        if size > self._left:
            raise ConsoleClosed("protocol", "two agent's messages in one piece")
        self._left -= size
        return self._passes
