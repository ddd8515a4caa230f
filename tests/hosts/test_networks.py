"""Teams' own networks: who may, which addresses, and when they may go."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from hosts.models import Host, Network
from hosts.services.networks import networks_of, request_network, request_network_delete
from hosts.sync import apply_networks
from jobs.models import Job
from quotas.models import Limit
from tests.factories import make_host, make_vm, nic
from virt.facts.network import NetworkInfo

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None) -> Host:
    """An online host with a network in the site's pool."""
    host = make_host("alder")
    Network.objects.create(
        host=host, uuid=uuid4(), name="default", mode="nat", cidrs=["10.200.0.0/23"]
    )
    return host


@pytest.fixture
def red(host: Host, oli: User, vera: User) -> Team:
    """Oli owns it, Vera is a member."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="owner")
    Membership.objects.create(user=vera, team=team, role="member")
    return team


@pytest.fixture
def blue(host: Host, sam: User) -> Team:
    """Sam's team."""
    team = Team.objects.create(name="Blue", slug="blue")
    Membership.objects.create(user=sam, team=team, role="owner")
    return team


def ask(team: Team, by: User, name: str = "lab", mode: str = "nat") -> Network:
    """Ask, and return the row."""
    job = request_network(team, name, mode, by)
    assert job.kind == "network.create"
    return Network.objects.get(pk=job.target_id or 0)


def test_row_is_the_teams_from_the_first_moment(red: Team, oli: User, host: Host) -> None:
    network = ask(red, oli)
    assert (network.team, network.host, network.active) == (red, host, False)
    assert network.cidrs == ["10.200.2.0/24"]  # beside the /23 that is there


def test_ranges_never_overlap(red: Team, oli: User) -> None:
    found = [ask(red, oli, f"lab{number}").cidrs[0] for number in range(3)]
    assert found == ["10.200.2.0/24", "10.200.3.0/24", "10.200.4.0/24"]


def test_used_up_pool_is_a_sentence(red: Team, oli: User, settings: Any) -> None:
    settings.GUESTHOUSE_NETWORK_POOL = "10.200.0.0/24"
    with pytest.raises(ActionRefused) as caught:
        request_network(red, "lab", "nat", oli)
    assert caught.value.code == "no-addresses"


def test_who_may_not_is_refused(red: Team, vera: User, sam: User) -> None:
    for user in (vera, sam):
        with pytest.raises(PermissionDenied):
            request_network(red, "lab", "nat", user)


@pytest.mark.parametrize("name", ["", "Lab", "a b", "-a", "x" * 32, "a/b", "<x>"])
def test_bad_names_are_refused(red: Team, oli: User, name: str) -> None:
    with pytest.raises(ActionRefused) as caught:
        request_network(red, name, "nat", oli)
    assert "name" in caught.value.extra["fields"]


def test_name_of_another_team_moves_it_to_another_host(
    red: Team, blue: Team, oli: User, sam: User
) -> None:
    ask(red, oli)
    with pytest.raises(ActionRefused) as caught:
        request_network(blue, "lab", "nat", sam)
    assert caught.value.message == "This name cannot be had. Choose another one."
    other = make_host("birch")
    assert ask(blue, sam).host == other


def test_network_in_use_stays(red: Team, oli: User, host: Host) -> None:
    network = ask(red, oli)
    Job.objects.update(state="succeeded")
    vm = make_vm("web01", host=host, nics=[nic(1) | {"source": "lab"}])
    with pytest.raises(ActionRefused) as caught:
        request_network_delete(network, oli)
    assert caught.value.code == "in-use"
    vm.delete()
    assert request_network_delete(network, oli).kind == "network.delete"


def test_mirror_keeps_the_teams_network_while_the_host_hides_it(
    red: Team, oli: User, host: Host
) -> None:
    network = ask(red, oli)
    info = NetworkInfo(
        uuid=str(network.uuid),
        name="lab",
        bridge="virbr7",
        mode="nat",
        active=True,
        autostart=True,
        persistent=True,
        cidrs=("10.200.2.0/24",),
        dhcp=True,
    )
    apply_networks(host, [info])
    network.refresh_from_db()
    assert (network.team, network.active, network.bridge) == (red, True, "virbr7")
    assert not Network.objects.filter(name="default").exists()
    assert apply_networks(host, [])
    network.refresh_from_db()
    assert (network.team, network.active) == (red, False)
    assert not apply_networks(host, [])


def test_other_teams_networks_are_not_there(
    client: Client, red: Team, blue: Team, oli: User, sam: User, ada: User
) -> None:
    network = ask(red, oli, "red-lab")
    assert not networks_of(sam).exists()
    assert networks_of(ada).get() == network
    client.force_login(sam)
    assert "red-lab" not in client.get("/networks/").content.decode()
    assert client.post(f"/networks/{network.pk}/delete/").status_code == 404
    assert client.get("/api/v1/networks").json()["items"] == []
    assert client.delete(f"/api/v1/networks/{network.pk}").status_code == 404
    body = {"name": "x", "team": "red"}
    answer = client.post("/api/v1/networks", body, content_type="application/json")
    assert answer.status_code == 404


def test_page_asks_and_shows(client: Client, red: Team, oli: User, vera: User) -> None:
    client.force_login(oli)
    fields = {"name": "lab", "team": "red", "mode": "isolated"}
    assert client.post("/networks/new/", fields)["Location"] == "/networks/"
    page = client.get("/networks/").content.decode()
    assert "Making…" in page
    assert "10.200.2.0/24" in page
    assert "alder" not in page
    Job.objects.update(state="succeeded")
    client.force_login(vera)
    page = client.get("/networks/?team=red").content.decode()
    assert "lab" in page
    assert "New network" not in page
    pk = Network.objects.get(name="lab").pk
    assert client.post(f"/networks/{pk}/delete/").status_code == 403


def test_api_asks_once_for_a_key(client: Client, red: Team, oli: User) -> None:
    client.force_login(oli)
    for _time in range(2):
        answer = client.post(
            "/api/v1/networks",
            {"name": "lab", "team": "red"},
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        assert answer.status_code == 202, answer.content
    assert Network.objects.filter(name="lab").count() == 1


def test_quota_of_networks_holds(client: Client, red: Team, oli: User) -> None:
    Limit.objects.create(team=red, resource="networks", amount=1)
    ask(red, oli)
    with pytest.raises(ActionRefused) as caught:
        request_network(red, "more", "nat", oli)
    assert caught.value.code == "quota"
    client.force_login(oli)
    assert "Red (none of 1 left)" in client.get("/networks/new/").content.decode()
    fields = {"name": "more", "team": "red", "mode": "nat"}
    page = client.post("/networks/new/", fields).content.decode()
    assert "Networks: 1 more, but the team has 0 of 1 left." in page
    assert "/requests/more/?team=red" in page
    Limit.objects.update(amount=3)
    assert "Red (leaves 1 of 3)" in client.get("/networks/new/").content.decode()
    assert Network.objects.filter(team=red).count() == 1
