"""How is an address fetched, and a network with what it lends? Fetching is authorising."""

from django.http import Http404

from accounts.access import Capability, Person, is_auditor, on_whole_site
from accounts.in_teams import teams_where
from catalogue.services import seen_networks
from hosts.models import Network
from vms.models import VM

from .models import Address, AddressQuerySet


def addresses_of(vm: VM) -> AddressQuerySet:
    """Return a machine's reserved addresses; whoever may see the machine may see them."""
    return Address.objects.standing().filter(vm=vm).select_related("network", "job")


def get_address(vm: VM, pk: int) -> Address:
    """Return one of a fetched machine's addresses. Raises Http404."""
    found = addresses_of(vm).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_seen_network(user: Person, pk: int) -> Network:
    """Return a network that the user's teams have or are offered. Raises Http404."""
    network = seen_networks(user).select_related("host", "team").filter(pk=pk).first()
    if network is None:
        raise Http404
    return network


def sees_all_of(user: Person, network: Network) -> bool:
    """Say whether `user` may see every card on a network, not only their own machines'."""
    if on_whole_site(user, Capability.HOST_VIEW) or is_auditor(user):
        return True
    if network.team_id is None:
        return False
    return teams_where(user, Capability.TEAM_VIEW).filter(pk=network.team_id).exists()
