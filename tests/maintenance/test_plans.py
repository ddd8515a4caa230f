"""Plans from rows: the preview, the beginning, each step, cancel, a dead worker, the way back."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Duty, Host
from jobs import running
from jobs.context import JobContext
from jobs.models import Job, JobState
from jobs.services import request_cancel
from maintenance.models import Deed, Plan, PlanState, StepState
from maintenance.operations.running import _turn
from maintenance.preview import Preview
from maintenance.services.beginning import begin_drain
from maintenance.services.ending import choose, go_on, open_host, ways_back
from migration.checks.findings import blocker
from migration.checks.models import CheckReport
from tests.factories import GIB, make_host, make_vm
from vms.models import VM, PlacementGroup

pytestmark = pytest.mark.django_db


def with_network(*hosts: Host) -> None:
    for host in hosts:
        host.networks.create(uuid=uuid.uuid4(), name="default", mode="nat", active=True)


@pytest.fixture
def machines(here: Host, there: Host) -> list[VM]:
    with_network(here, there)
    return [make_vm(f"web{n}", host=here, memory=n * GIB) for n in (1, 2, 3)]


def turn(job: Job) -> list[str]:
    """Let a worker look at the plan once; return how far each step is."""
    job.refresh_from_db()
    if job.state == JobState.QUEUED:
        job = running.claim(job.pk) or job
    plan = Plan.objects.get(pk=job.target_id)
    _turn(JobContext(job), plan)
    return [step.state for step in plan.steps.all()]


def ends(vm: VM, state: str, target: Host | None = None) -> None:
    """Let the machine's job end, as a worker would."""
    Job.objects.filter(target_kind="vm", target_id=vm.pk, state="queued").update(state=state)
    if target is not None:
        VM.objects.filter(pk=vm.pk).update(host=target)


def test_preview_says_who_goes_where_and_who_cannot(
    here: Host, there: Host, machines: list[VM]
) -> None:
    make_vm("off", host=here, state="off")
    lonely = make_vm("lonely", host=here, nics=[{"kind": "network", "source": "attic"}])
    preview = Preview(here)
    assert [(line.vm.name, line.target) for line in preview.moving] == [
        ("web3", there),
        ("web2", there),
        ("web1", there),
    ]
    (stays,) = preview.staying
    assert stays.vm == lonely
    assert "sorrel has no active network called attic" in stays.reason
    assert (preview.off_count, preview.seconds, preview.unchecked) == (1, None, 3)


def test_preview_believes_what_the_hosts_said(here: Host, there: Host, machines: list[VM]) -> None:
    from django.utils import timezone

    CheckReport.objects.create(
        vm=machines[0],
        target=there,
        source=here,
        was_on=True,
        checked_at=timezone.now(),
        findings=[blocker("snapshots", count=1, newest="before").as_json()],
    )
    (stays,) = Preview(here).staying
    assert (stays.vm, stays.reason) == (machines[0], "sorrel: A snapshot blocks the migration")


def test_what_cannot_move_has_to_be_decided(ada: User, here: Host, there: Host) -> None:
    with_network(here)
    vm = make_vm("gpu", host=here)
    with pytest.raises(ActionRefused) as asked:
        begin_drain(here, ada)
    assert (asked.value.status, asked.value.extra["vm"]) == (400, vm.pk)
    here.refresh_from_db()
    assert here.duty == ""
    job = begin_drain(here, ada, choices={vm.pk: "leave"})
    assert Plan.objects.get(pk=job.target_id).steps.get().deed == Deed.LEAVE


@pytest.mark.usefixtures("unasked")
def test_so_many_at_once_as_was_said_then_maintenance(
    ada: User, here: Host, there: Host, machines: list[VM]
) -> None:
    job = begin_drain(here, ada, at_once=2)
    here.refresh_from_db()
    assert here.duty == Duty.DRAINING
    assert not here.takes_machines
    assert turn(job) == ["running", "running", "waiting"]
    assert turn(job) == ["running", "running", "waiting"]
    ends(machines[2], JobState.SUCCEEDED, there)
    assert turn(job) == ["done", "running", "running"]
    for vm in machines[:2]:
        ends(vm, JobState.SUCCEEDED, there)
    Job.objects.filter(pk=job.pk).update(state="queued")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"done": 3, "failed": 0})
    here.refresh_from_db()
    assert here.duty == Duty.MAINTENANCE


