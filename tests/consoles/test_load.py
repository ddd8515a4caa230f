"""Slow browsers hold no memory (L03), and 200 consoles at once are served (L04)."""

import json
import socket

import pytest

from benchmarks.bench_console import apart
from consoles.gateway import pump
from consoles.gateway.house import Room
from consoles.gateway.server import GatewayServer
from consoles.gateway.websocket import BLOCK, HEAD
from consoles.models import ConsoleSession
from tests.lab.waiting import wait_until

from .conftest import SERVER_INIT, ask, sign_in
from .raw import RawBrowser, resident
from .test_rfb import KEY, UPDATE

MB = 1024 * 1024
STUCK = 20


@pytest.mark.slow
def test_two_hundred_consoles_are_served_and_leave_nothing_behind():
    """Twenty of them stop reading a display that never stops sending."""
    seen = json.loads(apart("benchmarks.console_load"))
    assert (seen["opened"], seen["answered"]) == (200, 200)
    assert seen["memory_each"] < MB / 2
    assert seen["memory_stuck"] < STUCK * MB / 2
    assert seen["median_us"] < 50_000
    assert seen["median_us_beside_stuck"] < 50_000
    assert seen["others_answered"] > 180
    assert seen["threads_left"] <= 0
    assert seen["descriptors_left"] <= 2  # a database connection may be open at this moment


@pytest.mark.django_db(transaction=True)
def test_who_reads_nothing_is_let_go_and_the_others_go_on(
    gateway, display, vm, oli, settings, monkeypatch
):
    settings.CONSOLES_PER_USER = settings.CONSOLES_PER_MACHINE = STUCK + 2
    client = sign_in(oli)

    def opened() -> RawBrowser:
        console = RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])
        console.shake_hands()
        return console

    quick = opened()
    before = resident()

    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(bytes(65536))

    display.talk = flood
    stuck, slow = [opened() for _ in range(STUCK)], opened()
    rooms = wait_until(lambda: _flooded(gateway) if len(_flooded(gateway)) > STUCK else [])
    monkeypatch.setattr(pump, "STUCK_SECONDS", 3.0)
    while len(gateway.house.rooms()) > 2:  # who reads a little stays
        assert sum(room.pump._browser.pending_bytes for room in rooms) <= len(rooms) * (
            BLOCK + HEAD
        )
        slow.hear(BLOCK)
        quick.say(KEY + UPDATE)
    assert display.heard.count(KEY + UPDATE) > 20
    assert resident() - before < STUCK * MB
    ended = ConsoleSession.objects.exclude(closed_at=None).filter(close_reason="slow")
    wait_until(lambda: ended.count() == STUCK)
    for console in (*stuck, slow, quick):
        console.close()
    wait_until(lambda: not gateway.house.rooms())


def _flooded(gateway: GatewayServer) -> list[Room]:
    rooms = gateway.house.rooms()
    return [room for room in rooms if room.pump and room.pump.bytes_out > len(SERVER_INIT)]


@pytest.mark.django_db(transaction=True)
def test_who_reads_again_while_being_let_go_hears_why(gateway, display, vm, oli, monkeypatch):
    monkeypatch.setattr(pump, "STUCK_SECONDS", 1.0)
    display.talk = lambda connection: connection.sendall(bytes(20 * MB))
    client = sign_in(oli)
    console = RawBrowser(gateway.path, client, ask(client, vm).json()["ticket"])
    console.shake_hands()
    wait_until(lambda: not gateway.house.rooms(), every=0.01)
    assert console.ending() == (4411, "slow")
