"""Do what a readiness check offers. Safe to run twice: what is started already is left alone."""

import shlex
from pathlib import Path

from django.utils.translation import gettext_noop

from hosts.addresses import address_of
from hosts.models import Host, Network, StoragePool, Transport
from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.errors import NotFound
from virt.facts.storage import PoolInfo
from virt.hosts import networks, storage
from virt.pool import pooled

DEFAULT = "default"
FOLDER = "/var/lib/libvirt/images"


def fix(job: JobContext) -> None:
    """Start or make what the job names, and note it in the host's rows at once."""
    host = Host.objects.filter(pk=job.job.target_id or 0).first()
    if host is None:
        raise NotFound(gettext_noop("The host was removed meanwhile."))
    action, name = job.params["action"], job.params["name"]
    with pooled(address_of(host), "ops") as hypervisor:
        if action == "make-pool":
            _record_pool(host, _made_pool(job, hypervisor, host))
        elif action.endswith("-pool"):
            _record_pool(host, _started_pool(job, hypervisor, name))
        else:
            _start_network(job, hypervisor, host, name)
    Host.objects.filter(pk=host.pk).update(rescan_requested=True)


def _made_pool(job: JobContext, hypervisor: Hypervisor, host: Host) -> PoolInfo:
    job.progress(None, gettext_noop("Making the pool"))
    try:
        storage.get_pool(hypervisor, DEFAULT)
    except NotFound:
        folder = FOLDER
        if host.transport == Transport.SESSION:
            folder = str(Path.home() / ".local/share/libvirt/images")
        job.command(f"virsh pool-define-as {DEFAULT} dir --target {shlex.quote(folder)}")
        return storage.create_dir_pool(hypervisor, DEFAULT, folder)
    return _started_pool(job, hypervisor, DEFAULT)


def _started_pool(job: JobContext, hypervisor: Hypervisor, name: str) -> PoolInfo:
    job.progress(None, gettext_noop("Starting the pool"))
    if not storage.get_pool(hypervisor, name).active:
        job.command(f"virsh pool-start {shlex.quote(name)}")
        storage.start_pool(hypervisor, name)
    if not storage.get_pool(hypervisor, name).autostart:
        job.command(f"virsh pool-autostart {shlex.quote(name)}")
        storage.set_autostart(hypervisor, name, True)
    return storage.get_pool(hypervisor, name)


def _start_network(job: JobContext, hypervisor: Hypervisor, host: Host, name: str) -> None:
    job.progress(None, gettext_noop("Starting the network"))
    found = next((one for one in networks.list_networks(hypervisor) if one.name == name), None)
    if found is None:
        raise NotFound(gettext_noop("The network was removed meanwhile."))
    if not found.active:
        job.command(f"virsh net-start {shlex.quote(name)}")
        networks.start(hypervisor, name)
    if not found.autostart:
        job.command(f"virsh net-autostart {shlex.quote(name)}")
        networks.set_autostart(hypervisor, name, True)
    Network.objects.filter(host=host, uuid=found.uuid).update(active=True, autostart=True)


def _record_pool(host: Host, pool: PoolInfo) -> None:
    names = ("name", "kind", "path", "active", "autostart", "capacity", "allocation", "available")
    facts = {name: getattr(pool, name) for name in names}
    StoragePool.objects.update_or_create(host=host, uuid=pool.uuid, defaults=facts)
