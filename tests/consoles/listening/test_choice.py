"""Who may have a text console listened to, what is said of it, and which gateway does."""

import pytest
from django.utils import timezone

from accounts.models import Grant, Role
from consoles.listening import leases
from consoles.listening.choice import set_listening
from consoles.listening.leases import Ear, Told
from consoles.listening.shown import shown_of
from consoles.models import Listening
from hosts.models import Transport
from jobs.models import AuditEntry
from tests.consoles.conftest import sign_in
from tests.factories import make_host, make_vm
from tests.site.test_api import bearer
from vms.models import VM

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(oli) -> VM:
    host = make_host(transport=Transport.LOCAL)
    return make_vm("web01", owner=oli, host=host, has_serial=True, state="running")


def tell(vm: VM, state: Ear, now) -> None:
    leases.keep("here", {vm.pk: Told(state, now)})


def test_who_may_change_a_machine_has_it_listened_to_and_it_is_recorded(machine, redis, oli, sam):
    client = sign_in(oli)
    address = f"/machines/{machine.pk}/console/listening/"
    page = client.get(address).content.decode()
    assert "virsh console --force" in page and "64 KiB" in page and "never written down" in page
    assert client.post(address, {"on": "1"}).status_code == 302
    assert Listening.objects.filter(vm=machine).exists()
    assert "Stop listening" in client.get(address).content.decode()
    client.post(address, {"on": "1"})
    client.post(address, {})
    assert not Listening.objects.exists()
    notes = AuditEntry.objects.filter(action="console.listen", target_id=machine.pk)
    assert [one.detail["after"] for one in notes.order_by("pk")] == [True, False]
    other = sign_in(sam)
    assert other.post(address, {"on": "1"}).status_code == 404
    Grant.objects.create(user=sam, kind="vm", object_id=machine.pk, role=Role.VIEWER)
    assert other.post(address, {"on": "1"}).status_code == 403
    assert not Listening.objects.exists()


def test_the_api_tells_and_changes_it(machine, redis, oli, sam, client):
    address = f"/api/v1/vms/{machine.pk}/console/listening"
    assert client.get(address, headers=bearer(oli)).json() == {
        "on": False, "state": "off", "since": None,
    }  # fmt: skip
    change = {"path": address, "data": {"on": True}, "content_type": "application/json"}
    assert client.put(**change, headers=bearer(oli)).json()["state"] == "silent"
    assert client.put(**change, headers=bearer(sam)).status_code == 404
    VM.objects.update(has_serial=False)
    answer = client.put(**change, headers=bearer(oli))
    assert (answer.status_code, answer.json()["code"]) == (409, "no-serial")


def test_many_at_once_each_with_its_own_answer(machine, redis, oli, client):
    deaf = make_vm("deaf", owner=oli, host=machine.host, has_serial=False)
    body = {"ids": [machine.pk, deaf.pk], "action": "listen"}
    change = {"path": "/api/v1/vms/bulk", "data": body, "content_type": "application/json"}
    results = client.post(**change, headers=bearer(oli)).json()["results"]
    said = {one["name"]: one["refusal"] for one in results}
    assert said["web01"] is None
    assert "no serial port" in said["deaf"]
    body["action"] = "no_listen"
    client.post(**change, headers=bearer(oli))
    assert not Listening.objects.exists()
    page = sign_in(oli).get("/machines/bulk/settings/").content.decode()
    assert "Listen to the text console" in page


def test_pages_say_what_became_of_it(machine, redis, oli):
    now = timezone.now()
    client = sign_in(oli)
    address = f"/machines/{machine.pk}/"
    assert "Text console" not in client.get(address).content.decode()
    set_listening(machine, oli, True)
    assert "The console service says nothing" in client.get(address).content.decode()
    said = {
        Ear.OPEN: "listened to",
        Ear.TAKEN: "Another program has the text console open",
        Ear.AWAY: "The host of this machine does not answer",
        Ear.REFUSED: "The host does not give its text console",
        Ear.FULL: "CONSOLE_LISTENERS",
    }
    for state, words in said.items():
        tell(machine, state, now)
        assert words in client.get(address).content.decode()
    VM.objects.update(state="off")
    assert "listened to once it runs" in client.get(address).content.decode()


def test_one_gateway_listens_until_another_has_somebody_who_looks(machine, redis):
    open_ = Told(Ear.OPEN, timezone.now())
    leases.note_full({machine.pk: Told(Ear.FULL, timezone.now())})
    assert leases.keep("one", {machine.pk: open_}) == set()
    assert leases.keep("two", {machine.pk: open_, 17: open_}) == {machine.pk}
    assert leases.claim("two", machine.pk)
    assert not leases.claim("two", machine.pk)
    assert leases.keep("one", {machine.pk: open_}) == {machine.pk}
    leases.release("one", [machine.pk])  # another one's is not given away
    assert leases.told_of(machine.pk) is not None
    leases.release("two", [machine.pk])
    assert leases.told_of(machine.pk) is None
    assert shown_of(machine).state == "off"
