"""Consoles of real QEMU guests on real hosts: by descriptor, by network, by SSH, and serial."""

import os
import shutil
import struct
import subprocess
import time

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import Grant, Role
from hosts.addresses import key_path, ssh_folder
from hosts.models import Transport
from screens.models import Screen
from tests.factories import make_host, make_vm
from tests.lab import Guest, Lab, wait_until
from virt.pool import close_all

from .conftest import ask, connect, shake_hands, sign_in

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
PIXELS_32 = struct.pack(">B3xBBBBHHHBBB3x", 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
RAW_ONLY = struct.pack(">BxHi", 2, 1, 0)


@pytest.fixture(autouse=True)
def no_connection_is_left():
    """Close libvirt connections before the hosts of the test go."""
    yield
    close_all()


@pytest.fixture(autouse=True)
def own_key_folder(settings, tmp_path):
    """Keep the lab's key away from the key that other tests make."""
    settings.DATA_DIR = tmp_path


def row_of(guest: Guest, transport: str, oli, **fields):
    """Make the rows of a guest as the watcher would."""
    address = guest.host.address(transport)
    host = make_host(
        transport=Transport(transport),
        hostname=address.hostname,
        username=address.username,
        socket=address.socket,
        **fields,
    )
    return make_vm(
        guest.name, owner=oli, host=host, uuid=guest.uuid, has_serial=True,
        graphics=[{"kind": "vnc"}],  # where it listens only the domain says
    )  # fmt: skip


def trust(guest: Guest) -> str:
    """Use the lab's key as ours and return the host's own key."""
    ssh_folder()
    key_path().write_bytes(guest.host.ssh.key.read_bytes())
    key_path().chmod(0o600)
    line = (guest.host.folder / "run/sshd/host_ed25519.pub").read_text()
    return " ".join(line.split()[:2])


def first_picture(console, width, height):
    """Ask for the screen until pixels come, and return them; it may change its size meanwhile."""
    console.send(PIXELS_32 + RAW_ONLY)
    data, deadline = b"", time.monotonic() + 15
    while len(data) < 50_000:
        assert time.monotonic() < deadline
        console.send(struct.pack(">BBHHHH", 3, 0, 0, 0, width, height))
        try:
            data += console.recv(1)
        except TimeoutError:
            continue
    assert data[0] == 0
    return data[16:]


def opened(gateway, client, vm, **fields):
    """Open a console and return it with the size of the screen."""
    ticket = ask(client, vm, **fields).json()["ticket"]
    console = connect(gateway.path, client, ticket)
    width, height = struct.unpack(">HH", shake_hands(console)[:4])
    return console, width, height


def ending(console):
    """Return code and reason with which a console is closed."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            console.recv(5)
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_a_guest_of_this_machine_shows_its_screen_without_port_or_password(
    gateway, lab: Lab, lab_guest: Guest, oli
):
    vm = row_of(lab_guest, "local", oli)
    console, width, height = opened(gateway, sign_in(oli), vm)
    assert len(set(first_picture(console, width, height))) > 1


@pytest.mark.parametrize("graphics", ["socket", "loopback"])
def test_a_guest_behind_ssh_shows_its_screen(gateway, lab: Lab, oli, graphics):
    guest = lab.guest(lab["hv1"], f"ssh-{graphics}", graphics=graphics)
    vm = row_of(guest, "ssh", oli, host_key=trust(guest))
    console, width, height = opened(gateway, sign_in(oli), vm)
    assert first_picture(console, width, height)
    again, _width, _height = opened(gateway, sign_in(oli), vm)  # over the same SSH connection
    assert len(gateway.tunnels._connections) == 1
    again.close()


def test_a_host_with_another_key_is_not_reached(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "wrong-key", graphics="socket")
    key = trust(guest)
    wrong = key[:-8] + ("A" * 8 if key[-8:] != "A" * 8 else "B" * 8)
    vm = row_of(guest, "ssh", oli, host_key=wrong)
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"])
    assert ending(console) == (4502, "host-unreachable")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_guest_without_a_tunnel_shows_its_screen_and_its_password_stays_here(
    gateway, lab: Lab, oli, settings, transport
):
    host = lab["hv1"]
    shutil.copytree(host.pki, settings.DATA_DIR / "tls")
    display = (
        f"<graphics type='vnc' autoport='yes' passwd='pass1234'>"
        f"<listen type='address' address='{host.ip}'/></graphics>"
    )
    guest = lab.guest(host, transport, graphics="", more=display)
    console, width, height = opened(gateway, sign_in(oli), row_of(guest, transport, oli))
    assert first_picture(console, width, height)


@pytest.mark.parametrize(
    ("graphics", "reason"), [("loopback", "display-loopback"), ("none", "display-local")]
)
def test_a_display_that_cannot_be_reached_says_why(gateway, lab: Lab, oli, graphics, reason):
    guest = lab.guest(lab["hv1"], f"far-{graphics}", graphics=graphics)
    client = sign_in(oli)
    vm = row_of(guest, "tcp", oli)
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"])
    assert ending(console) == (4415, reason)
    assert lab["hv1"].virsh("domstate", guest.name) == "running"


def test_stopping_the_guest_closes_the_console_and_says_so(gateway, lab_guest: Guest, oli):
    console, _width, _height = opened(gateway, sign_in(oli), row_of(lab_guest, "local", oli))
    asked_at = time.monotonic()
    lab_guest.host.virsh("destroy", lab_guest.name)
    assert ending(console) == (4404, "machine-stopped")
    assert time.monotonic() - asked_at < 5


def test_resetting_the_guest_keeps_the_console(gateway, lab_guest: Guest, oli):
    console, width, height = opened(gateway, sign_in(oli), row_of(lab_guest, "local", oli))
    lab_guest.host.virsh("reset", lab_guest.name)
    assert first_picture(console, width, height)


def test_keys_reach_the_guest_and_in_view_only_they_do_not(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    viewer, _width, _height = opened(gateway, sign_in(oli), vm, mode="view")
    driver, _width, _height = opened(gateway, sign_in(oli), vm)
    typing(viewer, "echo viewed > /dev/ttyS0\n")
    typing(driver, "echo driven > /dev/ttyS0\n")
    wait_until(lambda: "driven" in lab_guest.serial_output(), timeout=20)
    assert "viewed" not in lab_guest.serial_output()


def typing(console, text):
    """Type on the guest's keyboard."""
    for sign in text:
        keysym = 0xFF0D if sign == "\n" else ord(sign)
        shifted = sign in ">" or sign.isupper()
        keys = [0xFFE1, keysym] if shifted else [keysym]
        for key in keys:
            console.send(struct.pack(">BBHI", 4, 1, 0, key))
        for key in reversed(keys):
            console.send(struct.pack(">BBHI", 4, 0, 0, key))
        time.sleep(0.02)


def said(console, words, timeout=20):
    """Wait until the serial console says something, and return all it said."""
    text, deadline = "", time.monotonic() + timeout
    while words not in text and time.monotonic() < deadline:
        try:
            text += console.recv(1).decode(errors="replace")
        except TimeoutError:
            continue
    assert words in text
    return text


FAR = [pytest.param(one, marks=pytest.mark.slow) for one in ("tcp", "tls")]


@pytest.mark.parametrize("transport", ["local", "ssh", *FAR])
def test_the_text_console_talks_both_ways_over_every_transport(
    gateway, lab_guest: Guest, oli, settings, transport
):
    key = {"host_key": trust(lab_guest)} if transport == "ssh" else {}
    shutil.copytree(lab_guest.host.pki, settings.DATA_DIR / "tls")
    vm = row_of(lab_guest, transport, oli, **key)
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm, kind="serial").json()["ticket"])
    said(console, "tick ")
    console.send(b"\necho $((6*7))th\n")
    said(console, "42th")
    console.close()


