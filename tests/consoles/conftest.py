"""A Redis of our own, a gateway in a thread, a scripted display, and browsers without a screen."""

import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from websockets.sync.client import ClientConnection, unix_connect

from accounts.models import User
from consoles.gateway import target
from consoles.gateway.checker import Checker
from consoles.gateway.seats import Listener
from consoles.gateway.server import GatewayServer
from consoles.wire import PROTOCOL
from live import redis as live_redis
from tests.factories import make_vm
from tests.lab.waiting import wait_until
from virt.uri import HostAddress, Transport
from vms.models import VM

from .browsing import opened, site  # noqa: F401
from .signing import ORIGIN, session_of, sign_in  # noqa: F401

LOOPBACK = HostAddress(Transport.TCP, "127.0.0.1")
SERVER_INIT = struct.pack(">HH16sI", 640, 480, bytes(16), 4) + b"fake"


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run a Redis on a socket of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail("redis-server is not installed")
    folder = tmp_path_factory.mktemp("redis")
    path = folder / "redis.sock"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    wait_until(path.exists, what="Redis listens")
    yield path
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def redis(redis_socket: Path, settings: Any) -> Iterator[Any]:
    """Give an empty Redis to everything that asks for one."""
    settings.REDIS_URL = f"unix://{redis_socket}?db=0"
    live_redis.client.cache_clear()
    live_redis.client().flushall()
    yield live_redis.client()
    live_redis.client().close()
    live_redis.client.cache_clear()


@pytest.fixture
def vm(oli: User) -> VM:
    """A running machine of oli's with a screen and a serial port."""
    return make_vm("web01", owner=oli, has_serial=True)


def ask(client: Client, vm: VM, **fields: str) -> Any:
    """Ask for a ticket."""
    return client.post(f"/machines/{vm.pk}/console/ticket/", fields)


def headers_of(client: Client | None, origin: str | None = ORIGIN) -> list[tuple[str, str]]:
    """Return the headers that a browser sends with an upgrade."""
    headers = []
    if origin is not None:
        headers.append(("Origin", origin))
    if client is not None:
        headers.append(("Cookie", f"{django_settings.SESSION_COOKIE_NAME}={session_of(client)}"))
    return headers


def connect(
    path: Path, client: Client | None, ticket: str, *, origin: str | None = ORIGIN, **more: Any
) -> ClientConnection:
    """Open a console at the gateway's socket as a browser does through a web server in front."""
    return unix_connect(
        str(path),
        uri=f"ws://guesthouse.test{more.pop('url', '/console/ws')}",
        subprotocols=[PROTOCOL, ticket] if ticket else None,
        additional_headers=headers_of(client, origin),
        compression=None,
        legacy=True,
        ping_interval=None,
        user_agent_header=None,
        **more,
    )


def shake_hands(socket_: ClientConnection) -> bytes:
    """Do the browser's RFB handshake and return the first bytes of the display."""
    assert socket_.recv(5) == b"RFB 003.008\n"
    socket_.send(b"RFB 003.008\n")
    assert socket_.recv(5) == b"\x01\x01"
    socket_.send(b"\x01")
    assert socket_.recv(5) == b"\0\0\0\0"
    socket_.send(b"\x01")
    return bytes(socket_.recv(5))  # type: ignore[arg-type]


@dataclass
class FakeDisplay:
    """An RFB server that notes what it hears. `password` asks for one; `talk` then takes over."""

    password: str = ""
    talk: Callable[[socket.socket], None] | None = None
    heard: bytearray = field(default_factory=bytearray)
    joined: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self.joined.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._greet(connection)
            if self.talk is not None:
                self.talk(connection)
            while data := connection.recv(65536):
                self.heard += data
        except OSError:
            pass

    def _greet(self, connection: socket.socket) -> None:
        connection.sendall(b"RFB 003.008\n")
        connection.recv(12)
        if self.password:
            from consoles.rfb.password import answer

            challenge = bytes(range(16))
            connection.sendall(b"\x01\x02")
            connection.recv(1)
            connection.sendall(challenge)
            good = connection.recv(16) == answer(self.password, challenge)
            connection.sendall(struct.pack(">I", 0 if good else 1))
        else:
            connection.sendall(b"\x01\x01")
            connection.recv(1)
            connection.sendall(b"\0\0\0\0")
        connection.recv(1)
        connection.sendall(SERVER_INIT)

    def close(self) -> None:
        """Go away."""
        self._listener.close()
        for connection in self.joined:
            connection.close()

    def hang_up(self) -> None:
        """End every open connection, as a stopping QEMU does."""
        for connection in self.joined:
            connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDisplay]:
    """A display to which every console of the gateway leads."""
    fake = FakeDisplay()

    def open_screen(*_args: Any) -> socket.socket:
        joined = socket.create_connection(("127.0.0.1", fake.port))
        return target.enter(joined, fake.password, LOOPBACK)

    monkeypatch.setattr(target, "open_screen", open_screen)
    monkeypatch.setattr(target, "is_running", lambda *_args: True)
    yield fake
    fake.close()


@contextmanager
def running_gateway(path: Path, every: float = 0.3) -> Iterator[GatewayServer]:
    """Run a gateway in this process."""
    server = GatewayServer(path)
    server.recorders.every = every
    helpers = [
        Checker(server.house, every), Listener(server.house.rooms), server.recorders,
        server.listeners,
    ]  # fmt: skip
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)), *helpers]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        for helper in helpers:
            helper.end()
        server.end()
        for thread in threads:
            thread.join(timeout=10)


@pytest.fixture
def gateway(
    transactional_db: None, redis: Any, tmp_path: Path, settings: Any
) -> Iterator[GatewayServer]:
    """A gateway that checks rights three times a second."""
    settings.CONSOLE_SOCKET = tmp_path / "run" / "console.sock"
    settings.ALLOWED_HOSTS = ["guesthouse.test"]
    with running_gateway(settings.CONSOLE_SOCKET) as server:
        yield server
