"""A machine on its host as the jobs of this room see it: its domain, its snapshots, its files."""

import posixpath
import time
from dataclasses import dataclass

from snapshots.models import Layer
from snapshots.sync import Reading, take_over
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.domains import snapshots as records
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.facts.storage import PoolInfo, VolumeInfo
from virt.hosts import storage
from vms.models import VM
from vms.operations.target import Target, virsh

REFRESH_SECONDS = 20.0  # a pool in which something is copied cannot be looked at meanwhile
STEP_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Bench:
    """One job on one machine."""

    it: Target

    @property
    def vm(self) -> VM:
        """The machine's row."""
        return self.it.vm

    @property
    def domain(self) -> Domain:
        """The machine on its host."""
        return self.it.domain

    @property
    def hypervisor(self) -> Hypervisor:
        """The connection to the host."""
        return self.it.hypervisor

    def record(self, *, settling: int | None = None) -> None:
        """Make all rows of the machine equal to what the host has now."""
        take_over(self.vm, self.read(), settling=settling)
        self.it.record()

    def read(self) -> Reading:
        """Read the machine with its snapshots and files."""
        return read(self.hypervisor, self.domain, self.vm)

    def pool_at(self, folder: str) -> PoolInfo | None:
        """Return the active pool that is this folder."""
        pools = (pool for pool in self.hypervisor.pools() if pool.active)
        return next((pool for pool in pools if pool.path == folder), None)

    def own(self, target: str, path: str, format_: str) -> None:
        """Note, before it is made or built upon, that this file is the machine's own."""
        facts = {"target": target, "format": format_}
        Layer.objects.get_or_create(vm=self.vm, path=path, defaults=facts)

    def delete_file(self, path: str) -> None:
        """Delete a file by its pool; one that is gone, or in no pool, is no error."""
        pool = self.pool_at(posixpath.dirname(path))
        if pool is None:
            return
        name = posixpath.basename(path)
        self.it.job.command(virsh("vol-delete", name, flags=("--pool", pool.name)))
        try:
            storage.delete_volume(self.hypervisor, pool.name, name)
        except NotFound:
            return


def read(hypervisor: Hypervisor, domain: Domain, vm: VM) -> Reading:
    """Read a machine with its snapshots, and the pools in which its files are."""
    infos = records.read_all(domain)
    info = domain.info()
    paths = {disk.source for disk in info.disks} | {layer.path for layer in vm.layers.all()}
    for one in infos:
        paths |= {one.memory_file, *(path for disk in one.disks for path in (disk.state,))}
    folders = {posixpath.dirname(path) for path in paths if path.startswith("/")}
    return Reading(infos, info, volumes_in(hypervisor, folders))


def volumes_in(hypervisor: Hypervisor, folders: set[str]) -> dict[str, VolumeInfo]:
    """Return what is in the active pools that are these folders, by path, looked at anew."""
    found: dict[str, VolumeInfo] = {}
    for pool in hypervisor.pools():
        if pool.active and pool.path in folders:
            _refresh(hypervisor, pool.name)
            found |= {volume.path: volume for volume in hypervisor.volumes(pool.name)}
    return found


def _refresh(hypervisor: Hypervisor, pool: str) -> None:
    """Look at a pool anew; one in which somebody copies for long is taken as it was read last."""
    until = time.monotonic() + REFRESH_SECONDS
    while True:
        try:
            storage.refresh(hypervisor, pool)
        except HostUnreachable:
            raise
        except VirtError:
            if time.monotonic() > until:
                return
            time.sleep(STEP_SECONDS)
        else:
            return
