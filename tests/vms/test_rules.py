"""What can be done in which state, and what is said when it cannot."""

from typing import Any

import pytest

from accounts.access import ActionRefused
from hosts.models import Duty, Host, HostState, Transport
from jobs.models import Job
from vms.models import VM
from vms.rules import ALWAYS, FITS, POWER_ACTIONS, can, check
from vms.screens import why_no_screen
from vms.states import VMState


def machine(state: str = VMState.RUNNING, host: str = HostState.ONLINE, **fields: Any) -> VM:
    """Build a machine without saving it."""
    fields.setdefault("domain_id", 3 if state in FITS["console"] else None)
    return VM(pk=7, name="web01", host=Host(name="kvm-01", state=host), state=state, **fields)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (VMState.RUNNING, {"shutdown", "reboot", "reset", "force_off", "pause", "save"}),
        (VMState.PAUSED, {"resume", "reset", "force_off", "save"}),
        (VMState.BLOCKED, {"resume", "reset", "force_off"}),
        (VMState.SHUTTING_DOWN, {"shutdown", "reset", "force_off"}),
        (VMState.ASLEEP, {"resume", "force_off"}),
        (VMState.OFF, {"start"}),
        (VMState.SAVED, {"start", "restore", "discard_save"}),
        (VMState.CRASHED, {"start"}),
        (VMState.UNKNOWN, {"force_off"}),
    ],
)
def test_state_decides_power(state: str, allowed: set[str]) -> None:
    assert {a for a in POWER_ACTIONS if can(machine(state), a) is None} == allowed


def test_every_refusal_is_a_sentence_with_the_name() -> None:
    for state in VMState.values:
        for action in FITS:
            refusal = can(machine(state), action)
            if refusal is not None:
                assert "web01" in refusal.message
                assert refusal.message.endswith(".")
                assert refusal.status == 409


@pytest.mark.parametrize("host", [HostState.UNREACHABLE, HostState.CONNECTING])
def test_nothing_is_asked_of_a_host_that_is_away(host: str) -> None:
    for action in FITS:
        refusal = can(machine(host=host), action)
        assert refusal is not None
        assert (refusal.code, refusal.status) == ("host-unreachable", 503)


def test_what_is_only_ours_is_always_allowed() -> None:
    for action in ALWAYS:
        assert can(machine(VMState.UNKNOWN, HostState.UNREACHABLE), action) is None


def test_busy_machine_names_its_job_but_lends_its_console() -> None:
    vm = machine()
    vm.active_job = Job(pk=4, kind="vm.save", state="running")
    refusal = can(vm, "shutdown")
    assert refusal is not None
    assert refusal.code == "busy"
    assert refusal.extra["job"].pk == 4
    assert "Save state" in refusal.message
    assert can(vm, "console") is None


def test_protection_stands_against_deletion_only() -> None:
    vm = machine(VMState.OFF, is_protected=True)
    refusal = can(vm, "delete")
    assert refusal is not None
    assert refusal.code == "protected"
    assert can(vm, "start") is None


def test_what_stays_on_is_not_stopped_or_interrupted_by_hand() -> None:
    vm = machine(stays_on=True)
    for action in ("shutdown", "reboot", "reset", "force_off", "pause", "save", "recycle"):
        refusal = can(vm, action)
        assert refusal is not None and refusal.code == "stays-on", action
    assert "web01 is protected against stopping" in str(can(vm, "shutdown"))
    assert can(vm, "migrate") is None
    assert can(vm, "console") is None
    off = machine(VMState.OFF, stays_on=True)
    assert can(off, "start") is None
    assert can(off, "delete") is None


def test_silent_guest_can_only_be_stopped_hard() -> None:
    vm = machine(VMState.BLOCKED, state_reason="not-responding", is_unresponsive=True)
    assert can(vm, "force_off") is None
    refusal = can(vm, "resume")
    assert refusal is not None
    assert refusal.code == "not-responding"


def test_crashed_guest_that_still_has_a_process_is_forced_off_first() -> None:
    vm = machine(VMState.CRASHED, domain_id=9)
    assert can(vm, "force_off") is None
    assert can(vm, "start") is not None
    assert can(vm, "delete") is not None


def test_transient_guest_cannot_be_renamed() -> None:
    vm = machine(VMState.RUNNING, is_persistent=False)
    refusal = can(vm, "autostart")
    assert refusal is not None
    assert refusal.code == "transient"


def test_check_raises_what_can_returns() -> None:
    with pytest.raises(ActionRefused) as caught:
        check(machine(VMState.OFF), "pause")
    assert caught.value.code == "wrong-state"
    assert caught.value.status == 409


def test_unknown_action_is_refused() -> None:
    assert can(machine(), "explode") is not None


def test_console_that_cannot_be_reached_says_why_unless_there_is_text() -> None:
    host = Host(name="kvm-01", state=HostState.ONLINE, transport=Transport.TLS)
    vm = machine(graphics=[{"kind": "vnc", "listen": "address", "address": "127.0.0.1"}])
    vm.host = host
    refusal = can(vm, "console")
    assert refusal is not None
    assert refusal.code == "display-loopback"
    assert "Reach the host by SSH" in str(refusal)
    vm.has_serial = True
    assert can(vm, "console") is None


@pytest.mark.parametrize(
    ("transport", "listen", "address", "key"),
    [
        ("local", "none", "", ""),
        ("session", "address", "127.0.0.1", ""),
        ("ssh", "address", "127.0.0.1", ""),
        ("ssh", "socket", "", ""),
        ("ssh", "none", "", "display-local"),
        ("tls", "address", "127.0.0.1", "display-loopback"),
        ("tls", "address", "::1", "display-loopback"),
        ("tls", "address", "10.1.2.3", ""),
        ("tls", "address", "0.0.0.0", ""),
        ("tls", "socket", "", "display-local"),
        ("tcp", "none", "", "display-local"),
    ],
)
def test_screen_is_shown_as_far_as_the_transport_reaches(
    transport: str, listen: str, address: str, key: str
) -> None:
    vm = machine(graphics=[{"kind": "vnc", "listen": listen, "address": address}])
    vm.host = Host(name="kvm-01", state=HostState.ONLINE, transport=transport)
    assert why_no_screen(vm) == key
    vm.graphics = []
    assert why_no_screen(vm) == "no-display"


def test_nothing_starts_on_a_host_in_maintenance_but_all_else_goes_on():
    vm = machine(VMState.OFF)
    vm.host.duty = Duty.DRAINING
    assert can(vm, "start").code == "maintenance"
    vm.state = VMState.RUNNING
    assert can(vm, "shutdown") is None
