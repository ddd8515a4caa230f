"""A browser that breaks the rules loses its own console and nothing else."""

import socket
import struct
import threading
import time
from contextlib import suppress

import pytest

from accounts.models import User
from consoles.closing import ConsoleClosed
from consoles.gateway import handler, pump, server
from consoles.gateway.server import GatewayServer
from consoles.gateway.websocket import MOST_FRAME, MOST_PENDING
from consoles.models import ConsoleSession
from consoles.rfb.hands import MOST_DOWN, Hands
from tests.lab.waiting import wait_until
from vms.models import VM

from .conftest import ask, sign_in
from .raw import CLOSE, PING, TEXT, RawBrowser, frame, resident
from .test_rfb import KEY

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024 * 1024


def opened(gateway: GatewayServer, vm: VM, oli: User) -> RawBrowser:
    client = sign_in(oli)
    console = RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])
    console.shake_hands()
    return console


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(bytes(65536))


def reason_of_the_last() -> str:
    row = wait_until(lambda: ConsoleSession.objects.exclude(closed_at=None).last())
    assert row is not None
    return row.close_reason


RUDE = {
    "text": frame(b"hello", TEXT),
    "not masked": frame(KEY, masked=False),
    "an unknown kind": frame(KEY, 5),
    "the rest of nothing": frame(KEY, 0),
    "a new message inside one": frame(KEY, fin=False) + frame(KEY),
    "a long ping": frame(bytes(126), PING),
    "a ping in parts": frame(b"x", PING, fin=False),
    "parts without end": frame(bytes(16), fin=False) + frame(bytes(16), 0, fin=False) * 66_000,
}


@pytest.mark.parametrize("name", RUDE)
def test_what_is_no_binary_message_ends_the_console(gateway, display, vm, oli, name):
    console = opened(gateway, vm, oli)
    sender = threading.Thread(target=_say_all, args=(console, RUDE[name]))
    sender.start()
    assert console.ending() == (4400, "protocol")
    sender.join(timeout=10)
    wait_until(lambda: not gateway.house.rooms())
    assert bytes(display.heard) in {b"", KEY}


def _say_all(console: RawBrowser, words: bytes) -> None:
    with suppress(OSError):  # cut off before the end
        console.sock.sendall(words)


def test_a_message_in_very_many_parts_arrives_whole(gateway, display, vm, oli):
    text = struct.pack(">B3xI", 6, 40_000) + bytes(40_000)
    console = opened(gateway, vm, oli)
    parts = [frame(text[at : at + 2], 0 if at else 2, fin=False) for at in range(0, len(text), 2)]
    console.sock.sendall(b"".join(parts) + frame(b"", 0))
    wait_until(lambda: bytes(display.heard) == text)


def test_pings_that_nobody_reads_the_answers_of_pile_up_nowhere(
    gateway, display, vm, oli, monkeypatch
):
    monkeypatch.setattr(pump, "STUCK_SECONDS", 1.5)
    console = opened(gateway, vm, oli)
    before = resident()
    console.sock.settimeout(0.3)
    pings, sent = frame(bytes(125), PING) * 100, 0
    with pytest.raises(OSError):
        while sent < 200 * MB:
            console.sock.sendall(pings)
            sent += len(pings)
    (room,) = gateway.house.rooms()
    assert room.pump._browser.pending_bytes < MOST_PENDING + MOST_FRAME
    assert resident() - before < 16 * MB
    wait_until(lambda: not gateway.house.rooms(), timeout=6)
    assert reason_of_the_last() == "slow"


def test_closing_while_the_picture_waits_ends_it_at_once(gateway, display, vm, oli):
    display.talk = flood
    console = opened(gateway, vm, oli)
    (room,) = wait_until(gateway.house.rooms)
    wait_until(lambda: room.pump._browser.pending_bytes)
    console.say(struct.pack(">H", 1000), CLOSE)
    assert console.ending()[0] == 1000
    wait_until(lambda: not gateway.house.rooms(), timeout=3)
    assert reason_of_the_last() == "left"


def test_a_browser_that_falls_silent_is_let_go(gateway, display, vm, oli, monkeypatch):
    monkeypatch.setattr(pump, "SILENCE_SECONDS", 1.0)
    console = opened(gateway, vm, oli)
    assert console.ending() == (1000, "")
    wait_until(lambda: not gateway.house.rooms())


def test_a_handshake_that_never_ends_is_cut_off(gateway, display, vm, oli, monkeypatch):
    monkeypatch.setattr(handler, "HANDSHAKE_SECONDS", 1.0)
    client = sign_in(oli)
    console = RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])
    console.hear(12)
    for _part in range(4):
        time.sleep(0.2)
        console.say(b"R")
    assert console.ending() == (4400, "left")


def test_a_request_that_comes_byte_by_byte_is_cut_off(gateway, monkeypatch):
    monkeypatch.setattr(server, "ARRIVING_SECONDS", 1.0)
    slow = socket.socket(socket.AF_UNIX)
    slow.connect(str(gateway.path))
    begun = time.monotonic()
    with pytest.raises(OSError):
        while time.monotonic() - begun < 8:
            slow.sendall(b"G")
            time.sleep(0.1)
    assert time.monotonic() - begun < 5
    wait_until(lambda: not gateway._arriving)


def test_more_keys_held_than_a_keyboard_has_end_it():
    hands = Hands(drives=True)
    press = [struct.pack(">BBHI", 4, 1, 0, key) for key in range(MOST_DOWN + 1)]
    hands.feed(b"".join(press[:-1]))
    with pytest.raises(ConsoleClosed) as closed:
        hands.feed(press[-1])
    assert closed.value.key == "protocol"
