"""What pages hear of a machine."""

import json
from typing import Any

from hosts.models import Host, HostState
from jobs.models import Job
from vms.facts import facts_of
from vms.models import VM
from vms.states import BUSY, IN_FLIGHT, VMState, word_of

MIB = 1024**2


def machine(**fields: Any) -> VM:
    """Build a running machine without saving it."""
    host = fields.pop("host", HostState.ONLINE)
    defaults = {"state": VMState.RUNNING, "domain_id": 3, "memory": 512 * MIB, "rev": 5}
    return VM(pk=7, name="web01", host=Host(name="kvm-01", state=host), **defaults | fields)


def test_facts_are_json_and_tell_nothing_of_the_host() -> None:
    facts = facts_of(machine(cpu_percent=33.4, memory_used=100 * MIB))
    text = json.dumps(facts)
    assert "kvm-01" not in text
    assert facts["state"] == facts["settled"] == "running"
    assert facts["cpu"] == 33
    assert facts["mem_used"] == 96 * MIB
    assert facts["job"] is None


def test_job_decides_what_is_drawn() -> None:
    vm = machine(state=VMState.OFF, domain_id=None)
    vm.active_job = Job(pk=4, kind="vm.start", state="queued", progress=12.6)
    facts = facts_of(vm)
    assert facts["state"] == "starting"
    assert facts["settled"] == "off"
    assert facts["job"] == {"id": 4, "kind": "vm.start"}
    assert facts["progress"] == 13


def test_machine_of_a_lost_host_is_unknown_without_figures() -> None:
    facts = facts_of(machine(host=HostState.UNREACHABLE, cpu_percent=50.0, memory_used=MIB))
    assert facts["state"] == "unknown"
    assert facts["cpu"] is None
    assert facts["mem_used"] is None


def test_pause_that_passes_is_shown_as_what_it_is() -> None:
    assert machine(state=VMState.PAUSED, state_reason="starting").shown_state == "starting"
    assert machine(state=VMState.PAUSED, state_reason="migration").shown_state == "migrating"
    assert machine(state=VMState.PAUSED, state_reason="by-user").shown_state == "paused"


def test_only_telling_reasons_are_told() -> None:
    assert machine(state_reason="booted").shown_reason == ""
    assert machine(state=VMState.BLOCKED, state_reason="io-error").shown_reason == "io-error"


def test_every_state_in_flight_has_a_word() -> None:
    for key in BUSY.values():
        assert key in IN_FLIGHT
    for key in [*VMState.values, *IN_FLIGHT]:
        assert str(word_of(key))
