"""Make and remove a team's own network on its host. Safe to run twice: the UUID tells it apart."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from hosts.models import Network
from hosts.services.networks import refuse_while_used
from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, NotFound, VirtError
from virt.facts.network import NetworkInfo
from virt.hosts import networks
from virt.pool import pooled
from virt.specs import NetworkSpec


def create(job: JobContext) -> None:
    """Define, start and autostart the network; what cannot be made leaves no row behind."""
    network = _network(job)
    job.progress(None, gettext_noop("Making the network"))
    with pooled(address_of(network.host), "ops") as hypervisor:
        try:
            found = _find(hypervisor, network) or _make(job, hypervisor, network)
        except HostUnreachable:
            raise
        except (VirtError, ValueError):
            network.delete()
            raise
    Network.objects.filter(pk=network.pk).update(
        active=found.active, autostart=found.autostart, bridge=found.bridge[:40]
    )


def delete(job: JobContext) -> None:
    """Stop and forget the network, then its row."""
    network = _network(job)
    refuse_while_used(network)
    job.progress(None, gettext_noop("Removing the network"))
    with pooled(address_of(network.host), "ops") as hypervisor:
        if _find(hypervisor, network) is not None:
            job.command(f"virsh net-destroy {network.name}")
            job.command(f"virsh net-undefine {network.name}")
            networks.remove(hypervisor, network.name)
    network.delete()


def _network(job: JobContext) -> Network:
    found = Network.objects.select_related("host").filter(pk=job.job.target_id or 0).first()
    if found is None:
        raise NotFound(gettext_noop("The network was removed meanwhile."))
    return found


def _find(hypervisor: Hypervisor, network: Network) -> NetworkInfo | None:
    for info in networks.list_networks(hypervisor):
        if info.uuid == str(network.uuid):
            return info
        if info.name == network.name:
            raise ActionRefused(
                _("The host has another network called %(name)s.") % {"name": network.name},
                code="name-taken",
            )
    return None


def _make(job: JobContext, hypervisor: Hypervisor, network: Network) -> NetworkInfo:
    spec = NetworkSpec(
        name=network.name,
        mode=network.mode,
        cidr=network.cidrs[0],
        dhcp=network.dhcp,
        uuid=str(network.uuid),
    )
    for verb in ("net-define", "net-start", "net-autostart"):
        suffix = ".xml" if verb == "net-define" else ""
        job.command(f"virsh {verb} {network.name}{suffix}")
    return networks.create(hypervisor, spec)
