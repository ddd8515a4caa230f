"""A network that lends addresses, two teams, and a machine of each."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership, Team, User
from hosts.models import Host, Network
from tests.factories import make_host, make_vm, nic
from vms.models import VM


def card(number: int, network: str = "lan") -> dict[str, Any]:
    """Return a mirrored card on the network."""
    return nic(number) | {"source": network}


@pytest.fixture
def lan(host: Host) -> Network:
    """A site's network with DHCP, with a small range."""
    return Network.objects.create(
        host=host,
        uuid=uuid4(),
        name="lan",
        mode="nat",
        active=True,
        dhcp=True,
        cidrs=["10.9.0.0/24"],
        gateways=["10.9.0.1"],
    )


@pytest.fixture
def host(db: None) -> Host:
    """An online host."""
    return make_host("alder")


@pytest.fixture
def red(oli: User, vera: User) -> Team:
    """Oli is a member, Vera may only look."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="member")
    Membership.objects.create(user=vera, team=team, role="viewer")
    return team


@pytest.fixture
def vm(lan: Network, red: Team, oli: User) -> VM:
    """The red team's machine, on the network."""
    return make_vm("web01", host=lan.host, team=red, owner=oli, nics=[card(1)], addresses=[])


@pytest.fixture
def theirs(lan: Network, sam: User) -> VM:
    """Another person's machine, on the same network."""
    return make_vm("db07", host=lan.host, owner=sam, nics=[card(2)], addresses=[])


@pytest.fixture
def _waiting(settings: Any) -> None:
    """Leave jobs to be carried by hand: there is no host behind the row."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