def test_the_text_console_is_shared_and_later_ones_see_what_was_written(
    gateway, lab_guest: Guest, oli, sam
):
    vm = row_of(lab_guest, "local", oli)
    Grant.objects.create(user=sam, kind="vm", object_id=vm.pk, role=Role.OPERATOR)
    client, other = sign_in(oli), sign_in(sam)
    first = connect(gateway.path, client, ask(client, vm, kind="serial").json()["ticket"])
    said(first, "tick ")
    first.send(b"\necho $((6*7))th\n")
    said(first, "42th")
    second = connect(gateway.path, other, ask(other, vm, kind="serial").json()["ticket"])
    assert "42th" in said(second, "42th")
    second.send(b"\necho $((6*7))nd\n")  # who watches types nothing
    first.send(b"\necho $((6*7))rd\n")
    heard = said(second, "42rd")
    assert "42nd" not in heard + said(first, "42rd")
    first.close()
    said(second, "tick ")


def test_a_text_console_of_another_program_is_taken_over_when_asked(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    client = sign_in(oli)
    command = ["virsh", "-c", lab_guest.host.uri, "console", lab_guest.name]
    leader, follower = os.openpty()
    with subprocess.Popen(command, stdin=follower, stdout=follower) as virsh:
        wait_until(lambda: b"tick" in os.read(leader, 4096), timeout=20)
        first = connect(gateway.path, client, ask(client, vm, kind="serial").json()["ticket"])
        assert ending(first) == (4409, "taken")
        ticket = ask(client, vm, kind="serial", take="1").json()["ticket"]
        said(connect(gateway.path, client, ticket), "tick ")
        assert virsh.wait(20) is not None
    os.close(leader)
    os.close(follower)


def test_what_a_guest_says_on_its_text_console_is_known(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "panics-aloud", graphics="")
    guest.wait_ticking()
    vm = row_of(guest, "local", oli)
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm, kind="serial").json()["ticket"])
    said(console, "tick ")
    console.send(b"\necho c > /proc/sysrq-trigger\n")
    said(console, "Kernel panic")
    wait_until(lambda: Screen.objects.filter(vm=vm, health="panic", source="serial").exists())
    console.close()


