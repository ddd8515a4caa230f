"""Make a machine: disk, image, definition, first start. Undo everything when it cannot be done.

Safe to run twice: the volume's name and the domain's UUID belong to this machine alone. A volume
without a domain is what an earlier attempt left half-made, and is made anew; a domain is defined
only once its disk is complete.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from catalogue.services import networks_for
from hosts.addresses import address_of
from hosts.models import Network, Transport
from jobs.context import JobContext
from jobs.errors import Cancelled
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.facts.storage import PoolInfo
from virt.hosts import storage
from virt.pool import pooled
from virt.specs import VolumeSpec
from virt.xml import build
from vms.making.choices import usual_network
from vms.making.images import Image, find_image
from vms.making.policy import check_definition
from vms.models import VM
from vms.services.wishes import Wish

from .bases import Base
from .making import Media, choose_pool, domain_spec, iso_path, volume_name
from .target import Target, honest, machine_of, virsh

CHECK_SECONDS = 0.3
RESERVE = 64 * 1024**2  # bytes that stay free in a pool


def create(job: JobContext) -> None:
    """Make the machine of the job's row; what fails or is cancelled leaves nothing behind."""
    vm = machine_of(job)
    away = honest(vm.name, even_before=job.is_retry)
    with away, pooled(address_of(vm.host), "ops") as hypervisor:
        work = _Making(job, vm, Wish.of_params(job.params), hypervisor)
        try:
            work.make()
        except HostUnreachable:
            raise
        except (VirtError, ActionRefused, Cancelled, OSError, ValueError):
            work.undo()
            raise


@dataclass(slots=True)
class _Making:
    """One attempt at making one machine."""

    job: JobContext
    vm: VM
    wish: Wish
    hypervisor: Hypervisor

    def make(self) -> None:
        """Take every step that is not done yet."""
        domain = self._find()
        if domain is None:
            self._refuse_taken_name()
            domain = self._define(self._make_media())
        self.job.check_cancelled()
        if self.wish.start and not domain.state().is_active:
            self.job.progress(95.0, gettext_noop("Starting"))
            self.job.command(virsh("start", self.vm.name))
            domain.start()
        Target(self.job, self.vm, self.hypervisor, domain).record()

    def undo(self) -> None:
        """Remove whatever this job, in any attempt, has made on the host."""
        domain = self._find()
        if domain is not None:
            if domain.state().is_active:
                domain.force_off()
            domain.undefine()
        if pool := self.job.job.result.get("pool"):
            self._delete_volume(pool, volume_name(self.vm, self._format()))

    def _find(self) -> Domain | None:
        try:
            return self.hypervisor.get_domain(str(self.vm.uuid))
        except NotFound:
            return None

    def _refuse_taken_name(self) -> None:
        if self.hypervisor.find_domain(self.vm.name) is not None:
            raise ActionRefused(
                _("The host has a machine called %(name)s already.") % {"name": self.vm.name},
                code="name-taken",
            )

    def _image(self) -> Image | None:
        if self.wish.kind != "image":
            return None
        image = find_image(self.wish.image)
        if image is None:
            raise ActionRefused(_("The image is no longer there."), code="not-found")
        return image

    def _format(self) -> str:
        image = find_image(self.wish.image) if self.wish.kind == "image" else None
        return image.format if image else "qcow2"

    def _make_media(self) -> Media:
        """Make the disk, with the image on it where one is wished."""
        image = self._image()
        self.job.progress(2.0, gettext_noop("Preparing storage"))
        pool = choose_pool(self.hypervisor, self.vm.host)
        self._refuse_full(pool, image)
        name = volume_name(self.vm, self._format())
        self.job.note(pool=pool.name, volume=name)
        self._delete_volume(pool.name, name)
        if image and self.vm.host.transport != Transport.TEST:
            self._fill(image, pool, name)
        else:
            self._create_volume(pool.name, name, self.wish.disk)
        volume = storage.get_volume(self.hypervisor, pool.name, name)
        return Media(volume.path, self._format(), iso_path(self.hypervisor, self.wish))

    def _create_volume(self, pool: str, name: str, size: int) -> None:
        flags = ("--format", self._format())
        self.job.command(virsh("vol-create-as", pool, name, str(size), flags=flags))
        spec = VolumeSpec(name, capacity=size, format=self._format())
        storage.create_volume(self.hypervisor, pool, spec)

    def _fill(self, image: Image, pool: PoolInfo, name: str) -> None:
        """Make the disk with the image on it as it is, then make it as big as wished."""
        self.job.progress(5.0, gettext_noop("Copying the image"))
        base = Base(self.job, self.hypervisor, pool.name, image)
        if not base.copy_to(name, self.wish.disk):
            self._delete_volume(pool.name, name)
            self._upload(image, pool.name, name)
            base.keep(name, pool.available)
        self.job.check_cancelled()
        if self.wish.disk > storage.get_volume(self.hypervisor, pool.name, name).capacity:
            self.job.progress(88.0, gettext_noop("Enlarging the disk"))
            flags = ("--pool", pool.name)
            self.job.command(virsh("vol-resize", name, str(self.wish.disk), flags=flags))
            storage.resize(self.hypervisor, pool.name, name, self.wish.disk)

    def _upload(self, image: Image, pool: str, name: str) -> None:
        size = image.path.stat().st_size
        self._create_volume(pool, name, size)
        self.job.command(virsh("vol-upload", name, image.path.name, flags=("--pool", pool)))
        with image.path.open("rb") as file:
            storage.upload(self.hypervisor, pool, name, file, size, self._report(size))

    def _report(self, size: int) -> Callable[[int], None]:
        """Return what tells how far the copy is, and stops it when the job is cancelled."""
        checked = time.monotonic()

        def report(done: int) -> None:
            nonlocal checked
            self.job.progress(5.0 + 80.0 * done / max(size, 1))
            if time.monotonic() - checked > CHECK_SECONDS:
                checked = time.monotonic()
                self.job.check_cancelled()

        return report

    def _define(self, media: Media) -> Domain:
        """Define the domain once its final XML has passed the policy."""
        self.job.progress(90.0, gettext_noop("Defining the machine"))
        image = self._image()
        networks = self.hypervisor.networks()
        closed = self._closed_networks()
        offered = [network for network in networks if network.name not in closed]
        usual = usual_network(network.name for network in offered if network.active)
        wish = replace(self.wish, network=self.wish.network or usual)
        xml = build.domain(domain_spec(self.vm, wish, media, image.os_id if image else ""))
        check_definition(
            xml,
            folders={pool.path for pool in self.hypervisor.pools() if pool.active and pool.path},
            networks={network.name for network in offered},
        )
        self.job.check_cancelled()
        self.job.command(virsh("define", f"{self.vm.name}.xml"))
        return self.hypervisor.define(xml)

    def _closed_networks(self) -> set[str]:
        """Return the host's networks that this machine may not use: other teams' and unoffered."""
        mine = networks_for(self.job.job.actor, self.vm.team, self.vm.host)
        others = Network.objects.filter(host=self.vm.host).exclude(pk__in=mine.values("pk"))
        return set(others.values_list("name", flat=True))

    def _refuse_full(self, pool: PoolInfo, image: Image | None) -> None:
        needed = (image.path.stat().st_size if image else 0) + RESERVE
        if pool.available and pool.available < needed:
            raise ActionRefused(
                _("The pool %(pool)s has no room left for this disk.") % {"pool": pool.name},
                code="out-of-space",
            )

    def _delete_volume(self, pool: str, name: str) -> None:
        try:
            storage.delete_volume(self.hypervisor, pool, name)
        except NotFound:
            return
