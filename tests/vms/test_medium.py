"""Who may change the CD of a machine, to what, and what is said where it cannot be done."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Grant, Role, User
from catalogue.models import ImageOffer
from hosts.models import Host, StoragePool, Volume
from jobs.models import Job
from tests.factories import disk, make_host, make_vm
from vms.models import VM
from vms.services.medium import MediumWish, request_medium
from vms.states import VMState

RESCUE = "iso:default/rescue.iso"


@pytest.fixture
def host(db: None) -> Host:
    """A host with one medium in a pool."""
    host = make_host()
    pool = StoragePool.objects.create(host=host, uuid=uuid.uuid4(), name="default", active=True)
    Volume.objects.create(pool=pool, name="rescue.iso", key="k")
    return host


def drive(**facts: Any) -> dict[str, Any]:
    return disk("web01", "sda") | {"device": "cdrom", "source": "", "volume": ""} | facts


@pytest.fixture
def vm(host: Host, oli: User) -> VM:
    """A running machine of oli's with an empty drive."""
    return make_vm("web01", owner=oli, host=host, disks=[disk("web01"), drive()])


def test_medium_goes_into_the_first_drive(vm: VM, oli: User) -> None:
    job = request_medium(vm, MediumWish(RESCUE), oli)
    assert job.kind == "vm.medium"
    assert job.params == {"target": "sda", "iso": ["default", "rescue.iso"], "force": False}


@pytest.mark.parametrize("source", ["iso:default/other.iso", "iso:x/../y", "image:guesthouse-tiny"])
def test_medium_that_is_not_on_the_host_is_refused(vm: VM, oli: User, source: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        request_medium(vm, MediumWish(source), oli)
    assert (refused.value.code, refused.value.status) == ("invalid", 400)
    assert not Job.objects.exists()


def test_medium_that_is_not_offered_is_refused(vm: VM, oli: User) -> None:
    ImageOffer.objects.create(key="iso", for_everyone=False)
    with pytest.raises(ActionRefused):
        request_medium(vm, MediumWish(RESCUE), oli)


def test_running_machine_without_a_drive_says_what_to_do(host: Host, oli: User) -> None:
    vm = make_vm("bare", owner=oli, host=host)
    with pytest.raises(ActionRefused, match="Shut it down first") as refused:
        request_medium(vm, MediumWish(RESCUE), oli)
    assert refused.value.code == "no-drive"
    VM.objects.filter(pk=vm.pk).update(state=VMState.OFF, domain_id=None)
    vm.refresh_from_db()
    assert request_medium(vm, MediumWish(RESCUE), oli).params["target"] == ""


def test_who_may_only_operate_is_refused(vm: VM, vera: User, oli: User, client: Client) -> None:
    Grant.objects.create(user=vera, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client.force_login(vera)
    assert client.post(f"/machines/{vm.pk}/medium/", {"source": RESCUE}).status_code == 403
    page = client.get(f"/machines/{vm.pk}/console/").content.decode()
    assert "CD…" in page
    assert f'href="/machines/{vm.pk}/medium/"' not in page


def test_page_names_the_medium_and_takes_it_out(vm: VM, oli: User, client: Client) -> None:
    vm.disks = [disk("web01"), drive(source="/srv/iso/rescue.iso", volume="rescue.iso")]
    vm.save()
    client.force_login(oli)
    page = client.get(f"/machines/{vm.pk}/medium/").content.decode()
    assert "rescue.iso" in page
    assert "/srv/iso" not in page
    assert client.post(f"/machines/{vm.pk}/medium/", {"source": ""}).status_code == 302
    assert Job.objects.get().params["iso"] is None


def test_program_reads_and_changes_it(vm: VM, oli: User, client: Client) -> None:
    client.force_login(oli)
    told = client.get(f"/api/v1/vms/{vm.pk}/medium").json()
    assert told == {"drives": [{"target": "sda", "medium": ""}], "sources": [RESCUE]}