def test_a_view_of_the_text_console_sends_nothing(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    client = sign_in(oli)
    ticket = ask(client, vm, kind="serial", mode="view").json()["ticket"]
    console = connect(gateway.path, client, ticket)
    console.send(b"\necho $((6*7))th\n")
    text = said(console, "tick ")
    lab_guest.wait_ticking()
    assert "42th" not in text + lab_guest.serial_output()


def test_a_ticket_made_before_a_restart_opens_the_same_machine(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    lab_guest.host.virsh("destroy", lab_guest.name)
    lab_guest.host.virsh("start", lab_guest.name)
    shake_hands(connect(gateway.path, client, ticket))


def test_a_ticket_of_a_stopped_machine_opens_no_other(gateway, lab: Lab, oli):
    one = lab.guest(lab["hv1"], "one", graphics="loopback")
    vm = row_of(one, "local", oli)
    client = sign_in(oli)
    ticket = ask(client, vm).json()["ticket"]
    lab["hv1"].virsh("destroy", "one")
    lab.guest(lab["hv1"], "two", graphics="loopback")  # on the port that came free
    assert ending(connect(gateway.path, client, ticket)) == (4404, "machine-stopped")


def test_a_guest_that_moves_ends_its_console_so_that_the_page_comes_back(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "mover")
    guest.wait_ticking()
    vm = row_of(guest, "local", oli)
    client = sign_in(oli)
    console, _width, _height = opened(gateway, client, vm)
    flags = ("--live", "--p2p", "--persistent", "--undefinesource")
    lab["hv1"].virsh("migrate", *flags, "mover", f"qemu+tcp://{lab['hv2'].ip}/system")
    assert ending(console) == (4404, "machine-stopped")
    ticket = ask(client, vm).json()["ticket"]  # the row does not know yet
    assert ending(connect(gateway.path, client, ticket)) == (4404, "machine-stopped")
    vm.host.socket = str(lab["hv2"].socket_path)
    vm.host.save()
    opened(gateway, client, vm)


def test_a_host_that_falls_silent_does_not_hang_the_gateway(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv2"], "silent", graphics="socket")
    vm = row_of(guest, "ssh", oli, host_key=trust(guest))
    lab["hv2"].cut_link()
    client = sign_in(oli)
    console = connect(gateway.path, client, ask(client, vm).json()["ticket"])
    asked_at = time.monotonic()
    assert ending(console) == (4502, "host-unreachable")
    assert time.monotonic() - asked_at < 5
