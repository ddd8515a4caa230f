"""The page of a new machine."""

import pytest
from django.test import Client

from accounts.models import User
from hosts.models import Network
from jobs.models import Job
from tests.factories import make_host, make_vm
from vms.models import VM

pytestmark = pytest.mark.django_db
WISH = {"name": "vision-1", "source": "network", "size": "small", "start": "on", "firmware": "bios"}


@pytest.fixture(autouse=True)
def alder(db: None) -> None:
    """A host with a network."""
    host = make_host("alder")
    Network.objects.create(
        host=host,
        uuid="0bd6f2a6-6a51-4e1a-a2a0-5a2f4a1c0b11",
        name="default",
        mode="nat",
        active=True,
    )


def test_machine_is_made_and_its_page_opens(client: Client, oli: User) -> None:
    client.force_login(oli)
    answer = client.post("/machines/new/", WISH)
    vm = VM.objects.get()
    assert answer["Location"] == f"/machines/{vm.pk}/"
    assert vm.owner == oli
    assert Job.objects.get().kind == "vm.create"
    assert "Creating" in client.get(f"/machines/{vm.pk}/").content.decode()


def test_taken_name_is_told_at_the_field(client: Client, oli: User) -> None:
    make_vm("vision-1", owner=oli)
    client.force_login(oli)
    answer = client.post("/machines/new/", WISH)
    assert answer.status_code == 200
    assert "vision-1 already" in answer.content.decode()


def test_summary_follows_the_choices(client: Client, oli: User) -> None:
    make_vm("taken", owner=oli)
    client.force_login(oli)
    hx = {"HX-Request": "true"}
    free = client.get("/machines/new/summary/", WISH, headers=hx).content.decode()
    assert "free" in free
    assert "&quot;name&quot;: &quot;vision-1&quot;" in free
    taken = client.get("/machines/new/summary/", WISH | {"name": "taken"}, headers=hx)
    assert "already" in taken.content.decode()


def test_host_is_for_administrators(client: Client, ada: User, oli: User) -> None:
    client.force_login(oli)
    assert "alder" not in client.get("/machines/new/").content.decode()
    client.force_login(ada)
    assert "alder" in client.get("/machines/new/").content.decode()


def test_custom_size_is_kept(client: Client, oli: User) -> None:
    client.force_login(oli)
    own = {"size": "custom", "vcpus": "3", "memory_mib": "1536", "disk_gib": "12"}
    client.post("/machines/new/", WISH | own)
    vm = VM.objects.get()
    assert (vm.vcpus, vm.memory) == (3, 1536 * 1024**2)


def test_signed_out_person_goes_to_sign_in(client: Client) -> None:
    assert client.get("/machines/new/").status_code == 302
