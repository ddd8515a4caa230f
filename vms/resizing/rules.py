"""Why can a machine, or one of its disks, not be made bigger or smaller? From rows only."""

import posixpath
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ActionRefused
from hosts.models import StoragePool
from vms.disks import SHARED_POOLS, places_of
from vms.models import VM
from vms.rules import can

FIXED: dict[str, str | Promise] = {
    "numa": gettext_lazy(
        "Its processors and memory are spread over NUMA cells, so they cannot be changed here. "
        "Change the cells in its definition on the host."
    ),
    "slots": gettext_lazy(
        "Its memory is plugged in as modules, so it cannot be changed here. Change the modules in "
        "its definition on the host."
    ),
}
GROWING_FORMATS = frozenset({"raw", "qcow2"})
IN_FILES = frozenset({"file", "volume"})


def why_not_resized(vm: VM) -> str:
    """Return why processors and memory cannot be changed now, "" where they can."""
    if refusal := can(vm, "resize"):
        return str(refusal)
    return str(FIXED.get(vm.fixed, ""))


def refuse_fixed(fixed: str) -> None:
    """Raise ActionRefused (409) for a definition whose sizes cannot be changed alone."""
    if fixed:
        raise ActionRefused(str(FIXED[fixed]), code="fixed")


def find_disk(vm: VM, target: str) -> dict[str, Any] | None:
    """Return the mirrored disk of this name."""
    return next((disk for disk in vm.disks if disk.get("target") == target), None)


def pool_of(vm: VM, disk: dict[str, Any]) -> StoragePool | None:
    """Return the active pool of the machine's host that a disk lies in, None where none has it."""
    pools = StoragePool.objects.filter(host=vm.host_id, active=True)
    if disk.get("pool"):
        return pools.filter(name=disk["pool"]).first()
    folder = posixpath.dirname(disk.get("source") or "")
    return pools.filter(path=folder).first() if folder else None


def used_by_others(vm: VM, disk: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the places of the disks of all other machines that could be the same file.

    Those on its host; on any host where the disk's pool is shared.
    """
    others = VM.objects.exclude(pk=vm.pk)
    pool = pool_of(vm, disk)
    if pool is None or not (pool.is_shared or pool.kind in SHARED_POOLS):
        others = others.filter(host=vm.host_id)
    rows = others.values_list("disks", flat=True)
    return {place for disks in rows for each in disks for place in places_of(each)}


def why_disk_stays(vm: VM, disk: dict[str, Any], used: Iterable[tuple[str, str]] = ()) -> str:
    """Return why a disk cannot be made bigger, whatever the machine does now, "" where it can.

    `used` are the places of others' disks; see `used_by_others`.
    """
    if disk.get("device") != "disk" or disk.get("readonly"):
        return _("A medium, not a disk of its own.")
    if disk.get("source_kind") not in IN_FILES:
        return _("It lies on a device or in the network, not in a file of the host. Grow it there.")
    if disk.get("format") not in GROWING_FORMATS:
        words = {"format": disk.get("format") or "–"}
        return _("Only raw and qcow2 disks grow here; this one is %(format)s.") % words
    if vm.snapshot_count:
        words = {"name": vm.name}
        return _("%(name)s has snapshots, which keep the size of its disks. Delete them first.") % (
            words
        )
    if places_of(disk) & set(used):
        return _("Another machine uses it.")
    if not disk.get("capacity"):
        return _("Its size is not known yet. Look again in a minute.")
    return ""


def why_not_grown(vm: VM, disk: dict[str, Any]) -> str:
    """Return why a disk cannot be made bigger now, "" where it can."""
    if refusal := can(vm, "grow"):
        return str(refusal)
    return why_disk_stays(vm, disk, used_by_others(vm, disk))
