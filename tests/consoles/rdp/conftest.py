"""Machines that are reached here, and the servers that stand for them."""

from collections.abc import Iterator

import pytest

from consoles.gateway import rdp
from consoles.reaching.where import Way
from tests.factories import make_vm
from vms.models import VM

from .servers import Server


@pytest.fixture
def vm(oli) -> VM:
    address = {"mac": "", "address": "192.0.2.7", "family": "ipv4", "source": "lease"}
    return make_vm("web01", owner=oli, address="192.0.2.7", addresses=[address])


@pytest.fixture
def here(vm, oli, monkeypatch) -> Iterator[list[Server]]:
    """Let the machine be reached here; the servers end with the test."""
    servers: list[Server] = []
    monkeypatch.setattr(rdp, "ways_to", lambda _vm: [Way("127.0.0.1", by_host=False)])
    yield servers
    for server in servers:
        server.close()
