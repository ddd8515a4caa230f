"""What an RDP console does, and what hostile servers and browsers achieve."""

import json
import socket
import time

import pytest

from accounts.models import Membership, RecordingPolicy, Role, Team
from consoles.gateway import rdp
from consoles.models import ConsoleSession, RdpAccess
from consoles.rdp import pins
from consoles.rdp.negotiation import Security
from jobs.models import AuditEntry
from tests.consoles.conftest import ask, sign_in
from tests.consoles.raw import resident
from tests.consoles.terminals import ending
from tests.lab.waiting import wait_until
from vms.models import VM

from .desktops import free_port
from .servers import (
    CONFIRM_ACTIVE,
    CONNECT_INITIAL,
    Desktop,
    Server,
    Talk,
    confirm,
    echo,
    enter,
    knock,
    reasons,
    request,
    serve,
)

pytestmark = pytest.mark.django_db(transaction=True)
MB = 1024 * 1024
MANY = 40


def test_bytes_go_both_ways_and_the_record_says_who(gateway, here, vm, oli):
    desktop = serve(here, vm, Desktop(echo, Security.NLA))
    client = sign_in(oli)
    console, answer = enter(gateway, client, vm)
    assert answer.x224 == confirm(value=Security.NLA)
    assert (answer.chain, answer.address) == ([desktop.certificate], "127.0.0.1")
    assert RdpAccess.objects.get(vm=vm).pinned == pins.digest(desktop.certificate)
    assert reasons() == []
    console.send(b"\x30\x05hello" + CONNECT_INITIAL)
    assert console.recv(10) == b"\x30\x05hello" + CONNECT_INITIAL
    console.send(CONFIRM_ACTIVE)
    assert console.recv(10) == CONFIRM_ACTIVE
    wait_until(lambda: reasons() == [("console.rdp", "done", "")])
    assert client.get(f"/api/v1/vms/{vm.pk}/console/people").json() == []
    console.close()
    wait_until(lambda: len(reasons()) == 2)
    assert reasons()[1] == ("console.rdp_end", "done", "left")
    entry = AuditEntry.objects.get(action="console.rdp")
    assert entry.detail == {"user": "vera", "by": "nla", "address": "127.0.0.1", "reason": ""}
    assert "hello" not in json.dumps(list(AuditEntry.objects.values("detail")))


def test_a_server_that_hangs_up_refuses_before_its_desktop_and_ends_after_it(
    gateway, here, vm, oli
):
    def hang_up(secure: socket.socket) -> None:
        secure.recv(65536)

    serve(here, vm, Desktop(hang_up, Security.NLA))
    client = sign_in(oli)
    console, _answer = enter(gateway, client, vm)
    console.send(b"\x30\x05hello")
    assert ending(console) == "rdp-refused"
    console, _answer = enter(gateway, client, vm)
    console.send(CONNECT_INITIAL + CONFIRM_ACTIVE)
    assert ending(console) == "rdp-ended"
    wait_until(lambda: len(reasons()) == 3)
    assert reasons() == [
        ("console.rdp", "failed", "rdp-refused"),
        ("console.rdp", "done", ""),
        ("console.rdp_end", "done", "rdp-ended"),
    ]


def test_another_certificate_hears_nothing_until_it_is_accepted(gateway, here, vm, oli):
    told: list[bytes] = []
    desktop = serve(here, vm, Desktop(lambda secure: told.append(secure.recv(65536))))
    client = sign_in(oli)
    console, _answer = enter(gateway, client, vm)
    console.close()
    wait_until(lambda: told == [b""])
    desktop.renew()
    console = knock(gateway, client, vm)
    console.send(b"\x30\x05hello")
    assert ending(console) == "rdp-certificate-changed"
    wait_until(lambda: len(told) == 2)
    assert told == [b"", b""]
    offered = pins.fingerprint(pins.digest(desktop.certificate))
    page = client.get(f"/machines/{vm.pk}/console/rdp/access/").content.decode()
    assert offered in page and "Accept this certificate" in page
    client.post(f"/machines/{vm.pk}/console/rdp/certificate/", {"fingerprint": offered})
    assert AuditEntry.objects.filter(action="console.rdp_certificate").exists()
    console, _answer = enter(gateway, client, vm)
    console.close()


