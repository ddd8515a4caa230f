"""What stands on the page of one machine, gathered from its row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, allows, is_admin
from accounts.models import User
from hosts.models import Host
from jobs.models import Job, JobState
from jobs.services import may_cancel
from virt.domains.sizes import Sizes
from vms.above.drivers import Driver, drivers_of
from vms.affinity.access import list_groups
from vms.differences import words_of
from vms.facts import VMFacts, facts_of
from vms.medium.choices import name_of
from vms.models import VM, PlacementGroup, Tag
from vms.resizing.pending import pending_of
from vms.resizing.rules import why_not_grown
from vms.rules import can

from .lifetime import Lifetime
from .people import People

FIRMWARES = {
    "bios": _("BIOS"),
    "uefi": _("UEFI"),
    "uefi-secure": _("UEFI, Secure Boot"),
}
DEVICES = {"cdrom": _("CD-ROM"), "floppy": _("floppy"), "lun": _("LUN")}
FAILURE_SHOWN_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk as a line of a table. `source` is a path on the host: for administrators only."""

    target: str
    kind: str | Promise
    icon: str
    pool: str
    bus: str
    format: str
    capacity: int | None
    allocation: int | None
    source: str
    is_empty: bool
    medium: str  # what is in an optical drive
    stays: str  # why it cannot be made bigger now, "" where it can

    @property
    def percent(self) -> float | None:
        """How much of it is used, per cent."""
        if not self.capacity or self.allocation is None:
            return None
        return min(100.0, self.allocation / self.capacity * 100)


@dataclass(frozen=True, slots=True)
class Nic:
    """A network card as a line of a table."""

    source: str
    kind: str
    mac: str
    model: str
    link_up: bool
    addresses: list[str]


