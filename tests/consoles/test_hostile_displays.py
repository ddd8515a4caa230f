"""A display that lies, floods or falls silent harms nobody: S19."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client

from consoles.gateway import pump, target
from consoles.gateway.server import GatewayServer
from consoles.gateway.tunnel import Tunnels
from tests.lab.waiting import wait_until
from vms.models import VM

from .conftest import LOOPBACK, SERVER_INIT, ask, sign_in
from .raw import RawBrowser, resident
from .test_rfb import KEY

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024 * 1024
FLOOD = 48 * MB
GREETING = b"RFB 003.008\n"
OPEN = GREETING + b"\x01\x01" + bytes(4)
Script = Callable[[socket.socket], None]


class Liar:
    """A server on a port that does with each connection what its script says, and closes it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.ended = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _peer = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._script(connection)
            connection.shutdown(socket.SHUT_WR)  # closing at once would reset what is on its way
            while connection.recv(4096):
                pass

    def close(self) -> None:
        self.ended.set()
        self._listener.close()


@pytest.fixture
def lie(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Script], Liar]]:
    """Lead the next consoles to a display with this script."""
    liars: list[Liar] = []

    def do(script: Script) -> Liar:
        liar = Liar(script)
        liars.append(liar)

        def open_screen(*_args: Any) -> socket.socket:
            joined = socket.create_connection(("127.0.0.1", liar.port))
            return target.enter(joined, "", LOOPBACK)

        monkeypatch.setattr(target, "open_screen", open_screen)
        monkeypatch.setattr(target, "is_running", lambda *_args: True)
        return liar

    yield do
    for liar in liars:
        liar.close()


def opened(gateway: GatewayServer, client: Client, vm: VM) -> RawBrowser:
    return RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])


def saying(words: bytes, *, then_silent: bool) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(words)
        while then_silent and connection.recv(4096):
            pass

    return script


def dripping(connection: socket.socket) -> None:
    """Say a good greeting so slowly that each byte comes in time, and all of them do not."""
    connection.sendall(GREETING + b"\xff")
    for _byte in range(255):
        time.sleep(0.2)
        connection.sendall(b"\x10")


REFUSED, UNSUPPORTED = (4502, "display-refused"), (4415, "display-unsupported")
AT_THE_DOOR = {
    "another protocol": (saying(b"HTTP/1.1 400 Bad Request\r\n", then_silent=True), UNSUPPORTED),
    "a version of letters": (saying(b"RFB abc.def\n", then_silent=True), UNSUPPORTED),
    "no word": (saying(b"", then_silent=True), REFUSED),
    "half a greeting": (saying(b"RFB 003", then_silent=True), REFUSED),
    "half a greeting and gone": (saying(b"RFB 003", then_silent=False), REFUSED),
    "no kind of sign-in": (saying(GREETING + b"\0" + b"\0\0\0\4nope", then_silent=True), REFUSED),
    "a reason of 4 GiB": (saying(GREETING + b"\0\xff\xff\xff\xff", then_silent=True), REFUSED),
    "fewer kinds than said": (saying(GREETING + b"\xff\x10", then_silent=True), REFUSED),
    "kinds nobody knows": (saying(GREETING + b"\xff" + b"c" * 255, then_silent=True), UNSUPPORTED),
    "no after all": (saying(GREETING + b"\x01\x01\0\0\0\1", then_silent=True), UNSUPPORTED),
    "one byte at a time": (dripping, REFUSED),
}  # fmt: skip


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_a_liar_at_the_door_is_left_within_its_time(gateway, lie, vm, oli, monkeypatch, name):
    monkeypatch.setattr(target, "HANDSHAKE_SECONDS", 1.0)
    script, wanted = AT_THE_DOOR[name]
    lie(script)
    client = sign_in(oli)
    asked_at = time.monotonic()
    assert opened(gateway, client, vm).ending() == wanted
    assert time.monotonic() - asked_at < 5
    wait_until(lambda: not gateway.house.rooms())


