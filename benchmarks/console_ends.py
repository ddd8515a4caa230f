"""A browser's end of a console for each way to the display, bare, so that the way is measured."""

import socket
import struct
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.test import Client

from accounts.models import User
from consoles.models import name_of_user
from consoles.tickets import Claims, hashed, issue
from consoles.wire import PROTOCOL, SOCKET_PATH, TICKET_PREFIX
from tests.factories import make_vm
from vms.models import VM

from .console_display import INIT


class End(Protocol):
    """One open console."""

    sock: socket.socket

    def say(self, data: bytes) -> None:
        """Send up to 125 bytes."""

    def hear(self, length: int) -> None:
        """Read so many bytes of content."""


class PlainEnd:
    """An end without messages."""

    def __init__(self, path: Path) -> None:
        self.sock = _join(path)

    def say(self, data: bytes) -> None:
        """Send them as they are."""
        self.sock.sendall(data)

    def hear(self, length: int) -> None:
        """Read them as they are."""
        exactly(self.sock, length)


class WebsocketEnd:
    """An end of a websocket."""

    def __init__(self, path: Path, *more: str) -> None:
        self.sock = _join(path)
        lines = (
            f"GET {SOCKET_PATH} HTTP/1.1",
            "Host: localhost",
            "Origin: http://localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            *more,
        )
        self.sock.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += exactly(self.sock, 1)
        if b" 101 " not in answer:
            raise RuntimeError(answer.decode())

    def say(self, data: bytes) -> None:
        """Send a masked binary frame; the mask is zero."""
        self.sock.sendall(bytes([0x82, 0x80 | len(data), 0, 0, 0, 0]) + data)

    def hear(self, length: int) -> None:
        """Read short frames."""
        while length > 0:
            size = exactly(self.sock, 2)[1]
            if size == 126:
                (size,) = struct.unpack(">H", exactly(self.sock, 2))
            exactly(self.sock, size)
            length -= size


def greeted(end: End) -> End:
    """Do the browser's half of the RFB handshake."""
    for length, answer in ((12, b"RFB 003.008\n"), (2, b"\x01"), (4, b"\x01")):
        end.hear(length)
        end.say(answer)
    end.hear(len(INIT))
    return end


def exactly(sock: socket.socket, count: int) -> bytes:
    """Read `count` bytes."""
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _join(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(30)
    sock.connect(str(path))
    return sock


class Opener:
    """Open consoles as one signed-in person, with tickets made as the site makes them."""

    def __init__(self) -> None:
        self.user = User.objects.create_superuser("bench")
        self.vm: VM = make_vm("bench", owner=self.user)
        client = Client()
        client.force_login(self.user)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def __call__(self) -> End:
        """Return a console of the gateway after the handshake."""
        claims = Claims(
            user=self.user.pk,
            session=hashed(self.session),
            vm=self.vm.pk,
            uuid=str(self.vm.uuid),
            kind="vnc",
            mode="control",
            who=name_of_user(self.user.pk),
        )
        return greeted(
            WebsocketEnd(
                settings.CONSOLE_SOCKET,
                f"Sec-WebSocket-Protocol: {PROTOCOL}, {TICKET_PREFIX}{issue(claims).text}",
                f"Cookie: {settings.SESSION_COOKIE_NAME}={self.session}",
            )
        )
