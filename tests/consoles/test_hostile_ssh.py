"""An SSH server in a machine that lies, floods or falls silent harms nobody."""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from consoles.gateway import pump
from consoles.gateway.ssh import client as ssh_client
from consoles.gateway.ssh import shell
from consoles.ssh.frames import DATA
from tests.lab.waiting import wait_until

from .conftest import sign_in
from .raw import resident
from .ssh_server import Running, Server, make_machine, running
from .ssh_shells import yes
from .terminals import ending, enter, frame, knock, raw_sign_in, said, type_in
from .test_hostile_displays import Liar

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024 * 1024
VERSION = b"SSH-2.0-OpenSSH_9.9\r\n"
DATA_MESSAGE, ADJUST, REQUEST = 94, 93, 98  # RFC 4254


@pytest.fixture
def servers() -> Iterator[Running]:
    with running() as made:
        yield made


def listening(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def endless(piece: bytes, first: bytes = b"") -> Any:
    def script(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(piece)

    return script


def saying(words: bytes) -> Any:
    def script(connection: socket.socket) -> None:
        connection.sendall(words)
        listening(connection)

    return script


def dripping(connection: socket.socket) -> None:
    for byte in VERSION * 10:
        connection.sendall(bytes((byte,)))
        time.sleep(0.3)


def packet(payload: bytes) -> bytes:
    padding = 16 - (len(payload) + 5) % 16 + 8
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding)


IGNORE = packet(b"\x02" + struct.pack(">I", 4) + b"nope")
KEXINIT = packet(b"\x14" + bytes(16) + (struct.pack(">I", 4) + b"none") * 10 + bytes(5))
AT_THE_DOOR = {
    "no word": saying(b""),
    "another protocol": saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "an old version": saying(b"SSH-1.5-old\r\n"),
    "bytes that are no text": saying(os.urandom(4096)),
    "a banner without end": endless(b"welcome\r\n" * 1000),
    "one line without end": endless(b"x" * 65536),
    "a version without end": saying(b"SSH-2.0-" + b"x" * 7000),
    "one byte at a time": dripping,
    "a packet of 4 GiB": saying(VERSION + b"\xff" * 64),
    "a packet without end": endless(b"\0" * 65536, VERSION + b"\0\x03\xff\xf0"),
    "a key exchange that does not go on": saying(VERSION + KEXINIT),
    "a key exchange that never comes": endless(IGNORE * 1000, VERSION),
    "gone after a word": lambda connection: connection.sendall(VERSION),
}


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_a_liar_at_the_door_is_left_within_its_time(gateway, oli, monkeypatch, name):
    monkeypatch.setattr(shell, "KEY_SECONDS", 2.0)
    liar = Liar(AT_THE_DOOR[name])
    vm = make_machine(oli, monkeypatch, liar.port)
    client = sign_in(oli)
    before, asked_at = resident(), time.monotonic()
    console = knock(gateway, client, vm)
    assert ending(console) == "ssh-not-spoken"
    assert time.monotonic() - asked_at < 10
    assert resident() - before < 16 * MB
    wait_until(lambda: not gateway.house.rooms())
    liar.close()


class Silent(Server):
    """Never says whether it lets one in."""

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(60)
        return True


class Waving(Server):
    """Says hello without end instead."""

    async def validate_password(self, username: str, password: str) -> bool:
        while True:
            self.conn.send_auth_banner("hello " * 1000)
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("server", [Silent, Waving])
def test_a_sign_in_that_never_ends_is_left(gateway, servers, oli, monkeypatch, server):
    monkeypatch.setattr(ssh_client, "SIGN_IN_SECONDS", 2.0)
    monkeypatch.setattr(shell, "SIGN_IN_SECONDS", 2.0)
    vm = make_machine(oli, monkeypatch, servers.serve(server))
    asked_at, before = time.monotonic(), resident()
    assert ending(knock(gateway, sign_in(oli), vm)) == "ssh-hung-up"
    assert time.monotonic() - asked_at < 10
    assert resident() - before < 24 * MB


async def over_the_window(process: Any) -> None:
    """Send far more than was allowed."""
    for _piece in range(2000):
        process.channel.send_packet(DATA_MESSAGE, struct.pack(">I", 16000) + bytes(16000))
        await asyncio.sleep(0)


async def backwards(process: Any) -> None:
    """Use a channel that is not there."""
    process.channel._conn.send_packet(DATA_MESSAGE, struct.pack(">II", 99, 1) + b"x")
    await asyncio.sleep(60)


@pytest.mark.parametrize("shell_", [over_the_window, backwards])
def test_a_window_that_lies_ends_the_session(gateway, servers, oli, monkeypatch, shell_):
    vm = make_machine(oli, monkeypatch, servers.serve(shell=shell_))
    before = resident()
    console, _facts = enter(gateway, sign_in(oli), vm)
    assert ending(console) == "ssh-ended"
    assert resident() - before < 64 * MB  # of which the server holds most
    wait_until(lambda: not gateway.house.rooms())


def test_who_reads_nothing_holds_no_memory_and_is_let_go(gateway, servers, oli, monkeypatch):
    monkeypatch.setattr(pump, "STUCK_SECONDS", 3.0)
    vm = make_machine(oli, monkeypatch, servers.serve(shell=yes))
    client = sign_in(oli)
    first = raw_sign_in(gateway, client, vm)  # what is loaded once is loaded
    wait_until(lambda: any(room.pump for room in gateway.house.rooms()), timeout=20)
    before = resident()
    stuck = [raw_sign_in(gateway, client, vm) for _ in range(5)]
    wait_until(lambda: sum(bool(room.pump) for room in gateway.house.rooms()) > 3, timeout=20)
    most = 0
    while any(room.pump for room in gateway.house.rooms()):
        most = max(most, resident())
        time.sleep(0.05)
    assert most - before < 5 * 4 * MB  # with the server's side, which is here too
    assert first.ending()[1] == "slow"
    for console in stuck:
        console.close()


async def deaf(process: Any) -> None:
    """Read nothing."""
    await asyncio.sleep(60)


async def deaf_and_generous(process: Any) -> None:
    """Allow any amount, and stop taking anything from the connection."""
    connection = process.channel._conn
    for _more in range(64):
        process.channel.send_packet(ADJUST, struct.pack(">I", 0x7FFFFFFF))
    await asyncio.sleep(0.2)
    connection._transport.pause_reading()
    await asyncio.sleep(60)


@pytest.mark.parametrize("shell_", [deaf, deaf_and_generous])
def test_what_a_shell_does_not_read_is_not_kept(gateway, servers, oli, monkeypatch, shell_):
    monkeypatch.setattr(pump, "STUCK_SECONDS", 2.0)
    vm = make_machine(oli, monkeypatch, servers.serve(shell=shell_))
    console = raw_sign_in(gateway, sign_in(oli), vm)
    wait_until(lambda: any(room.pump for room in gateway.house.rooms()), timeout=20)
    time.sleep(0.5)
    console.sock.settimeout(3)
    before, sent, most = resident(), 0, 0
    piece = frame(DATA, bytes(16000))
    with suppress(TimeoutError, OSError):
        while sent < 200 * MB and gateway.house.rooms():
            console.say(piece)
            sent += len(piece)
            most = max(most, resident())
    assert sent < 30 * MB
    assert most - before < 16 * MB
    wait_until(lambda: not gateway.house.rooms(), timeout=20)


async def asking(process: Any) -> None:
    """Want an answer without end, and take none."""
    connection = process.channel._conn
    connection._transport.pause_reading()
    with suppress(OSError):
        while True:
            for _many in range(200):
                process.channel.send_packet(REQUEST, struct.pack(">I", 4) + b"nope" + b"\x01")
            await asyncio.sleep(0)
            while connection._transport.get_write_buffer_size() > MB:
                await asyncio.sleep(0.01)


def test_a_server_that_wants_answers_and_takes_none_is_left(gateway, servers, oli, monkeypatch):
    monkeypatch.setattr(shell, "MOST_UNSENT", 64 * 1024)
    vm = make_machine(oli, monkeypatch, servers.serve(shell=asking))
    before = resident()
    console, _facts = enter(gateway, sign_in(oli), vm)
    assert ending(console) == "ssh-ended"
    assert resident() - before < 32 * MB


async def tiny(process: Any) -> None:
    """Send the smallest packets there are, without end."""
    connection = process.channel._conn
    with suppress(OSError):
        while True:
            for _many in range(500):
                connection.send_packet(2, struct.pack(">I", 0))
            await asyncio.sleep(0)
            while connection._transport.get_write_buffer_size() > MB:
                await asyncio.sleep(0.001)


def test_others_go_on_beside_one_that_floods(gateway, servers, oli, sam, monkeypatch):
    """Of another machine: it is in the same loop."""
    vm = make_machine(oli, monkeypatch, servers.serve(shell=tiny))
    client = sign_in(oli)
    with running() as quiet:
        port = quiet.serve()
        flooding, _facts = enter(gateway, client, vm)
        vm.ssh_access.port = port
        vm.ssh_access.pinned = ""
        vm.ssh_access.save()
        console, _facts = enter(gateway, client, vm)
        said(console, "ready")
        for number in range(10):
            type_in(console, f"still {number}\n")
            said(console, f"> still {number}")
        flooding.close()
        console.close()
    wait_until(lambda: not gateway.house.rooms())
