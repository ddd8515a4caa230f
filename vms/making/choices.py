"""What can a new machine be made of? Read from our rows, for the form, the API and the check."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Team, User
from catalogue.services import networks_for
from hosts.models import Host, HostState, Network, Volume
from jobs.models import Job
from vms.making.images import Image, all_images
from vms.models import VM

NO_NETWORK = "none"


@dataclass(frozen=True, slots=True)
class Iso:
    """A medium in a pool of a host; `key` is what a CreateRequest's source takes."""

    host: Host
    pool: str
    volume: str

    @property
    def key(self) -> str:
        """Return the source that names it."""
        return f"iso:{self.pool}/{self.volume}"


def list_images() -> list[Image]:
    """Return the images to choose from."""
    return all_images()


def list_isos(host: Host | None = None) -> list[Iso]:
    """Return the media of one host, or of all hosts that are read now."""
    volumes = Volume.objects.filter(
        name__iendswith=".iso", pool__active=True, pool__host__state=HostState.ONLINE
    ).select_related("pool__host")
    if host is not None:
        volumes = volumes.filter(pool__host=host)
    return [Iso(row.pool.host, row.pool.name, row.name) for row in volumes.order_by("name")]


def list_networks(user: User, team: Team | None, host: Host | None = None) -> list[str]:
    """Return the names of active networks offered, of one host or of all that are read now."""
    networks = networks_for(user, team, host).filter(active=True)
    if host is None:
        networks = networks.filter(host__state=HostState.ONLINE)
    return sorted(set(networks.values_list("name", flat=True)))


def has_network(host: Host, name: str, user: User, team: Team | None) -> bool:
    """Say whether a machine on the host may have this network, none, or the usual one."""
    return name in {"", NO_NETWORK} or name in list_networks(user, team, host)


def usual_network(names: Iterable[str]) -> str:
    """Return which of a host's active networks a new machine gets unasked, or `NO_NETWORK`."""
    ordered = sorted(names)
    return "default" if "default" in ordered else (ordered[0] if ordered else NO_NETWORK)


def default_network(host: Host, user: User, team: Team | None) -> str:
    """Return the network that a new machine gets unasked; "" while the host's are not read yet."""
    if not host.networks.exists():
        return ""
    return usual_network(list_networks(user, team, host))


def machines_on(network: Network) -> int:
    """Return how many machines have a card on the network, or will have once they are made."""
    rows = VM.objects.filter(host=network.host_id).values_list("nics", flat=True)
    made = sum(any(nic.get("source") == network.name for nic in nics) for nics in rows)
    being_made = Job.objects.active().filter(
        kind="vm.create", host_id=network.host_id, params__network=network.name
    )
    return made + being_made.count()
