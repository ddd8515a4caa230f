"""A team's own network on a real host: made, there, and gone again."""

import pytest

from accounts.models import Membership, Team, User
from hosts.models import Host, Network
from hosts.services.networks import request_network, request_network_delete
from jobs.models import Job
from tests.factories import make_vm
from tests.hosts.conftest import add
from tests.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("mode", ["nat", "isolated"])
def test_network_is_made_and_removed(lab: Lab, mode: str) -> None:
    house = lab["hv1"]
    host = add(house)
    Host.objects.update(state="online")
    oli = User.objects.create_user("oli")
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="owner")
    job = Job.objects.get(pk=request_network(team, f"red-{mode}", mode, oli).pk)
    assert job.state == "succeeded", job.error_message
    network = Network.objects.get(pk=job.target_id or 0)
    xml = house.virsh("net-dumpxml", network.name)
    assert str(network.uuid) in xml
    assert "10.200.0.1" in xml
    assert ("<forward" in xml) == (mode == "nat")
    assert (network.active, network.autostart, network.team) == (True, True, team)
    assert make_vm("web01", host=host).pk
    gone = Job.objects.get(pk=request_network_delete(network, oli).pk)
    assert gone.state == "succeeded", gone.error_message
    assert network.name not in house.virsh("net-list", "--all", "--name").split()
    assert not Network.objects.filter(pk=network.pk).exists()
