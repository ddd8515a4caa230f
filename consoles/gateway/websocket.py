"""A websockify websocket that never holds more than a bounded number of bytes.

websockify 0.13 lets a frame grow as long as its sender likes, and mixes up a pong with a message
that is only half sent. Here the socket does not block, what waits to be sent is one bounded buffer,
and a client that sends too much at once is cut off.
"""

import select
import socket
import time
from typing import Any

from consoles.closing import ConsoleClosed
from consoles.wire import PROTOCOL

from .sockify import CompatibleWebSocket, WebSocketWantReadError, WebSocketWantWriteError

MOST_FRAME = 1024 * 1024  # bytes of one client message
MOST_PENDING = 256 * 1024  # bytes waiting to be sent before we stop listening
BINARY, PING, PONG = 0x2, 0x9, 0xA
CLOSING_SECONDS = 1.0


class ConsoleSocket(CompatibleWebSocket):
    """One browser's websocket after the upgrade."""

    is_closed = False
    socket: Any
    _send_buffer: bytes
    _sent_close: bool

    def select_subprotocol(self, protocols: list[str]) -> str:
        """Answer with our own protocol, never with the ticket beside it."""
        return PROTOCOL if PROTOCOL in protocols else ""

    # Receiving

    def receive(self) -> bytes:
        """Return the binary data that is there; b"" may be a ping, or the end (`is_closed`)."""
        data = bytearray()
        try:
            while True:
                message = self.recvmsg()
                if message is None:
                    self.is_closed = True
                    break
                data += message
                if not self.pending():
                    break
        except WebSocketWantReadError:
            pass
        except WebSocketWantWriteError:
            pass  # the answer to a close or ping waits in the buffer
        if len(self._recv_buffer) + len(self._partial_msg) > MOST_FRAME + 16:
            raise ConsoleClosed("protocol", "too long a message")
        return bytes(data)

    def _unmask(self, data: bytes | bytearray, mask: bytes | bytearray) -> bytes:
        """Apply a client's mask (RFC 6455, 5.3) as one long number: quick for keys and clicks."""
        size = len(data)
        key = (bytes(mask) * (size // 4 + 1))[:size]
        plain = int.from_bytes(data, "little") ^ int.from_bytes(key, "little")
        return plain.to_bytes(size, "little")

    # Sending

    @property
    def pending_bytes(self) -> int:
        """How much waits to be sent."""
        return len(self._send_buffer)

    def queue(self, data: bytes, opcode: int = BINARY) -> None:
        """Add a message to what waits to be sent."""
        self._send_buffer += self._encode_hybi(opcode, data)

    def flush(self) -> bool:
        """Send as much as goes without waiting; say whether nothing is left."""
        try:
            self._flush()
        except WebSocketWantWriteError:
            return False
        return True

    def ping(self, data: bytes = b"") -> None:
        """Queue a ping."""
        self.queue(data, PING)

    def pong(self, data: bytes = b"") -> None:
        """Queue the answer to a ping."""
        self.queue(data, PONG)

    # Ending

    def end(self, code: int, reason: str) -> None:
        """Say why and close, waiting a second at most for the other side to hear it."""
        sock = self.socket
        if sock is None:
            return
        try:
            self._say(sock, code, reason)
        except OSError:
            pass  # it has gone already
        finally:
            sock.close()
            self.socket = None
            self.is_closed = True

    def _say(self, sock: socket.socket, code: int, reason: str) -> None:
        if not self._sent_close:
            payload = code.to_bytes(2, "big") + reason.encode()
            self._sent_close = True
            self._send_buffer += self._encode_hybi(0x8, payload)
        sock.settimeout(CLOSING_SECONDS)
        sock.sendall(self._send_buffer)
        self._send_buffer = b""
        sock.shutdown(socket.SHUT_WR)
        # Closing while the client's bytes lie unread would reset the connection, and it would not
        # hear why.
        deadline = time.monotonic() + CLOSING_SECONDS
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            if not poll.poll(left * 1000) or not sock.recv(65536):
                break
