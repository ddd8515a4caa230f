"""Delete a machine: its disks where asked and nobody else's, then its definition.

The disks go first, so that a worker that dies half-way leaves a definition that still names what
is left to do; what is gone already is no error the second time.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import NotFound
from virt.facts.domain import DiskInfo, DomainInfo
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.hosts import storage
from virt.pool import pooled
from vms.above.files import own_files
from vms.above.leaving import leave
from vms.disks import SHARED_POOLS
from vms.models import VM
from vms.sync.rows import drop

from .target import Target, find_machine, virsh

UNDEFINE_FLAGS = ("--nvram", "--managed-save", "--snapshots-metadata", "--checkpoints-metadata")


@dataclass(frozen=True, slots=True)
class _Storage:
    """The active pools of a host with their volumes."""

    pools: dict[str, PoolInfo]
    volumes: list[VolumeInfo]

    def find(self, disk: DiskInfo) -> VolumeInfo | None:
        """Return the volume of a pool that the disk is, if it is one."""
        for volume in self.volumes:
            is_named = disk.pool and (volume.pool, volume.name) == (disk.pool, disk.volume)
            if is_named or (disk.source and disk.source in (volume.path, volume.key)):
                return volume
        return None


def delete(job: JobContext) -> dict[str, Any]:
    """Delete the machine, which has to be off, and return which volumes went and stayed."""
    vm = find_machine(job)
    if vm is None:
        # An earlier attempt came this far, and the watcher saw it.
        return {}
    with pooled(address_of(vm.host), "ops") as hypervisor:
        it = Target(job, vm, hypervisor, Domain(hypervisor, str(vm.uuid)))
        kept: list[str] = []
        try:
            info = it.observe()
        except NotFound:
            info = None
        if info is not None:
            _refuse_spared(info, vm)
            if job.params.get("with_disks"):
                kept = _delete_disks(it, info)
            leave(it)
            _undefine(it)
    drop(vm)
    return {"kept": kept}


def _refuse_spared(info: DomainInfo, vm: VM) -> None:
    """Refuse what was started, or protected, since it was asked for."""
    if vm.is_protected:
        raise ActionRefused(
            _("%(name)s is protected. Lift the protection first.") % {"name": vm.name},
            code="protected",
        )
    if info.state.is_active or info.id is not None:
        raise ActionRefused(
            _("%(name)s is on again. Shut it down first.") % {"name": vm.name},
            code="wrong-state",
        )


def _undefine(it: Target) -> None:
    it.job.progress(None, gettext_noop("Removing the definition"))
    it.virsh("undefine", *UNDEFINE_FLAGS)
    with it.acting():
        try:
            it.domain.undefine()
        except NotFound:
            return


def _delete_disks(it: Target, info: DomainInfo) -> list[str]:
    """Delete the volumes that only this machine uses; return the names of those that stay."""
    it.job.progress(None, gettext_noop("Looking at the disks"))
    place = _storage(it.hypervisor)
    ours, kept = _split(it, info, place)
    for volume in ours:
        it.job.check_cancelled()
        it.job.progress(None, gettext_noop("Deleting disks"))
        it.job.command(virsh("vol-delete", volume.name, flags=("--pool", volume.pool)))
        with it.acting():
            try:
                storage.delete_volume(it.hypervisor, volume.pool, volume.name)
            except NotFound:
                continue
    return kept


def _storage(hypervisor: Hypervisor) -> _Storage:
    pools = {pool.name: pool for pool in hypervisor.pools() if pool.active}
    volumes = [volume for name in pools for volume in hypervisor.volumes(name)]
    return _Storage(pools, volumes)


def _split(it: Target, info: DomainInfo, place: _Storage) -> tuple[list[VolumeInfo], list[str]]:
    """Return which volumes are this machine's alone, and the names of its other disks."""
    own = own_files(it.vm)
    used = _used_by_others(it, place, own)
    ours: dict[str, VolumeInfo] = {
        volume.path: volume
        for volume in place.volumes
        if volume.path in own and volume.path not in used
    }
    kept: list[str] = []
    for disk in info.disks:
        if not disk.source and not disk.volume:
            continue
        volume = place.find(disk)
        is_own = disk.device == "disk" and not disk.readonly
        if volume is None or not is_own or volume.path in used:
            kept.append(disk.volume or disk.source.rpartition("/")[2])
        else:
            ours[volume.path] = volume
    return list(ours.values()), kept


def _used_by_others(it: Target, place: _Storage, own: set[str]) -> set[str]:
    """Return the paths of what other guests use, and of what other volumes are built upon.

    What is built upon in the machine's own layers only is not used by others.
    """
    own = own | {disk["source"] for disk in it.vm.disks if disk.get("source")}
    used = {
        volume.backing_path
        for volume in place.volumes
        if volume.backing_path and volume.path not in own
    }
    for other in it.hypervisor.list_domains():
        if other.uuid != str(it.vm.uuid):
            used |= _paths(other.disks, place)
    shared = [pool.path for pool in place.pools.values() if pool.kind in SHARED_POOLS]
    if shared:
        rows = VM.objects.exclude(host=it.vm.host_id).values_list("disks", flat=True)
        used |= {disk["source"] for disks in rows for disk in disks if disk.get("source")}
    return used


def _paths(disks: tuple[DiskInfo, ...], place: _Storage) -> set[str]:
    """Return where disks are, by path where they are named by pool and volume too."""
    found = {disk.source for disk in disks if disk.source.startswith("/")}
    return found | {volume.path for disk in disks if (volume := place.find(disk))}
