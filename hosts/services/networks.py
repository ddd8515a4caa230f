"""Ask for a team's own network, and for its end: a host is chosen, a row made, a job asked for."""

import re
import uuid
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import (
    ActionRefused,
    Capability,
    Person,
    audiences_of,
    is_auditor,
    on_whole_site,
    require,
)
from accounts.in_teams import teams_where
from accounts.models import Team, User
from hosts.models import Host, HostState, Network
from hosts.services.ranges import free_range
from jobs.models import Job
from jobs.services import asked_before, create_job
from quotas.models import Resource
from quotas.services import reserve

MODES = ("nat", "isolated")
LONGEST_NAME = 31
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?\Z")
_USERS: list[Callable[[Network], int]] = []


def register_users(counter: Callable[[Network], int]) -> None:
    """Make known what counts the machines on a network; called while the apps start."""
    _USERS.append(counter)


def users_of(network: Network) -> int:
    """Return how many machines are on a network, those that are being made among them."""
    return sum(counter(network) for counter in _USERS)


def networks_of(user: Person) -> QuerySet[Network]:
    """Return the own networks of the user's teams; all of them to who sees the whole site."""
    networks = Network.objects.exclude(team=None).select_related("team", "host", "owner")
    if on_whole_site(user, Capability.HOST_VIEW) or is_auditor(user):
        return networks
    return networks.filter(team__in=teams_where(user, Capability.TEAM_VIEW))


def get_network(user: Person, pk: int, capability: Capability) -> Network:
    """Return an own network. Raises Http404 for others', PermissionDenied without the right."""
    network = networks_of(user).filter(pk=pk).first()
    if network is None or network.team is None:
        raise Http404
    require(user, capability, network.team)
    return network


def request_network(
    team: Team, name: str, mode: str, by: User, *, idempotency_key: str = ""
) -> Job:
    """Ask for a network of a team's own, on the host with the most free memory.

    Raises PermissionDenied, or ActionRefused: 400 with `fields`, 422 when there is no place.
    """
    require(by, Capability.NETWORK_CREATE, team)
    if not _NAME.match(name):
        raise _refused("name", _("A name has up to 31 letters a–z, digits and hyphens."))
    if mode not in MODES:
        raise _refused("mode", _("Choose whether it reaches the outside."))
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        if Network.objects.filter(team=team, name=name).exists():
            raise _refused("name", _("The team has a network called %(name)s.") % {"name": name})
        reserve(team, by, {Resource.NETWORKS: 1})
        host = _host_for(name)
        network = Network.objects.create(
            host=host,
            team=team,
            owner=by,
            uuid=uuid.uuid4(),
            name=name,
            mode=mode,
            cidrs=[_range_on(host)],
            dhcp=True,
        )
        return _create_job("network.create", network, by, idempotency_key)


def request_network_delete(network: Network, by: User, *, idempotency_key: str = "") -> Job:
    """Ask for an own network to be removed from its host; refused while machines are on it."""
    assert network.team is not None
    require(by, Capability.NETWORK_CREATE, network.team)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        Host.objects.select_for_update(no_key=True).get(pk=network.host_id)
        refuse_while_used(network)
        return _create_job("network.delete", network, by, idempotency_key)


def refuse_while_used(network: Network) -> None:
    """Raise ActionRefused while machines are on the network."""
    if count := users_of(network):
        text = _("%(count)d machines use %(name)s. Take them off it, or delete them, first.")
        raise ActionRefused(text % {"count": count, "name": network.name}, code="in-use")


def _create_job(kind: str, network: Network, by: User, idempotency_key: str) -> Job:
    return create_job(
        kind,
        target_kind="network",
        target_id=network.pk,
        target_name=network.name,
        host_id=network.host_id,
        actor=by,
        params={"uuid": str(network.uuid), "mode": network.mode, "cidrs": network.cidrs},
        audiences=audiences_of(network),
        idempotency_key=idempotency_key,
    )


def _host_for(name: str) -> Host:
    """Return the freest host where nothing has this name. Others' networks are not told of."""
    online = Host.objects.filter(state=HostState.ONLINE, duty="").order_by("pk")
    hosts = list(online.select_for_update(no_key=True))
    if not hosts:
        text = _("No host answers now. Try later.")
        raise ActionRefused(text, code="no-room", status=422)
    taken = set(Network.objects.filter(name__iexact=name).values_list("host", flat=True))
    free = [host for host in hosts if host.pk not in taken]
    if not free:
        raise _refused("name", _("This name cannot be had. Choose another one."))
    return max(free, key=lambda host: host.memory - (host.memory_used or 0))


def _range_on(host: Host) -> str:
    found = free_range(host)
    if not found:
        text = _("There are no addresses left for another network.")
        raise ActionRefused(text, code="no-addresses", status=422)
    return found


def _refused(name: str, text: str) -> ActionRefused:
    return ActionRefused(text, code="invalid", status=400, fields={name: text})
