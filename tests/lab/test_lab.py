"""Is the lab what the tests take it for: real hosts, real guests, real faults?"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab import Guest, Lab, wait_until
from tests.lab.space import CLAIMS, LabError, bridge_name, run, sweep_leftovers

pytestmark = pytest.mark.lab


def listed(uri: str) -> bool:
    """Tell whether libvirt answers at a URI within a few seconds."""
    try:
        run(["virsh", "-q", "-c", uri, "list", "--all"], timeout=4)
    except LabError:
        return False
    return True


def test_hosts_answer_by_socket_tcp_tls_and_ssh(lab: Lab) -> None:
    for host in lab.hosts:
        assert host.virsh("hostname") == host.name
        assert listed(host.uri)
        assert listed(f"qemu+tcp://{host.ip}/system")
        assert listed(f"qemu+tls://{host.ip}/system?pkipath={host.pki}")
        assert listed(f"qemu+ssh://root@{host.ip}/system?keyfile={host.ssh.key}&no_verify=1")


def test_hosts_have_a_pool_and_a_network(lab: Lab) -> None:
    for host in lab.hosts:
        assert "active" in host.virsh("pool-list")
        assert "active" in host.virsh("net-list")


def test_hosts_see_each_other(lab: Lab) -> None:
    first, second = lab.hosts
    assert first.virsh("-c", f"qemu+tcp://{second.ip}/system", "hostname") == second.name


def test_guest_ticks_and_its_agent_answers(lab_guest: Guest) -> None:
    lab_guest.wait_agent()
    assert lab_guest.state == "running"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["agent", "acpi"])
def test_guest_shuts_down_when_asked(lab_guest: Guest, mode: str) -> None:
    lab_guest.wait_agent()
    lab_guest.host.virsh("shutdown", lab_guest.name, "--mode", mode)
    wait_until(lambda: lab_guest.state == "shut off", timeout=30)


def test_guest_gets_an_address(lab: Lab) -> None:
    guest = lab.guest(lab["hv1"], "addressed", network="default")
    wait_until(
        lambda: "192.168.122." in guest.host.virsh("domifaddr", guest.name, check=False), timeout=60
    )


@pytest.mark.slow
def test_guest_outlives_a_killed_libvirtd(lab_guest: Guest) -> None:
    host = lab_guest.host
    host.kill_libvirtd()
    assert not listed(host.uri)
    lab_guest.wait_ticking()
    host.start_libvirtd()
    assert lab_guest.state == "running"


def test_frozen_libvirtd_accepts_and_never_answers(lab: Lab) -> None:
    host = lab["hv2"]
    host.freeze_libvirtd()
    assert not listed(host.uri)
    host.thaw_libvirtd()
    assert listed(host.uri)


def test_cut_link_leaves_the_socket(lab: Lab) -> None:
    host = lab["hv2"]
    host.cut_link()
    assert not listed(f"qemu+tcp://{host.ip}/system")
    assert listed(host.uri)
    host.restore_link()
    wait_until(lambda: listed(f"qemu+tcp://{host.ip}/system"), timeout=20)


def test_killed_qemu_is_seen(lab_guest: Guest) -> None:
    lab_guest.host.kill_qemu(lab_guest.name)
    wait_until(lambda: lab_guest.state == "shut off", timeout=20)


@pytest.mark.slow
def test_frozen_qemu_stops_ticking(lab_guest: Guest) -> None:
    lab_guest.host.freeze_qemu(lab_guest.name)
    with pytest.raises(AssertionError):
        lab_guest.wait_ticking(timeout=2.5)
    lab_guest.host.thaw_qemu(lab_guest.name)
    lab_guest.wait_ticking()


@pytest.mark.slow
def test_live_migration_keeps_ticking(lab: Lab, lab_guest: Guest) -> None:
    source, target = lab.hosts
    source.virsh("migrate", "--live", "--p2p", "--persistent", "--undefinesource",
                 lab_guest.name, f"qemu+tcp://{target.ip}/system")  # fmt: skip
    lab_guest.host = target
    lab_guest.wait_ticking()
    assert lab_guest.state == "running"
    assert lab_guest.name not in source.virsh("list", "--all", "--name").split()


KILLED = """
import os, sys
from tests.lab import Lab
lab = Lab(1, networks=False)
print(lab.number, lab.hosts[0].libvirtd_pid(), flush=True)
os.kill(os.getpid(), 9)
"""


def test_killed_lab_leaves_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    number, pid = map(int, done.stdout.split())
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), what="libvirtd died with its owner")
    sweep_leftovers()
    assert not (CLAIMS / str(number)).exists()
    assert bridge_name(number) not in run(["ip", "-o", "link"]).replace(":", " ").split()


def test_two_labs_live_side_by_side(lab: Lab) -> None:
    before = time.monotonic()
    with Lab(1, networks=False) as other:
        assert other.number != lab.number
        assert other["hv1"].virsh("list", "--name") == ""
    assert time.monotonic() - before < 10
