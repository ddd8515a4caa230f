"""Findings of real hosts and guests come and go with what is there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from hosts.models import Host, HostState
from hosts.services.managing import request_probe
from hosts.sync import apply_inventory
from jobs.models import Job
from posture import looking
from posture.models import Finding
from tests.hosts.conftest import add
from tests.lab import Lab, LabHost
from virt.pool import close_all, pooled
from vms.models import VM
from vms.sync.rows import Mirror

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
OPEN = "<graphics type='vnc' autoport='yes' listen='0.0.0.0'{more}/>"
SPICE = (
    "<graphics type='spice' autoport='yes' listen='0.0.0.0'/>"
    "<disk type='file' device='disk'><driver name='qemu' type='raw' cache='unsafe'/>"
    "<source file='/var/lib/libvirt/images/both.raw'/><target dev='vdb' bus='virtio'/>"
    "<shareable/></disk>"
)


def read(house: LabHost, host: Host) -> None:
    """Read the host as its watcher does, then look."""
    with pooled(house.address(host.transport), "poll") as hypervisor:
        apply_inventory(host, hypervisor.info())
        Mirror().resync(host, hypervisor.list_domains())
    looking.look()


def found(**about: object) -> dict[str, Finding]:
    rows = Finding.objects.standing().filter(state="bad", **about)
    return {row.check_key: row for row in rows}


def test_a_display_that_is_opened_locked_and_closed(lab: Lab) -> None:
    house = lab["hv1"]
    host = add(house)
    lab.guest(house, "shown", graphics="", more=OPEN.format(more=""))
    read(house, host)
    vm = VM.objects.get(name="shown")
    opened = found(vm=vm)["display-open"]
    assert opened.evidence[0].startswith("vnc 0.0.0.0:59")
    assert {"emulated", "no-copy"} <= set(found(vm=vm))
    assert not {"display-wide", "display-local"} & set(found(vm=vm))

    def again(graphics: str, more: str = "") -> set[str]:
        house.virsh("destroy", "shown")
        house.virsh("undefine", "shown")
        lab.guest(house, "shown", uuid=str(vm.uuid), graphics=graphics, more=more)
        read(house, host)
        return set(found(vm=vm))

    keys = again("", OPEN.format(more=" passwd='hush-hus'"))
    assert "display-wide" in keys
    assert "display-open" not in keys
    assert "display-local" in again("loopback")
    keys = again("socket")
    assert not {"display-open", "display-wide", "display-local"} & keys
    assert VM.objects.get(pk=vm.pk).fences["displays"][0]["has_password"] is None
    rows = VM.objects.filter(fences__icontains="hush") | VM.objects.filter(
        graphics__icontains="hush"
    )
    assert not rows.exists()


def test_what_a_guest_has_of_others_is_found(lab: Lab) -> None:
    house = lab["hv1"]
    host = add(house)
    house.inside("truncate", "-s", "4M", "/var/lib/libvirt/images/both.raw")
    lab.guest(house, "sharing", graphics="", more=SPICE)
    read(house, host)
    about = found(vm=VM.objects.get(name="sharing"))
    assert about["disk-shared"].evidence == ["vdb"]
    assert about["disk-unsafe"].evidence == ["vdb"]
    assert about["display-open"].evidence[0].startswith("spice 0.0.0.0:59")


@pytest.fixture
def certificates(lab: Lab, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Give the portal those of the lab."""
    settings.DATA_DIR = tmp_path
    shutil.copytree(lab["hv1"].pki, tmp_path / "tls")
    yield
    close_all()


@pytest.mark.usefixtures("certificates")
def test_a_host_by_tcp_is_a_finding_and_by_its_socket_it_is_none(lab: Lab, ada: User) -> None:
    house = lab["hv1"]
    host = add(house, "tcp")
    read(house, host)
    keys = set(found(host=host))
    assert {"host-plain", "host-unconfined", "host-root"} <= keys  # the lab runs as root, unfenced
    Host.objects.filter(pk=host.pk).update(transport="local", socket=house.address().socket)
    host.refresh_from_db()
    read(house, host)
    assert "host-plain" not in found(host=host)
    Host.objects.filter(pk=host.pk).update(transport="tls", state=HostState.ONLINE)
    host.refresh_from_db()
    looking.look()
    door = Finding.objects.standing().get(host=host, check_key="host-second-door")
    assert door.state == "unknown"
    job = Job.objects.get(pk=request_probe(host, ada).pk)
    assert job.state == "succeeded", job.error_detail
    looking.look()
    assert found(host=host)["host-second-door"].evidence == [f"{host.hostname}:16509"]
