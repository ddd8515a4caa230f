"""How are a socket and a websocket read byte by byte during a handshake?"""

import select
import socket
import time
from collections.abc import Callable

from .websocket import ConsoleSocket

LOOK_SECONDS = 0.5


def _nothing() -> None:
    """Look at nothing."""


class SocketBytes:
    """Exact reads from a connected socket, all of them within `timeout` seconds."""

    def __init__(self, sock: socket.socket, timeout: float) -> None:
        self.sock = sock
        self._deadline = time.monotonic() + timeout

    def take(self, count: int) -> bytes:
        """Return `count` bytes."""
        data = bytearray()
        while len(data) < count:
            self._hurry()
            part = self.sock.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def give(self, data: bytes) -> None:
        """Send all of `data`."""
        self._hurry()
        self.sock.sendall(data)

    def change(self, wrap: Callable[[socket.socket], socket.socket]) -> None:
        """Go on with the socket that `wrap` makes of this one, within the same time."""
        self._hurry()
        self.sock = wrap(self.sock)

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)


class BrowserBytes:
    """Exact reads from the binary messages of a websocket, all within `timeout` seconds.

    Messages cut the stream anywhere.
    """

    def __init__(self, websocket: ConsoleSocket, timeout: float) -> None:
        self._websocket = websocket
        self._deadline = time.monotonic() + timeout
        self._buffer = bytearray()
        self._look: Callable[[], None] = _nothing

    def extend(self, timeout: float, look: Callable[[], None]) -> None:
        """Wait for as long again, calling `look` twice a second: it may raise."""
        self._deadline = time.monotonic() + timeout
        self._look = look

    def take(self, count: int) -> bytes:
        """Return `count` bytes."""
        while len(self._buffer) < count:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not self._readable(min(left, LOOK_SECONDS)):
                self._look()
                continue
            self._buffer += self._websocket.receive()
            if self._websocket.is_closed:
                raise EOFError
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _readable(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._websocket.fileno(), select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def give(self, data: bytes) -> None:
        """Send all of `data`; a handshake is small enough for the socket's own buffer."""
        self._websocket.queue(data)
        self._websocket.flush()

    def rest(self) -> bytes:
        """Return what came after the handshake already."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data
