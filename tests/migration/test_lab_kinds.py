"""Every kind of move that one may choose is carried out between real hosts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from jobs import sweeping
from jobs.models import Job, JobState
from jobs.services import request_cancel
from migration.operations import carrying
from migration.operations.late import settle_late
from migration.options import Options
from migration.services.asking import request_migration
from tests.lab import Guest, LabHost
from tests.lab.laboratory import define
from vms.models import VM, Copy

from .moves import Carrier, Pair
from .test_lab_checks import POOL

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Carry = Callable[[Job], Carrier]
IMAGES = "/var/lib/libvirt/images"
KINDS = {
    "compressed": (Options(compress=True), "--compressed"),
    "in two streams": (Options(parallel=2), "--parallel-connections 2"),
    "through the daemons": (Options(tunnelled=True), "--tunnelled"),
    "encrypted": (Options(tls=True), "--tls"),
    "standing still": (Options(live=False), "migrate"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_running_guest_moves(two: Pair, ada: User, carry: Carry, kind: str) -> None:
    options, flag = KINDS[kind]
    guest, vm = two.guest()
    before = guest.ticks()[-1]
    work = carry(request_migration(vm, two.second, ada, options))
    ended = work.ended()
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert flag in ended.commands[0]
    assert work.row.outcome == "migrated"
    guest.host = two.hv2
    assert guest.wait_ticking() > before
    assert two.hv1.virsh("list", "--all", "--name") == ""
    assert (VM.objects.get().host, Copy.objects.count()) == (two.second, 0)


def test_a_guest_goes_for_a_time_and_its_definition_stays(
    two: Pair, ada: User, carry: Carry
) -> None:
    guest, vm = two.guest()
    options = Options(persistent=False, undefine_source=False)
    work = carry(request_migration(vm, two.second, ada, options))
    assert work.ended().state == JobState.SUCCEEDED
    guest.host = two.hv2
    guest.wait_ticking()
    assert "Persistent:     no" in two.hv2.virsh("dominfo", guest.name)
    assert two.hv1.virsh("list", "--all", "--name").split() == [guest.name]
    moved = VM.objects.select_related("host").get()
    assert (moved.host, moved.is_persistent) == (two.second, False)
    assert Copy.objects.get().host == two.first


def test_a_machine_that_is_off_moves_by_its_definition(two: Pair, ada: User, carry: Carry) -> None:
    guest, vm = two.guest()
    guest.host.virsh("destroy", guest.name)
    vm = two.see(guest.uuid, two.hv1)
    work = carry(request_migration(vm, two.second, ada, Options()))
    ended = work.ended()
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert "--offline" in ended.commands[0]
    assert two.hv1.virsh("list", "--all", "--name") == ""
    assert VM.objects.get().host == two.second
    two.hv2.virsh("start", guest.name)
    guest.host = two.hv2
    guest.wait_ticking()


@pytest.fixture
def off(two: Pair) -> Iterator[tuple[Pair, VM]]:
    """A machine that is off, with a disk in the pool of its host: thin, with something in it."""
    disk = f"{IMAGES}/own.qcow2"
    two.hv1.inside("qemu-img", "create", "-q", "-f", "qcow2", disk, "2G")
    two.hv1.inside("qemu-io", "-c", "write -P 0xab 1G 8M", disk)
    two.hv1.virsh("pool-refresh", "default")
    guest, _vm = two.guest(disk=disk)
    two.hv1.virsh("destroy", guest.name)
    yield two, two.see(guest.uuid, two.hv1)
    for host in (two.hv1, two.hv2):
        host.virsh("vol-delete", "own.qcow2", "--pool", "default", check=False)


def volumes(host: LabHost) -> str:
    host.virsh("pool-refresh", "default")
    return host.virsh("vol-list", "default")


def test_a_machine_that_is_off_takes_its_disk_along(
    off: tuple[Pair, VM], ada: User, carry: Carry
) -> None:
    two, vm = off
    there = f"{IMAGES}/elsewhere"
    two.hv2.inside("mkdir", "-p", there)
    define(two.hv2, "pool", "elsewhere", POOL.format(name="elsewhere", path=there))
    try:
        options = Options(
            copy_disks=("vda",), pools={"default": "elsewhere"}, delete_source_disks=True
        )
        work = carry(request_migration(vm, two.second, ada, options))
        ended = work.ended()
        assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
        assert work.row.statistics["remaining"] == 0
        assert "own.qcow2" not in volumes(two.hv1)
        disk = f"{there}/own.qcow2"
        assert disk in two.hv2.virsh("domblklist", vm.name)
        assert two.hv2.virsh("vol-info", "own.qcow2", "--pool", "elsewhere").count("2.00 GiB") == 1
        assert "Pattern verification failed" not in two.hv2.inside(
            "qemu-io", "-r", "-c", "read -P 0xab 1G 8M", disk
        )
        moved = VM.objects.select_related("host").get()
        assert (moved.host, moved.state) == (two.second, "off")
        two.hv2.virsh("start", vm.name)
        Guest(two.hv2, vm.name).wait_ticking()
    finally:
        two.hv2.virsh("destroy", vm.name, check=False)
        two.hv2.virsh("vol-delete", "own.qcow2", "--pool", "elsewhere", check=False)
        two.hv2.virsh("pool-destroy", "elsewhere", check=False)
        two.hv2.virsh("pool-undefine", "elsewhere", check=False)


def test_a_copy_that_is_cancelled_leaves_nothing_and_a_layer_is_refused(
    off: tuple[Pair, VM], ada: User, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, vm = off
    monkeypatch.setattr(carrying, "STEP_SECONDS", 0.0)
    options = Options(copy_disks=("vda",))
    tell = carrying._Meter.tell

    def cancelled(meter: Any, done: int) -> None:
        request_cancel(Job.objects.get(kind="vm.migrate", state=JobState.RUNNING), ada)
        tell(meter, done)

    with monkeypatch.context() as patch:
        patch.setattr(carrying._Meter, "tell", cancelled)
        work = carry(request_migration(vm, two.second, ada, options))
        assert work.ended().state == JobState.CANCELLED
    assert work.row.outcome == "stayed"
    assert "own.qcow2" not in volumes(two.hv2)
    assert "own.qcow2" in volumes(two.hv1)
    base = f"{IMAGES}/base.qcow2"
    two.hv1.inside("mv", f"{IMAGES}/own.qcow2", base)
    two.hv1.inside(
        "qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "qcow2",
        f"{IMAGES}/own.qcow2",
    )  # fmt: skip
    try:
        volumes(two.hv1)
        ended = carry(request_migration(vm, two.second, ada, options)).ended()
        assert (ended.state, ended.error_code) == (JobState.FAILED, "disk-unfit")
        assert "layer upon base.qcow2" in ended.error_message
        assert "own.qcow2" not in volumes(two.hv2)
    finally:
        two.hv1.virsh("vol-delete", "base.qcow2", "--pool", "default", check=False)


def test_what_the_last_worker_left_half_copied_is_cleared_away(
    off: tuple[Pair, VM], ada: User, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, vm = off
    monkeypatch.setattr(carrying, "STEP_SECONDS", 0.0)
    tell = carrying._Meter.tell

    def died(meter: Any, done: int) -> None:
        moving = Job.objects.filter(kind="vm.migrate")
        moving.update(
            attempt=sweeping.MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(hours=1)
        )
        tell(meter, done)

    with monkeypatch.context() as patch:
        patch.setattr(carrying._Meter, "tell", died)
        work = carry(request_migration(vm, two.second, ada, Options(copy_disks=("vda",))))
        work.ended()
    assert "own.qcow2" in volumes(two.hv2)
    sweeping.adopt_expired()
    assert (work.ended().state, work.row.outcome) == (JobState.FAILED, "undetermined")
    settle_late()
    assert work.row.outcome == "stayed"
    assert "own.qcow2" not in volumes(two.hv2)
    assert "own.qcow2" in volumes(two.hv1)


def test_a_worker_that_was_replaced_leaves_the_copy_to_the_other(
    off: tuple[Pair, VM], ada: User, carry: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, vm = off
    monkeypatch.setattr(carrying, "STEP_SECONDS", 0.0)
    tell = carrying._Meter.tell

    def replaced(meter: Any, done: int) -> None:
        Job.objects.filter(kind="vm.migrate").update(attempt=2)
        tell(meter, done)

    monkeypatch.setattr(carrying._Meter, "tell", replaced)
    carry(request_migration(vm, two.second, ada, Options(copy_disks=("vda",)))).ended()
    assert "own.qcow2" in volumes(two.hv2)
    assert "own.qcow2" in volumes(two.hv1)
