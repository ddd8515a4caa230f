"""SPICE displays of real guests: by descriptor, by network and by SSH; one person at a time."""

import struct
import time

import pytest

from accounts.models import Grant, Role
from consoles.models import ConsoleSession
from consoles.spice import link
from tests.lab import Guest, Lab, wait_until
from virt.pool import close_all

from .conftest import ask, connect, sign_in
from .test_lab import ending, row_of, trust

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
MAIN_INIT, CHANNELS, ATTACH = 103, 104, 104
ROWS = {0x02: "1234567890", 0x10: "qwertyuiop", 0x1E: "asdfghjkl", 0x2C: "zxcvbnm,./"}
SCAN_CODES = {sign: start + at for start, row in ROWS.items() for at, sign in enumerate(row)}
SCAN_CODES |= {" ": 0x39, "\n": 0x1C}
SHIFT, SHIFTED = 0x2A, {">": ".", "S": "s"}
DISPLAYS = {
    "local": "<graphics type='spice'><listen type='none'/></graphics>",
    "ssh": "<graphics type='spice'><listen type='socket'/></graphics>",
    "tcp": "<graphics type='spice' autoport='yes' passwd='pass1234'>"
    "<listen type='address' address='{ip}'/></graphics>",
}


@pytest.fixture(autouse=True)
def _tidy(settings, tmp_path):
    """Keep the lab's key apart, and close libvirt connections before the hosts of the test go."""
    settings.DATA_DIR = tmp_path
    yield
    close_all()


class Channel:
    """A browser's end of one channel."""

    def __init__(self, gateway, client, vm, *, connection=0, channel=1, **fields):
        self.answer = ask(client, vm, kind="channel" if connection else "spice", **fields)
        assert self.answer.status_code == 200, self.answer.content
        self.socket = connect(gateway.path, client, self.answer.json()["ticket"])
        self.data = bytearray()
        body = link.MESSAGE.pack(connection, channel, 0, 1, 1, 18) + struct.pack("<II", 0xF, 0)
        self.socket.send(link.HEAD.pack(b"REDQ", 2, 2, len(body)) + body)

    def begin(self):
        """Sign in without a password, as a browser does."""
        size = link.HEAD.unpack(self.take(16))[3]
        self.take(size)
        self.socket.send(struct.pack("<I", 1) + bytes(128))
        assert self.take(4) == bytes(4)
        return self

    def take(self, count: int) -> bytes:
        while len(self.data) < count:
            self.data += self.socket.recv(10)
        data = bytes(self.data[:count])
        del self.data[:count]
        return data

    def until(self, wanted: int) -> bytes:
        """Return the body of the next message of a kind."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            kind, size = struct.unpack("<HI", self.take(6))
            body = self.take(size)
            if kind == wanted:
                return body
        raise AssertionError(wanted)

    def say(self, kind: int, body: bytes = b"") -> None:
        self.socket.send(struct.pack("<HI", kind, len(body)) + body)


def spice_row(guest: Guest, transport: str, oli, **fields):
    vm = row_of(guest, transport, oli, **fields)
    vm.graphics = [{"kind": "spice"}]
    vm.save()
    return vm


def typing(inputs: Channel, text: str) -> None:
    """Type on the guest's keyboard."""
    for sign in text:
        code = SCAN_CODES[SHIFTED.get(sign, sign)]
        keys = [SHIFT, code] if sign in SHIFTED else [code]
        for key in keys:
            inputs.say(101, struct.pack("<I", key))
        for key in reversed(keys):
            inputs.say(102, struct.pack("<I", key | 0x80))
        time.sleep(0.02)


@pytest.mark.parametrize("transport", ["local", "ssh", "tcp"])
def test_a_spice_display_is_reached_over_each_transport(gateway, lab: Lab, oli, transport):
    host = lab["hv1"]
    display = DISPLAYS[transport].format(ip=host.ip)
    guest = lab.guest(host, f"spice-{transport}", graphics="", more=display)
    key = {"host_key": trust(guest)} if transport == "ssh" else {}
    vm = spice_row(guest, transport, oli, **key)
    client = sign_in(oli)
    main = Channel(gateway, client, vm).begin()
    session = struct.unpack_from("<I", main.until(MAIN_INIT))[0]
    main.say(ATTACH)
    listed = main.until(CHANNELS)
    assert listed == struct.pack("<I", len(listed[4:]) // 2) + listed[4:]
    assert {listed[at] for at in range(4, len(listed), 2)} == {2, 3, 4}
    picture = Channel(gateway, client, vm, connection=session, channel=2).begin()
    picture.say(101, bytes(14))
    assert picture.until(314)  # a surface is made
    assert ConsoleSession.objects.filter(closed_at=None).count() == 1


def test_one_person_at_a_time_and_who_watches_reaches_nothing(gateway, lab: Lab, oli, vera):
    guest = lab.guest(lab["hv1"], "spice-one", more=DISPLAYS["local"])
    guest.wait_ticking()
    vm = spice_row(guest, "local", oli)
    Grant.objects.create(user=vera, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client, other = sign_in(oli), sign_in(vera)
    assert ask(client, vm, kind="channel").status_code == 400  # nothing that it belongs to
    main = Channel(gateway, client, vm, mode="view").begin()
    session = struct.unpack_from("<I", main.until(MAIN_INIT))[0]
    assert ask(other, vm, kind="channel", mode="view").status_code == 400
    assert ask(client, vm, kind="channel", mode="control").status_code == 400
    assert ask(other, vm, kind="spice").json()["code"] == "spice-taken"
    view = {"connection": session, "channel": 3, "mode": "view"}
    typing(Channel(gateway, client, vm, **view).begin(), "\necho watched >/dev/ttyS0\n")
    again = Channel(gateway, client, vm).begin()  # in another window, to drive
    assert ending(main.socket) == (4409, "spice-elsewhere")
    session = struct.unpack_from("<I", again.until(MAIN_INIT))[0]
    keys = Channel(gateway, client, vm, connection=session, channel=3).begin()
    typing(keys, "\necho driven >/dev/ttyS0\n")
    wait_until(lambda: "driven" in guest.serial_output(), timeout=20)
    assert "watched" not in guest.serial_output()
    again.socket.close()
    wait_until(lambda: not gateway.house.rooms(), timeout=15)
