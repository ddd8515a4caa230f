"""Fifty SSH consoles at once: what one costs, and that those who read nothing cost no more."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.lab.waiting import wait_until

from .conftest import sign_in
from .raw import resident
from .ssh_server import make_machine
from .terminals import ending, enter, raw_sign_in, said, type_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KB = 1024
COUNT, STUCK = 50, 20


@pytest.fixture
def ports() -> Iterator[list[int]]:
    """The server's memory is its own: it is another process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.consoles.ssh_shells"],
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield [int(word) for word in process.stdout.readline().split()]
    process.terminate()
    process.wait(timeout=10)


def is_flooded(gateway: Any, count: int) -> bool:
    pumps = [room.pump for room in gateway.house.rooms()]
    return sum(pump is not None and pump.bytes_out > 100 * KB for pump in pumps) >= count


def test_fifty_sessions_are_served_and_who_reads_nothing_holds_no_memory(
    gateway, ports, oli, settings, monkeypatch
):
    settings.CONSOLES_PER_USER = settings.CONSOLES_PER_MACHINE = 2 * COUNT
    quiet, flooding = ports
    vm = make_machine(oli, monkeypatch, quiet)
    client = sign_in(oli)
    first, _facts = enter(gateway, client, vm)  # what is loaded once is loaded
    said(first, "ready")
    before = resident()
    consoles = [enter(gateway, client, vm)[0] for _ in range(COUNT)]
    for number, console in enumerate(consoles):
        said(console, "ready")
        type_in(console, f"hello {number}\n")
        said(console, f"> hello {number}")
    each = (resident() - before) / COUNT
    print(f"an SSH console: {each / KB:.0f} KB")
    assert each < 700 * KB  # with the browser's end, which is here too
    vm.ssh_access.port = flooding
    vm.ssh_access.save()
    before = resident()
    stuck = [raw_sign_in(gateway, client, vm) for _ in range(STUCK)]
    wait_until(lambda: is_flooded(gateway, STUCK), timeout=60)
    most, until = 0, time.monotonic() + 3
    while time.monotonic() < until:
        most = max(most, resident())
        time.sleep(0.1)
    print(f"one that reads nothing: {(most - before) / STUCK / KB:.0f} KB")
    assert (most - before) / STUCK < 1024 * KB
    for number, console in enumerate(consoles):
        type_in(console, f"still {number}\n")
        said(console, f"> still {number}")
        type_in(console, "exit\n")
        assert ending(console) == "ssh-ended"
    for console in (first, *stuck):
        getattr(console, "sock", console).close()
    wait_until(lambda: not gateway.house.rooms(), timeout=30)
    wait_until(lambda: not gateway.shells._copies, timeout=30)
