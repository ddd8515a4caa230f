"""Copy a machine's disks into the place for backups. What is not finished leaves nothing there.

Safe to run twice: the files' names belong to this backup alone. An earlier attempt's copy is
stopped and thrown away, and made anew.
"""

import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from backups.models import PLACE, Backup, Consistency
from hosts.addresses import address_of
from jobs.context import JobContext
from jobs.errors import Cancelled
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.domains import backup as copying
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.facts.domain import DiskInfo, DomainInfo
from virt.facts.storage import VolumeInfo
from virt.hosts import storage
from virt.pool import pooled
from virt.specs import VolumeSpec
from vms.models import VM
from vms.operations.target import honest, machine_of, virsh

STEP_SECONDS = 0.4
RESERVE = 64 * 1024**2  # bytes that stay free


def make(job: JobContext) -> dict[str, Any]:
    """Fill the job's backup; what fails or is cancelled leaves nothing behind."""
    vm = machine_of(job)
    row = Backup.objects.filter(pk=job.params["backup"]).first()
    if row is None:
        raise ActionRefused(_("The backup is no more."), code="gone")
    if row.is_made:  # an earlier attempt came to its end, and died before it said so
        return {"backup": row.pk, "bytes": row.disk_bytes}
    away = honest(vm.name, even_before=job.is_retry)
    with away, pooled(address_of(vm.host), "ops") as hypervisor:
        work = _Making(job, vm, row, hypervisor, hypervisor.get_domain(str(vm.uuid)))
        try:
            if job.is_retry:
                work.clear()
            work.make()
        except HostUnreachable:
            raise
        except (VirtError, ActionRefused, Cancelled):
            work.clear()
            row.delete()
            raise
    return {"backup": row.pk, "bytes": row.disk_bytes}


@dataclass(slots=True)
class _Making:
    """One attempt at one backup."""

    job: JobContext
    vm: VM
    row: Backup
    hypervisor: Hypervisor
    domain: Domain

    def make(self) -> None:
        """Copy every disk, then say that the backup is there."""
        info = self.domain.info()
        disks = [disk for disk in info.disks if disk.device == "disk" and not disk.readonly]
        self.job.progress(1.0, gettext_noop("Preparing storage"))
        folder = self._folder(disks)
        names = {
            disk.target: f"guesthouse-{self.row.key.hex}-{disk.target}.qcow2" for disk in disks
        }
        self.row.files = [
            {
                "target": disk.target,
                "name": names[disk.target],
                "capacity": disk.capacity or 0,
                "bus": disk.bus,
            }
            for disk in disks
        ]
        self.row.definition = self.domain.xml(inactive=True)
        self.row.save(update_fields=["files", "definition"])
        if info.state.is_active:
            consistency = self._copy_live({t: str(folder / name) for t, name in names.items()})
        else:
            consistency = self._copy_at_rest(info, disks, names)
        storage.refresh(self.hypervisor, PLACE)
        self._check_there(names)
        self.job.check_cancelled()
        self.row.consistency = consistency
        self.row.made_at = timezone.now()
        self.row.save(update_fields=["consistency", "made_at"])

    def clear(self) -> None:
        """Stop the copying and delete what is there of the files."""
        if copying.progress(self.domain).is_active:
            self.domain.abort_job()
            while copying.progress(self.domain).is_active:
                time.sleep(STEP_SECONDS)
        if not self.row.files:
            return
        copying.thaw(self.domain)
        delete_files(self.hypervisor, self.row)

    def _folder(self, disks: list[DiskInfo]) -> PurePosixPath:
        """Return the folder of the place for backups, which has to be there and have room."""
        if not disks:
            raise ActionRefused(_("The machine has no disk that could be backed up."), code="empty")
        try:
            place = storage.get_pool(self.hypervisor, PLACE)
        except NotFound:
            text = _("This host has no place for backups yet.")
            raise ActionRefused(text, code="no-place") from None
        if not place.active:
            storage.start_pool(self.hypervisor, PLACE)
            place = storage.get_pool(self.hypervisor, PLACE)
        needed = sum(disk.allocation or 0 for disk in disks) + RESERVE
        if place.available < needed:
            text = _("The place for backups has no room for this. Delete older backups first.")
            raise ActionRefused(text, code="out-of-space")
        return PurePosixPath(place.path)

    def _copy_live(self, files: dict[str, str]) -> Consistency:
        self.job.check_cancelled()
        self.job.progress(2.0, gettext_noop("Bringing file systems to rest"))
        is_frozen = copying.freeze(self.domain)
        if is_frozen:
            self.job.command(virsh("domfsfreeze", self.vm.name))
        try:
            self.job.command(virsh("backup-begin", self.vm.name, "backup.xml"))
            copying.begin(self.domain, files)
        finally:
            if is_frozen:
                copying.thaw(self.domain)
                self.job.command(virsh("domfsthaw", self.vm.name))
        self._wait()
        return Consistency.AT_REST if is_frozen else Consistency.CRASH

    def _wait(self) -> None:
        """Look on until libvirt has copied everything."""
        while (now := copying.progress(self.domain)).is_active:
            self.job.progress(now.percent, gettext_noop("Copying disks"))
            self.job.note(total=now.total, copied=now.processed)
            self.job.check_cancelled()
            time.sleep(STEP_SECONDS)
        if not now.is_done:
            text = _(
                "The copy broke off. The machine may have been switched off, or the disk full."
            )
            raise ActionRefused(f"{text} {now.reason}".strip(), code="copy-failed")

    def _copy_at_rest(
        self, info: DomainInfo, disks: list[DiskInfo], names: dict[str, str]
    ) -> Consistency:
        for number, disk in enumerate(disks):
            self.job.check_cancelled()
            self.job.progress(100.0 * number / len(disks), gettext_noop("Copying disks"))
            source = self._volume_of(disk)
            name = names[disk.target]
            flags = ("--inputpool", source.pool)
            self.job.command(
                virsh("vol-create-from", PLACE, f"{name}.xml", source.name, flags=flags)
            )
            spec = VolumeSpec(name, capacity=source.capacity, format="qcow2")
            storage.clone(self.hypervisor, PLACE, source.name, spec, source_pool=source.pool)
        if self.domain.info() != info:
            text = _("The machine was started or changed while it was copied. Back it up again.")
            raise ActionRefused(text, code="wrong-state")
        return Consistency.OFF

    def _volume_of(self, disk: DiskInfo) -> VolumeInfo:
        for pool in self.hypervisor.pools():
            for volume in self.hypervisor.volumes(pool.name) if pool.active else []:
                named = (volume.pool, volume.name) == (disk.pool, disk.volume)
                if named or (disk.source and volume.path == disk.source):
                    return volume
        text = _("The disk %(disk)s is in no active pool of the host, so it cannot be copied.")
        raise ActionRefused(text % {"disk": disk.target}, code="no-volume")

    def _check_there(self, names: dict[str, str]) -> None:
        for name in names.values():
            storage.get_volume(self.hypervisor, PLACE, name)


def delete_files(hypervisor: Hypervisor, row: Backup) -> None:
    """Delete a backup's files; what is gone already is no error."""
    try:
        storage.refresh(hypervisor, PLACE)
    except NotFound:
        return
    for file in row.files:
        try:
            storage.delete_volume(hypervisor, PLACE, file["name"])
        except NotFound:
            continue
