"""A websockify websocket that never holds more than a bounded number of bytes.

websockify 0.13 lets a frame grow as long as its sender likes, and mixes up a pong with a message
that is only half sent. Here the socket does not block, what waits to be sent is one bounded buffer,
and a client that sends too much at once, or what is no binary message, is cut off.
"""

import select
import socket
import struct
import time
from typing import Any

from consoles.closing import ConsoleClosed
from consoles.wire import PROTOCOL, is_probe

from .sockify import CompatibleWebSocket, WebSocketWantReadError, WebSocketWantWriteError

MOST_FRAME = 1024 * 1024  # bytes of one client message
MOST_PENDING = 256 * 1024  # bytes waiting to be sent before we stop listening
MOST_CONTROL = 125  # bytes of a ping (RFC 6455, 5.5)
BLOCK = 64 * 1024  # bytes of one message to the browser
HEAD = 10  # bytes before them at most
TEXT, BINARY, PING, PONG = 0x1, 0x2, 0x9, 0xA
CLOSING_SECONDS = 1.0


class ConsoleSocket(CompatibleWebSocket):
    """One browser's websocket after the upgrade."""

    is_closed = False
    socket: Any
    _send_buffer: bytes
    _recv_queue: list[dict[str, Any]]
    _sent_close: bool
    _received_close: bool
    _frame: memoryview | None = None  # room for one message, made when the first is passed on
    _rest = memoryview(b"")  # what of it waits to be sent, before anything in the buffer

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

    def _unmask(self, data: bytes | bytearray, mask: bytes | bytearray) -> bytearray:
        """Apply a client's mask (RFC 6455, 5.3) as one long number: quick for keys and clicks.

        The answer can be added to in place, so that a message in very many parts costs no more.
        """
        size = len(data)
        key = (bytes(mask) * (size // 4 + 1))[:size]
        plain = int.from_bytes(data, "little") ^ int.from_bytes(key, "little")
        return bytearray(plain.to_bytes(size, "little"))

    def _recv_frames(self) -> bool:
        """Take frames in, and send back at once what measures the way."""
        is_open = bool(super()._recv_frames())
        others = []
        for frame in self._recv_queue:
            if _is_probe(frame):
                self.queue(bytes(frame["payload"]), TEXT)
            else:
                others.append(frame)
        self._recv_queue = others
        return is_open

    def handle_ping(self, data: bytes) -> None:
        """Answer a ping; a long one would be a way to have us keep things."""
        if len(data) > MOST_CONTROL:
            raise ConsoleClosed("protocol", "too long a ping")
        self.pong(data)

    def shutdown(self, how: Any, code: int = 1000, reason: str | None = None) -> None:
        """Answer the other side's close. Raises ConsoleClosed for what websockify objects to."""
        if not self._received_close:
            raise ConsoleClosed("protocol", reason or "")
        super().shutdown(how, code, reason)

    # Sending

    @property
    def pending_bytes(self) -> int:
        """How much waits to be sent."""
        return len(self._rest) + len(self._send_buffer)

    def queue(self, data: bytes, opcode: int = BINARY) -> None:
        """Add a message to what waits to be sent."""
        self._send_buffer += self._encode_hybi(opcode, data)

    def pass_on(self, source: socket.socket) -> int:
        """Send what `source` has as one message, uncopied; return its length, 0 at its end.

        Only while nothing waits to be sent. A browser that has gone meanwhile `is_closed`.
        """
        if self._frame is None:
            self._frame = memoryview(bytearray(HEAD + BLOCK))
        size = int(source.recv_into(self._frame[HEAD:]))
        if size:
            head = _head(size)
            self._frame[HEAD - len(head) : HEAD] = head
            self._rest = self._frame[HEAD - len(head) : HEAD + size]
            try:
                self.flush()
            except OSError:
                self.is_closed = True
        return size

    def flush(self) -> bool:
        """Send as much as goes without waiting; say whether nothing is left."""
        try:
            self._flush()
        except WebSocketWantWriteError:
            return False
        finally:
            self.is_closed = self.is_closed or self.socket is None
        return True

    def _flush(self) -> None:
        if self._rest:
            try:
                self._rest = self._rest[self.socket.send(self._rest) :]
            except BlockingIOError:
                raise WebSocketWantWriteError from None
            if self._rest:
                raise WebSocketWantWriteError
        super()._flush()

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
        for part in (self._rest, self._send_buffer):
            sock.sendall(part)
        self._rest, self._send_buffer = self._rest[:0], b""
        sock.shutdown(socket.SHUT_WR)
        # Closing while the client's bytes lie unread would reset the connection, and it would not
        # hear why.
        deadline = time.monotonic() + CLOSING_SECONDS
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            if not poll.poll(left * 1000) or not sock.recv(65536):
                break


def _is_probe(frame: dict[str, Any]) -> bool:
    is_text = frame["opcode"] == TEXT and frame["fin"] and frame["masked"]
    return is_text and is_probe(frame["payload"].decode("ascii", "replace"))


def _head(size: int) -> bytes:
    """Return what stands before a binary message of `size` bytes (RFC 6455, 5.2)."""
    if size <= 125:
        return bytes((0x80 | BINARY, size))
    if size < 65536:
        return struct.pack(">BBH", 0x80 | BINARY, 126, size)
    return struct.pack(">BBQ", 0x80 | BINARY, 127, size)
