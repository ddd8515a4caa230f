"""A browser's end of a console without a library: it says what it likes and reads when it likes."""

import os
import socket
import struct
from pathlib import Path

from django.test import Client

from consoles.wire import PROTOCOL, SOCKET_PATH

from .conftest import ORIGIN, SERVER_INIT, headers_of

BINARY, TEXT, CLOSE, PING = 2, 1, 8, 9
ANSWERS = ((12, b"RFB 003.008\n"), (2, b"\x01"), (4, b"\x01"))


class RawBrowser:
    """One upgraded connection. Reading waits ten seconds at most."""

    def __init__(self, path: Path, client: Client, ticket: str) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(str(path))
        lines = [
            f"GET {SOCKET_PATH} HTTP/1.1",
            f"Host: {ORIGIN.removeprefix('http://')}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"Sec-WebSocket-Protocol: {PROTOCOL}, {ticket}",
            *(f"{name}: {text}" for name, text in headers_of(client)),
        ]
        self.sock.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._exactly(1)
        assert b" 101 " in answer, answer

    def shake_hands(self) -> None:
        """Do the browser's half of the RFB handshake."""
        for length, answer in ANSWERS:
            assert len(self.hear(length)) == length
            self.say(answer)
        self.hear(len(SERVER_INIT))

    def say(self, data: bytes, opcode: int = BINARY, *, fin: bool = True) -> None:
        """Send a frame, masked with zeros."""
        self.sock.sendall(frame(data, opcode, fin=fin))

    def hear(self, count: int) -> bytes:
        """Return the content of as many whole messages as make `count` bytes."""
        data = b""
        while len(data) < count:
            opcode, content = self.message()
            assert opcode == BINARY, (opcode, content)
            data += content
        return data

    def message(self) -> tuple[int, bytes]:
        """Return kind and content of the next message."""
        first, second = self._exactly(2)
        size = second
        if second == 126:
            (size,) = struct.unpack(">H", self._exactly(2))
        elif second == 127:
            (size,) = struct.unpack(">Q", self._exactly(8))
        return first & 15, self._exactly(size)

    def ending(self) -> tuple[int, str]:
        """Read until the end, and return code and reason; (1006, "") where none was said."""
        try:
            while True:
                opcode, content = self.message()
                if opcode == CLOSE:
                    return int.from_bytes(content[:2], "big"), content[2:].decode()
        except (EOFError, ConnectionError):
            return 1006, ""

    def close(self) -> None:
        """Hang up without a word."""
        self.sock.close()

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            part = self.sock.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)


def frame(data: bytes, opcode: int = BINARY, *, fin: bool = True, masked: bool = True) -> bytes:
    """Return a frame (RFC 6455, 5.2); the mask is zero."""
    first, bit = opcode | (0x80 if fin else 0), 0x80 if masked else 0
    size = len(data)
    if size <= 125:
        head = bytes((first, bit | size))
    elif size < 65536:
        head = struct.pack(">BBH", first, bit | 126, size)
    else:
        head = struct.pack(">BBQ", first, bit | 127, size)
    return head + (bytes(4) if masked else b"") + data


def resident() -> int:
    """Return how many bytes this process, gateway and all, has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
