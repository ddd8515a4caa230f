"""Copy the disks of a machine that is off: libvirt itself moves only its definition."""

import time
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from migration.waiting import CARRIED
from virt.connection import Hypervisor
from virt.errors import NotFound
from virt.facts.domain import DomainInfo
from virt.hosts import between, storage
from virt.moving.migration import MoveProgress
from virt.pool import pooled
from vms.operations.target import Target, virsh

from .preparing import Volume
from .recording import Recorder

STEP_SECONDS = 0.5  # between two looks at whether somebody cancels


def forget_half_made(there: Hypervisor, made: Sequence[dict[str, str]]) -> None:
    """Delete what an attempt has copied that died before the machine itself moved."""
    for one in made:
        storage.refresh(there, one["pool"])
        try:
            storage.delete_volume(there, one["pool"], one["name"])
        except NotFound:
            continue


def carry(it: Target, info: DomainInfo, volumes: Sequence[Volume], recorder: Recorder) -> None:
    """Copy each volume to the migration's target, through here.

    Nothing stays there when one of them fails or somebody cancels; what another worker copies
    that has taken over is left alone. Raises ActionRefused for a disk that is a layer upon another
    file, and where the machine was started meanwhile.
    """
    paths = {disk.target: disk.source for disk in info.disks}
    lengths = [_length(it, paths[one.target], one.target) for one in volumes]
    meter = _Meter(recorder, sum(lengths))
    target = recorder.row.target
    assert target is not None
    with pooled(address_of(target), "ops") as there:
        made: list[Volume] = []
        try:
            for volume, length in zip(volumes, lengths, strict=True):
                _note(it, paths[volume.target], volume)
                path, pool = paths[volume.target], volume.there_pool
                between.make(there, pool, volume.name, length)
                made.append(volume)
                it.job.note(**{CARRIED: [one.as_json() for one in made]})
                between.fill(it.hypervisor, path, there, pool, volume.name, meter.tell)
                meter.add(length)
            if it.observe().state.is_active:
                text = _("%(name)s was started meanwhile, so that its disks changed.")
                raise ActionRefused(text % {"name": it.vm.name}, code="wrong-state")
        except BaseException:
            if it.job.holds():
                forget_half_made(there, [volume.as_json() for volume in made])
                it.job.note(**{CARRIED: []})
            raise


def _length(it: Target, path: str, disk: str) -> int:
    try:
        if below := between.backing_of(it.hypervisor, path):
            text = _("Disk %(disk)s is a layer upon %(file)s. Start the machine, then migrate.")
            words = {"disk": disk, "file": below.rpartition("/")[2]}
            raise ActionRefused(text % words, code="disk-unfit")
        return between.length_of(it.hypervisor, path)
    except NotFound:
        text = _("Disk %(disk)s is in no pool of its host, so that it cannot be read from there.")
        raise ActionRefused(text % {"disk": disk}, code="disk-unfit") from None


def _note(it: Target, path: str, volume: Volume) -> None:
    file = volume.name
    it.job.command(virsh("vol-download", path, file, flags=("--sparse",)))
    flags = ("--pool", volume.there_pool, "--sparse")
    it.job.command(virsh("vol-upload", volume.name, file, flags=flags))


class _Meter:
    """Tells how far the copying is, and hears whether somebody cancels."""

    def __init__(self, recorder: Recorder, total: int) -> None:
        self.recorder, self.total = recorder, total
        self.before = 0  # bytes of the disks that are done
        self.began = self.looked_at = time.monotonic()

    def add(self, length: int) -> None:
        """Count a disk that is done."""
        self.before += length
        self.tell(0)

    def tell(self, done: int) -> None:
        """Note the bytes of the present disk. Raises Cancelled."""
        now, sent = time.monotonic(), self.before + done
        if now - self.looked_at < STEP_SECONDS and sent < self.total:
            return
        self.looked_at, seconds = now, now - self.began
        left = max(0, self.total - sent)
        progress = MoveProgress(
            kind="bounded",
            elapsed_ms=int(seconds * 1000),
            total=self.total,
            processed=sent,
            remaining=left,
            disk_total=self.total,
            disk_processed=sent,
            disk_remaining=left,
            rate=int(sent / seconds) if seconds else None,
        )
        self.recorder.sample(progress)
        self.recorder.job.progress(progress.percent, gettext_noop("Copying disks"))
        self.recorder.job.check_cancelled()
