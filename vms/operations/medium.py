"""Put a medium into a CD drive or take it out: while the machine runs, and for its next start."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from jobs.context import JobContext
from virt.specs import DiskSpec
from virt.xml.edit import DomainEdit

from .making import volume_path
from .target import Target, target, virsh


def medium(job: JobContext) -> None:
    """Make the drive hold what is wished; saying so twice changes nothing more."""
    with target(job) as it:
        wished = job.params["iso"]
        path = volume_path(it.hypervisor, *wished) if wished else ""
        drive = job.params["target"]
        edit = DomainEdit(it.domain.xml(secure=True, inactive=True))
        if drive:
            _change(it, edit, drive, path)
        else:
            _add_drive(it, edit, path)
        it.record()


def _change(it: Target, edit: DomainEdit, drive: str, path: str) -> None:
    xml = edit.set_medium(drive, path)
    force = bool(it.job.params["force"])
    what = ["--eject"] if not path else [path.rpartition("/")[2]]
    flags = (*what, "--live", "--config", *(["--force"] if force else []))
    it.job.command(virsh("change-media", it.vm.name, drive, flags=flags))
    with it.acting():
        it.domain.update_device(xml, force=force)


def _add_drive(it: Target, edit: DomainEdit, path: str) -> None:
    """Give a machine that is off its first drive; on a second attempt it has one already."""
    if any(disk.source == path for disk in it.observe().disks):
        return
    if it.domain.state().is_active:
        raise ActionRefused(_("The machine was started meanwhile."), code="wrong-state")
    edit.add_disk(DiskSpec(path=path, format="raw", device="cdrom", readonly=True))
    it.virsh("define")
    with it.acting():
        it.hypervisor.define(edit.text)
