"""What of a browser's input reaches the guest, when hands may change at any moment?

The stream is cut into messages, so that hands change between two of them. Who loses the seat in
the middle of a key press leaves nothing pressed: what is down in the guest is let go.
"""

import struct

from consoles.closing import ConsoleClosed

from .messages import measure, tamed

ENCODINGS, KEY, POINTER, TEXT, QEMU = 2, 4, 5, 6, 255
MOST_DOWN = 256  # keys held at once; no keyboard has more


class Hands:
    """Let everything through while `drives`; otherwise only what asks for the picture."""

    def __init__(self, *, drives: bool) -> None:
        self.drives = drives  # set from other threads
        self.typed = False  # whether something was pressed; taken back by who reads it
        self._buffer = bytearray()
        self._rest = 0  # bytes still to come of a message that is not kept whole
        self._rest_passes = False
        self._told = drives  # what the display knows
        self._encodings = b""  # what the browser asked for last
        self._down: dict[bytes, bytes] = {}  # what is pressed -> the message that lets it go

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the guest; ask without data too, as hands may have changed.

        Raises ConsoleClosed (protocol).
        """
        drives = self.drives
        passed = bytearray(b"" if self._rest_passes else self._changed(drives))
        self._buffer += data
        while self._buffer:
            if self._rest:
                passed += self._go_on()
                continue
            length, only_looks = measure(self._buffer)
            passes = drives or only_looks
            if not length:
                break
            if not passes or self._buffer[0] == TEXT:
                self._rest, self._rest_passes = length, passes
            elif len(self._buffer) < length:
                break
            else:
                passed += self._noted(bytes(self._buffer[:length]), drives=drives)
                del self._buffer[:length]
        return bytes(passed)

    def _go_on(self) -> bytes:
        """Take what has come of a message that is not kept: it passes piece by piece, or not."""
        piece = bytes(self._buffer[: self._rest])
        del self._buffer[: self._rest]
        self._rest -= len(piece)
        passes = self._rest_passes
        self._rest_passes = passes and self._rest > 0
        return piece if passes else b""

    def _changed(self, drives: bool) -> bytes:
        """Return what is to be said when hands have changed: who drives gets the clipboard too."""
        ups = b"" if drives else self._let_go()
        if drives == self._told:
            return ups
        self._told = drives
        return ups + (tamed(self._encodings, drives=drives) if self._encodings else b"")

    def _noted(self, message: bytes, *, drives: bool) -> bytes:
        """Return a message as it may pass, and remember what it presses."""
        if message[0] == ENCODINGS:
            self._encodings = message
        if message[0] == KEY:
            self._note(message[4:8], is_down=bool(message[1]), up=b"\x04\x00" + message[2:])
        elif message[0] == QEMU and message[1] == 0:
            up = message[:2] + struct.pack(">H", 0) + message[4:]
            self._note(message[4:12], is_down=message[2:4] != b"\0\0", up=up)
        elif message[0] == POINTER:
            self._note(b"buttons", is_down=bool(message[1]), up=b"\x05\x00" + message[2:])
        return tamed(message, drives=drives)

    def _note(self, which: bytes, *, is_down: bool, up: bytes) -> None:
        if is_down:
            self.typed = True
            self._down[which] = up
            if len(self._down) > MOST_DOWN:
                raise ConsoleClosed("protocol", "too many keys held")
        else:
            self._down.pop(which, None)

    def _let_go(self) -> bytes:
        ups = b"".join(self._down.values())
        self._down.clear()
        return ups


class Typing:
    """The same for a text console, where there are no messages."""

    def __init__(self, *, drives: bool) -> None:
        self.drives = drives
        self.typed = False

    def feed(self, data: bytes) -> bytes:
        """Return what goes to the guest."""
        self.typed = self.typed or (self.drives and bool(data))
        return data if self.drives else b""
