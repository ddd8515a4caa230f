"""Which messages of a browser reach the guest while it may only look?

Only complete messages that ask for or describe the picture are passed on. Whatever else the client
says is counted off by its own length and dropped; what is not known ends the console. As nothing
else is ever written to the display, a wrong guess of a length can harm only the one who sent it.
"""

import struct
from collections.abc import Callable

from consoles.closing import ConsoleClosed

MOST_ENCODINGS = 256
MOST_TEXT = 16 * 1024 * 1024  # bytes of one clipboard message
EXTENDED_BUTTONS = -316  # would make pointer messages longer

# Type -> (bytes needed to know the length, its length by those bytes, whether it passes)
Rule = tuple[int, Callable[[bytes], int], bool]


def _encodings(head: bytes) -> int:
    (count,) = struct.unpack(">H", head[2:4])
    if count > MOST_ENCODINGS:
        raise ConsoleClosed("protocol", "too many encodings")
    return 4 + 4 * int(count)


def _cut_text(head: bytes) -> int:
    (length,) = struct.unpack(">i", head[4:8])  # negative in the extended form
    if abs(length) > MOST_TEXT:
        raise ConsoleClosed("protocol", "too long a clipboard")
    return 8 + abs(int(length))


def _qemu(head: bytes) -> int:
    if head[1] == 0:  # extended key event
        return 12
    if head[1] != 1:
        raise ConsoleClosed("protocol", f"message 255/{head[1]}")
    return 10 if head[2:4] == b"\x00\x02" else 4  # audio: set format, or on and off


RULES: dict[int, Rule] = {
    0: (1, lambda _head: 20, True),  # SetPixelFormat
    2: (4, _encodings, True),  # SetEncodings
    3: (1, lambda _head: 10, True),  # FramebufferUpdateRequest
    4: (1, lambda _head: 8, False),  # KeyEvent
    5: (1, lambda _head: 6, False),  # PointerEvent
    6: (8, _cut_text, False),  # ClientCutText
    150: (1, lambda _head: 10, True),  # EnableContinuousUpdates
    248: (9, lambda head: 9 + head[8], True),  # Fence
    250: (1, lambda _head: 4, False),  # xvp: power
    251: (7, lambda head: 8 + 16 * head[6], False),  # SetDesktopSize
    255: (4, _qemu, False),  # QEMU: keys by scancode, sound
}


class ViewFilter:
    """Cut a client's stream into messages and let the harmless ones through."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._to_drop = 0

    def feed(self, data: bytes) -> bytes:
        """Return what may be passed on of everything so far. Raises ConsoleClosed (protocol)."""
        self._buffer += data
        passed = bytearray()
        while self._buffer:
            if self._to_drop:
                self._drop()
                continue
            length, passes = self._measure()
            if not length or (passes and len(self._buffer) < length):
                break
            if passes:
                passed += _tamed(bytes(self._buffer[:length]))
                del self._buffer[:length]
            else:
                self._to_drop = length
        return bytes(passed)

    def _drop(self) -> None:
        """Throw away what has come of a message that does not pass; it is never kept."""
        gone = min(self._to_drop, len(self._buffer))
        del self._buffer[:gone]
        self._to_drop -= gone

    def _measure(self) -> tuple[int, bool]:
        """Return the first message's length, 0 while it is not known, and whether it passes."""
        rule = RULES.get(self._buffer[0])
        if rule is None:
            raise ConsoleClosed("protocol", f"message {self._buffer[0]}")
        needed, measure, passes = rule
        if len(self._buffer) < needed:
            return 0, passes
        return measure(bytes(self._buffer[:needed])), passes


def _tamed(message: bytes) -> bytes:
    """Take the encoding that changes the shape of input messages out of SetEncodings."""
    if message[0] != 2:
        return message
    (count,) = struct.unpack(">H", message[2:4])
    wanted = [
        encoding
        for encoding in struct.unpack(f">{count}i", message[4:])
        if encoding != EXTENDED_BUTTONS
    ]
    return struct.pack(f">BxH{len(wanted)}i", 2, len(wanted), *wanted)
