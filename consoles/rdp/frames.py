"""What does the browser send in an RDP session? Enough is read to know when it has begun.

First may come the sign-in before the session (CredSSP, in DER), then messages in TPKT, and input in
short "fast-path" messages (MS-RDPBCGR 2.2.8.1.2). All of it passes as it is.
"""

from collections.abc import Callable

from consoles.closing import ConsoleClosed

TPKT, DER = 0x03, 0x30
HEAD = 24  # bytes of a message that are looked at
MOST = 1024 * 1024  # bytes of one message
SENDS_DATA = 0x64  # MCS, after three bytes of X.224
CONFIRM_ACTIVE = b"\x13\x00"
MOUSE, POINTS = 1, 0x7200  # a kind of input; buttons and wheel among its flags


class Frames:
    """Passes everything; calls `entered` once, when the machine has shown its desktop."""

    def __init__(self, entered: Callable[[], None]) -> None:
        self.drives = True
        self.typed = False
        self.is_in = False
        self._entered = entered
        self._has_session = False
        self._buffer = bytearray()
        self._skip = 0

    def feed(self, data: bytes) -> bytes:
        """Return `data`. Raises ConsoleClosed (protocol)."""
        rest = data[self._skip :]
        self._skip -= len(data) - len(rest)
        self._buffer += rest
        while size := self._size():
            if len(self._buffer) < min(size, HEAD):
                break
            self._look(bytes(self._buffer[: min(size, HEAD)]))
            self._skip = max(size - len(self._buffer), 0)
            del self._buffer[:size]
        return data

    def _size(self) -> int:
        """Return the length of the message that begins the buffer, 0 while that is unknown."""
        head = bytes(self._buffer[:6])
        if len(head) < 6 and not _is_short(head):
            return 0
        size = self._size_of(head)
        if not 1 < size <= MOST:
            raise ConsoleClosed("protocol", "no message of RDP")
        return size

    def _size_of(self, head: bytes) -> int:
        if head[0] == TPKT:
            self._has_session = True
            return int.from_bytes(head[2:4])
        if not self._has_session:
            return _der_size(head)
        return int.from_bytes(head[1:3]) & 0x7FFF if head[1] & 0x80 else head[1]

    def _look(self, head: bytes) -> None:
        if head[0] != TPKT:
            self.typed = self.typed or (self._has_session and _is_deed(head))
        elif not self.is_in and _is_confirm_active(head):
            self.is_in = True
            self._entered()


def _is_short(head: bytes) -> bool:
    """Say whether a message this short is known to be whole."""
    return len(head) > 1 and head[0] != TPKT and head[1] <= len(head)


def _der_size(head: bytes) -> int:
    count = head[1] & 0x7F
    if head[0] != DER or (head[1] & 0x80 and not 1 <= count <= 3):
        return 0
    return 2 + count + int.from_bytes(head[2 : 2 + count]) if head[1] & 0x80 else 2 + head[1]


def _is_confirm_active(head: bytes) -> bool:
    """Say whether the client answers to the server's desktop (MS-RDPBCGR 2.2.1.13.2)."""
    if len(head) < HEAD or head[7] != SENDS_DATA:
        return False
    begin = 15 if head[13] & 0x80 else 14  # after a length of one byte or two
    return head[begin + 2 : begin + 4] == CONFIRM_ACTIVE


def _is_deed(head: bytes) -> bool:
    """Say whether it is more than a move of the pointer."""
    at = 3 if head[1] & 0x80 else 2
    at += 0 if head[0] >> 2 & 0x0F else 1  # the number of events stands apart
    if len(head) < at + 3 or head[at] >> 5 != MOUSE:
        return True
    return bool(int.from_bytes(head[at + 1 : at + 3], "little") & POINTS)
