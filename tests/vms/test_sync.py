"""Rows become equal to what the watcher read, with few queries, and pages hear of it."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import Capability
from accounts.models import User
from hosts.models import Host, HostState
from jobs.models import Job, JobState
from tests.factories import make_host, make_vm
from virt.facts.domain import DiskInfo, DomainState
from virt.facts.figures import DomainSample
from virt.facts.guest import AddressInfo, GuestFacts, GuestFileSystem
from virt.hosts.stats import Rates
from vms.models import VM
from vms.sync.rows import Mirror

from .conftest import GIB, guest

Heard = list[dict[str, Any]]


def test_foreign_guest_is_adopted_and_seen_by_admins_only(
    host: Host, mirror: Mirror, heard: Heard, ada: User, oli: User
) -> None:
    mirror.resync(host, [guest()])
    vm = VM.objects.get()
    assert (vm.name, vm.state, vm.owner, vm.rev) == ("web01", "running", None, 1)
    assert vm.disks[0]["source"] == "/p/web01.qcow2"
    assert vm.started_before and vm.started_at is not None
    assert list(VM.objects.allowing(oli, Capability.VM_VIEW)) == []
    assert heard[0]["audiences"] == ["admins", f"vm-{VM.objects.get().pk}"]
    assert heard[0]["facts"]["state"] == "running"


def test_unchanged_guests_cost_two_queries_and_no_message(
    host: Host, mirror: Mirror, heard: Heard, many: Any, django_assert_max_num_queries: Any
) -> None:
    infos = many(1000)
    mirror.resync(host, infos)
    heard.clear()
    with django_assert_max_num_queries(2):
        mirror.resync(host, infos)
    assert heard == []


def test_adopting_a_thousand_guests_takes_few_queries(
    host: Host, mirror: Mirror, heard: Heard, many: Any, django_assert_max_num_queries: Any
) -> None:
    # SQLite takes 999 parameters a query, and a row has some forty columns.
    with django_assert_max_num_queries(85):
        mirror.resync(host, many(1000))
    assert VM.objects.count() == 1000
    assert len(heard) == 1000


def test_a_few_changes_among_a_thousand_take_few_queries(
    host: Host, mirror: Mirror, heard: Heard, many: Any, django_assert_max_num_queries: Any
) -> None:
    infos = many(1000)
    mirror.resync(host, infos)
    heard.clear()
    changed = [guest(info.name, "off") if n % 100 == 0 else info for n, info in enumerate(infos)]
    with django_assert_max_num_queries(8):
        mirror.resync(host, changed)
    assert VM.objects.filter(state="off", rev=2).count() == 10
    assert sorted(item["facts"]["name"] for item in heard) == [
        f"guest-{n:05d}" for n in range(0, 1000, 100)
    ]


def test_refresh_writes_only_what_differs(
    host: Host, mirror: Mirror, heard: Heard, django_assert_num_queries: Any
) -> None:
    mirror.refresh(host, guest())
    heard.clear()
    with django_assert_num_queries(1):
        mirror.refresh(host, guest())
    assert heard == []
    mirror.refresh(host, guest(memory=2 * GIB))
    vm = VM.objects.get()
    assert (vm.memory, vm.rev) == (2 * GIB, 2)
    assert heard[0]["rev"] == 2
    assert heard[0]["facts"]["mem"] == 2 * GIB


def test_start_that_nobody_saw_is_told_as_over(host: Host, mirror: Mirror, heard: Heard) -> None:
    mirror.resync(host, [guest("web01"), guest("web02", "off")])
    before = VM.objects.get(name="web01").started_at
    mirror.resync(host, [guest("web01"), guest("web02")])
    assert VM.objects.get(name="web01").started_at == before
    assert VM.objects.get(name="web02").started_before, "it may have begun while nobody watched"
    began = timezone.now() - timedelta(days=2)
    mirror.resync(host, [guest("web01", started_at=began), guest("web02")])
    vm = VM.objects.get(name="web01")
    assert (vm.started_at, vm.started_before) == (began, False)
    mirror.refresh(host, guest("web01"))
    mirror.resync(host, [guest("web01", started_at=began + timedelta(seconds=1)), guest("web02")])
    assert VM.objects.get(name="web01").started_at == began
    mirror.refresh(host, guest("web01", id=4))
    vm = VM.objects.get(name="web01")
    assert vm.started_at and vm.started_at > before and not vm.started_before


def test_words_of_an_agent_are_kept_and_a_little_more_use_writes_nothing(
    host: Host, mirror: Mirror, heard: Heard
) -> None:
    mirror.refresh(host, guest())
    uuid, root = guest().uuid, GuestFileSystem("/", "ext4", 10 * GIB, 4 * GIB)
    mirror.guest_facts(host, uuid, GuestFacts("web01", "Debian 12", "6.1", ("oli",), (root,)))
    vm = VM.objects.get()
    assert (vm.guest["system"], vm.guest["users"]) == ("Debian 12", ["oli"])
    assert vm.guest["filesystems"][0]["used"] == 4 * GIB
    heard.clear()
    more = replace(root, used=4 * GIB + 2**20)
    mirror.guest_facts(host, uuid, GuestFacts("web01", "Debian 12", "6.1", ("oli",), (more,)))
    assert heard == []


def test_guest_that_appears_while_watched_was_started_now(host: Host, mirror: Mirror) -> None:
    mirror.refresh(host, guest("web01"))
    vm = VM.objects.get()
    assert vm.started_at is not None and not vm.started_before


def test_stopping_clears_what_only_a_running_guest_has(
    host: Host, mirror: Mirror, heard: Heard
) -> None:
    info = guest()
    vm = make_vm("web01", host=host, uuid=info.uuid, state="running", address="10.0.0.9")
    mirror.refresh(host, guest(state="off", state_reason="shutdown"))
    vm.refresh_from_db()
    assert (vm.state, vm.address, vm.started_at, vm.cpu_percent) == ("off", "", None, None)
    assert (timezone.now() - vm.state_since).total_seconds() < 5
    mirror.refresh(host, guest())
    vm.refresh_from_db()
    assert vm.started_at is not None and not vm.started_before
    assert heard[-1]["facts"]["started"] is not None


def test_sizes_survive_a_reading_without_them(host: Host, mirror: Mirror, heard: Heard) -> None:
    disk = DiskInfo("vda", source="/p/a", capacity=20 * GIB, allocation=GIB)
    mirror.refresh(host, guest(disks=(disk,)))
    heard.clear()
    mirror.resync(host, [guest(disks=(DiskInfo("vda", source="/p/a"),))])
    assert heard == []
    assert VM.objects.get().disks[0]["capacity"] == 20 * GIB


def test_guest_that_is_gone_loses_its_row_and_pages_hear(
    host: Host, mirror: Mirror, heard: Heard, oli: User
) -> None:
    vm = make_vm("web01", host=host, owner=oli)
    mirror.gone(host, str(vm.uuid))
    assert not VM.objects.exists()
    assert heard[-1]["facts"] == {"gone": True, "name": "web01"}
    assert f"user-{oli.pk}" in heard[-1]["audiences"]


def test_resync_removes_what_is_no_longer_there(host: Host, mirror: Mirror, heard: Heard) -> None:
    mirror.resync(host, [guest("a"), guest("b")])
    elsewhere = make_vm("c")
    mirror.resync(host, [guest("b")])
    assert set(VM.objects.values_list("name", flat=True)) == {"b", elsewhere.name}


@pytest.mark.parametrize(
    ("state", "ago", "stays"),
    [(JobState.RUNNING, None, True), (JobState.SUCCEEDED, 5, True), (JobState.FAILED, 600, False)],
)
@pytest.mark.parametrize("kind", ["vm.create", "backup.restore"])
def test_machine_that_is_made_right_now_is_not_forgotten(
    host: Host, mirror: Mirror, heard: Heard, kind: str, state: str, ago: int | None, stays: bool
) -> None:
    vm = make_vm("new", host=host, is_made=False)
    finished = None if ago is None else timezone.now() - timedelta(seconds=ago)
    Job.objects.create(
        kind=kind,
        target_kind="vm",
        target_id=vm.pk,
        target_name="new",
        state=state,
        finished_at=finished,
    )
    mirror.resync(host, [])
    assert VM.objects.filter(pk=vm.pk).exists() is stays


def test_new_machine_keeps_its_owner_when_the_watcher_sees_it(
    host: Host, mirror: Mirror, heard: Heard, oli: User
) -> None:
    vm = make_vm("new", host=host, owner=oli, is_made=False, state="off")
    mirror.refresh(host, guest("new", uuid=str(vm.uuid)))
    vm.refresh_from_db()
    assert (vm.owner, vm.is_made, vm.state) == (oli, True, "running")


def test_guest_that_moved_by_itself_keeps_its_people(
    host: Host, mirror: Mirror, heard: Heard, oli: User
) -> None:
    vm = make_vm("web01", owner=oli, is_protected=True, description="Shop")
    mirror.refresh(host, guest(uuid=str(vm.uuid)))
    assert VM.objects.get() == vm
    mirror.gone(vm.host, str(vm.uuid))
    moved = VM.objects.get(host=host, pk=vm.pk)
    assert (moved.owner, moved.is_protected, moved.description) == (oli, True, "Shop")


def test_silent_qemu_shows_and_heals(host: Host, mirror: Mirror, heard: Heard) -> None:
    mirror.resync(host, [guest("a"), guest("b")])
    silent = guest("a")
    mirror.unresponsive(host, frozenset({silent.uuid}))
    vm = VM.objects.get(name="a")
    assert (vm.state, vm.state_reason) == ("blocked", "not-responding")
    mirror.refresh(host, silent)
    vm.refresh_from_db()
    assert vm.state == "blocked"
    mirror.unresponsive(host, frozenset())
    vm.refresh_from_db()
    assert (vm.state, vm.is_unresponsive) == ("running", False)
    assert VM.objects.get(name="b").rev == 1


def test_paused_guest_that_is_silent_stays_paused(host: Host, mirror: Mirror, heard: Heard) -> None:
    info = guest(state="paused", state_reason="by-user")
    mirror.refresh(host, info)
    for silent in (frozenset({info.uuid}), frozenset[str]()):
        mirror.unresponsive(host, silent)
        vm = VM.objects.get()
        assert (vm.state, vm.is_unresponsive) == ("paused", bool(silent))


def test_lost_host_makes_all_its_machines_unknown(host: Host, mirror: Mirror, heard: Heard) -> None:
    mirror.resync(host, [guest("a"), guest("b", "off")])
    heard.clear()
    host.state = HostState.UNREACHABLE
    host.save()
    mirror.host_changed(host)
    assert {item["facts"]["state"] for item in heard} == {"unknown"}
    assert {item["facts"]["settled"] for item in heard} == {"running", "off"}


def test_addresses_are_written_once(
    host: Host, mirror: Mirror, heard: Heard, django_assert_num_queries: Any
) -> None:
    info = guest()
    mirror.refresh(host, info)
    heard.clear()
    addresses = [AddressInfo("52:54:00:00:00:01", "10.0.0.9")]
    mirror.addresses(host, info.uuid, addresses)
    assert heard[0]["facts"]["address"] == "10.0.0.9"
    with django_assert_num_queries(1):
        mirror.addresses(host, info.uuid, addresses)
    assert len(heard) == 1


def sample(uuid: str, memory: int = GIB // 2) -> DomainSample:
    """Describe a measurement."""
    return DomainSample(uuid, 1.0, DomainState.RUNNING, memory_used=memory, memory_max=GIB)


def test_samples_announce_only_cells_that_look_different(
    host: Host, mirror: Mirror, heard: Heard, many: Any, django_assert_max_num_queries: Any
) -> None:
    infos = many(100)
    mirror.resync(host, infos)
    heard.clear()
    samples = [sample(info.uuid) for info in infos]
    rates = {info.uuid: Rates(2.0, cpu_percent=10.2) for info in infos}
    # One query for the rows, one write in the first round.
    with django_assert_max_num_queries(6):
        mirror.samples(host, samples, rates)
    assert len(heard) == 100
    assert heard[0]["facts"] == {"cpu": 10, "mem_used": GIB // 2}
    assert heard[0]["rev"] == 1
    heard.clear()
    rates[infos[3].uuid] = Rates(2.0, cpu_percent=55.0)
    samples[4] = sample(infos[4].uuid, GIB // 2 + 1024)
    with django_assert_max_num_queries(1):
        mirror.samples(host, samples, rates)
    assert [item["facts"] for item in heard] == [{"cpu": 55}]
    row = VM.objects.get(uuid=infos[3].uuid)
    assert row.cpu_percent == pytest.approx(10.2)


def test_samples_of_strangers_and_sleepers_are_left_out(
    host: Host, mirror: Mirror, heard: Heard
) -> None:
    mirror.refresh(host, guest())
    heard.clear()
    off = DomainSample(guest().uuid, 1.0, DomainState.OFF)
    mirror.samples(host, [off, sample(str(uuid.uuid4()))], {})
    assert heard == []


def test_other_hosts_are_left_alone(mirror: Mirror, heard: Heard) -> None:
    first, second = make_host(), make_host()
    mirror.resync(first, [guest()])
    mirror.resync(second, [guest()])
    mirror.resync(first, [])
    assert VM.objects.get().host == second
