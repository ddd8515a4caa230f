"""How are rows kept equal to libvirt's records of a machine's snapshots, whoever wrote them?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import ACTIVE
from virt.facts.domain import DomainInfo
from virt.facts.storage import VolumeInfo
from virt.xml.snapshots import SnapshotInfo
from vms.announcing import announce_change
from vms.models import VM

from .models import Kind, Layer, Origin, Snapshot

LONGEST_NAME, LONGEST_TEXT = 80, 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a machine at one time: its snapshots, itself, and its pools' volumes."""

    infos: Sequence[SnapshotInfo]
    domain: DomainInfo
    volumes: Mapping[str, VolumeInfo]  # by path


def take_over(vm: VM, reading: Reading, *, settling: int | None = None) -> None:
    """Make the rows equal to what was read, and announce the machine where they differed.

    A snapshot that a job still takes is in libvirt's list already; its row stays as it is, but
    for `settling`, which the caller knows to be taken.
    """
    with transaction.atomic():
        if vm.pk is None or not VM.objects.select_for_update().filter(pk=vm.pk).exists():
            return
        rows = {row.key: row for row in vm.snapshots.select_related("job")}
        taken = [info for info in reading.infos if not _is_in_the_making(rows, info.name, settling)]
        changed = [_write(vm, rows, info, reading) for info in taken]
        changed.append(_link(vm, taken))
        changed.append(_forget(rows, {info.name for info in reading.infos}))
        changed.append(_write_layers(vm, reading))
        changed.append(_write_facts(vm))
        if any(changed):
            announce_change(vm)


def _is_in_the_making(rows: Mapping[str, Snapshot], key: str, settling: int | None) -> bool:
    row = rows.get(key)
    if row is None or row.is_made or row.pk == settling:
        return False
    return row.job is not None and row.job.state in ACTIVE


def _write(vm: VM, rows: dict[str, Snapshot], info: SnapshotInfo, reading: Reading) -> bool:
    """Write one snapshot's row where it differs; one without a row was taken outside."""
    row = rows.get(info.name)
    if row is None:
        row = rows[info.name] = Snapshot(
            vm=vm,
            key=info.name,
            name=info.name[:LONGEST_NAME],
            description=info.description[:LONGEST_TEXT],
            origin=Origin.OUTSIDE,
        )
    columns = _columns(info, reading)
    if row.made_at is None:
        columns["made_at"] = timezone.now()
    different = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not different:
        return False
    for name, value in different.items():
        setattr(row, name, value)
    row.save()
    return True


def _columns(info: SnapshotInfo, reading: Reading) -> dict[str, Any]:
    is_external = info.is_external
    columns: dict[str, Any] = {
        "is_current": info.is_current,
        "kind": Kind.EXTERNAL if is_external else Kind.INTERNAL,
        "state": info.state[:16],
        "has_memory": info.memory != "no",
        "memory_file": info.memory_file,
        "disks": [asdict(disk) for disk in info.disks],
        "vcpus": info.domain.vcpus,
        "memory": info.domain.memory,
        "most_vcpus": max(sizes.vcpus for sizes in info.sizes),
        "most_memory": max(sizes.max_memory for sizes in info.sizes),
        "networks": [nic.source for nic in info.domain.nics],
        "size": _size(info, reading.volumes) if is_external else None,
    }
    if info.created_at is not None:
        columns["created_at"] = info.created_at
    return columns


def _size(info: SnapshotInfo, volumes: Mapping[str, VolumeInfo]) -> int | None:
    """Return how much room its own files take, or None where not all of them were seen."""
    paths = {disk.state for disk in info.disks if disk.kind == "external"} | {info.memory_file}
    paths.discard("")
    if not paths <= volumes.keys():
        return None
    return sum(volumes[path].allocation for path in paths)


def _link(vm: VM, infos: Iterable[SnapshotInfo]) -> bool:
    """Write the parents where they differ."""
    rows = {row.key: row for row in Snapshot.objects.filter(vm=vm)}
    changed = False
    for info in infos:
        parent = rows.get(info.parent)
        row = rows[info.name]
        if row.parent_id != (parent.pk if parent else None):
            Snapshot.objects.filter(pk=row.pk).update(parent=parent)
            changed = True
    return changed


def _forget(rows: Mapping[str, Snapshot], found: set[str]) -> bool:
    """Delete the rows of what is no more, and of what was not taken by a job that is over."""
    gone = [row.pk for key, row in rows.items() if row.pk and key not in found and _is_over(row)]
    Snapshot.objects.filter(pk__in=gone).delete()
    return bool(gone)


def _is_over(row: Snapshot) -> bool:
    return row.is_made or row.job is None or row.job.state not in ACTIVE


def _write_layers(vm: VM, reading: Reading) -> bool:
    """Write which files are behind the disks now, and forget those that are no more."""
    rows = {layer.path: layer for layer in vm.layers.all()}
    own = _told(reading.infos) | {path: (row.target, row.format) for path, row in rows.items()}
    places = _depths(reading, own) if own else {}
    changed = False
    for path, (target, format_) in own.items():
        row = rows.get(path) or Layer(vm=vm, path=path, target=target, format=format_)
        volume = reading.volumes.get(path)
        if volume is None:
            changed |= bool(row.pk and Layer.objects.filter(pk=row.pk).delete()[0])
        elif (row.depth, row.size) != (places.get(path), volume.allocation) or row.pk is None:
            row.depth, row.size = places.get(path), volume.allocation
            row.save()
            changed = True
    return changed


def _told(infos: Iterable[SnapshotInfo]) -> dict[str, tuple[str, str]]:
    """Return target and format of each file of which snapshots tell, by path."""
    told: dict[str, tuple[str, str]] = {}
    for info in infos:
        for disk in info.disks:
            if disk.kind == "external" and disk.overlay:
                told.setdefault(disk.overlay, (disk.target, "qcow2"))
            if disk.kind == "external" and disk.state:
                told[disk.state] = (disk.target, disk.format)
    return told


def _depths(reading: Reading, own: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Return the place of each file behind a disk, from the lowest of the machine's own."""
    places: dict[str, int] = {}
    for disk in reading.domain.disks:
        chain: list[str] = []
        path = disk.source
        while path in reading.volumes and path in own and path not in chain:
            chain.append(path)
            is_raw = own[path][1] == "raw"  # its guest may have written there what it likes
            path = "" if is_raw else reading.volumes[path].backing_path
        places |= {path: depth for depth, path in enumerate(reversed(chain))}
    return places


def _write_facts(vm: VM) -> bool:
    """Write what lists show of a machine's snapshots."""
    made = list(vm.snapshots.made().order_by("created_at").values_list("created_at", flat=True))
    depths = [layer.depth for layer in vm.layers.all() if layer.depth is not None]
    facts = {
        "snapshot_count": len(made),
        "oldest_snapshot_at": made[0] if made else None,
        "disk_layers": max(depths) + 1 if depths else 0,
    }
    return bool(VM.objects.filter(pk=vm.pk).exclude(**_exact(facts)).update(**facts))


def _exact(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the condition that matches rows with these facts; null by its own lookup."""
    return {
        (f"{name}__isnull" if value is None else name): (True if value is None else value)
        for name, value in facts.items()
    }
