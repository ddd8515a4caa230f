"""Scenes of a machine with a tree of snapshots."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from snapshots.models import Layer, Origin, Snapshot
from tests.factories import GIB
from vms.announcing import announce_change
from vms.models import VM

# name, hours ago, parent, GiB, with memory, by whom
TREE = (
    ("clean-install", 6000, "", 24, False, "ada"),
    ("before-upgrade", 2256, "clean-install", 186, False, "ada"),
    ("before-patch", 280, "before-upgrade", 11, False, "oli"),
    ("nightly-21", 36, "before-patch", 2.8, False, ""),
    ("try-pg17", 21.4, "nightly-21", 8.2, True, "ada"),
    ("pg17-tuned", 20, "try-pg17", 9.4, True, "ada"),
    ("nightly-22", 12, "nightly-21", 3.1, False, ""),
)
BEHIND = ("clean-install", "before-upgrade", "before-patch", "nightly-21", "nightly-22")


def moments(name: str) -> dict[str, int]:
    """Give a machine seven snapshots, two of them on a branch; return their ids."""
    vm = VM.objects.get(name=name)
    vm.disks = [
        {"target": "vda", "format": "qcow2", "source": "/p/now.qcow2", "source_kind": "file"},
        {"target": "vdb", "format": "qcow2", "source": "/p/vdb.qcow2", "source_kind": "file"},
    ]
    rows: dict[str, Snapshot] = {}
    now = timezone.now()
    for key, hours, parent, size, with_memory, who in TREE:
        rows[key] = Snapshot.objects.create(
            vm=vm,
            key=key,
            name=key,
            parent=rows.get(parent),
            is_current=key == "nightly-22",
            kind="external",
            state="running" if with_memory else "disk-snapshot",
            has_memory=with_memory,
            disks=[{"target": "vda", "kind": "external", "state": f"/p/{key}", "overlay": ""}],
            vcpus=vm.vcpus,
            memory=vm.memory if key != "try-pg17" else vm.memory // 2,
            networks=[nic["source"] for nic in vm.nics],
            size=int(size * GIB),
            origin=Origin.PERSON if who else Origin.SCHEDULE,
            made_by=User.objects.filter(username=who).first(),
            created_at=now - timedelta(hours=hours),
            made_at=now,
        )
    for depth, key in enumerate((*BEHIND, "now.qcow2")):
        size = rows[key].size if key in rows else int(1.2 * GIB)
        Layer.objects.create(
            vm=vm, target="vda", path=f"/p/{key}", format="qcow2", depth=depth, size=size
        )
    vm.snapshot_count, vm.disk_layers = len(rows), len(BEHIND) + 1
    vm.oldest_snapshot_at = rows["clean-install"].created_at
    vm.save()
    announce_change(vm)
    return {key: row.pk for key, row in rows.items()}


def taken(name: str, key: str) -> None:
    """Let a snapshot of this name be seen."""
    vm = VM.objects.get(name=name)
    Snapshot.objects.create(
        vm=vm, key=key, name=key, kind="external", made_at=timezone.now(), origin=Origin.OUTSIDE
    )
    VM.objects.filter(pk=vm.pk).update(snapshot_count=vm.snapshots.made().count())
    announce_change(vm)


MOMENTS: dict[str, Callable[..., Any]] = {scene.__name__: scene for scene in (moments, taken)}
