"""Machines whose SSH leads to a server of our own."""

from typing import Any

import pytest

from consoles.gateway.ssh import session as ssh
from consoles.models import SshAccess
from consoles.reaching.where import Way
from tests.factories import make_host, make_vm
from vms.models import VM

from .ssh_shells import Running, Server, running

__all__ = ["Running", "Server", "make_machine", "running"]


def make_machine(oli: Any, monkeypatch: pytest.MonkeyPatch, port: int, **fields: Any) -> VM:
    """Return a machine of oli's whose SSH leads to `port` of this computer."""
    monkeypatch.setattr(ssh, "ways_to", lambda _vm: [Way("127.0.0.1", False)])
    one = {"mac": "", "address": "192.0.2.7", "family": "ipv4", "source": "lease"}
    host = make_host(transport="tcp", hostname="192.0.2.200")
    vm = make_vm("web01", owner=oli, host=host, addresses=[one], address="192.0.2.7", **fields)
    SshAccess.objects.create(vm=vm, port=port)
    return vm
