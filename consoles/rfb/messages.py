"""Where does one message of a browser's end and the next begin, and which only look?

What is not known ends the console. A wrong guess of a length can harm only the one who sent it:
while they watch, nothing but complete messages about the picture is ever written to the display.
"""

import struct
from collections.abc import Callable

from consoles.closing import ConsoleClosed

MOST_ENCODINGS = 256
MOST_TEXT = 512 * 1024  # bytes of one clipboard message
EXTENDED_BUTTONS = -316  # would make pointer messages longer
CLIPBOARD = -1063131698  # the guest's clipboard is told only to who asks for this

Head = bytes | bytearray

# Type -> (bytes needed to know the length, its length by those bytes, whether it only looks)
Rule = tuple[int, Callable[[Head], int], bool]


def _encodings(head: Head) -> int:
    (count,) = struct.unpack(">H", head[2:4])
    if count > MOST_ENCODINGS:
        raise ConsoleClosed("protocol", "too many encodings")
    return 4 + 4 * int(count)


def _cut_text(head: Head) -> int:
    (length,) = struct.unpack(">i", head[4:8])  # negative in the extended form
    if abs(length) > MOST_TEXT:
        raise ConsoleClosed("protocol", "too long a clipboard")
    return 8 + abs(int(length))


def _qemu(head: Head) -> int:
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


def measure(buffer: bytearray) -> tuple[int, bool]:
    """Return the first message's length, 0 while it is not known, and whether it only looks.

    Raises ConsoleClosed (protocol) for what nobody knows.
    """
    rule = RULES.get(buffer[0])
    if rule is None:
        raise ConsoleClosed("protocol", f"message {buffer[0]}")
    needed, length_of, only_looks = rule
    if len(buffer) < needed:
        return 0, only_looks
    return length_of(buffer), only_looks


def tamed(message: bytes, *, drives: bool) -> bytes:
    """Take out of SetEncodings what changes the shape of input messages, and from who does not
    drive the clipboard.
    """
    if message[0] != 2:
        return message
    (count,) = struct.unpack(">H", message[2:4])
    wanted = [
        encoding
        for encoding in struct.unpack(f">{count}i", message[4:])
        if encoding != EXTENDED_BUTTONS and (drives or encoding != CLIPBOARD)
    ]
    return struct.pack(f">BxH{len(wanted)}i", 2, len(wanted), *wanted)
