"""A stream with TLS, read through a plain socket: nothing piles up, and each end is the other's."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from consoles.closing import ConsoleClosed
from consoles.gateway.encryption import encrypt
from consoles.rfb import handshake
from tests.lab.certificates import Authority
from tests.lab.waiting import wait_until
from virt.uri import HostAddress, Transport

from .test_rfb import Script

MB = 1024 * 1024


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    authority = Authority()
    authority.issue(tmp_path / "server", "server", ["localhost"])
    authority.issue(tmp_path / "client", "client")
    return tmp_path


@pytest.fixture
def ends(pki: Path) -> Iterator[tuple[socket.socket, ssl.SSLSocket]]:
    """Our plain end, and the display's with TLS."""
    ours, theirs = socket.socketpair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "server/servercert.pem", pki / "server/serverkey.pem")
    got: list[ssl.SSLSocket] = []
    display = threading.Thread(
        target=lambda: got.append(context.wrap_socket(theirs, server_side=True))
    )
    display.start()
    ours.settimeout(5)
    plain = encrypt(ours, HostAddress(Transport.TLS, "localhost", pki=str(pki / "client")))
    display.join()
    with plain, got[0]:
        yield plain, got[0]


def relays() -> int:
    return sum(thread.name == "tls" for thread in threading.enumerate())


def test_both_ways_carry_much_and_parts_of_a_record_are_told(ends):
    plain, display = ends
    data = bytes(range(256)) * (4 * MB // 256)
    threading.Thread(target=display.sendall, args=(data,)).start()
    got = bytearray()
    while len(got) < len(data):
        got += plain.recv(7 if len(got) < 1000 else 65536)
    assert got == data
    sender = threading.Thread(target=plain.sendall, args=(data,))
    sender.start()
    got = bytearray()
    while len(got) < len(data):
        got += display.recv(65536)
    sender.join()
    assert got == data


def test_a_side_that_does_not_read_stops_the_other(ends):
    plain, display = ends
    display.setblocking(False)
    sent = 0
    while sent < 64 * MB:
        try:
            sent += display.send(bytes(65536))
        except ssl.SSLWantWriteError:
            break
    assert sent < 8 * MB
    display.setblocking(True)
    plain.close()
    wait_until(lambda: relays() == 0, what="the relay ends though nobody reads")


def test_who_leaves_while_the_display_takes_nothing_leaves_nothing_behind(ends):
    plain, _display = ends
    plain.setblocking(False)
    with pytest.raises(BlockingIOError):
        for _ in range(1000):
            plain.send(bytes(65536))
    plain.close()
    wait_until(lambda: relays() == 0, what="the relay ends though nothing is taken")


def test_the_end_of_the_display_is_told(ends):
    plain, display = ends
    display.sendall(b"goodbye")
    display.close()
    assert plain.recv(100) == b"goodbye"
    assert plain.recv(100) == b""


@pytest.mark.parametrize(
    ("said", "password", "key"),
    [
        (b"\x01\x13\x00\x01", "", "display-unsupported"),
        (b"\x01\x13\x00\x02\x01", "", "display-unsupported"),
        (b"\x01\x13\x00\x02\x00\x01" + (257).to_bytes(4), "", "display-unsupported"),
        (b"\x01\x13\x00\x02\x00\x01" + (261).to_bytes(4), "", "display-password"),
        (b"\x01\x13\x00\x02\x00\x01" + (260).to_bytes(4) + b"\x00", "", "display-refused"),
    ],
)
def test_kinds_of_encryption_that_prove_nothing_are_refused(said, password, key):
    with pytest.raises(ConsoleClosed) as closed:
        handshake.enter(Script(b"RFB 003.008\n" + said), password, pytest.fail)
    assert closed.value.key == key
