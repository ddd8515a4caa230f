"""Reserved addresses: who may, what counts, what is refused, and when they go."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Team, User
from addresses.models import Address
from addresses.services.asking import request_address, request_release
from addresses.services.settling import settle
from addresses.shown import rows_of
from catalogue.models import NetworkOffer
from hosts.models import Host, Network
from hosts.sync import apply_networks
from jobs.models import Job, JobState
from quotas.models import Limit, Resource
from quotas.services import usage
from tests.addresses.conftest import card
from tests.factories import make_host, make_vm
from tests.site.test_api import bearer
from virt.facts.network import FixedAddress, LeaseInfo, NetworkInfo
from vms.models import VM
from vms.sync.rows import drop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_waiting")]


def refused(vm: VM, by: User, **words: str) -> ActionRefused:
    with pytest.raises(ActionRefused) as caught:
        request_address(vm, by, **words)
    return caught.value


def kept(vm: VM, by: User, **words: str) -> Address:
    """Ask, as if the host had done it at once."""
    job = request_address(vm, by, **words)
    Job.objects.filter(pk=job.pk).update(state=JobState.SUCCEEDED)
    Address.objects.filter(job=job).update(kept_since=timezone.now())
    return Address.objects.get(job=job)


def used(team: Team) -> int:
    return next(line.used for line in usage(team) if line.resource == Resource.ADDRESSES)


def test_it_is_the_teams_from_the_moment_it_is_asked_for(vm: VM, red: Team, oli: User) -> None:
    job = request_address(vm, oli)
    row = Address.objects.get()
    assert (row.address, row.team, row.owner, row.state) == ("10.9.0.2", red, oli, "pending")
    assert (job.kind, job.target_id, used(red)) == ("address.keep", vm.pk, 1)


def test_who_may_not_is_refused(vm: VM, vera: User, sam: User) -> None:
    for user in (vera, sam):
        with pytest.raises(PermissionDenied):
            request_address(vm, user)


def test_limit_holds_and_what_failed_does_not_count(vm: VM, red: Team, oli: User) -> None:
    Limit.objects.create(team=red, resource=Resource.ADDRESSES, amount=1)
    other = make_vm("web02", host=vm.host, team=red, owner=oli, nics=[card(3)])
    job = request_address(vm, oli)
    error = refused(other, oli)
    assert (error.code, error.status) == ("quota", 422)
    assert "Reserved addresses: 1 more, but the team has 0 of 1 left." in str(error.message)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    assert used(red) == 0
    request_address(other, oli, address="10.9.0.2")
    assert Address.objects.get().vm == other


@pytest.mark.parametrize(
    ("address", "words"),
    [("10.8.0.2", "is not of the network"), ("10.9.0.1", "own address"), ("x", "Write an IPv4")],
)
def test_what_does_not_fit_the_network_is_a_sentence(
    vm: VM, oli: User, address: str, words: str
) -> None:
    assert words in refused(vm, oli, address=address).extra["fields"]["address"]
    assert not Address.objects.exists()


def test_what_another_card_has_is_refused(vm: VM, theirs: VM, oli: User, sam: User) -> None:
    kept(theirs, sam, address="10.9.0.20")
    lease = {"mac": theirs.nics[0]["mac"], "address": "10.9.0.21", "hostname": "", "expires_at": 0}
    Network.objects.update(leases=[lease])
    VM.objects.filter(pk=theirs.pk).update(
        addresses=[{"mac": theirs.nics[0]["mac"], "address": "10.9.0.22"}]
    )
    for last in (20, 21, 22):
        reason = refused(vm, oli, address=f"10.9.0.{last}").extra["fields"]["address"]
        assert "another machine" in reason
        assert "db07" not in reason
    kept(vm, oli, address="10.9.0.23")
    assert "Give it back first" in refused(vm, oli, mac=vm.nics[0]["mac"]).extra["fields"]["mac"]


def test_a_network_that_is_not_offered_keeps_nothing(vm: VM, red: Team, oli: User) -> None:
    lan = Network.objects.get()
    offer = NetworkOffer.objects.create(network=lan, for_everyone=False)
    assert refused(vm, oli).code == "not-offered"
    offer.teams.add(red)
    Network.objects.update(dhcp=False)
    assert refused(vm, oli).code == "no-dhcp"
    VM.objects.update(nics=[])
    vm.refresh_from_db()
    assert refused(vm, oli).code == "no-card"


def test_a_full_network_says_so(vm: VM, oli: User) -> None:
    Network.objects.update(cidrs=["10.9.0.0/30"], fixed=[{"mac": "x", "address": "10.9.0.2"}])
    assert refused(vm, oli).code == "no-addresses"


def test_it_stays_through_a_new_name_and_goes_along_to_another_team(
    vm: VM, red: Team, oli: User
) -> None:
    row = kept(vm, oli)
    blue = Team.objects.create(name="Blue", slug="blue")
    VM.objects.filter(pk=vm.pk).update(name="renamed", team=blue)
    assert Address.objects.get() == row
    assert (used(red), used(blue)) == (0, 1)


def test_what_a_vanished_machine_had_is_let_go(vm: VM, oli: User, red: Team) -> None:
    row = kept(vm, oli)
    drop(vm)
    assert used(red) == 0
    now = timezone.now()
    settle(now)
    settle(now)
    job = Job.objects.get(kind="address.release")
    assert (job.target_kind, job.target_id, job.params["address"]) == ("address", row.pk, row.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    settle(now + timedelta(minutes=5))
    settle(now + timedelta(hours=1))
    assert Job.objects.filter(kind="address.release").count() == 2


def test_an_address_does_not_follow_its_machine_to_another_host(vm: VM, oli: User) -> None:
    row = kept(vm, oli)
    settle(timezone.now())
    assert not Job.objects.filter(kind="address.release").exists()
    VM.objects.update(host=make_host("birch"))
    settle(timezone.now())
    job = Job.objects.get(kind="address.release")
    assert (job.target_kind, job.target_id, job.host_id) == ("address", row.pk, row.network.host_id)


def test_api_lists_asks_once_and_gives_back(vm: VM, oli: User, client: Client) -> None:
    client.force_login(oli)
    url = f"/api/v1/vms/{vm.pk}/addresses"
    for _time in range(2):
        answer = client.post(
            url,
            json.dumps({"address": "10.9.0.30"}),
            content_type="application/json",
            headers=bearer(oli) | {"Idempotency-Key": "one"},
        )
        assert answer.status_code == 202, answer.content
    Job.objects.update(state=JobState.SUCCEEDED)
    Address.objects.update(kept_since=timezone.now())
    (item,) = client.get(url).json()["items"]
    assert (item["address"], item["network"], item["state"]) == ("10.9.0.30", "lan", "kept")
    answer = client.delete(f"{url}/{item['id']}", headers=bearer(oli))
    assert answer.status_code == 202
    assert Job.objects.get(kind="address.release").params["ip"] == "10.9.0.30"


def test_page_asks_shows_and_gives_back(vm: VM, red: Team, oli: User, client: Client) -> None:
    Limit.objects.create(team=red, resource=Resource.ADDRESSES, amount=2)
    client.force_login(oli)
    url, mac = f"/machines/{vm.pk}/addresses/", vm.nics[0]["mac"]
    page = client.get(url).content.decode()
    assert "No reserved address" in page
    assert "1 of 2" in page
    wrong = client.post(f"{url}new/", {"mac": mac, "address": "10.9.0.1"}).content.decode()
    assert "own address on this network" in wrong
    assert client.post(f"{url}new/", {"mac": mac, "address": ""})["Location"] == url
    assert "Being reserved" in client.get(url).content.decode()
    Job.objects.update(state=JobState.SUCCEEDED)
    Address.objects.update(kept_since=timezone.now())
    row = Address.objects.get()
    page = client.get(url).content.decode()
    assert "10.9.0.2" in page
    assert "Each card on a virtual network has its address." in page
    assert client.get(f"{url}{row.pk}/back/").status_code == 200
    assert client.post(f"{url}{row.pk}/back/")["Location"] == url
    assert Job.objects.filter(kind="address.release").count() == 1


def test_page_offers_to_ask_for_more(vm: VM, red: Team, oli: User, client: Client) -> None:
    Limit.objects.create(team=red, resource=Resource.ADDRESSES, amount=0)
    client.force_login(oli)
    fields = {"mac": vm.nics[0]["mac"], "address": ""}
    page = client.post(f"/machines/{vm.pk}/addresses/new/", fields).content.decode()
    assert "Reserved addresses: 1 more, but the team has 0 of 0 left." in page
    assert "/requests/more/?team=red" in page
    assert client.get("/requests/more/?team=red").status_code == 200


def test_viewer_sees_and_is_offered_nothing(vm: VM, oli: User, vera: User, client: Client) -> None:
    row = kept(vm, oli)
    client.force_login(vera)
    url = f"/machines/{vm.pk}/addresses/"
    page = client.get(url).content.decode()
    assert "10.9.0.2" in page
    assert "Give back" not in page
    assert client.post(f"{url}new/", {"mac": "x"}).status_code == 403
    assert client.post(f"{url}{row.pk}/back/").status_code == 403


def test_a_busy_or_binned_machine_waits(vm: VM, oli: User) -> None:
    row = kept(vm, oli)
    VM.objects.update(recycled_at=timezone.now())
    row.refresh_from_db()
    with pytest.raises(ActionRefused) as caught:
        request_release(row, oli)
    assert caught.value.code == "in-bin"
    VM.objects.update(recycled_at=None)
    row.refresh_from_db()
    request_release(row, oli)
    with pytest.raises(ActionRefused) as caught:
        request_release(row, oli)
    assert caught.value.code == "busy"


def test_on_the_sites_network_one_sees_ones_own_alone(
    vm: VM, theirs: VM, lan: Network, oli: User, ada: User, client: Client
) -> None:
    leases: list[dict[str, Any]] = [
        {"mac": vm.nics[0]["mac"], "address": "10.9.0.10", "hostname": "a", "expires_at": 0},
        {"mac": theirs.nics[0]["mac"], "address": "10.9.0.9", "hostname": "b", "expires_at": 0},
        {"mac": "52:54:00:ff:ff:ff", "address": "10.9.0.8", "hostname": "<b>", "expires_at": 1},
    ]
    Network.objects.update(leases=leases, fixed=[{"mac": "x", "address": "10.9.0.100"}])
    lan.refresh_from_db()
    assert [row.address for row in rows_of(oli, lan)] == ["10.9.0.10"]
    assert [row.address for row in rows_of(ada, lan)] == ["10.9.0.9", "10.9.0.10", "10.9.0.100"]
    client.force_login(oli)
    page = client.get(f"/networks/{lan.pk}/addresses/").content.decode()
    assert "web01" in page
    for word in ("db07", ">10.9.0.9<", "alder", "10.9.0.100"):
        assert word not in page
    items = client.get(f"/api/v1/networks/{lan.pk}/addresses").json()["items"]
    assert [(item["machine"], item["address"]) for item in items] == [("web01", "10.9.0.10")]


def test_what_a_guest_calls_itself_is_escaped(
    vm: VM, lan: Network, ada: User, client: Client
) -> None:
    lease = {"mac": "52:54:00:ff:ff:fe", "address": "10.9.0.8", "expires_at": 0}
    Network.objects.update(leases=[lease | {"hostname": "<script>x</script>"}])
    client.force_login(ada)
    page = client.get(f"/networks/{lan.pk}/addresses/").content.decode()
    assert "<script>x" not in page
    assert "unknown machine" in page


def test_mirror_takes_over_what_the_host_lends_and_keeps(host: Host) -> None:
    info = NetworkInfo(
        uuid="6f4b3bd4-53ce-4b07-9d1c-6d1d0bd4a111",
        name="lan",
        active=True,
        dhcp=True,
        gateways=("10.9.0.1",),
        fixed=(FixedAddress("m", "10.9.0.5"),),
        leases=(LeaseInfo("m", "10.9.0.5", "web", 7),),
    )
    assert apply_networks(host, [info])
    assert not apply_networks(host, [info])
    row = Network.objects.get()
    assert row.fixed == [{"mac": "m", "address": "10.9.0.5"}]
    assert row.leases[0]["hostname"] == "web"
