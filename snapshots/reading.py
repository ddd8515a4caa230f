"""Read again what hosts have of snapshots: libvirt tells nobody when somebody else takes one."""

import logging

from hosts.addresses import address_of
from hosts.models import Host, HostState, Transport
from jobs.models import ACTIVE
from virt.connection import Hypervisor
from virt.domain import Domain
from virt.domains import snapshots as records
from virt.errors import NotFound, VirtError
from virt.pool import pooled
from vms.models import VM

from .models import Snapshot
from .operations.bench import read
from .sync import take_over

log = logging.getLogger(__name__)


def read_all() -> None:
    """Look at every host that answers; one that fails is looked at the next time."""
    hosts = Host.objects.filter(state__in=(HostState.ONLINE, HostState.NOT_READY))
    for host in hosts.exclude(transport=Transport.TEST):
        try:
            read_host(host)
        except VirtError as error:
            log.info("The snapshots of %s could not be read: %s", host.name, error.detail)


def read_host(host: Host) -> None:
    """Make the rows of the host's machines equal to its records, where they differ."""
    with pooled(address_of(host), "poll") as hypervisor:
        found = records.outlines(hypervisor)
        machines = {str(vm.uuid): vm for vm in VM.objects.filter(host=host, is_made=True)}
        known = _known(host)
        for uuid in sorted(found.keys() | known.keys()):
            vm = machines.get(uuid)
            if vm is not None and found.get(uuid, _NONE) != known.get(uuid, _NONE):
                _read_one(hypervisor, vm)


_NONE: tuple[frozenset[str], str] = (frozenset(), "")


def _known(host: Host) -> dict[str, tuple[frozenset[str], str]]:
    """Return the keys of each machine's snapshots and which is current, as the rows have it."""
    keys: dict[str, set[str]] = {}
    current: dict[str, str] = {}
    # One of which it is not known whether it was taken makes the machine be read.
    rows = Snapshot.objects.filter(vm__host=host).exclude(made_at=None, job__state__in=ACTIVE)
    for uuid, key, is_current in rows.values_list("vm__uuid", "key", "is_current"):
        keys.setdefault(str(uuid), set()).add(key)
        if is_current:
            current[str(uuid)] = key
    return {uuid: (frozenset(found), current.get(uuid, "")) for uuid, found in keys.items()}


def _read_one(hypervisor: Hypervisor, vm: VM) -> None:
    domain = Domain(hypervisor, str(vm.uuid))
    try:
        take_over(vm, read(hypervisor, domain, vm))
    except NotFound:
        return  # gone meanwhile; the watcher sees to that
