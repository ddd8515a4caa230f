"""What may be said before RDP, who may change what, and what hostile servers achieve."""

import pytest

from accounts.models import Grant, Role
from consoles.closing import ConsoleClosed
from consoles.models import RdpAccess
from consoles.rdp import pins
from consoles.rdp.frames import Frames
from consoles.rdp.negotiation import Security, Wish, read_confirm, read_wish
from consoles.sharing import links
from tests.consoles.conftest import ask, sign_in
from vms.models import VM

from .servers import (
    CONFIRM_ACTIVE,
    CONNECT_INITIAL,
    confirm,
)

pytestmark = pytest.mark.django_db
FIRST, OTHER = "ab" * 32, "cd" * 32
MB = 1024 * 1024


def closed_by(act) -> str:
    with pytest.raises(ConsoleClosed) as closed:
        act()
    return closed.value.key


class Said:
    """What somebody says, byte by byte."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, count: int) -> bytes:
        taken, self.data = self.data[:count], self.data[count:]
        if len(taken) < count:
            raise EOFError
        return taken


# What is said before RDP


def test_a_wish_is_read_and_written_anew():
    wish = read_wish(Wish("vera", Security.TLS | Security.NLA).message())
    assert (wish.user, wish.security) == ("vera", Security.TLS | Security.NLA)
    evil = Wish("vera\r\nX: y", Security.TLS).message()
    assert read_wish(evil).message() == Wish("vera", Security.TLS).message()
    for wrong in (
        b"",
        b"GET / HTTP/1.0\r\n\r\n",
        confirm(),
        evil[:-1],
        Wish("a", Security(0)).message(),
    ):
        assert closed_by(lambda said=wrong: read_wish(said)) == "protocol"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (b"SSH-2.0-OpenSSH_9\r\n", "rdp-not-spoken"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "rdp-not-spoken"),
        (b"\x03\x00\xff\xff" + bytes(70000), "rdp-not-spoken"),
        (b"\x03\x00\x00\x00", "rdp-not-spoken"),
        (b"\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00", "rdp-not-spoken"),
        (b"\x03\x00\x00\x0b\x06\xd0\x00\x00\x00\x00\x00", "rdp-no-tls"),  # before 2003
        (confirm(value=0), "rdp-no-tls"),
        (confirm(kind=3, value=2), "rdp-no-tls"),
        (confirm(kind=3, value=3), "rdp-no-tls"),
        (confirm(kind=3, value=5), "rdp-not-spoken"),
        (confirm(value=4), "rdp-not-spoken"),
        (confirm(value=3), "rdp-not-spoken"),
        (confirm(value=2), "rdp-not-spoken"),  # which was not asked for
        (confirm(kind=7), "rdp-not-spoken"),
    ],
)
def test_a_server_that_is_none_gets_its_reason(said, key):
    wish = Wish("", Security.TLS)
    assert closed_by(lambda: read_confirm(Said(said).take, wish)) == key


def test_a_server_may_choose_what_was_asked():
    for chosen in (Security.TLS, Security.NLA, Security.NLA_EX):
        found = read_confirm(Said(confirm(value=chosen)).take, Wish("", Security(11)))
        assert (found.security, found.is_nla) == (chosen, chosen != Security.TLS)


def test_frames_may_be_cut_anywhere_and_tell_when_the_desktop_shows():
    entered: list[int] = []
    sign_in = b"\x30\x82\x01\x00" + bytes(256) + b"\x30\x05hello"
    move, click = b"\x04\x09\x20\x00\x08\x01\x00\x01\x00", b"\x04\x09\x20\x00\x90\x01\x00\x01\x00"
    whole = sign_in + CONNECT_INITIAL + CONFIRM_ACTIVE + move
    frames = Frames(lambda: entered.append(1))
    passed = b"".join(frames.feed(whole[at : at + 1]) for at in range(len(whole)))
    assert passed == whole and entered == [1] and frames.is_in and not frames.typed
    frames.feed(click)
    assert frames.typed
    keys = Frames(lambda: None)
    keys.feed(CONNECT_INITIAL + b"\x44\x80\x06\x01\x1e\x01")
    assert keys.typed and not keys.is_in
    for wrong in (b"GET / HTTP", b"\x03\x00\x00\x00\x00\x00", b"\x30\x85\x01\x01\x01\x01\x01"):
        assert closed_by(lambda said=wrong: Frames(lambda: None).feed(said)) == "protocol"


# Who may do what


def test_the_first_certificate_stays_until_somebody_accepts_another(vm, oli):
    assert pins.pin(vm.pk, FIRST) == FIRST
    assert pins.pin(vm.pk, OTHER) == FIRST
    pins.note_other(vm.pk, OTHER)
    pins.accept(vm, oli, pins.fingerprint(OTHER))
    row = RdpAccess.objects.get(vm=vm)
    assert (row.pinned, row.offered) == (OTHER, "")
    assert pins.fingerprint(OTHER).startswith("CD:CD:")


def test_only_who_may_change_the_machine_sets_port_and_certificate(vm, oli, sam, client):
    pins.pin(vm.pk, FIRST)
    pins.note_other(vm.pk, OTHER)
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client.force_login(sam)
    base = f"/machines/{vm.pk}/console/rdp/"
    assert "Accept this certificate" not in client.get(base + "access/").content.decode()
    assert client.post(base + "port/", {"port": "3390"}).status_code == 403
    wish = {"fingerprint": pins.fingerprint(OTHER)}
    assert client.post(base + "certificate/", wish).status_code == 403
    client.force_login(oli)
    for wrong in ("0", "65536", "x", ""):
        assert client.post(base + "port/", {"port": wrong}).status_code == 400
    assert client.post(base + "certificate/", {"fingerprint": "AB"}).status_code == 409
    assert client.post(base + "port/", {"port": "3390"}).status_code == 200
    assert client.post(base + "certificate/", wish).status_code == 200
    row = RdpAccess.objects.get(vm=vm)
    assert (row.port, row.pinned) == (3390, OTHER)


def test_the_api_tells_port_and_certificates_and_sets_them(vm, oli, sam, client):
    pins.pin(vm.pk, FIRST)
    pins.note_other(vm.pk, OTHER)
    base = f"/api/v1/vms/{vm.pk}/console/rdp"
    client.force_login(oli)
    told = client.get(base).json()
    assert (told["port"], told["certificate"]) == (3389, pins.fingerprint(FIRST))
    assert told["offered_certificate"] == pins.fingerprint(OTHER)

    def put(what, body):
        return client.put(f"{base}/{what}", body, content_type="application/json")

    assert put("port", {"port": 0}).status_code == 400
    assert put("port", {"port": 3390}).json()["port"] == 3390
    other = put("certificate", {"fingerprint": "AB:CD"})
    assert other.status_code == 409 and other.json()["code"] == "certificate-changed"
    told = put("certificate", {"fingerprint": pins.fingerprint(OTHER)}).json()
    assert (told["certificate"], told["offered_certificate"]) == (pins.fingerprint(OTHER), "")
    client.force_login(sam)
    assert client.get(base).status_code == 404


def test_only_the_page_of_rdp_may_run_webassembly(vm, oli, client):
    client.force_login(oli)
    for kind, may in (("rdp/", True), ("ssh/", False), ("", False)):
        answer = client.get(f"/machines/{vm.pk}/console/{kind}")
        assert ("'wasm-unsafe-eval'" in answer["Content-Security-Policy"]) is may
        assert "'unsafe-eval'" not in answer["Content-Security-Policy"]


def test_who_only_watches_or_comes_by_a_link_gets_no_rdp(redis, vm, oli, sam):
    client = sign_in(oli)
    assert ask(client, vm, kind="rdp", mode="view").status_code == 400
    made = links.share(vm, oli, mode="control", needs_sign_in=True, lasts=links.LONGEST)
    visitor = sign_in(sam)
    answer = visitor.post(f"/w/{made.key}/ticket/", {"kind": "rdp", "mode": "control"})
    assert answer.status_code == 400
    assert ask(client, vm, kind="rdp").status_code == 200
    assert client.post(
        f"/api/v1/vms/{vm.pk}/console", {"kind": "rdp"}, content_type="application/json"
    ).status_code == 201  # fmt: skip
    VM.objects.filter(pk=vm.pk).update(addresses=[])
    vm.refresh_from_db()
    assert ask(client, vm, kind="rdp").json()["code"] == "no-address"
