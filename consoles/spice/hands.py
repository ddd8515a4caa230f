"""What of a browser's SPICE messages reaches the guest, when hands may change at any moment?

Only complete messages of known kinds are ever written to the display. Who loses the seat in the
middle of a key press leaves nothing pressed.
"""

import struct

from consoles.closing import ConsoleClosed
from consoles.rfb.hands import MOST_DOWN

from . import agent
from .link import Channel

HEAD = struct.Struct("<HI")  # type, size
MOST_MESSAGE = 64 * 1024
ACK_SYNC, ACK, PONG, DISCONNECTING = 1, 2, 3, 6
COMMON = frozenset({ACK_SYNC, ACK, PONG, DISCONNECTING})
CLIENT_INFO, ATTACH, MOUSE_MODE, AGENT_START, AGENT_DATA, AGENT_TOKEN = 101, 104, 105, 106, 107, 108
KEY_DOWN, KEY_UP, KEY_MODIFIERS = 101, 102, 103
MOTION, POSITION, PRESS, RELEASE = 111, 112, 113, 114

# What only looks, and what is a driver's; anything else ends the console.
LOOKS: dict[Channel, frozenset[int]] = {
    Channel.MAIN: frozenset({CLIENT_INFO, ATTACH, AGENT_START, AGENT_TOKEN}),
    Channel.DISPLAY: frozenset({101, 102, 103}),  # init, stream report, preferred compression
    Channel.INPUTS: frozenset(),
    Channel.CURSOR: frozenset(),
}
DRIVES: dict[Channel, frozenset[int]] = {
    Channel.MAIN: frozenset({MOUSE_MODE, AGENT_DATA}),
    Channel.DISPLAY: frozenset(),
    Channel.INPUTS: frozenset({KEY_DOWN, KEY_UP, KEY_MODIFIERS, MOTION, POSITION, PRESS, RELEASE}),
    Channel.CURSOR: frozenset(),
}


class Hands:
    """Let everything of a channel through while `drives`; otherwise only what looks."""

    def __init__(self, channel: Channel, *, drives: bool) -> None:
        self.drives = drives  # set from other threads
        self.typed = False
        self._channel = channel
        self._buffer = bytearray()
        self._down: dict[bytes, bytes] = {}  # what is pressed -> the message that lets it go
        self._agent = agent.Pieces()

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the guest; ask without data too, as hands may have changed.

        Raises ConsoleClosed (protocol).
        """
        drives = self.drives
        passed = bytearray(b"" if drives else self._let_go())
        self._buffer += data
        while len(self._buffer) >= HEAD.size:
            kind, size = HEAD.unpack_from(self._buffer)
            if size > MOST_MESSAGE:
                raise ConsoleClosed("protocol", "too long a message")
            end = HEAD.size + size
            if len(self._buffer) < end:
                break
            message = bytes(self._buffer[:end])
            del self._buffer[:end]
            if self._passes(kind, message[HEAD.size :], drives=drives):
                passed += message
        return bytes(passed)

    def _passes(self, kind: int, body: bytes, *, drives: bool) -> bool:
        if kind in COMMON or kind in LOOKS[self._channel]:
            return True
        if kind not in DRIVES[self._channel]:
            raise ConsoleClosed("protocol", f"message {self._channel}/{kind}")
        if self._channel == Channel.MAIN and kind == AGENT_DATA:
            return self._agent.passes(body, allowed=agent.TO_GUEST if drives else frozenset())
        if drives and self._channel == Channel.INPUTS:
            self._note(kind, body)
        return drives

    def _note(self, kind: int, body: bytes) -> None:
        """Remember what is pressed, and how it is let go."""
        if kind == KEY_DOWN and len(body) == 4:
            self._press(body, HEAD.pack(KEY_UP, 4) + _released(body))
        elif kind == KEY_UP and len(body) == 4:
            self._down.pop(_pressed(body), None)
        elif kind == PRESS and len(body) == 3:
            self._press(b"button" + body[:1], HEAD.pack(RELEASE, 3) + body[:1] + bytes(2))
        elif kind == RELEASE and len(body) == 3:
            self._down.pop(b"button" + body[:1], None)

    def _press(self, which: bytes, up: bytes) -> None:
        self.typed = True
        self._down[which] = up
        if len(self._down) > MOST_DOWN:
            raise ConsoleClosed("protocol", "too many keys held")

    def _let_go(self) -> bytes:
        ups = b"".join(self._down.values())
        self._down.clear()
        return ups


def _released(code: bytes) -> bytes:
    """Return the scan code of a key going up: its last byte has the highest bit."""
    place = 1 if code[0] == 0xE0 else 0
    return code[:place] + bytes([code[place] | 0x80]) + code[place + 1 :]


def _pressed(code: bytes) -> bytes:
    place = 1 if code[0] == 0xE0 else 0
    return code[:place] + bytes([code[place] & 0x7F]) + code[place + 1 :]
