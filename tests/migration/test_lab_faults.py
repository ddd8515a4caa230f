"""Workers, daemons and guests die on the way; the rows say what is true, and the guest is whole."""

from collections.abc import Callable

import pytest

from accounts.models import User
from jobs import running
from jobs.models import Job, JobState
from migration.models import Migration
from migration.options import Options
from migration.services.asking import request_migration
from migration.services.steering import tune
from tests.lab import wait_until
from vms.models import VM, Copy

from .moves import Carrier, Pair, Process, lose_lease

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOW = Options(bandwidth=4)
Carry = Callable[[Job], Carrier]


def guests(two: Pair) -> tuple[list[str], list[str]]:
    """Return the names of all guests of both hosts."""
    return tuple(one.virsh("list", "--all", "--name").split() for one in (two.hv1, two.hv2))  # type: ignore[return-value]


def stayed(two: Pair, work: Carrier) -> None:
    """Assert that the machine runs where it was, and that nothing is left at the target."""
    row = work.row
    assert (row.outcome, row.phase) == ("stayed", "ended"), row.events
    vm = VM.objects.get()
    assert (vm.host, vm.hold) == (two.first, "")
    assert guests(two)[1] == []
    assert not Copy.objects.exists()


def test_a_killed_worker_is_replaced_by_one_that_follows(two: Pair, ada: User) -> None:
    """F01: the hosts go on by themselves; the next worker finds out, and moves nothing twice."""
    guest, vm = two.guest()
    job = request_migration(vm, two.second, ada, SLOW)
    work = Process(job)
    work.wait_sent(timeout=60)
    work.kill()
    lose_lease(job)
    tune(work.row, ada, bandwidth=400)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.SUCCEEDED, 2), job.error_message
    row = work.row
    words = [event["what"] for event in row.events]
    assert (row.outcome, words.count("began"), words.count("adopted")) == ("migrated", 1, 1)
    assert guests(two) == ([], [guest.name])
    assert VM.objects.get().host == two.second
    guest.host = two.hv2
    guest.wait_ticking()


def test_daemons_and_guests_that_die_leave_a_true_row(two: Pair, ada: User, carry: Carry) -> None:
    """F16 and F17, one guest after the other's fault."""
    guest, vm = two.guest()
    faults: list[Callable[[], None]] = [
        two.hv2.restart_libvirtd,
        lambda: two.hv2.kill_qemu(guest.name),
    ]
    for fault in faults:
        work = carry(request_migration(vm, two.second, ada, SLOW))
        work.wait_sent()
        fault()
        ended = work.ended()
        assert (ended.state, ended.error_code) == (JobState.FAILED, "stayed"), ended.error_message
        assert ended.error_detail
        stayed(two, work)
        guest.wait_ticking()
        vm = two.see(guest.uuid, two.hv1)

    work = carry(request_migration(vm, two.second, ada, SLOW))
    work.wait_sent()
    two.hv1.kill_qemu(guest.name)
    ended = work.ended()
    assert (ended.state, ended.error_code) == (JobState.FAILED, "crashed")
    assert work.row.outcome == "crashed"
    vm = VM.objects.get()
    assert (vm.host, vm.state) == (two.first, "crashed")
    assert guests(two) == ([guest.name], [])


def test_more_than_a_host_takes_at_once_wait_in_the_queue(
    two: Pair, ada: User, carry: Carry, settings: pytest.FixtureRequest
) -> None:
    settings.MIGRATIONS_AT_ONCE = 1  # type: ignore[attr-defined]
    first, vm1 = two.guest()
    second, vm2 = two.guest()
    work = carry(request_migration(vm1, two.second, ada, Options(bandwidth=30)))
    work.wait_sent()
    waiting = request_migration(vm2, two.second, ada, Options())
    running.run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.phase) == (JobState.QUEUED, "Waits for another migration")
    assert Migration.objects.get(vm=vm2).phase == "waiting"
    assert work.ended().state == JobState.SUCCEEDED
    running.run(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == JobState.SUCCEEDED, waiting.error_message
    assert sorted(guests(two)[1]) == sorted([first.name, second.name])


@pytest.mark.slow
def test_a_killed_source_daemon_leaves_the_guest_running(
    two: Pair, ada: User, carry: Carry
) -> None:
    """F16: the call is lost with its connection; both hosts are asked, and say the same."""
    guest, vm = two.guest()
    work = carry(request_migration(vm, two.second, ada, SLOW))
    work.wait_sent()
    two.hv1.kill_libvirtd()
    ended = work.ended(timeout=90)
    assert ended.state == JobState.UNDETERMINED
    assert VM.objects.get().hold == "undetermined"
    two.hv1.start_libvirtd()
    from migration.operations.late import settle_late

    wait_until(lambda: settle_late() == 1, timeout=40, what="it is settled")
    stayed(two, work)
    guest.wait_ticking()