def _drip(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(confirm())
    connection.recv(1)
    for _ in range(600):
        connection.sendall(b"\x16")
        time.sleep(0.1)


def _says(*words: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        for word in words:
            connection.recv(1024)
            connection.sendall(word)

    return talk


HOSTILE: dict[str, tuple[Talk, str]] = {
    "says nothing": (lambda connection: None, "rdp-not-spoken"),
    "hangs up": (lambda connection: connection.close(), "rdp-not-spoken"),
    "is no RDP": (_says(b"220 mail ESMTP\r\n"), "rdp-not-spoken"),
    "never ends its answer": (_says(b"\x03\x00\x01\xff\x00"), "rdp-not-spoken"),
    "is endless": (_says(b"\x03\x00\xff\xff" + bytes(4 * MB)), "rdp-not-spoken"),
    "knows no TLS": (_says(confirm(value=0)), "rdp-no-tls"),
    "fails TLS": (_says(confirm(), b"nonsense" * 100), "rdp-tls"),
    "hangs up in TLS": (_says(confirm(), b""), "rdp-tls"),
    "drips": (_drip, "rdp-tls"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_ends_with_a_reason(gateway, here, vm, oli, monkeypatch, name):
    monkeypatch.setattr(rdp, "AGREE_SECONDS", 1.5)
    talk, key = HOSTILE[name]

    def once(connection: socket.socket) -> None:
        talk(connection)
        if name == "hangs up in TLS":
            connection.close()

    serve(here, vm, Server(once))
    asked_at = time.monotonic()
    assert ending(knock(gateway, sign_in(oli), vm)) == key
    assert time.monotonic() - asked_at < 10
    wait_until(lambda: reasons() == [("console.rdp", "failed", key)])
    assert not RdpAccess.objects.get(vm=vm).pinned


def test_a_huge_certificate_is_not_taken(gateway, here, vm, oli):
    serve(here, vm, Desktop(echo, padding=300 * 1024))
    assert ending(knock(gateway, sign_in(oli), vm)) == "rdp-tls"
    assert not RdpAccess.objects.get(vm=vm).pinned


def test_who_does_not_answer_is_unreachable(gateway, here, vm, oli):
    RdpAccess.objects.create(vm=vm, port=free_port())
    assert ending(knock(gateway, sign_in(oli), vm)) == "rdp-unreachable"


@pytest.mark.parametrize(
    "first",
    [b"GET / HTTP/1.1\r\n\r\n", b"\x30\x03\x02\x01\x01", b"\x30\x84\xff\xff\xff\xff",
     b"\x30\x82\xff\xff", b"\x30\x00", request(version=3389), request(x224=None),
     request(x224=b"\x03\x00"), request(security=0), request(x224=bytes(3000))],
)  # fmt: skip
def test_a_browser_that_says_nonsense_first_is_sent_away(gateway, here, vm, oli, first):
    server = serve(here, vm, Desktop(echo))
    assert ending(knock(gateway, sign_in(oli), vm, first)) == "protocol"
    assert not server.joined


def test_where_the_browser_wants_to_go_counts_for_nothing(gateway, here, vm, oli):
    desktop = serve(here, vm, Desktop(echo))
    elsewhere = Server(lambda connection: None)
    here.append(elsewhere)
    console = knock(gateway, sign_in(oli), vm, request(destination=f"127.0.0.1:{elsewhere.port}"))
    console.recv(10)
    assert len(desktop.joined) == 1 and not elsewhere.joined
    console.close()


def test_the_session_ends_with_the_right_and_where_recording_is_required(
    gateway, here, vm, oli, sam
):
    serve(here, vm, Desktop(echo))
    team = Team.objects.create(name="Robotics", slug="robotics")
    member = Membership.objects.create(team=team, user=sam, role=Role.OPERATOR)
    VM.objects.filter(pk=vm.pk).update(team=team)
    client = sign_in(sam)
    console, _answer = enter(gateway, client, vm)
    member.delete()
    asked_at = time.monotonic()
    assert ending(console) == "right-ended"
    assert time.monotonic() - asked_at < 5
    Membership.objects.create(team=team, user=sam, role=Role.OPERATOR)
    console, _answer = enter(gateway, client, vm)
    team.console_recording = RecordingPolicy.ALWAYS
    team.save()
    assert ending(console) == "not-recorded"
    refused = ask(client, vm, kind="rdp")
    assert refused.status_code == 409 and refused.json()["code"] == "not-recorded"


def test_it_counts_for_the_limits(gateway, here, vm, oli, settings):
    settings.CONSOLES_PER_USER = 2
    serve(here, vm, Desktop(echo))
    client = sign_in(oli)
    consoles = [enter(gateway, client, vm)[0] for _ in range(2)]
    refused = ask(client, vm, kind="rdp")
    assert refused.status_code == 429 and refused.json()["code"] == "limit"
    for console in consoles:
        console.close()
    wait_until(lambda: not ConsoleSession.objects.filter(closed_at=None).exists())


def test_a_slow_browser_slows_the_machine_and_a_slow_machine_the_browser(gateway, here, vm, oli):
    sent = [0]

    def flood(secure: socket.socket) -> None:
        while True:
            secure.sendall(bytes(65536))
            sent[0] += 65536

    serve(here, vm, Desktop(flood))
    client = sign_in(oli)
    console, _answer = enter(gateway, client, vm)
    room = wait_until(lambda: next((one for one in gateway.house.rooms() if one.pump), None))
    before = -1
    while before != sent[0]:
        before = sent[0]
        time.sleep(0.5)
    assert 0 < sent[0] < 16 * MB  # what the kernel's own buffers hold
    assert room.pump._browser.pending_bytes < MB
    console.socket.close()


def test_each_console_holds_little_memory(gateway, here, vm, oli, settings):
    """What is measured holds the other ends too: the servers' TLS, and the browsers."""
    settings.CONSOLES_PER_USER = settings.CONSOLES_PER_MACHINE = MANY + 2
    serve(here, vm, Desktop(echo))
    client = sign_in(oli)
    consoles = [enter(gateway, client, vm)[0] for _ in range(2)]
    before = resident()
    consoles += [enter(gateway, client, vm)[0] for _ in range(MANY)]
    for console in consoles:
        console.send(CONNECT_INITIAL + CONFIRM_ACTIVE)
        console.recv(10)
    assert resident() - before < MANY * MB
    for console in consoles:
        console.close()
    wait_until(lambda: not gateway.house.rooms())
