"""Real hosts are emptied by plan, and get their machines back; their guests go on ticking."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from hosts.models import Duty, Host
from jobs import running
from jobs.models import Job, JobState
from jobs.services import request_cancel
from maintenance.models import Plan, PlanState
from maintenance.services.beginning import begin_drain
from maintenance.services.ending import open_host
from tests.lab import Guest, wait_until
from tests.migration.moves import Pair, two  # noqa: F401 - a fixture
from vms.models import VM

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]


class Workers:
    """Carry whatever is queued, several jobs at once, until the test ends."""

    def __init__(self) -> None:
        self._halt = threading.Event()
        self._main = threading.Thread(target=self._serve, daemon=True)
        self._main.start()

    def _serve(self) -> None:
        threads: list[threading.Thread] = []
        while not self._halt.wait(0.1):
            for pk in list(Job.objects.filter(state="queued").values_list("pk", flat=True)):
                threads = [one for one in threads if one.is_alive()]
                if len(threads) < 6:
                    threads.append(threading.Thread(target=self._carry, args=(pk,), daemon=True))
                    threads[-1].start()
            for thread in threads:
                thread.join(0.01)
        connections.close_all()

    def _carry(self, pk: int) -> None:
        running.run(pk)
        connections.close_all()

    def stop(self) -> None:
        """Take nothing more."""
        self._halt.set()
        self._main.join(10)


@pytest.fixture
def workers(two: Pair) -> Iterator[Workers]:  # noqa: F811
    found = Workers()
    yield found
    wait_until(lambda: not Job.objects.active().exists(), timeout=60, what="all jobs end")
    found.stop()


def ended(job: Job, timeout: float = 120.0) -> Plan:
    """Wait for the end of a plan's job, and return the plan."""

    def is_over() -> bool:
        job.refresh_from_db()
        return not job.is_active

    wait_until(is_over, timeout=timeout, every=0.2, what="the plan ends")
    return Plan.objects.get(pk=job.target_id)


def reasons(plan: Plan) -> list[Any]:
    return [(step.vm_name, step.state, step.reason) for step in plan.steps.all()]


def on(host: Host) -> set[str]:
    return set(VM.objects.filter(host=host).values_list("name", flat=True))


def follow(guests: list[Guest], pair: Pair, host: Host) -> None:
    """See that every guest goes on ticking where the rows say it is."""
    for guest in guests:
        guest.host = pair.hv1 if host == pair.first else pair.hv2
        guest.wait_ticking()


def test_host_is_emptied_and_its_machine_comes_back(
    two: Pair,  # noqa: F811
    ada: User,
    workers: Workers,
) -> None:
    guest, vm = two.guest(memory=96)
    plan = ended(begin_drain(two.first, ada))
    assert plan.state == PlanState.DONE, reasons(plan)
    two.first.refresh_from_db()
    assert two.first.duty == Duty.MAINTENANCE
    assert two.hv1.virsh("list", "--name") == ""
    assert on(two.second) == {vm.name}
    follow([guest], two, two.second)
    job = open_host(two.first, ada, bring_back=True)
    assert job is not None
    back = ended(job)
    assert back.state == PlanState.DONE, reasons(back)
    two.first.refresh_from_db()
    assert (two.first.duty, on(two.first)) == (Duty.OPEN, {vm.name})
    follow([guest], two, two.first)


@pytest.mark.slow
def test_three_machines_leave_two_at_once_and_a_plan_is_cancelled_part_way(
    two: Pair,  # noqa: F811
    ada: User,
    workers: Workers,
) -> None:
    guests = [two.guest(memory=96)[0] for _ in range(3)]
    names = {guest.name for guest in guests}
    job = begin_drain(two.first, ada, at_once=1)
    wait_until(lambda: on(two.second), timeout=60, every=0.1, what="the first one has moved")
    request_cancel(job, ada)
    plan = ended(job)
    assert (job.state, plan.state) == (JobState.CANCELLED, PlanState.CANCELLED), reasons(plan)
    two.first.refresh_from_db()
    assert two.first.duty == Duty.OPEN
    assert on(two.first) | on(two.second) == names
    assert on(two.first), "the rest has stayed"
    for guest in guests:
        guest.host = two.hv1 if guest.name in on(two.first) else two.hv2
        guest.wait_ticking()

    plan = ended(begin_drain(two.first, ada, at_once=2))
    assert plan.state == PlanState.DONE, reasons(plan)
    assert on(two.second) == names
    follow(guests, two, two.second)
    two.first.refresh_from_db()
    job_back = open_host(two.first, ada, bring_back=True)
    assert job_back is not None
    assert ended(job_back).state == PlanState.DONE
    left_by_plan = plan.steps.filter(state="done").values_list("vm_name", flat=True)
    assert on(two.first) == set(left_by_plan)
    follow([guest for guest in guests if guest.name in left_by_plan], two, two.first)