@pytest.mark.parametrize(
    ("affinity", "expected"), [("together", {"birch"}), ("apart", {"birch", "sorrel"})]
)
@pytest.mark.usefixtures("unasked")
def test_machines_of_a_group_go_as_a_group(
    ada: User, here: Host, there: Host, machines: list[VM], affinity: str, expected: set[str]
) -> None:
    """While they go one by one, each counts as where the plan takes it."""
    third = make_host("birch", memory=400 * GIB)
    with_network(third)
    group = PlacementGroup.objects.create(name="db", affinity=affinity)
    group.machines.set(machines[1:])
    job = begin_drain(here, ada, at_once=1)
    plan = Plan.objects.get(pk=job.target_id)
    steps = {step.vm_name: step.target for step in plan.steps.all()}
    assert {steps[name].name for name in ("web2", "web3")} == expected  # type: ignore[union-attr]
    assert turn(job) == ["running", "waiting", "waiting"]
    ends(machines[2], JobState.SUCCEEDED, steps["web3"])
    assert turn(job) == ["done", "running", "waiting"]
    assert plan.steps.get(vm=machines[1]).target == steps["web2"]


@pytest.mark.usefixtures("unasked")
def test_a_worker_that_takes_over_asks_for_nothing_twice(
    ada: User, here: Host, there: Host, machines: list[VM]
) -> None:
    job = begin_drain(here, ada, at_once=1)
    turn(job)
    # The first worker died after it had asked, before it noted that it had.
    plan = Plan.objects.get(pk=job.target_id)
    plan.steps.filter(state="running").update(state="waiting", job=None)
    Job.objects.filter(pk=job.pk).update(state="queued")
    assert turn(job) == ["running", "waiting", "waiting"]
    assert Job.objects.filter(kind="vm.migrate").count() == 1


@pytest.mark.usefixtures("unasked")
def test_cancel_leaves_the_rest_and_opens_the_host(
    ada: User, here: Host, there: Host, machines: list[VM]
) -> None:
    job = begin_drain(here, ada, at_once=1)
    turn(job)
    ends(machines[2], JobState.SUCCEEDED, there)
    turn(job)
    job.refresh_from_db()
    request_cancel(job, ada)
    Job.objects.filter(pk=job.pk).update(state="queued")
    running.run(job.pk)
    job.refresh_from_db()
    plan = Plan.objects.get(pk=job.target_id)
    assert (job.state, plan.state) == (JobState.CANCELLED, PlanState.CANCELLED)
    assert [step.state for step in plan.steps.all()] == ["done", "cancelled", "cancelled"]
    assert Job.objects.filter(kind="vm.migrate", state="cancelled").count() == 1
    here.refresh_from_db()
    assert here.duty == Duty.OPEN
    with pytest.raises(ActionRefused):
        go_on(plan, ada)


@pytest.mark.usefixtures("unasked")
def test_what_failed_is_asked_about_and_the_plan_goes_on(
    ada: User, here: Host, there: Host, machines: list[VM]
) -> None:
    for vm in machines[1:]:
        vm.delete()
    job = begin_drain(here, ada)
    turn(job)
    Job.objects.filter(kind="vm.migrate").update(state="failed", error_message="It did not fit.")
    Job.objects.filter(pk=job.pk).update(state="queued")
    running.run(job.pk)
    plan = Plan.objects.get(pk=job.target_id)
    step = plan.steps.get()
    assert (plan.state, step.state, step.reason) == ("partly", "failed", "It did not fit.")
    here.refresh_from_db()
    assert here.duty == Duty.DRAINING  # nothing new lands while it is not decided
    choose(step, "shutdown", ada)
    plan.refresh_from_db()
    assert plan.job is not None
    assert plan.job_id != job.pk
    assert turn(plan.job) == ["running"]
    assert Job.objects.filter(kind="vm.shutdown", target_id=machines[0].pk).exists()
    with pytest.raises(ActionRefused):
        choose(plan.steps.get(), "save", ada)


