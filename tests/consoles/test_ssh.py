"""Where SSH may go, what a browser may say, and who may change what."""

import json
import uuid
from ipaddress import ip_address

import pytest

from accounts.models import Grant, Role
from consoles.closing import ConsoleClosed
from consoles.models import SshAccess
from consoles.reaching.where import Way, is_forbidden, ways_to
from consoles.sharing import links
from consoles.ssh import pins
from consoles.ssh.frames import DATA, HEAD, SIGN_IN, SIZE, Frames, read_sign_in
from hosts.models import Network, Transport
from tests.factories import make_host, make_vm
from tests.lab.waiting import wait_until
from vms.models import VM

from .conftest import ask, connect, sign_in
from .terminals import ending, frame

pytestmark = pytest.mark.django_db
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKFW"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILvf"


def make(oli, address="192.0.2.7", source="agent", transport="ssh", **fields) -> VM:
    host = make_host(transport=Transport(transport), hostname="192.0.2.200")
    one = {"mac": "52:54:00:00:00:07", "address": address, "family": "ipv4", "source": source}
    return make_vm("web01", owner=oli, host=host, addresses=[one], address=address, **fields)


def make_network(vm: VM, name="default", **fields) -> Network:
    return Network.objects.create(
        host=vm.host, uuid=uuid.uuid4(), name=name, **{"mode": "nat", "active": True} | fields
    )


def why(vm: VM) -> str:
    with pytest.raises(ConsoleClosed) as closed:
        ways_to(vm)
    return closed.value.key


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1",
     "ff02::1", "240.0.0.1", "255.255.255.255", "100.100.100.200", "168.63.129.16",
     "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
     "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_no_machine_may_have_are_never_tried(oli, address):
    assert is_forbidden(ip_address(address))
    assert why(make(oli, address, source="lease")) == "no-address"


def test_the_portals_own_and_the_hosts_addresses_are_never_tried(oli, monkeypatch):
    monkeypatch.setattr("consoles.reaching.where._is_here", lambda ip: str(ip) == "192.0.2.9")
    assert why(make(oli, "192.0.2.9", source="lease")) == "no-address"
    assert why(make(oli, "192.0.2.200", source="lease")) == "no-address"
    vm = make(oli, "10.1.0.1", source="lease")
    make_network(vm, gateways=["10.1.0.1"], cidrs=["10.1.0.0/24"])
    assert why(vm) == "no-address"


def test_an_agent_cannot_claim_what_is_anothers(oli, sam):
    vm = make(oli, "10.1.0.9", nics=[{"mac": "52:54:00:00:00:07", "source": "mine"}])
    assert ways_to(vm)
    foreign = make_network(vm, "theirs", cidrs=["10.1.0.0/24"])
    assert why(vm) == "no-address"  # of a network without a card of ours
    Network.objects.filter(pk=foreign.pk).update(name="mine")
    assert ways_to(vm)
    other = make_vm("theirs", owner=sam, host=vm.host, address="10.1.0.9")
    assert why(vm) == "no-address"
    lease = {"mac": "52:54:00:00:00:07", "address": "10.1.0.9"}
    Network.objects.filter(pk=foreign.pk).update(leases=[lease])
    assert ways_to(vm)  # the network says that it is ours
    other.delete()
    Network.objects.filter(pk=foreign.pk).update(leases=[lease | {"mac": "52:54:00:00:00:08"}])
    assert why(vm) == "no-address"


def test_the_way_leads_through_a_host_that_is_reached_by_ssh(oli):
    vm = make(oli)
    assert ways_to(vm) == [Way("192.0.2.7", True), Way("192.0.2.7", False)]
    network = make_network(vm, cidrs=["192.0.2.0/25"])
    VM.objects.filter(pk=vm.pk).update(nics=[{"mac": "", "source": "default"}])
    vm.refresh_from_db()
    assert ways_to(vm) == [Way("192.0.2.7", True)]  # elsewhere it would be another one's
    vm.host.transport = Transport.TCP
    assert why(vm) == "host-only"
    network.delete()
    assert ways_to(vm) == [Way("192.0.2.7", False)]


