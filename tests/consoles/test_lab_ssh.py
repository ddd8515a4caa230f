"""SSH to a real guest with a real server in it: through its host, and directly."""

import gzip
import json
import subprocess
import time
import uuid

import pytest

from accounts.models import Membership, RecordingPolicy, Role, Team
from consoles.models import ConsoleSession, SshAccess
from consoles.ssh import pins
from hosts.models import Network
from jobs.models import AuditEntry
from recordings import storage
from recordings.models import Recording, State
from tests.lab import Guest, Lab, wait_until
from tests.lab.dropbear import change_host_key, read, serve_ssh
from virt.pool import close_all
from vms.models import VM

from .conftest import ask, sign_in
from .terminals import PASSWORD, ending, enter, knock, resize, said, type_in
from .test_lab import row_of, trust

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_connection_is_left():
    """Close libvirt connections before the hosts of the test go."""
    yield
    close_all()


@pytest.fixture(autouse=True)
def own_key_folder(settings, tmp_path):
    """Keep the lab's key away from the key that other tests make."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def served(lab: Lab, oli) -> tuple[Guest, VM]:
    """A guest with an SSH server, on a network that only its host reaches."""
    guest = lab.guest(lab["hv1"], "served", network="default")
    address = serve_ssh(guest, PASSWORD)
    vm = row_of(guest, "ssh", oli, host_key=trust(guest))
    vm.addresses = [{"mac": "", "address": address, "family": "ipv4", "source": "lease"}]
    vm.address, vm.agent_connected = address, True
    vm.save()
    Network.objects.create(
        host=vm.host, uuid=uuid.uuid4(), name="default", mode="nat", active=True,
        cidrs=["192.168.122.0/24"], gateways=["192.168.122.1"],
    )  # fmt: skip
    return guest, vm


def reasons() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.filter(action__startswith="console.ssh").order_by("seq")
    return [(one.action, one.outcome, one.detail.get("reason", "")) for one in found]


def test_a_person_signs_in_through_the_host_and_drives_a_shell(gateway, served, oli):
    _guest, vm = served
    client = sign_in(oli)
    assert ending(knock(gateway, client, vm, secret="wrong")) == "ssh-refused"
    console, facts = enter(gateway, client, vm, columns=91, rows=31)
    assert facts["address"] == vm.address and facts["by_host"]
    row = SshAccess.objects.get(vm=vm)
    assert facts["fingerprint"] == pins.fingerprint(row.pinned) and row.pinned_at
    type_in(console, "echo $((6*7))th; stty size\n")
    text = said(console, "42th")
    if "31 91" not in text:
        said(console, "31 91")
    resize(console, 120, 40)
    type_in(console, "stty size\n")
    said(console, "40 120")
    # Nobody sits at the seat for it, and nobody sees it in the room.
    assert client.get(f"/api/v1/vms/{vm.pk}/console/people").json() == []
    vm.refresh_from_db()
    type_in(console, "exit\n")
    assert ending(console) == "ssh-ended"
    wait_until(lambda: len(reasons()) == 3)
    assert reasons() == [
        ("console.ssh", "failed", "ssh-refused"),
        ("console.ssh", "done", ""),
        ("console.ssh_end", "done", "ssh-ended"),
    ]
    assert PASSWORD not in json.dumps(list(AuditEntry.objects.values("detail")))
    opened = ConsoleSession.objects.filter(kind="ssh")
    assert {one.close_reason for one in opened} == {"ssh-refused", "ssh-ended"}


def test_another_host_key_is_refused_until_it_is_accepted(gateway, served, oli):
    guest, vm = served
    client = sign_in(oli)
    console, facts = enter(gateway, client, vm)
    console.close()
    change_host_key(guest)
    assert ending(knock(gateway, client, vm)) == "ssh-key-changed"
    row = SshAccess.objects.get(vm=vm)
    assert pins.fingerprint(row.pinned) == facts["fingerprint"]
    offered = pins.fingerprint(row.offered)
    page = client.get(f"/machines/{vm.pk}/console/ssh/access/").content.decode()
    assert offered in page and "Accept this key" in page
    wrong = client.post(f"/machines/{vm.pk}/console/ssh/key/", {"fingerprint": "SHA256:x"})
    assert wrong.status_code == 409
    client.post(f"/machines/{vm.pk}/console/ssh/key/", {"fingerprint": offered})
    console, facts = enter(gateway, client, vm)
    assert facts["fingerprint"] == offered
    assert AuditEntry.objects.filter(action="console.ssh_key").exists()
    console.close()


def test_a_key_of_ones_own_and_one_for_the_session_open_the_door(gateway, served, oli, tmp_path):
    guest, vm = served
    path = tmp_path / "own"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    guest.shell("mkdir -p /root/.ssh")
    client = sign_in(oli)
    assert ending(knock(gateway, client, vm, method="key", secret="nonsense")) == "ssh-bad-key"
    guest.put("/root/.ssh/authorized_keys", path.with_suffix(".pub").read_bytes())
    guest.shell("chmod 700 /root /root/.ssh; chmod 600 /root/.ssh/authorized_keys")
    console, _facts = enter(gateway, client, vm, method="key", secret=path.read_text())
    console.close()
    before = read(guest, "/root/.ssh/authorized_keys")
    console, _facts = enter(gateway, client, vm, method="agent", secret="")
    type_in(console, "echo $((6*7))th\n")
    said(console, "42th")
    assert read(guest, "/root/.ssh/authorized_keys").split() == before.split()
    console.close()
    assert ending(knock(gateway, client, vm, method="agent", user="nobody-here")) == "ssh-agent"
    locked = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret1", "-f", locked], check=True)
    wish = {"method": "key", "secret": locked.read_text()}
    assert ending(knock(gateway, client, vm, **wish)) == "ssh-locked-key"


def test_the_session_ends_with_the_right_and_is_recorded_where_that_is_required(
    gateway, served, oli, sam, settings
):
    settings.RECORDINGS_FREE_MIB = 0
    _guest, vm = served
    team = Team.objects.create(name="Robotics", slug="robotics")
    member = Membership.objects.create(team=team, user=sam, role=Role.OPERATOR)
    VM.objects.filter(pk=vm.pk).update(team=team)
    client = sign_in(sam)
    console, _facts = enter(gateway, client, vm)
    member.delete()
    asked_at = time.monotonic()
    assert ending(console) == "right-ended"
    assert time.monotonic() - asked_at < 5
    member = Membership.objects.create(team=team, user=sam, role=Role.OPERATOR)
    assert ending(knock(gateway, client, vm, method="agent")) == "right-ended"  # files are owners'
    console, _facts = enter(gateway, client, vm)
    team.console_recording = RecordingPolicy.ALWAYS
    team.save()
    running = Recording.objects.filter(state=State.RUNNING)
    wait_until(running.exists, timeout=15)
    type_in(console, "echo $((6*7))th\n")
    said(console, "42th")
    console.close()
    ended = Recording.objects.filter(state=State.ENDED)
    wait_until(ended.exists, timeout=15)
    text = gzip.decompress(storage.file_of(ended.get()).read_bytes()).decode()
    assert "42th" in text and PASSWORD not in text
    settings.RECORDINGS_FREE_MIB = 10**9
    refused = ask(client, vm, kind="ssh")
    assert refused.status_code == 409 and refused.json()["code"] == "not-recorded"


def test_what_does_not_answer_is_said_within_five_seconds(gateway, served, oli):
    guest, vm = served
    client = sign_in(oli)
    pins.set_port(vm, oli, 2022)  # refused at once
    assert ending(knock(gateway, client, vm)) == "ssh-unreachable"
    vm.addresses = [vm.addresses[0] | {"address": "192.168.122.250"}]  # nobody there
    vm.save()
    asked_at = time.monotonic()
    assert ending(knock(gateway, client, vm)) == "ssh-unreachable"
    assert time.monotonic() - asked_at < 5
    pins.set_port(vm, oli, 22)
    guest.host.cut_link()
    asked_at = time.monotonic()
    assert ending(knock(gateway, client, vm)) == "ssh-unreachable"
    assert time.monotonic() - asked_at < 5


def test_a_machine_that_the_portal_reaches_by_itself_needs_no_host(
    gateway, lab: Lab, lab_guest, oli
):
    """The server is another host of the lab, whose address stands for the machine's."""
    vm = row_of(lab_guest, "local", oli)
    vm.addresses = [{"mac": "", "address": lab["hv2"].ip, "family": "ipv4", "source": "arp"}]
    vm.save()
    secret = lab["hv2"].ssh.key.read_text()
    client = sign_in(oli)
    console, facts = enter(gateway, client, vm, method="key", secret=secret)
    assert not facts["by_host"]
    type_in(console, "hostname\n")
    said(console, "hv2")
    console.close()
