"""Make the place for backups on a host: a pool of its own beside the one for disks."""

from pathlib import Path

from backups.models import PLACE
from hosts.addresses import address_of
from hosts.models import Host, StoragePool, Transport
from jobs.context import JobContext
from virt.errors import NotFound
from virt.facts.storage import PoolInfo
from virt.hosts import storage
from virt.pool import pooled
from vms.operations.target import virsh

FOLDER = "/var/lib/libvirt/guesthouse-backups"


def make_place(job: JobContext) -> None:
    """Make, or start, the pool, and note it in the host's rows at once."""
    host = Host.objects.get(pk=job.job.target_id or 0)
    with pooled(address_of(host), "ops") as hypervisor:
        try:
            place = storage.get_pool(hypervisor, PLACE)
        except NotFound:
            folder = _folder(host)
            job.command(virsh("pool-define-as", PLACE, "dir", flags=("--target", folder)))
            place = storage.create_dir_pool(hypervisor, PLACE, folder)
        if not place.active:
            job.command(virsh("pool-start", PLACE))
            storage.start_pool(hypervisor, PLACE)
            place = storage.get_pool(hypervisor, PLACE)
    _record(host, place)


def _folder(host: Host) -> str:
    """Return where the pool is; a session's libvirt writes only in its person's home."""
    if host.transport == Transport.SESSION:
        return str(Path.home() / ".local/share/libvirt/guesthouse-backups")
    return FOLDER


def _record(host: Host, place: PoolInfo) -> None:
    names = ("name", "kind", "path", "active", "autostart", "capacity", "allocation", "available")
    facts = {name: getattr(place, name) for name in names}
    StoragePool.objects.update_or_create(host=host, uuid=place.uuid, defaults=facts)
