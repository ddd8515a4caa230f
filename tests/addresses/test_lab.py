"""A machine on a real network gets the address that was reserved for it, and gives it back."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import User
from addresses.models import Address
from addresses.services.asking import request_address, request_release
from addresses.services.settling import settle
from addresses.shown import rows_of
from hosts.models import Host, Network
from hosts.sync import apply_networks
from jobs.models import Job, JobState
from tests.factories import make_vm, nic
from tests.lab import LabHost, wait_until
from tests.vms.conftest import hv1, lab_host, tiny_image  # noqa: F401
from tests.vms.lab import TINY
from tests.vms.test_lab_create import created
from virt.pool import pooled
from vms.models import VM
from vms.services.create import CreateRequest, request_create
from vms.services.lifecycle import request_delete
from vms.services.power import request_power
from vms.sync.rows import drop

pytestmark = [
    pytest.mark.lab,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tiny_image"),
]


@pytest.fixture(autouse=True)
def _nothing_kept(hv1: LabHost) -> Iterator[None]:  # noqa: F811
    yield
    for line in re.findall(r"<host mac=[^>]*/>", hv1.virsh("net-dumpxml", "default")):
        words = ("net-update", "default", "delete", "ip-dhcp-host", line)
        hv1.virsh(*words, "--live", "--config", check=False)


def ended(job: Job, state: str = JobState.SUCCEEDED) -> Job:
    job.refresh_from_db()
    assert job.state == state, (job.state, job.error_message, job.error_detail)
    return job


def read_networks(hv1: LabHost, host: Host) -> Network:  # noqa: F811
    """Do what the watcher does once a minute."""
    with pooled(hv1.address(), "poll") as hypervisor:
        apply_networks(host, hypervisor.networks(with_leases=True))
    return Network.objects.get(host=host, name="default")


def unlent(network: Network) -> str:
    """Return an address that nobody has: a lease outlives its machine, also of tests before."""
    lent = {str(lease["address"]) for lease in network.leases}
    return next(one for one in (f"192.168.122.{end}" for end in range(70, 250)) if one not in lent)


def fresh(vm: VM) -> VM:
    return VM.objects.select_related("host", "owner", "team").get(pk=vm.pk)


def definitions(hv1: LabHost) -> list[str]:  # noqa: F811
    """Return the network as it runs, and as it will after its next start."""
    plain = hv1.virsh("net-dumpxml", "default")
    return [plain, hv1.virsh("net-dumpxml", "default", "--inactive")]


def test_guest_gets_its_reserved_address_until_it_is_deleted(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
) -> None:
    network = read_networks(hv1, lab_host)
    address = unlent(network)
    assert (network.gateways, network.cidrs) == (["192.168.122.1"], ["192.168.122.0/24"])
    vm = created(request_create(CreateRequest("tiny01", TINY, size="tiny", start=False), oli))
    mac = vm.nics[0]["mac"]
    job = ended(request_address(vm, oli, address=address))
    assert job.commands[0].startswith("virsh net-update default add-last ip-dhcp-host")
    line = f"<host mac='{mac}' ip='{address}'/>"
    assert all(line in xml for xml in definitions(hv1))

    ended(request_power(vm, "start", oli))
    wait_until(
        lambda: address in hv1.virsh("net-dhcp-leases", "default", mac),
        timeout=120,
        what="the guest has its address",
    )
    network = read_networks(hv1, lab_host)
    (row,) = rows_of(oli, network)
    assert (row.address, row.machine, row.is_reserved, row.is_lent) == (address, vm, True, True)
    assert row.expires_at is not None
    assert row.expires_at > timezone.now()

    other = make_vm("web02", host=lab_host, owner=oli, nics=[nic(9)], addresses=[])
    Network.objects.update(leases=[], fixed=[])  # as if the watcher had not looked yet
    Address.objects.all().delete()
    job = ended(request_address(other, oli, address=address), JobState.FAILED)
    assert "reserved for another machine" in job.error_message
    assert not Address.objects.exists()
    assert all(line in xml for xml in definitions(hv1))

    again = ended(request_address(vm, oli, address=address))  # it is so already
    assert again.state == JobState.SUCCEEDED
    ended(request_power(fresh(vm), "force_off", oli))
    gone = ended(request_delete(fresh(vm), oli, True, "tiny01"))
    assert any("net-update default delete" in command for command in gone.commands)
    assert not any(address in xml for xml in definitions(hv1))
    assert not Address.objects.exists()


def test_what_is_given_back_or_left_behind_is_let_go(
    hv1: LabHost,  # noqa: F811
    lab_host: Host,  # noqa: F811
    oli: User,
) -> None:
    later = unlent(read_networks(hv1, lab_host))
    vm = make_vm("web03", host=lab_host, owner=oli, state="off", nics=[nic(7)], addresses=[])
    ended(request_address(vm, oli))
    row = Address.objects.get()
    assert all(row.address in xml for xml in definitions(hv1))
    ended(request_release(row, oli))
    assert not any(f"ip='{row.address}'" in xml for xml in definitions(hv1))
    ended(request_address(vm, oli, address=later))
    drop(vm)
    settle(timezone.now())
    ended(Job.objects.get(target_kind="address"))
    assert not any(later in xml for xml in definitions(hv1))
    assert not Address.objects.exists()
    with pytest.raises(ActionRefused):
        Network.objects.update(active=False)
        request_address(make_vm("web04", host=lab_host, owner=oli, nics=[nic(8)]), oli)
