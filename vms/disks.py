"""What would happen to each disk if a machine is deleted with its disks? From our rows.

The operation looks at the host itself before it deletes anything; this is what a page can say
beforehand.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import VM

# Pools whose volumes other hosts can see too.
SHARED_POOLS = frozenset({"netfs", "iscsi", "iscsi-direct", "rbd", "gluster", "scsi", "mpath"})


@dataclass(frozen=True, slots=True)
class DiskFate:
    """One disk: whether it goes, and if not, why it stays."""

    target: str
    volume: str
    capacity: int | None
    goes: bool
    why: str = ""


def fates(vm: VM) -> list[DiskFate]:
    """Return what deleting `vm` with its disks would do to each of them."""
    others = [
        disk
        for row in VM.objects.filter(host=vm.host_id).exclude(pk=vm.pk).values_list("disks")
        for disk in row[0]
    ]
    used = {place for disk in others for place in places_of(disk)}
    return [_fate(disk, used) for disk in vm.disks if disk.get("source") or disk.get("volume")]


def places_of(disk: dict[str, Any]) -> set[tuple[str, str]]:
    """Return what names the disk's volume: its path, or its pool and volume."""
    places = set()
    if disk.get("pool") and disk.get("volume"):
        places.add((disk["pool"], disk["volume"]))
    if str(disk.get("source", "")).startswith("/"):
        places.add(("", disk["source"]))
    return places


def _fate(disk: dict[str, Any], used: set[tuple[str, str]]) -> DiskFate:
    why = ""
    if disk.get("device") != "disk" or disk.get("readonly"):
        why = _("A medium, not a disk of its own.")
    elif places_of(disk) & used:
        why = _("Another machine uses it.")
    name = disk.get("volume") or str(disk.get("source", "")).rpartition("/")[2]
    return DiskFate(disk.get("target", ""), name, disk.get("capacity"), not why, why)
