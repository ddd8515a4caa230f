"""Have a network keep an address for a card, or let it go. Safe to run twice: both look first."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from addresses.choosing import why_not
from addresses.models import Address
from hosts.addresses import address_of
from hosts.models import Network
from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, NotFound, Unsupported, VirtError
from virt.hosts import networks
from virt.pool import pooled
from vms.operations.target import Target, honest, virsh


def keep(job: JobContext) -> None:
    """Have the network keep the row's address; what cannot be kept leaves no row behind."""
    row = _find(job)
    if row is None:
        raise ActionRefused(_("The address was given back meanwhile."), code="gone")
    job.progress(None, gettext_noop("Telling the network"))
    away = honest(job.job.target_name, even_before=job.is_retry)
    with away, pooled(address_of(row.network.host), "ops") as hypervisor:
        try:
            _refuse_taken(hypervisor, row)
            job.command(_command("add-last", row))
            networks.keep_address(hypervisor, row.network.name, row.mac, row.address)
        except HostUnreachable:
            raise
        except (VirtError, ActionRefused, ValueError):
            _let_go(hypervisor, row)
            row.delete()
            raise
    Address.objects.filter(pk=row.pk).update(kept_since=timezone.now())
    _mirror(row, is_kept=True)


def release(job: JobContext) -> None:
    """Have the network let the row's address go, then forget it."""
    row = _find(job)
    if row is None:
        return  # an earlier attempt did it
    job.progress(None, gettext_noop("Telling the network"))
    with honest(row.address), pooled(address_of(row.network.host), "ops") as hypervisor:
        job.command(_command("delete", row))
        _let_go(hypervisor, row)
    _mirror(row, is_kept=False)
    row.delete()


def release_with(it: Target) -> None:
    """Let go what is kept for a machine that is being deleted; part of that job."""
    for row in Address.objects.filter(vm=it.vm).select_related("network__host"):
        if row.network.host_id != it.vm.host_id:
            continue
        it.job.progress(None, gettext_noop("Giving its addresses back"))
        it.job.command(_command("delete", row))
        with it.acting():
            _let_go(it.hypervisor, row)
        _mirror(row, is_kept=False)
        row.delete()


def _find(job: JobContext) -> Address | None:
    rows = Address.objects.select_related("network__host", "vm")
    return rows.filter(pk=job.params["address"]).first()


def _refuse_taken(hypervisor: Hypervisor, row: Address) -> None:
    """Look once more, at what the host says now."""
    info = networks.get_network(hypervisor, row.network.name)
    now = Network(
        name=info.name,
        cidrs=list(info.cidrs),
        gateways=list(info.gateways),
        fixed=[{"mac": one.mac, "address": one.address} for one in info.fixed],
        leases=[
            {"mac": one.mac, "address": one.address}
            for one in networks.leases(hypervisor, info.name)
        ],
    )
    if reason := why_not(now, row.mac, row.address, {}):
        raise ActionRefused(reason, code="address-taken", status=409)


def _let_go(hypervisor: Hypervisor, row: Address) -> None:
    try:
        networks.release_address(hypervisor, row.network.name, row.mac, row.address)
    except (NotFound, Unsupported):
        return  # the network went, or the host's networks did, and its addresses with it


def _command(verb: str, row: Address) -> str:
    host = f"<host mac='{row.mac}' ip='{row.address}'/>"
    return virsh(
        "net-update", row.network.name, verb, "ip-dhcp-host", host, flags=("--live", "--config")
    )


def _mirror(row: Address, *, is_kept: bool) -> None:
    """Write at once what the watcher reads within a minute, so that nobody is offered it."""
    network = Network.objects.get(pk=row.network_id)
    others = [one for one in network.fixed if one["mac"] != row.mac]
    mine = [{"mac": row.mac, "address": row.address}] if is_kept else []
    Network.objects.filter(pk=network.pk).update(fixed=[*others, *mine])