def flooding(begin: bytes, piece: bytes, *, init: bytes = SERVER_INIT) -> Script:
    """Sign the gateway in, begin a message, and go on with `piece` for 48 MB."""

    def script(connection: socket.socket) -> None:
        connection.sendall(OPEN)
        connection.recv(64)
        connection.sendall(init + begin)
        for _piece in range(FLOOD // len(piece)):
            connection.sendall(piece)

    return script


NOISE = bytes(range(256)) * 256
HUGE_RECTANGLE = struct.pack(">BxHHHHHi", 0, 65535, 0, 0, 65535, 65535, 0)
FLOODS = {
    "a rectangle of 16 GiB": flooding(HUGE_RECTANGLE, NOISE),
    "a clipboard of 4 GiB": flooding(struct.pack(">B3xI", 3, 0xFFFFFFFF), NOISE),
    "a clipboard of negative length": flooding(struct.pack(">B3xi", 3, -(2**31)), NOISE),
    "a name of 4 GiB": flooding(b"", NOISE, init=SERVER_INIT[:20] + b"\xff\xff\xff\xff"),
    "a million tiny updates": flooding(b"", struct.pack(">BxH", 0, 0) * 12),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_passes_and_nothing_of_it_stays(gateway, lie, vm, oli, name):
    lie(FLOODS[name])
    console = opened(gateway, sign_in(oli), vm)
    before = resident()
    for length, answer in ((12, GREETING), (2, b"\x01"), (4, b"\x01")):
        console.hear(length)
        console.say(answer)
    heard, most = 0, 0
    while (message := console.message())[0] != 8:
        heard += len(message[1])
        most = max(most, resident())
    assert heard > FLOOD - 100
    assert message[1][2:] == b"display-closed"
    assert most - before < 16 * MB
    wait_until(lambda: not gateway.house.rooms())


def test_a_display_that_stops_in_the_middle_of_a_message_can_be_left(gateway, lie, vm, oli):
    half = struct.pack(">BxHHH", 0, 1, 0, 0)
    lie(saying(OPEN + SERVER_INIT + half, then_silent=True))
    console = opened(gateway, sign_in(oli), vm)
    console.shake_hands()
    console.say(b"\x03\xe8", 8)
    wait_until(lambda: not gateway.house.rooms())


def test_a_display_that_takes_no_input_is_given_up(gateway, lie, vm, oli, monkeypatch):
    monkeypatch.setattr(pump, "STUCK_SECONDS", 1.0)

    def deaf(connection: socket.socket) -> None:
        connection.sendall(OPEN + SERVER_INIT)
        threading.Event().wait(20)

    lie(deaf)
    console = opened(gateway, sign_in(oli), vm)
    console.shake_hands()
    console.sock.settimeout(5)
    sent = 0
    with suppress(TimeoutError):
        while sent < 100 * MB and gateway.house.rooms():
            console.say(KEY * 5000)
            sent += 5000 * len(KEY)
    assert sent < 30 * MB
    wait_until(lambda: not gateway.house.rooms(), timeout=5)


def test_a_tunnel_whose_far_end_closes_ends_the_console(gateway, lie, vm, oli, monkeypatch):
    """The SSH channel's place is taken by a plain connection of the same shape."""
    liar = lie(flooding(b"", NOISE))
    tunnels = Tunnels()

    async def through() -> socket.socket:
        return await tunnels._join(*await asyncio.open_connection("127.0.0.1", liar.port))  # type: ignore[arg-type]

    def open_screen(*_args: Any) -> socket.socket:
        return target.enter(tunnels.ask(through()), "", LOOPBACK)

    monkeypatch.setattr(target, "open_screen", open_screen)
    before = resident()
    console = opened(gateway, sign_in(oli), vm)
    console.shake_hands()
    assert console.ending() == (4502, "display-closed")
    assert resident() - before < 24 * MB
    wait_until(lambda: not tunnels._copies)
    tunnels.close()
