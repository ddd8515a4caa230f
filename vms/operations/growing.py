"""Make a disk bigger: by QEMU while the machine runs, by the pool while it is off."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from jobs.context import JobContext
from virt.domains import snapshots
from virt.facts.domain import DiskInfo
from virt.hosts import storage
from virt.xml.document import parse
from virt.xml.read import attr
from vms.models import VM
from vms.resizing.disks import Growth

from .target import Target, target, virsh

INSIDE = gettext_noop(
    "The disk is bigger. The guest has to grow its own partition and file system to use it."
)


def grow(job: JobContext) -> dict[str, Any]:
    """Make the disk as big as wished; one that is that big already stays."""
    wish = Growth.of_params(job.params)
    with target(job) as it:
        disk = _disk(it, wish.disk)
        if disk.capacity is None:
            text = _("The host does not tell how big %(disk)s is.") % {"disk": wish.disk}
            raise ActionRefused(text, code="no-size")
        if disk.capacity < wish.capacity:
            _refuse_shared(it, wish.disk)
            _grow(it, disk, wish.capacity)
        it.record()
        _take_size(it, wish.size)
    return {"remarks": [INSIDE], "before": disk.capacity, "after": wish.capacity}


def _disk(it: Target, name: str) -> DiskInfo:
    found = next((disk for disk in it.observe().disks if disk.target == name), None)
    if found is None:
        raise ActionRefused(_("The machine has no such disk any more."), code="gone")
    return found


def _refuse_shared(it: Target, name: str) -> None:
    """Refuse what only the host knows: snapshots, and a disk that others may write to."""
    if snapshots.read_all(it.domain):
        text = _("%(name)s has snapshots, which keep the size of its disks. Delete them first.")
        raise ActionRefused(text % {"name": it.vm.name}, code="has-snapshots")
    for disk in parse(it.domain.xml()).findall("devices/disk"):
        if attr(disk, "target", "dev") == name and disk.find("shareable") is not None:
            text = _("The disk is shared between machines, so it is not made bigger from one.")
            raise ActionRefused(text, code="shared")


def _grow(it: Target, disk: DiskInfo, capacity: int) -> None:
    if it.domain.state().is_active:
        it.job.command(virsh("blockresize", it.vm.name, disk.target, f"{capacity}B"))
        with it.acting():
            it.domain.resize_disk(disk.target, capacity)
        return
    place = (disk.pool, disk.volume) if disk.volume else None
    place = place or storage.find_by_path(it.hypervisor, disk.source)
    if place is None:
        text = _("The file of this disk is in no active pool of the host. Start the machine first.")
        raise ActionRefused(text, code="no-pool")
    pool, volume = place
    it.job.command(virsh("vol-resize", volume, f"{capacity}B", flags=("--pool", pool)))
    with it.acting():
        storage.resize(it.hypervisor, pool, volume, capacity)


def _take_size(it: Target, slug: str) -> None:
    """Make it of this size, also for what waits for its next start."""
    row = VM.objects.filter(pk=it.vm.pk)
    row.update(size=slug)
    row.exclude(next_size="").update(next_size=slug)