class Machine:
    """One machine, as `user` may see it."""

    def __init__(self, user: User, vm: VM) -> None:
        self.user = user
        self.vm = vm
        self.is_admin = is_admin(user)

    @cached_property
    def facts(self) -> VMFacts:
        """What the row shows."""
        return facts_of(self.vm)

    @cached_property
    def lifetime(self) -> Lifetime:
        """How long it stays, and whether somebody uses it."""
        return Lifetime(self.vm)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"/machines/{self.vm.pk}/"

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may be old, because its host does not answer."""
        return not self.vm.host.is_online

    @property
    def is_on(self) -> bool:
        """Whether figures are worth showing."""
        return self.vm.is_on and not self.is_stale

    @cached_property
    def tags(self) -> list[Tag]:
        """Its tags by name."""
        return list(self.vm.tags.all())

    @property
    def tag_text(self) -> str:
        """Its tags as the dialog has them."""
        return ", ".join(tag.name for tag in self.tags)

    @cached_property
    def pending(self) -> Sizes | None:
        """The processors and memory of its next start, None where they are those of now."""
        return pending_of(self.vm)

    @cached_property
    def differences(self) -> list[str]:
        """What is another from its next start on, beside its size."""
        return words_of(self.vm)

    @property
    def firmware(self) -> str | Promise:
        """The firmware in words."""
        return FIRMWARES.get(self.vm.firmware, self.vm.firmware)

    @property
    def accelerator(self) -> str | Promise:
        """What runs it, in words."""
        words = {"qemu": _("emulated, slow"), "test": _("simulated")}
        return words.get(self.vm.virt_type, self.vm.cpu_mode)

    @cached_property
    def can_console(self) -> bool:
        """Whether the reader may use its console, and so see who drives it."""
        return allows(self.user, Capability.VM_CONSOLE, self.vm)

    @property
    def driver(self) -> Driver | None:
        """Who drives its console now."""
        return drivers_of([self.vm.pk]).get(self.vm.pk)

    @cached_property
    def can_edit(self) -> bool:
        """Whether the reader may change it."""
        return allows(self.user, Capability.VM_EDIT, self.vm)

    @cached_property
    def can_back_up(self) -> bool:
        """Whether the reader may back it up, and make machines from its backups."""
        return allows(self.user, Capability.VM_BACKUP, self.vm)

    @cached_property
    def can_carry_files(self) -> bool:
        """Whether the reader may copy files to and from the guest."""
        return allows(self.user, Capability.VM_FILES, self.vm)

    @cached_property
    def can_see_recordings(self) -> bool:
        """Whether the reader may see recordings of its consoles."""
        return allows(self.user, Capability.VM_RECORDINGS, self.vm)

    def can_migrate(self) -> bool:
        """Whether the reader may move it to another host, and there is one."""
        if not allows(self.user, Capability.VM_MIGRATE, self.vm):
            return False
        return Host.objects.exclude(pk=self.vm.host_id).exists()

    @cached_property
    def hold(self) -> str:
        """Why nothing may be done with it, "" where that is not so."""
        return str(can(self.vm, "start") or "") if self.vm.hold else ""

    @cached_property
    def may_end_copies(self) -> bool:
        """Whether the reader may decide which of several copies ends."""
        return allows(self.user, Capability.VM_MIGRATE, self.vm)

    @cached_property
    def can_delete(self) -> bool:
        """Whether the reader may delete it, protect it or lift the protection."""
        return allows(self.user, Capability.VM_DELETE, self.vm)

    @cached_property
    def groups(self) -> list[PlacementGroup]:
        """The placement groups that it is in, as far as the reader may see them."""
        return list(list_groups(self.user).filter(machines=self.vm))

    @cached_property
    def people(self) -> People:
        """Who has it."""
        return People(self.user, self.vm)

    @property
    def may_cancel(self) -> bool:
        """Whether the reader may stop what is being done with it."""
        job = self.vm.active_job
        return job is not None and job.is_cancellable and may_cancel(job, self.user)

    @cached_property
    def failure(self) -> Job | None:
        """The last job, where it failed a short time ago."""
        if self.vm.active_job:
            return None
        jobs = Job.objects.filter(target_kind="vm", target_id=self.vm.pk)
        last = jobs.order_by("-created_at", "-pk").first()
        recent = timezone.now() - FAILURE_SHOWN_FOR
        if last is None or last.finished_at is None or last.finished_at < recent:
            return None
        return last if last.state in (JobState.FAILED, JobState.UNDETERMINED) else None

    @property
    def addresses(self) -> list[dict[str, Any]]:
        """Every address that is known, the one of the list first."""
        known = [a for a in self.vm.addresses if a.get("address")]
        return sorted(known, key=lambda a: (a["address"] != self.vm.address, a.get("family", "")))

    @property
    def disks(self) -> Iterator[Disk]:
        """Its disks."""
        for disk in self.vm.disks:
            device = disk.get("device", "disk")
            yield Disk(
                target=disk.get("target", ""),
                kind=DEVICES.get(device, disk.get("volume", "")),
                icon="disc" if device == "cdrom" else "database",
                pool=disk.get("pool", ""),
                bus=disk.get("bus", ""),
                format=disk.get("format", ""),
                capacity=disk.get("capacity"),
                allocation=disk.get("allocation"),
                source=disk.get("source", "") if self.is_admin else "",
                is_empty=device != "disk" and not disk.get("source"),
                medium=name_of(disk) if device == "cdrom" else "",
                stays=why_not_grown(self.vm, disk) if self.can_edit else "",
            )

    @property
    def nics(self) -> Iterator[Nic]:
        """Its network cards, each with the addresses behind its hardware address."""
        for nic in self.vm.nics:
            mac = nic.get("mac", "")
            yield Nic(
                source=nic.get("source", ""),
                kind=nic.get("kind", ""),
                mac=mac,
                model=nic.get("model", ""),
                link_up=nic.get("link_up", True),
                addresses=[a["address"] for a in self.vm.addresses if a.get("mac") == mac],
            )
