"""One row follows the guest between hosts, in whatever order the two watchers tell of it."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from accounts.models import User
from hosts.models import Host
from tests.factories import make_host
from virt.facts.domain import DomainInfo, DomainState
from vms.models import VM, Copy
from vms.sync.rows import Mirror

from .conftest import guest

pytestmark = pytest.mark.django_db


def become(info: DomainInfo, state: str, reason: str = "", **facts: Any) -> DomainInfo:
    return replace(info, state=DomainState(state), state_reason=reason, **facts)


@pytest.fixture
def other(db: None) -> Host:
    return make_host("kvm-02")


@pytest.fixture
def vm(mirror: Mirror, host: Host, oli: User) -> VM:
    mirror.refresh(host, guest())
    VM.objects.update(owner=oli, description="mine")
    return VM.objects.get()


def test_a_live_migration_takes_the_row_along(
    mirror: Mirror, host: Host, other: Host, vm: VM, heard: list[dict[str, Any]]
) -> None:
    there = become(guest(id=9), "paused", "migration", persistent=False)
    mirror.refresh(other, become(there, "paused", "starting"))
    mirror.refresh(other, there)
    assert (VM.objects.get().host, Copy.objects.get().is_arriving) == (host, True)
    mirror.refresh(host, become(guest(), "paused", "migration"))
    mirror.refresh(other, become(there, "running", "migrated", persistent=True))
    moved = VM.objects.get()
    assert (moved.pk, moved.host, moved.state, moved.owner) == (vm.pk, other, "running", vm.owner)
    assert (moved.started_at, moved.description) == (vm.started_at, "mine")
    mirror.refresh(host, become(guest(id=None), "off", "migrated"))
    mirror.gone(host, str(vm.uuid))
    assert not Copy.objects.exists()
    assert VM.objects.get().host == other
    revs = [item["rev"] for item in heard if item["kind"] == "vm"]
    assert revs == sorted(revs)
    assert len(set(revs)) == len(revs)
    assert not any("gone" in item["facts"] for item in heard)


TOLD = ("arrives", "leaves", "runs", "gone")


@pytest.mark.parametrize("order", [one for one in permutations(TOLD) if one[0] == "arrives"])
def test_the_order_of_two_watchers_does_not_matter(
    mirror: Mirror, host: Host, other: Host, vm: VM, order: tuple[str, ...]
) -> None:
    there = guest(id=9)
    tell = {
        "arrives": lambda: mirror.refresh(other, become(there, "paused", "migration")),
        "leaves": lambda: mirror.refresh(host, become(guest(), "paused", "migration")),
        "runs": lambda: mirror.refresh(other, become(there, "running", "migrated")),
        "gone": lambda: mirror.gone(host, str(vm.uuid)),
    }
    if order.index("gone") < order.index("leaves"):
        tell["leaves"] = lambda: None  # one that is gone is told of no more
    for word in order:
        tell[word]()
    moved = VM.objects.get()
    assert (moved.pk, moved.host, moved.state) == (vm.pk, other, "running")
    assert not Copy.objects.exists()


def test_a_definition_left_behind_is_a_copy_and_no_machine(
    mirror: Mirror, host: Host, other: Host, vm: VM
) -> None:
    mirror.resync(other, [become(guest(id=None), "off")])
    copy = Copy.objects.get()
    assert (VM.objects.get().host, copy.host, copy.is_on) == (host, other, False)
    mirror.resync(other, [])
    assert not Copy.objects.exists()
    assert VM.objects.get() == vm


def test_a_machine_started_where_its_copy_was_goes_there(
    mirror: Mirror, host: Host, other: Host, vm: VM
) -> None:
    mirror.refresh(host, become(guest(id=None), "off", "shutdown"))
    mirror.refresh(other, become(guest(id=None), "off"))
    mirror.refresh(other, guest(id=4))
    assert (VM.objects.get().host, VM.objects.get().state) == (other, "running")
    left = Copy.objects.get()
    assert (left.host, left.state) == (host, "off")
    mirror.gone(other, str(vm.uuid))
    back = VM.objects.get()
    assert (back.pk, back.host, back.state) == (vm.pk, host, "off")
    mirror.gone(host, str(vm.uuid))
    assert not VM.objects.exists()


def test_a_move_that_is_called_off_leaves_the_row_at_home(
    mirror: Mirror, host: Host, other: Host, vm: VM
) -> None:
    mirror.refresh(other, become(guest(id=9), "paused", "migration"))
    mirror.refresh(host, become(guest(), "running", "migration-canceled"))
    mirror.gone(other, str(vm.uuid))
    assert VM.objects.get().host == host
    assert not Copy.objects.exists()
