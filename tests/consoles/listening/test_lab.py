"""Guesthouse listens to the text consoles of real guests, and cuts nobody off."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consoles.gateway.server import GatewayServer
from consoles.listening import ears, leases
from consoles.listening.choice import set_listening
from hosts.models import HostState
from jobs.models import Job, JobState
from jobs.notices import noticed
from migration.options import Options
from migration.services.asking import request_migration
from screens.models import Screen
from tests.consoles.conftest import ask, connect, running_gateway, sign_in
from tests.consoles.test_lab import ending, no_connection_is_left, row_of, said  # noqa: F401
from tests.hosts.conftest import add, wait_state
from tests.lab import Guest, Lab, wait_until
from tests.migration.moves import Carrier, Pair
from vms.models import VM

ROOT = Path(__file__).parents[3]
pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Look often, so that a test need not wait."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(ears, "EVERY_SECONDS", 0.3)
    monkeypatch.setattr(ears, "IDLE_SECONDS", 0.3)
    monkeypatch.setattr(ears, "PAUSES", dict.fromkeys(ears.PAUSES, (0.3, 1.0)))


def is_heard(vm: VM, state: str = "open") -> bool:
    told = leases.told_of(vm.pk)
    return told is not None and told.state == state


def wait_heard(vm: VM, state: str = "open", timeout: float = 20) -> None:
    wait_until(lambda: is_heard(vm, state), timeout=timeout, what=f"{vm} is {state}")


def watch(gateway: GatewayServer, vm: VM, user: Any) -> Any:
    client = sign_in(user)
    answer = ask(client, vm, kind="serial")
    assert "ticket" in answer.json(), answer.json()
    return connect(gateway.path, client, answer.json()["ticket"])


class Virsh:
    """Another program with the text console."""

    def __init__(self, guest: Guest, *options: str) -> None:
        command = ["virsh", "-c", guest.host.uri, "console", guest.name, *options]
        self._leader, follower = os.openpty()
        self.process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        self.text = ""

    def says(self, words: str) -> bool:
        """Read on, and say whether these words were there."""
        try:
            self.text += os.read(self._leader, 4096).decode(errors="replace")
        except OSError:
            return words in self.text
        return words in self.text

    def leave(self) -> None:
        """End it as people do, by Ctrl ]."""
        if self.process.poll() is None:
            os.write(self._leader, b"\x1d")
        os.close(self._leader)
        try:
            self.process.wait(5)
        finally:
            self.process.kill()


@contextmanager
def virsh_console(guest: Guest, *options: str) -> Iterator[Virsh]:
    virsh = Virsh(guest, *options)
    try:
        yield virsh
    finally:
        virsh.leave()


@pytest.fixture
def told() -> Iterator[list[str]]:
    found: list[str] = []

    def hear(notice: Any, **_kwargs: Any) -> None:
        found.append(notice.subject)

    noticed.connect(hear)
    yield found
    noticed.disconnect(hear)


def test_a_panic_on_the_text_console_is_told_though_nobody_looks(gateway, lab: Lab, oli, told):
    guest = lab.guest(lab["hv1"], "unseen", graphics="")
    guest.wait_ticking()
    vm = row_of(guest, "local", oli)
    set_listening(vm, oli, True)
    wait_heard(vm)
    guest.wait_agent()
    guest.shell("sleep 2; echo c > /proc/sysrq-trigger")
    panics = Screen.objects.filter(vm=vm, health="panic", source="serial")
    wait_until(panics.exists, timeout=30, what="a tag")
    wait_until(lambda: told, what="a notice")
    assert told == ["unseen shows: Kernel panic"]
    console = watch(gateway, vm, oli)  # and who comes now sees what happened
    said(console, "Kernel panic")
    console.close()


def test_another_program_is_not_cut_off_and_gets_it_by_force(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    with virsh_console(lab_guest) as virsh:
        wait_until(lambda: virsh.says("tick"), timeout=20)
        set_listening(vm, oli, True)
        wait_heard(vm, "taken")
        page = sign_in(oli).get(f"/machines/{vm.pk}/").content.decode()
        assert "Another program has the text console open" in page
        before = virsh.text.count("tick")
        wait_until(lambda: virsh.says("tick") and virsh.text.count("tick") > before + 4, timeout=20)
        assert is_heard(vm, "taken")
    wait_heard(vm)
    with virsh_console(lab_guest) as virsh:
        wait_until(lambda: virsh.says("Active console session exists"), timeout=20)
    with virsh_console(lab_guest, "--force") as virsh:
        wait_until(lambda: virsh.says("tick"), timeout=20)
        wait_heard(vm, "taken")
        assert virsh.process.poll() is None
    wait_heard(vm)
    console = watch(gateway, vm, oli)
    said(console, "tick ")
    console.close()
    set_listening(vm, oli, False)  # and off is off
    wait_until(lambda: leases.told_of(vm.pk) is None)
    with virsh_console(lab_guest) as virsh:
        wait_until(lambda: virsh.says("tick"), timeout=20)


@pytest.mark.usefixtures("watcher")
def test_it_follows_a_machine_through_restarts_and_hears_it_from_its_start(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv1"], "restarts")
    wait_state(add(lab["hv1"]), HostState.ONLINE)
    wait_until(lambda: VM.objects.filter(name="restarts", state="running").exists(), timeout=20)
    VM.objects.update(owner=oli)
    vm = VM.objects.select_related("host").get(name="restarts")
    set_listening(vm, oli, True)
    wait_heard(vm)
    guest.wait_ticking()
    lab["hv1"].virsh("reset", "restarts")
    guest.wait_ticking()
    assert is_heard(vm)
    lab["hv1"].virsh("destroy", "restarts")
    wait_until(lambda: leases.told_of(vm.pk) is None, timeout=20)
    lab["hv1"].virsh("start", "restarts")
    wait_heard(vm)
    guest.wait_ticking()
    console = watch(gateway, vm, oli)
    seen = said(console, "tick 1\r")  # of the last start too, though nobody looked
    assert seen.count("tick 1\r") >= 1
    console.close()
    lab["hv1"].kill_libvirtd()
    lab["hv1"].restart_libvirtd()
    wait_until(lambda: guest.state == "running", timeout=30)
    wait_until(
        lambda: is_heard(vm) and gateway.listeners._ears[vm.pk].is_open, timeout=40, every=0.3
    )
    console = watch(gateway, vm, oli)
    guest.wait_ticking()
    said(console, "tick ")
    console.close()


def test_a_gateway_that_starts_again_listens_again_and_two_do_not_fight(
    gateway, lab_guest: Guest, oli, tmp_path
):
    vm = row_of(lab_guest, "local", oli)
    set_listening(vm, oli, True)
    wait_heard(vm)
    with running_gateway(tmp_path / "again" / "console.sock") as other:
        assert not other.listeners._ears
        console = watch(other, vm, oli)  # the other one lets go for somebody who looks
        said(console, "tick ")
        console.close()
        wait_until(lambda: vm.pk in other.listeners._ears, timeout=10)
        wait_heard(vm)
        gateway.listeners.end()
        gateway.listeners.join(10)
    with running_gateway(tmp_path / "third" / "console.sock") as third:
        wait_until(lambda: vm.pk in third.listeners._ears, timeout=10)
        wait_heard(vm)


HOLD = """
import sys, time
from virt.connection import connect
from virt.uri import HostAddress, Transport
where = HostAddress(transport=Transport.LOCAL, socket=sys.argv[1])
console = connect(where).get_domain(sys.argv[2]).open_console()
print("open", flush=True)
time.sleep(600)
"""


def test_a_gateway_that_is_killed_leaves_the_line_to_the_next(gateway, lab_guest: Guest, oli):
    vm = row_of(lab_guest, "local", oli)
    words = [sys.executable, "-c", HOLD, str(lab_guest.host.socket_path), lab_guest.uuid]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "open\n"
        set_listening(vm, oli, True)
        wait_heard(vm, "taken")
        killed.kill()
    wait_heard(vm)


def test_no_more_are_listened_to_than_the_site_allows(gateway, lab_guest: Guest, oli, settings):
    vm = row_of(lab_guest, "local", oli)
    settings.CONSOLE_LISTENERS = 0
    set_listening(vm, oli, True)
    wait_heard(vm, "full")
    settings.CONSOLE_LISTENERS = 1
    wait_heard(vm)


@pytest.mark.slow
def test_it_goes_along_to_another_host(
    gateway: Any, two: Pair, carry: Callable[[Job], Carrier], ada: Any, oli: Any
):
    guest, vm = two.guest()
    VM.objects.filter(pk=vm.pk).update(owner=oli)
    vm.refresh_from_db()
    set_listening(vm, oli, True)
    wait_heard(vm)
    guest.wait_ticking()
    before = guest.ticks()[-1]
    done = carry(request_migration(vm, two.second, ada, Options())).ended()
    assert done.state == JobState.SUCCEEDED, (done.error_message, done.error_detail)
    vm.refresh_from_db()
    assert vm.host_id == two.second.pk
    listener = gateway.listeners._ears[vm.pk]
    wait_until(lambda: listener.wish.host_id == two.second.pk and listener.is_open, timeout=20)
    console = watch(gateway, vm, oli)
    said(console, f"tick {before}\r")  # what it wrote at the first host
    said(console, "tick ", timeout=60)
    console.close()


@pytest.mark.slow
def test_a_dead_host_is_told_and_asked_seldom(gateway, lab: Lab, oli):
    guest = lab.guest(lab["hv2"], "cut-off")
    guest.wait_ticking()
    vm = row_of(guest, "tcp", oli)
    set_listening(vm, oli, True)
    wait_heard(vm)
    lab["hv2"].cut_link()
    try:
        wait_heard(vm, "away", timeout=60)
    finally:
        lab["hv2"].restore_link()
    wait_heard(vm, timeout=60)