@pytest.mark.usefixtures("unasked")
def test_way_back_restores_what_was_and_leaves_what_somebody_changed(
    ada: User, here: Host, there: Host, machines: list[VM]
) -> None:
    plan = Plan.objects.create(kind="drain", host=here, state="done")
    moved, shut, elsewhere = machines
    third = make_host("thyme")
    for vm, deed, target in (
        (moved, Deed.MIGRATE, there),
        (shut, Deed.SHUTDOWN, None),
        (elsewhere, Deed.MIGRATE, there),
    ):
        plan.steps.create(
            vm=vm, vm_name=vm.name, deed=deed, source=here, target=target, state=StepState.DONE
        )
    VM.objects.filter(pk=moved.pk).update(host=there)
    VM.objects.filter(pk=shut.pk).update(state="off", domain_id=None)
    VM.objects.filter(pk=elsewhere.pk).update(host=third)
    Host.objects.filter(pk=here.pk).update(duty=Duty.MAINTENANCE)
    here.refresh_from_db()
    assert [(move.vm, move.deed) for move in ways_back(here)] == [
        (moved, Deed.MIGRATE),
        (shut, Deed.START),
    ]
    job = open_host(here, ada, bring_back=True)
    assert job is not None
    here.refresh_from_db()
    assert here.duty == Duty.OPEN
    assert turn(job) == ["running", "running"]
    assert ways_back(here) == []  # brought back once


def test_one_plan_at_a_time_for_a_host(
    ada: User, here: Host, there: Host, machines: list[VM], settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    first = begin_drain(here, ada)
    with pytest.raises(ActionRefused) as busy:
        begin_drain(here, ada)
    assert busy.value.extra["job"] == first
    with pytest.raises(ActionRefused):
        open_host(here, ada)


def test_pages_show_the_plan_before_and_while_it_goes_on(
    client: Client, ada: User, here: Host, there: Host, machines: list[VM], settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    client.force_login(ada)
    place = reverse("maintenance:host", args=[here.pk])
    page = client.get(place).content.decode()
    assert "3 machines move away." in page
    assert "How long it takes is not known yet" in page
    shown = client.get(reverse("hosts:detail", args=[here.pk])).content.decode()
    assert "Preview the plan" in shown
    answer = client.post(place, {"at_once": "2"})
    plan = Plan.objects.get()
    assert answer.headers["Location"] == reverse("maintenance:plan", args=[plan.pk])
    going = client.get(answer.headers["Location"]).content.decode()
    assert "web3" in going
    assert "Cancel the plan" in going
    body = client.get(reverse("maintenance:body", args=[plan.pk])).content.decode()
    assert body.strip().startswith('<div id="plan"')
    assert "Draining" in client.get(reverse("hosts:list")).content.decode()
    assert client.get(reverse("maintenance:plans")).status_code == 200


def test_api_previews_empties_and_opens(
    client: Client, ada: User, here: Host, there: Host, machines: list[VM], settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    client.force_login(ada)
    place = f"/api/v1/hosts/{here.pk}"
    told = client.get(f"{place}/evacuate").json()
    assert {line["target"] for line in told["lines"]} == {"sorrel"}
    asked = client.post(f"{place}/evacuate", {"at_once": 3}, content_type="application/json")
    assert asked.status_code == 202
    plan = client.get(f"/api/v1/plans/{Plan.objects.get().pk}").json()
    assert (plan["at_once"], [step["state"] for step in plan["steps"]]) == (3, ["waiting"] * 3)
    assert client.get(place).json()["duty"] == "draining"
    off = client.post(f"{place}/maintenance", {"on": False}, content_type="application/json")
    assert off.status_code == 409
    Plan.objects.update(state="done")
    off = client.post(f"{place}/maintenance", {"on": False}, content_type="application/json")
    assert off.status_code == 204
    assert client.get(place).json()["duty"] == ""
