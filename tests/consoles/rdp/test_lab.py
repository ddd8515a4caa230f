"""RDP to a real server by the ways that lead to machines: through the host, and directly.

The server runs in the network of another host of the lab, whose address stands for the machine's:
lab guests are too small for a desktop.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consoles.models import RdpAccess
from consoles.rdp import pins
from tests.consoles.conftest import sign_in
from tests.consoles.terminals import ending
from tests.consoles.test_lab import row_of, trust
from tests.lab import Lab
from virt.pool import close_all
from vms.models import VM

from .desktops import Desktop
from .servers import enter, knock

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
PORT = 3389


@pytest.fixture(autouse=True)
def no_connection_is_left():
    """Close libvirt connections before the hosts of the test go."""
    yield
    close_all()


@pytest.fixture(autouse=True)
def own_key_folder(settings, tmp_path):
    """Keep the lab's key away from the key that other tests make."""
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def desktop(lab: Lab, tmp_path: Path) -> Iterator[Desktop]:
    found = Desktop(tmp_path, port=PORT, prefix=lab["hv2"].network)
    yield found
    found.close()


def leading_to(vm: VM, address: str) -> VM:
    vm.addresses = [{"mac": "", "address": address, "family": "ipv4", "source": "arp"}]
    vm.save()
    return vm


@pytest.mark.parametrize("transport", ["ssh", "local"])
def test_a_machine_is_reached_through_its_host_or_by_the_portal_itself(
    gateway, lab: Lab, lab_guest, oli, desktop, transport
):
    key = {"host_key": trust(lab_guest)} if transport == "ssh" else {}
    vm = leading_to(row_of(lab_guest, transport, oli, **key), lab["hv2"].ip)
    client = sign_in(oli)
    console, answer = enter(gateway, client, vm)
    assert answer.address == lab["hv2"].ip and len(answer.chain) == 1
    row = RdpAccess.objects.get(vm=vm)
    assert row.port == PORT and row.pinned == pins.digest(answer.chain[0])
    peers = lab["hv2"].inside("ss", "-Htn", "state", "established", f"sport = :{PORT}")
    assert (lab["hv1"].ip in peers) is (transport == "ssh")
    console.close()
    desktop.renew_certificate()
    assert ending(knock(gateway, client, vm)) == "rdp-certificate-changed"
    pins.set_port(vm, oli, PORT + 1)
    assert ending(knock(gateway, client, vm)) == "rdp-unreachable"
