"""Make a new machine from a backup: copies of its disks, and a definition of our own building.

Nothing of the old definition is given to a host: the new one is built from checked facts and has
to pass the policy, as every definition. What fails leaves nothing behind.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from backups.models import PLACE, Backup
from catalogue.services import networks_for
from hosts.addresses import address_of
from hosts.models import Network
from jobs.context import JobContext
from jobs.errors import Cancelled
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.facts.storage import VolumeInfo
from virt.hosts import storage
from virt.pool import pooled
from virt.specs import DiskSpec, VolumeSpec
from virt.xml import build
from vms.making.policy import check_definition
from vms.models import VM
from vms.operations.making import Media, choose_pool, domain_spec
from vms.operations.target import Target, honest, machine_of, virsh
from vms.services.wishes import Wish

BUSES = frozenset({"virtio", "sata", "scsi", "ide"})


def restore(job: JobContext) -> None:
    """Make the machine of the job's row from the backup."""
    vm = machine_of(job)
    backup = Backup.objects.filter(pk=job.params["backup"]).first()
    if backup is None:
        raise ActionRefused(_("The backup is no more."), code="gone")
    away = honest(vm.name, even_before=job.is_retry)
    with away, pooled(address_of(vm.host), "ops") as hypervisor:
        wish = Wish.of_params(job.params["wish"])
        work = _Restoring(job, vm, backup, wish, hypervisor)
        try:
            work.make()
        except HostUnreachable:
            raise
        except (VirtError, ActionRefused, Cancelled, ValueError):
            work.undo()
            raise


@dataclass(slots=True)
class _Restoring:
    """One attempt at making one machine from a backup."""

    job: JobContext
    vm: VM
    backup: Backup
    wish: Wish
    hypervisor: Hypervisor

    def make(self) -> None:
        """Take every step that is not done yet."""
        domain = self._find()
        if domain is None:
            if self.hypervisor.find_domain(self.vm.name) is not None:
                text = _("The host has a machine called %(name)s already.")
                raise ActionRefused(text % {"name": self.vm.name}, code="name-taken")
            domain = self._define(self._copy())
        self.job.check_cancelled()
        if self.wish.start and not domain.state().is_active:
            self.job.progress(95.0, gettext_noop("Starting"))
            self.job.command(virsh("start", self.vm.name))
            domain.start()
        Target(self.job, self.vm, self.hypervisor, domain).record()
        VM.objects.filter(pk=self.vm.pk).update(is_made=True)

    def undo(self) -> None:
        """Remove whatever this job, in any attempt, has made on the host."""
        domain = self._find()
        if domain is not None:
            if domain.state().is_active:
                domain.force_off()
            domain.undefine()
        if pool := self.job.job.result.get("pool"):
            for number in range(len(self.backup.files)):
                self._delete(pool, self._name(number))

    def _find(self) -> Domain | None:
        try:
            return self.hypervisor.get_domain(str(self.vm.uuid))
        except NotFound:
            return None

    def _name(self, number: int) -> str:
        return f"guesthouse-{self.vm.uuid.hex[:16]}-{number}.qcow2"

    def _copy(self) -> list[DiskSpec]:
        """Copy each file of the backup to a new disk."""
        pool = choose_pool(self.hypervisor, self.vm.host).name
        self.job.note(pool=pool)
        storage.refresh(self.hypervisor, PLACE)
        disks = []
        for number, file in enumerate(self.backup.files):
            self.job.check_cancelled()
            share = 85.0 * number / len(self.backup.files)
            self.job.progress(share, gettext_noop("Copying disks"))
            source, name = self._source(file["name"]), self._name(number)
            self._delete(pool, name)
            flags = ("--inputpool", PLACE)
            self.job.command(
                virsh("vol-create-from", pool, f"{name}.xml", source.name, flags=flags)
            )
            spec = VolumeSpec(name, capacity=source.capacity, format="qcow2")
            made = storage.clone(self.hypervisor, pool, source.name, spec, source_pool=PLACE)
            bus = file["bus"] if file["bus"] in BUSES else "virtio"
            disks.append(DiskSpec(path=made.path, format="qcow2", bus=bus))
        return disks

    def _source(self, name: str) -> VolumeInfo:
        try:
            found = storage.get_volume(self.hypervisor, PLACE, name)
        except NotFound:
            text = _("The files of this backup are gone from the host.")
            raise ActionRefused(text, code="missing") from None
        if found.format != "qcow2" or found.backing_path:
            text = _("The files of this backup are not what was written.")
            raise ActionRefused(text, code="changed")
        return found

    def _define(self, disks: list[DiskSpec]) -> Domain:
        """Define the domain once its final XML has passed the policy."""
        self.job.progress(90.0, gettext_noop("Defining the machine"))
        open_networks = self._open_networks()
        wish = self.wish
        if wish.network not in open_networks:
            wish = replace(wish, network="none")
        spec = domain_spec(self.vm, wish, Media("", "qcow2"), self.backup.os_id)
        xml = build.domain(replace(spec, disks=tuple(disks)))
        folders = {pool.path for pool in self.hypervisor.pools() if pool.active and pool.path}
        check_definition(xml, folders=folders, networks=open_networks)
        self.job.check_cancelled()
        self.job.command(virsh("define", f"{self.vm.name}.xml"))
        return self.hypervisor.define(xml)

    def _open_networks(self) -> set[str]:
        """Return the host's networks that this machine may use."""
        mine = networks_for(self.job.job.actor, self.vm.team, self.vm.host)
        others = Network.objects.filter(host=self.vm.host).exclude(pk__in=mine.values("pk"))
        closed = set(others.values_list("name", flat=True))
        return {network.name for network in self.hypervisor.networks()} - closed

    def _delete(self, pool: str, name: str) -> None:
        try:
            storage.delete_volume(self.hypervisor, pool, name)
        except NotFound:
            return