class Said:
    """A browser's bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, count: int) -> bytes:
        taken, self.data = self.data[:count], self.data[count:]
        return taken


@pytest.mark.parametrize(
    "said",
    [b"[]", b"{", b"1", b'{"user": ""}', json.dumps({"user": "a\nb", "method": "password"}),
     json.dumps({"user": "root", "method": "other"}), json.dumps({"user": "x" * 65}),
     json.dumps({"user": "root", "method": "key", "secret": 1}),
     json.dumps({"user": "root", "method": "key", "columns": "8"})],
)  # fmt: skip
def test_a_sign_in_that_is_none_ends_the_console(said):
    data = said if isinstance(said, bytes) else said.encode()
    with pytest.raises(ConsoleClosed) as closed:
        read_sign_in(Said(frame(SIGN_IN, data)))
    assert closed.value.key == "protocol"


def test_a_secret_is_in_no_words_about_it():
    wish = {"user": "root", "method": "password", "secret": "lantern-42"}
    read = read_sign_in(Said(frame(SIGN_IN, json.dumps(wish).encode())))
    assert read.secret == "lantern-42" and "lantern" not in repr(read)


def test_frames_may_be_cut_anywhere():
    sizes: list[tuple[int, int]] = []
    frames = Frames(lambda columns, rows: sizes.append((columns, rows)))
    data = frame(DATA, b"echo ") + frame(SIZE, b"\x00\x50\xff\xff") + frame(DATA, b"hello\n")
    typed = b"".join(frames.feed(data[at : at + 1]) for at in range(len(data)))
    assert (typed, sizes, frames.typed) == (b"echo hello\n", [(80, 1000)], True)
    for wrong in (frame(SIGN_IN, b"{}"), frame(SIZE, b"1"), HEAD.pack(9, 0)):
        with pytest.raises(ConsoleClosed):
            frames.feed(wrong)


def test_the_first_key_stays_until_somebody_accepts_another(oli):
    vm = make(oli)
    assert pins.pin(vm.pk, KEY) == KEY
    assert pins.pin(vm.pk, OTHER) == KEY
    pins.note_other(vm.pk, OTHER)
    pins.accept(vm, oli, pins.fingerprint(OTHER))
    row = SshAccess.objects.get(vm=vm)
    assert (row.pinned, row.offered) == (OTHER, "")


def test_only_who_may_change_the_machine_sets_port_and_key(oli, sam, client):
    vm = make(oli)
    pins.pin(vm.pk, KEY)
    pins.note_other(vm.pk, OTHER)
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client.force_login(sam)
    base = f"/machines/{vm.pk}/console/ssh/"
    assert client.get(base + "access/").status_code == 200
    assert "Accept this key" not in client.get(base + "access/").content.decode()
    assert client.post(base + "port/", {"port": "2222"}).status_code == 403
    wish = {"fingerprint": pins.fingerprint(OTHER)}
    assert client.post(base + "key/", wish).status_code == 403
    client.force_login(oli)
    for wrong in ("0", "65536", "x", ""):
        assert client.post(base + "port/", {"port": wrong}).status_code == 400
    assert client.post(base + "port/", {"port": "2222"}).status_code == 200
    assert client.post(base + "key/", wish).status_code == 200
    row = SshAccess.objects.get(vm=vm)
    assert (row.port, row.pinned) == (2222, OTHER)


def test_the_api_tells_port_and_keys_and_sets_them(oli, sam, client):
    vm = make(oli)
    pins.pin(vm.pk, KEY)
    pins.note_other(vm.pk, OTHER)
    base = f"/api/v1/vms/{vm.pk}/console/ssh"
    client.force_login(oli)
    told = client.get(base).json()
    assert (told["port"], told["host_key"]) == (22, pins.fingerprint(KEY))
    assert told["offered_key"] == pins.fingerprint(OTHER)

    def put(what, body):
        return client.put(f"{base}/{what}", body, content_type="application/json")

    assert put("port", {"port": 65536}).status_code == 400
    assert put("port", {"port": 2222}).json()["port"] == 2222
    assert put("key", {"fingerprint": "SHA256:another"}).json()["code"] == "key-changed"
    told = put("key", {"fingerprint": pins.fingerprint(OTHER)}).json()
    assert (told["host_key"], told["offered_key"]) == (pins.fingerprint(OTHER), "")
    client.force_login(sam)
    assert client.get(base).status_code == 404


def test_who_only_watches_or_comes_by_a_link_gets_no_ssh(redis, oli, sam):
    vm = make(oli)
    client = sign_in(oli)
    assert ask(client, vm, kind="ssh", mode="view").status_code == 400
    made = links.share(vm, oli, mode="control", needs_sign_in=True, lasts=links.LONGEST)
    visitor = sign_in(sam)
    answer = visitor.post(f"/w/{made.key}/ticket/", {"kind": "ssh", "mode": "control"})
    assert answer.status_code == 400
    assert ask(client, vm, kind="ssh").status_code == 200
    page = client.get(f"/machines/{vm.pk}/console/?mode=view").content.decode()
    assert "/console/ssh/" not in page


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_says_nonsense_first_is_sent_away(gateway, oli):
    vm = make(oli)
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm, kind="ssh").json()["ticket"])
    console.send(frame(DATA, b"ls\n"))
    assert ending(console) == "protocol"
    wait_until(lambda: vm.console_sessions.filter(close_reason="protocol").exists())
