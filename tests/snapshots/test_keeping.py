"""Rows are kept equal to libvirt's records, and schedules take and prune."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from snapshots.files import files_of
from snapshots.models import Layer, Snapshot, SnapshotSchedule
from snapshots.services.asking import (
    request_snapshot,
)
from snapshots.services.keeping import remove_schedule, set_schedule, settle
from snapshots.sync import Reading, take_over
from virt.facts.domain import DiskInfo, DomainInfo
from virt.facts.storage import VolumeInfo
from virt.xml.snapshots import SnapshotDisk, SnapshotInfo
from vms.models import VM

from .conftest import GIB, end, made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_no_worker")]


def reading(*infos: SnapshotInfo, **paths: str) -> Reading:
    volumes = {
        f"/p/{name}.img": VolumeInfo(
            pool="p",
            name=name,
            key=name,
            path=f"/p/{name}.img",
            format="qcow2",
            capacity=GIB,
            allocation=2**20,
            backing_path=f"/p/{below}.img" if below else "",
        )
        for name, below in paths.items()
    }
    active = f"/p/{list(paths)[-1]}.img" if paths else ""
    domain = DomainInfo("u", "web01", disks=(DiskInfo("vda", source=active, format="qcow2"),))
    return Reading(infos, domain, volumes)


def info(name: str, state: str, overlay: str, parent: str = "", **fields: Any) -> SnapshotInfo:
    disk = SnapshotDisk("vda", "external", f"/p/{state}.img", "qcow2", f"/p/{overlay}.img")
    return SnapshotInfo(name, parent=parent, created_at=timezone.now(), disks=(disk,), **fields)


def test_what_others_took_is_adopted_and_what_they_deleted_is_forgotten(vm: VM) -> None:
    one = info("virsh-1", "a", "b")
    two = info("virsh-2", "b", "c", "virsh-1", is_current=True)
    take_over(vm, reading(one, two, a="", b="a", c="b"))
    first, second = Snapshot.objects.order_by("key")
    assert (first.origin, first.kind, second.parent, second.is_current) == (
        "outside",
        "external",
        first,
        True,
    )
    vm.refresh_from_db()
    assert (vm.snapshot_count, vm.disk_layers) == (2, 3)
    assert vm.oldest_snapshot_at == first.created_at
    assert files_of(vm) == {"/p/a.img", "/p/b.img", "/p/c.img"}
    rev = vm.rev
    take_over(vm, reading(one, two, a="", b="a", c="b"))
    vm.refresh_from_db()
    assert vm.rev == rev
    take_over(vm, reading(two, b="", c="b"))
    vm.refresh_from_db()
    assert (vm.snapshot_count, vm.disk_layers) == (1, 2)
    assert Layer.objects.count() == 2


def test_one_in_the_making_is_not_taken_for_made(vm: VM, oli: User) -> None:
    job = request_snapshot(vm, oli, name="slow")
    row = Snapshot.objects.get(job=job)
    take_over(vm, reading(info("slow", "a", "b"), a="", b="a"))
    row.refresh_from_db()
    assert not row.is_made
    take_over(vm, reading(info("slow", "a", "b"), a="", b="a"), settling=row.pk)
    row.refresh_from_db()
    assert row.is_made


def test_one_that_a_lost_worker_did_not_take_is_forgotten(vm: VM, oli: User) -> None:
    job = request_snapshot(vm, oli)
    take_over(vm, reading())
    assert Snapshot.objects.standing().count() == 1
    end(job, JobState.UNDETERMINED)
    assert Snapshot.objects.standing().count() == 1
    take_over(vm, reading())
    assert not Snapshot.objects.exists()


def test_a_schedule_takes_what_is_due_once_and_prunes_its_own_only(vm: VM, oli: User) -> None:
    rule = set_schedule(vm, oli, every="hour", keep=1)
    now = timezone.now()
    settle(now)
    settle(now)
    job = Job.objects.get(kind="snapshot.take")
    row = Snapshot.objects.get()
    assert (row.schedule, row.origin, row.name[:7]) == (rule, "schedule", "hourly-")
    Snapshot.objects.filter(pk=row.pk).update(made_at=now)
    end(job)
    mine = made(vm, "mine", created_at=now - timedelta(days=9))
    newer = made(vm, "hourly-2", schedule=rule, created_at=now + timedelta(hours=1))
    settle(now)
    assert Job.objects.get(kind="snapshot.delete").params == {"keys": [row.key]}
    remove_schedule(rule, oli)
    assert set(Snapshot.objects.all()) == {row, mine, newer}
    assert not SnapshotSchedule.objects.exists()


def test_a_schedule_that_meets_a_limit_says_so(vm: VM, oli: User) -> None:
    rule = set_schedule(vm, oli, every="day", keep=3)
    Limit.objects.create(user=oli, resource=Resource.SNAPSHOTS, amount=0)
    settle(timezone.now())
    rule.refresh_from_db()
    assert "Snapshots" in rule.problem
    assert rule.next_at > timezone.now()
    assert not Snapshot.objects.exists()
