"""Machines become bigger and smaller on a real host; read back by virsh and in the guest."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from uuid import uuid4

import pytest

from accounts.models import User
from catalogue.seeding import seed
from hosts.models import Host
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from quotas.services import QuotaExceeded
from snapshots.models import Snapshot
from snapshots.services.asking import request_revert, request_snapshot
from tests.lab import Guest, Lab, LabHost, wait_until
from virt import pool
from virt.hosts import storage
from virt.specs import VolumeSpec
from vms.counting import counted_of
from vms.models import VM
from vms.resizing.pending import pending_of
from vms.resizing.services import request_growth, request_resize, request_undo
from vms.resizing.wishes import ResizeRequest
from vms.sync.rows import Mirror

from .lab import domains
from .test_lab_lifecycle import act, adopt, done, row_of

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
MIB = 1024**2
GIB = 1024**3
RAW = (
    "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/>"
    "<target dev='vdb' bus='virtio'/></disk>"
)


@pytest.fixture
def hv1(lab: Lab) -> Iterator[LabHost]:
    """A lab host whose guests and disks of ours go at the end."""
    hv1 = lab["hv1"]
    yield hv1
    pool.close_all()
    for name in domains(hv1):
        hv1.virsh("destroy", name, check=False)
        hv1.virsh("undefine", name, "--snapshots-metadata", check=False)
    for name in ("grows.qcow2", "grows.img"):
        hv1.virsh("vol-delete", name, "--pool", "default", check=False)


@pytest.fixture
def host(hv1: LabHost, transactional_db: None) -> Host:
    """Its row."""
    return row_of(hv1)


def change(vm: VM, by: User, **wish: object) -> Job:
    """Change the size and return the job; the row is read again."""
    job = done(request_resize(vm, ResizeRequest(**wish), by))  # type: ignore[arg-type]
    vm.refresh_from_db()
    return job


def vcpus(hv1: LabHost, vm: VM, *flags: str) -> int:
    """Return how many processors virsh counts."""
    return int(hv1.virsh("vcpucount", vm.name, *flags))


def balloon(hv1: LabHost, vm: VM) -> int:
    """Return how much memory QEMU says the guest has, in MiB."""
    lines = hv1.virsh("dommemstat", vm.name).splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("actual"))


def said(guest: Guest, path: str) -> str:
    """Return what a file of the guest says, over its serial port."""
    mark = f"said-{uuid4().hex}-"
    guest.wait_agent()
    guest.shell(f"echo {mark}$(cat {path})-so >/dev/ttyS0")
    pattern = re.compile(f"{mark}(.*?)-so")
    wait_until(
        lambda: pattern.search(guest.serial_output()), timeout=30, what=f"{path} in the guest"
    )
    found = pattern.search(guest.serial_output())
    assert found is not None
    return found[1]


def test_a_machine_that_is_off_starts_with_its_new_size(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    guest = lab.guest(hv1, "off", graphics="")
    vm = adopt(host, guest, oli)
    act(vm, "force_off", oli)
    job = change(vm, oli, vcpus=2, memory=192 * MIB, max_vcpus=4)
    assert (vm.vcpus, vm.max_vcpus, vm.memory, vm.next_vcpus) == (2, 4, 192 * MIB, 0)
    assert (vcpus(hv1, vm, "--config", "--current"), vcpus(hv1, vm, "--config", "--maximum")) == (
        (2, 4)
    )
    assert "virsh setvcpus off 4 --maximum --config" in job.commands
    act(vm, "start", oli)
    guest.wait_ticking()
    assert (vcpus(hv1, vm, "--live", "--current"), balloon(hv1, vm)) == (2, 192)
    assert said(guest, "/sys/devices/system/cpu/present") == "0-1"


def test_a_running_machine_changes_at_once_as_far_as_it_can_grow(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    guest = lab.guest(hv1, "live", graphics="")
    vm = adopt(host, guest, oli)
    change(vm, oli, max_vcpus=2, max_memory=256 * MIB, live=True)
    assert (vm.vcpus, vm.next_vcpus, vm.next_max_vcpus, vm.max_vcpus) == (1, 1, 2, 1)
    act(vm, "force_off", oli)
    act(vm, "start", oli)
    guest.wait_ticking()
    assert (vm.max_vcpus, vm.max_memory, pending_of(vm)) == (2, 256 * MIB, None)
    wait_until(lambda: balloon(hv1, vm) == 128, timeout=30, what="the balloon is blown up")
    job = change(vm, oli, vcpus=2, memory=192 * MIB, live=True)
    assert job.result["remarks"] == []
    assert job.commands[-2:] == [
        "virsh setvcpus live 2 --live",
        "virsh setmem live 196608KiB --live",
    ]
    assert (vm.vcpus, vm.memory, pending_of(vm)) == (2, 192 * MIB, None)
    assert (vcpus(hv1, vm, "--live", "--current"), balloon(hv1, vm)) == (2, 192)
    assert vcpus(hv1, vm, "--config", "--current") == 2
    assert said(guest, "/sys/devices/system/cpu/present") == "0-1"
    job = change(vm, oli, memory=128 * MIB, live=True)
    assert (job.result["remarks"], balloon(hv1, vm)) == ([], 128)
    assert (vm.vcpus, vm.memory, pending_of(vm)) == (2, 128 * MIB, None)
    assert counted_of(vm)[Resource.MEMORY] == 256 * MIB
    job = change(vm, oli, vcpus=4, memory=512 * MIB, live=True)
    assert (vm.vcpus, vm.next_vcpus, vm.next_max_vcpus) == (2, 4, 4)
    assert (vm.memory, vm.next_memory) == (256 * MIB, 512 * MIB)
    assert vm.next_size == "custom"


def test_what_the_guest_does_not_let_go_of_waits_for_the_next_start(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    guest = lab.guest(hv1, "keeps", graphics="")
    vm = adopt(host, guest, oli)
    act(vm, "force_off", oli)
    change(vm, oli, vcpus=2)
    act(vm, "start", oli)
    job = change(vm, oli, vcpus=1, live=True)
    assert "keeps those that it was started with" in job.result["remarks"][0]
    assert (vm.vcpus, vm.next_vcpus) == (2, 1)
    done(request_undo(vm, oli))
    vm.refresh_from_db()
    assert (vm.vcpus, vm.next_vcpus) == (2, 0)
    assert vcpus(hv1, vm, "--config", "--current") == 2


def test_what_somebody_defines_with_virsh_waits_too(
    lab: Lab, hv1: LabHost, host: Host, oli: User, mirror: Mirror
) -> None:
    guest = lab.guest(hv1, "outside", graphics="")
    vm = adopt(host, guest, oli)
    hv1.virsh("setvcpus", "outside", "3", "--maximum", "--config")
    hv1.virsh("setmem", "outside", "64MiB", "--config")
    with pool.pooled(hv1.address()) as hypervisor:
        mirror.resync(host, hypervisor.list_domains())
    vm.refresh_from_db()
    assert (vm.vcpus, vm.next_vcpus, vm.next_max_vcpus) == (1, 1, 3)
    assert (vm.memory, vm.next_memory, vm.next_max_memory) == (128 * MIB, 64 * MIB, 128 * MIB)
    done(request_undo(vm, oli))
    vm.refresh_from_db()
    assert vm.next_vcpus == 0
    assert vcpus(hv1, vm, "--config", "--maximum") == 1


def test_cells_are_left_to_whoever_made_them(lab: Lab, hv1: LabHost, host: Host, oli: User) -> None:
    guest = lab.guest(hv1, "cells", graphics="")
    vm = adopt(host, guest, oli)
    act(vm, "force_off", oli)
    path = hv1.folder / "cells.xml"
    cell = "<numa><cell id='0' cpus='0' memory='131072' unit='KiB'/></numa></cpu>"
    path.write_text(hv1.virsh("dumpxml", "cells").replace("</cpu>", cell))
    hv1.virsh("define", str(path))
    job = request_resize(vm, ResizeRequest(vcpus=2), oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "fixed")
    assert "NUMA" in job.error_message
    assert vcpus(hv1, vm, "--config", "--maximum") == 1
    vm.refresh_from_db()
    assert vm.held_vcpus == 0


def test_disks_grow_while_the_guest_runs_and_while_it_is_off(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    with pool.pooled(hv1.address()) as hypervisor:
        paths = [
            storage.create_volume(hypervisor, "default", VolumeSpec(name, GIB, kind)).path
            for name, kind in (("grows.qcow2", "qcow2"), ("grows.img", "raw"))
        ]
    assert PurePosixPath(paths[1]).name == "grows.img"
    raw = RAW.format(path=paths[1])
    guest = lab.guest(hv1, "grows", graphics="", disk=paths[0], more=raw)
    vm = adopt(host, guest, oli)
    guest.wait_ticking()
    for target in ("vda", "vdb"):
        job = done(request_growth(vm, target, 2 * GIB, oli))
        assert job.commands == [f"virsh blockresize grows {target} {2 * GIB}B"]
        assert "partition" in job.result["remarks"][0]
        assert said(guest, f"/sys/class/block/{target}/size") == str(2 * GIB // 512)
    vm.refresh_from_db()
    assert (vm.disk_bytes, vm.held_disk) == (4 * GIB, 0)
    act(vm, "force_off", oli)
    for target, name in (("vda", "grows.qcow2"), ("vdb", "grows.img")):
        job = done(request_growth(vm, target, 3 * GIB, oli))
        assert job.commands == [f"virsh vol-resize {name} {3 * GIB}B --pool default"]
        assert f"{3 * GIB}" in hv1.virsh("domblkinfo", "grows", target)
    vm.refresh_from_db()
    assert vm.disk_bytes == 6 * GIB
    act(vm, "start", oli)
    guest.wait_ticking()
    assert said(guest, "/sys/class/block/vda/size") == str(3 * GIB // 512)


def test_a_snapshot_that_was_not_known_keeps_the_size(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    with pool.pooled(hv1.address()) as hypervisor:
        spec = VolumeSpec("grows.qcow2", GIB, "qcow2")
        path = storage.create_volume(hypervisor, "default", spec).path
    vm = adopt(host, lab.guest(hv1, "snapped", graphics="", disk=path), oli)
    act(vm, "force_off", oli)
    hv1.virsh("snapshot-create-as", "snapped", "before")
    job = request_growth(vm, "vda", 2 * GIB, oli)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "has-snapshots")
    vm.refresh_from_db()
    assert (vm.disk_bytes, vm.held_disk) == (GIB, 0)


def test_an_overlay_grows_beyond_what_it_lies_on(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    with pool.pooled(hv1.address()) as hypervisor:
        base = storage.create_volume(hypervisor, "default", VolumeSpec("grows.img", GIB, "raw"))
        over = VolumeSpec("grows.qcow2", GIB, backing_path=base.path, backing_format="raw")
        path = storage.create_volume(hypervisor, "default", over).path
    guest = lab.guest(hv1, "overlay", graphics="", disk=path)
    vm = adopt(host, guest, oli)
    guest.wait_ticking()
    done(request_growth(vm, "vda", 2 * GIB, oli))
    assert said(guest, "/sys/class/block/vda/size") == str(2 * GIB // 512)
    act(vm, "force_off", oli)
    done(request_growth(vm, "vda", 3 * GIB, oli))
    vm.refresh_from_db()
    assert vm.disk_bytes == 3 * GIB
    act(vm, "start", oli)
    guest.wait_ticking()
    assert said(guest, "/sys/class/block/vda/size") == str(3 * GIB // 512)


def test_a_revert_to_a_bigger_machine_is_refused_or_counted(
    lab: Lab, hv1: LabHost, host: Host, oli: User
) -> None:
    seed()
    with pool.pooled(hv1.address()) as hypervisor:
        spec = VolumeSpec("grows.qcow2", GIB, "qcow2")
        path = storage.create_volume(hypervisor, "default", spec).path
    vm = adopt(host, lab.guest(hv1, "back", graphics="", disk=path), oli)
    act(vm, "force_off", oli)
    change(vm, oli, vcpus=4, memory=GIB, max_memory=2 * GIB)
    done(request_snapshot(vm, oli, name="big"))
    snapshot = Snapshot.objects.get(vm=vm)
    assert (snapshot.vcpus, snapshot.most_memory) == (4, 2 * GIB)
    change(vm, oli, size="tiny")
    assert (vm.vcpus, vm.memory, vm.size) == (1, 256 * MIB, "tiny")
    limit = Limit.objects.create(user=oli, resource=Resource.MEMORY, amount=GIB)
    with pytest.raises(QuotaExceeded):
        request_revert(snapshot, oli, keep_present=False)
    limit.delete()
    done(request_revert(snapshot, oli, keep_present=False))
    vm.refresh_from_db()
    assert (vm.vcpus, vm.max_memory, vm.size, vm.held_vcpus) == (4, 2 * GIB, "custom", 0)
    assert counted_of(vm)[Resource.MEMORY] == 2 * GIB
