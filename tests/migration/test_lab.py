"""Machines move between real hosts, and however it ends the rows say what is true."""

from collections.abc import Callable

import pytest

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import Job, JobState
from jobs.services import request_cancel
from migration.models import Migration
from migration.options import Options
from migration.services.asking import request_migration
from migration.services.steering import request_pause, tune
from vms.models import VM, Copy
from vms.services.power import request_power

from .moves import Carrier, Pair

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
SLOW = Options(bandwidth=5)
Carry = Callable[[Job], Carrier]


def events(row: Migration) -> list[str]:
    return [event["what"] for event in row.events]


def test_a_guest_moves_is_steered_cancelled_and_moves_back(
    two: Pair, ada: User, carry: Carry
) -> None:
    guest, vm = two.guest(memory=128)
    job = request_migration(vm, two.second, ada, SLOW)
    work = carry(job)
    row = work.wait_sent()
    # F23: while it moves nothing else may begin on it.
    for ask in (
        lambda: request_migration(vm, two.second, ada, SLOW),
        lambda: request_power(vm, "pause", ada),
    ):
        with pytest.raises(ActionRefused) as refused:
            ask()
        assert (refused.value.code, refused.value.status) == ("busy", 409)
    # F21: it is stopped at once, unharmed.
    request_cancel(job, ada)
    ended = work.ended(timeout=8)
    assert (ended.state, work.row.outcome) == (JobState.CANCELLED, "stayed")
    assert "cancel" in events(work.row)
    guest.wait_ticking()
    assert two.hv2.virsh("list", "--all", "--name") == ""
    assert VM.objects.get().host == two.first

    job = request_migration(vm, two.second, ada, Options(bandwidth=3))
    work = carry(job)
    row = work.wait_sent(0.01)
    tune(row, ada, bandwidth=500, max_downtime_ms=800)
    ended = work.ended()
    row = work.row
    assert ended.state == JobState.SUCCEEDED, (ended.error_message, ended.error_detail)
    assert (row.outcome, row.phase) == ("migrated", "ended")
    assert {"began", "bandwidth", "max_downtime_ms", "migrated"} <= set(events(row))
    assert row.downtime_ms is not None
    assert (row.bytes or 0) > 10_000_000
    assert len(row.samples) >= 2
    moved = VM.objects.select_related("host").get()
    assert (moved.pk, moved.host, moved.state, moved.hold) == (vm.pk, two.second, "running", "")
    assert not Copy.objects.exists()
    guest.host = two.hv2
    guest.wait_ticking()
    assert ended.commands[0].startswith(f"virsh migrate {guest.name} qemu+tcp://{two.hv2.ip}/")

    work = carry(request_migration(moved, two.first, ada, Options(bandwidth=4)))
    request_pause(work.wait_sent(0.01), ada)
    tune(work.row, ada, bandwidth=1000)
    assert work.ended().state == JobState.SUCCEEDED
    assert "pause" in events(work.row)
    guest.host = two.hv1
    guest.wait_ticking()
