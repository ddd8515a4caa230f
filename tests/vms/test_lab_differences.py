"""What somebody defines with virsh for a machine's next start is shown until it has started."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from hosts.models import Host
from tests.lab import Lab
from virt import pool
from vms.models import VM
from vms.sync.rows import Mirror

from .test_lab_lifecycle import act, adopt, row_of

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
FILES = ("more.img", "medium.iso")
MORE = (
    "<graphics type='spice'><listen type='none'/></graphics>"
    "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
)


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    yield
    pool.close_all()


def read_again(lab: Lab, host: Host, mirror: Mirror, vm: VM) -> list[tuple[str, str]]:
    with pool.pooled(lab["hv1"].address()) as hypervisor:
        mirror.resync(host, hypervisor.list_domains())
    vm.refresh_from_db()
    return [(one["part"], one["change"]) for one in vm.differences]


def test_other_hardware_waits_for_the_next_start(
    lab: Lab, oli: User, mirror: Mirror, client: Client
) -> None:
    hv1 = lab["hv1"]
    host = row_of(hv1)
    guest = lab.guest(hv1, "differs", network="default", more=MORE)
    vm = adopt(host, guest, oli)
    assert vm.differences == []
    for name in FILES:
        (hv1.images / name).write_bytes(bytes(1024**2))
    disk, medium = (f"/var/lib/libvirt/images/{name}" for name in FILES)
    hv1.virsh("attach-disk", vm.name, disk, "vdb", "--config")
    hv1.virsh("change-media", vm.name, "sda", medium, "--insert", "--config")
    hv1.virsh("detach-interface", vm.name, "network", "--config")
    waiting = [("disk", "added"), ("medium", "changed"), ("card", "removed")]
    assert read_again(lab, host, mirror, vm) == waiting
    client.force_login(oli)
    page = client.get(f"/machines/{vm.pk}/").content.decode()
    assert "Disk vdb is added, Medium in sda changes, Network card" in page
    act(vm, "force_off", oli)
    act(vm, "start", oli)
    assert read_again(lab, host, mirror, vm) == []
    assert "From the next start" not in client.get(f"/machines/{vm.pk}/").content.decode()
    for name in FILES:
        (hv1.images / name).unlink()
