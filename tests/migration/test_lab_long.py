"""Faults that take a minute each: links and daemons that fall silent, and what is left behind."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import User
from jobs import running
from jobs.models import Job, JobState
from jobs.services import request_cancel
from migration.checks.models import LinkTrial
from migration.models import Migration
from migration.operations.late import settle_late
from migration.options import Options
from migration.services.asking import FRESH, request_migration
from migration.services.copies import request_end
from migration.services.steering import request_post_copy, tune
from tests.lab import Guest, wait_until
from virt import pool
from vms.models import VM, Copy

from .moves import Carrier, Pair, Process, lose_lease
from .test_lab_faults import guests, stayed

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW = Options(bandwidth=4)
Carry = Callable[[Job], Carrier]


def settled(work: Carrier, timeout: float = 60.0) -> str:
    """Let the portal settle by itself, as it does every few seconds, and return the outcome."""
    wait_until(lambda: settle_late() == 1, timeout=timeout, every=1.0, what="it is settled")
    return work.row.outcome


def test_a_link_that_is_cut_leaves_the_guest_where_it_was(
    two: Pair, ada: User, carry: Carry
) -> None:
    """F15."""
    guest, vm = two.guest()
    work = carry(request_migration(vm, two.second, ada, Options(bandwidth=1)))
    work.wait_sent(0.005)
    two.hv2.cut_link()
    ended = work.ended(timeout=90)
    two.hv2.restore_link()
    assert ended.error_code == "stayed", (ended.state, ended.error_message)
    stayed(two, work)
    guest.wait_ticking()


def freeze_at_the_end(two: Pair, vm: VM, ada: User, carry: Carry, options: Options) -> Carrier:
    """Freeze the target's daemon when the rest of the memory goes over at once."""
    work = carry(request_migration(vm, two.second, ada, options))
    work.wait_sent()
    two.hv2.freeze_libvirtd()
    tune(work.row, ada, bandwidth=2000)
    ended = work.ended(timeout=120)
    assert (ended.state, work.row.outcome) == (JobState.UNDETERMINED, "undetermined")
    assert VM.objects.get().hold == "undetermined"
    two.hv2.thaw_libvirtd()
    return work


def test_a_frozen_target_can_leave_two_copies_and_neither_is_killed(
    two: Pair, ada: User, carry: Carry
) -> None:
    """F18: an alarm, nothing done by itself, and a way out by name."""
    guest, vm = two.guest()
    work = freeze_at_the_end(two, vm, ada, carry, SLOW)
    assert settled(work) == "two-copies"
    assert (guest.state, Guest(two.hv2, guest.name).state) == ("running", "running")
    vm = VM.objects.select_related("host").get()
    assert vm.hold == "two-copies"
    copy = Copy.objects.select_related("host").get()
    assert {vm.host, copy.host} == {two.first, two.second}
    running.run(request_end(vm, two.second.pk, ada, confirm_name=vm.name).pk)
    vm = VM.objects.select_related("host").get()
    assert (vm.host, vm.state, vm.hold) == (two.first, "running", "")
    assert guests(two) == ([guest.name], [])
    guest.wait_ticking()


def test_a_locked_disk_keeps_a_second_copy_from_running_and_its_definition_is_named(
    two: Pair, ada: User, carry: Carry
) -> None:
    """F19."""
    disk = two.share() / "locked.qcow2"
    two.hv1.inside("qemu-img", "create", "-q", "-f", "qcow2", str(disk), "16M")
    guest, vm = two.guest(disk=str(disk))
    options = Options(bandwidth=4, unsafe_declared_shared=True)
    work = freeze_at_the_end(two, vm, ada, carry, options)
    assert settled(work) == "stayed"
    assert guest.state == "running"
    vm = VM.objects.select_related("host").get()
    assert (vm.host, vm.hold) == (two.first, "")
    copy = Copy.objects.get()
    assert (copy.host, copy.is_on) == (two.second, False)
    assert "leftover" in [event["what"] for event in work.row.events]
    Copy.objects.update(since=timezone.now() - FRESH)
    with pytest.raises(ActionRefused, match="definition"):
        request_migration(vm, two.second, ada, options)
    running.run(request_end(vm, two.second.pk, ada, confirm_name=vm.name).pk)
    assert guests(two) == ([guest.name], [])
    assert not Copy.objects.exists()
    guest.wait_ticking()


def test_a_lost_link_after_post_copy_is_a_lost_machine(two: Pair, ada: User, carry: Carry) -> None:
    """F20 and the second half of F21: no way back, said at once; both ends are named."""
    _guest, vm = two.guest()
    job = request_migration(vm, two.second, ada, Options(bandwidth=1, post_copy_allowed=True))
    work = carry(job)
    request_post_copy(work.wait_sent(0.005), ada)
    work.wait_phase("post-copy")
    with pytest.raises(ActionRefused) as refused:
        request_cancel(job, ada)
    assert refused.value.code == "not-cancellable"
    two.hv2.cut_link()
    ended = work.ended(timeout=120)
    two.hv2.restore_link()
    if ended.state == JobState.UNDETERMINED:
        settled(work)
    vm = VM.objects.select_related("host").get()
    assert (work.row.outcome, vm.hold, vm.shown_state) == ("lost", "lost", "unknown")
    for host in (two.second, two.first):
        vm = VM.objects.select_related("host").get()
        job = request_end(vm, host.pk, ada, confirm_name=vm.name)
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.SUCCEEDED, job.error_message
    vm = VM.objects.select_related("host").get()
    assert (vm.state, vm.hold) == ("off", "")
    assert not Copy.objects.exists()


def test_a_worker_that_slept_writes_nothing_when_it_wakes(two: Pair, ada: User) -> None:
    """F05: its writes carry an old number; F04: the same job delivered again does nothing."""
    guest, vm = two.guest()
    job = request_migration(vm, two.second, ada, SLOW)
    zombie = Process(job)
    zombie.wait_sent(timeout=60)
    zombie.signal(signal.SIGSTOP)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.attempt == 1
    lose_lease(job)
    carrier = Carrier(job)
    wait_until(lambda: Job.objects.get(pk=job.pk).attempt == 2, timeout=20, what="a second claim")
    zombie.signal(signal.SIGCONT)
    tune(zombie.row, ada, bandwidth=300)
    ended = carrier.ended()
    zombie.process.wait(60)
    ended.refresh_from_db()
    assert (ended.state, ended.attempt) == (JobState.SUCCEEDED, 2)
    words = [event["what"] for event in zombie.row.events]
    assert (words.count("began"), words.count("migrated"), words.count("bandwidth")) == (1, 1, 1)
    assert guests(two) == ([], [guest.name])


def refused(two: Pair, vm: VM, ada: User, options: Options) -> str:
    """Let a migration be refused, and see that nothing happened; return the code."""
    LinkTrial.objects.all().delete()
    job = request_migration(vm, two.second, ada, options)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED, (job.state, job.error_message)
    row = Migration.objects.get(pk=job.params["migration"])
    assert (row.outcome, row.events) == ("stayed", [])
    assert two.hv1.virsh("domstate", vm.name) == "running"
    return job.error_code


@pytest.mark.parametrize("transport", ["tcp", "ssh"])
def test_what_cannot_work_is_refused_and_what_can_works(
    two: Pair, ada: User, transport: str, carry: Carry
) -> None:
    """The failures that cockpit-machines tells apart, and one that succeeds, by each transport."""
    disk = two.hv1.images / "cockpit.qcow2"
    inside = f"/var/lib/libvirt/images/{disk.name}"
    two.hv1.inside("qemu-img", "create", "-q", "-f", "qcow2", inside, "16M")
    two.hv1.virsh("pool-refresh", "default")
    guest, vm = two.guest(disk=inside)
    copied = Options(bandwidth=200, copy_disks=("vda",), pools={"default": "default"})
    good = {"migration_transport": transport, "migration_address": two.hv2.ip}

    def named(**fields: Any) -> None:
        for name, value in (good | {"migration_port": None} | fields).items():
            setattr(two.second, name, value)
        two.second.save()

    named()
    codes = {}
    codes["no pool"] = refused(
        two, vm, ada, Options(copy_disks=("vda",), pools={"default": "no-such-pool"})
    )
    two.hv2.inside("qemu-img", "create", "-q", "-f", "qcow2", inside, "1M")
    two.hv2.virsh("pool-refresh", "default")
    codes["other volume"] = refused(two, vm, ada, copied)
    two.hv2.virsh("vol-delete", disk.name, "--pool", "default")
    named(migration_port=9)
    codes["closed port"] = refused(two, vm, ada, copied)
    named(migration_address="no-such-host.invalid")
    codes["wrong address"] = refused(two, vm, ada, copied)
    if transport == "ssh":
        two.hv1.inside("mount", "--bind", "/dev/null", "/etc/ssh/ssh_config")
        named()
        codes["no key"] = refused(two, vm, ada, copied)
        two.hv1.inside("umount", "/etc/ssh/ssh_config")
    named()
    two.hv2.kill_libvirtd()
    codes["no libvirtd"] = refused(two, vm, ada, copied)
    two.hv2.start_libvirtd()
    assert "" not in codes.values()
    assert guests(two)[1] == []

    LinkTrial.objects.all().delete()
    pool.close_all()  # the one that did not answer is asked again at once
    work = carry(request_migration(vm, two.second, ada, copied))
    ended = work.ended(90)
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert "old_disks" in [event["what"] for event in work.row.events]
    guest.host = two.hv2
    guest.wait_ticking()
    two.hv1.virsh("pool-refresh", "default")
    assert disk.exists()
    for host in (two.hv1, two.hv2):
        host.remove_guest(guest.name)
        host.virsh("pool-refresh", "default")
        host.virsh("vol-delete", disk.name, "--pool", "default")
