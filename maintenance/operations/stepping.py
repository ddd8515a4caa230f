"""Begin one step of a plan, and see how it ended. Each is safe to do twice."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.models import Host
from jobs.models import Job, JobState
from jobs.services import asked_before
from maintenance.models import Deed, Plan, PlanKind, Step, StepState, planned_with
from maintenance.telling import tell
from migration.checks.gathering import gather, read_here
from migration.checks.keeping import keep
from migration.checks.words import title_of
from migration.options import Options
from migration.services.asking import request_migration
from virt.errors import VirtError
from vms.models import VM
from vms.placement import judge
from vms.placement.needs import need_of
from vms.services.power import request_power

BUSY = "busy"


def begin(step: Step, plan: Plan) -> None:
    """Ask for the step's work. A busy machine waits; what cannot be done ends the step."""
    vm = step.vm
    if asked := asked_before(plan.by_id, step.key):  # by a worker that died before it noted it
        _note(step, asked)
    elif vm is None:
        write(step, state=StepState.DONE, reason=_("The machine is no more."))
    elif step.deed == Deed.LEAVE:
        write(step, state=StepState.DONE)
    elif step.deed == Deed.MIGRATE and (reason := _moved_already(step, vm, plan)):
        write(step, state=StepState.DONE, reason=reason)
    else:
        _ask(step, vm, plan)


def _moved_already(step: Step, vm: VM, plan: Plan) -> str:
    """Return why there is nothing to move any more, "" where there is."""
    if step.target_id == vm.host_id:
        return _("It is there already.")
    if plan.kind != PlanKind.RETURN and step.source_id != vm.host_id:
        return _("It has left the host already.")
    return "" if vm.is_on else _("It is off now, and stays.")


def _ask(step: Step, vm: VM, plan: Plan) -> None:
    try:
        job = _job_of(step, vm, plan)
    except ActionRefused as refusal:
        if refusal.code != BUSY:
            _failed(step, refusal.message)
    except PermissionDenied:
        _failed(step, _("Who began the plan may not do this any more."))
    except VirtError as error:
        _failed(step, error.message)
    else:
        _note(step, job)


def _note(step: Step, job: Job) -> None:
    write(step, state=StepState.RUNNING, job=job, started_at=timezone.now())
    settle(step)  # it is over at once where there is no queue


def _job_of(step: Step, vm: VM, plan: Plan) -> Job:
    if step.deed == Deed.MIGRATE:
        target, options = _way_for(step, vm, plan)
        step.target = target
        return request_migration(vm, target, plan.by, options, idempotency_key=step.key)
    if plan.by is None:
        raise PermissionDenied
    return request_power(vm, step.deed, plan.by, idempotency_key=step.key)


def _way_for(step: Step, vm: VM, plan: Plan) -> tuple[Host, Options]:
    """Return where it goes and how: as planned, else where it fits as things are now.

    Raises ActionRefused that says what stands against each host.
    """
    reasons = []
    with read_here(vm) as here:
        for host in _targets(step, vm, plan):
            try:
                report = keep(vm, host, gather(here, host))
            except VirtError as error:
                reasons.append(f"{host.name}: {error.message}")
                continue
            if not report.blockers:
                return host, Options.of_json(report.options)
            reasons.append(f"{host.name}: {', '.join(map(title_of, report.blockers))}")
    text = "; ".join(reasons) or _("No other host takes it now.")
    raise ActionRefused(text, code="target-unfit")


def _targets(step: Step, vm: VM, plan: Plan) -> list[Host]:
    """Return the hosts to try, the planned one first; a way back has only one."""
    fitting = [
        one.host
        for one in judge(need_of(vm, planned_with(vm)))
        if one.fits and one.host.pk != vm.host_id
    ]
    planned = [host for host in fitting if host.pk == step.target_id]
    if plan.kind != PlanKind.DRAIN:
        return planned
    return planned + [host for host in fitting if host.pk != step.target_id]


def settle(step: Step, *, is_stopping: bool = False) -> None:
    """See whether what was asked for has ended, and how.

    `is_stopping` says that the plan stops, so that what was stopped with it is no fault.
    """
    job = step.job
    if job is None:
        write(step, state=StepState.WAITING)
        return
    job.refresh_from_db()
    if job.is_active:
        return
    if job.state == JobState.SUCCEEDED:
        write(step, state=StepState.DONE, ended_at=timezone.now())
    elif job.state == JobState.CANCELLED and is_stopping:
        write(step, state=StepState.CANCELLED, ended_at=timezone.now())
    elif job.state == JobState.UNDETERMINED:
        _failed(step, _("It is not known whether it moved. Look at it first."))
    elif job.state == JobState.CANCELLED:
        _failed(step, _("Somebody has stopped it."))
    else:
        _failed(step, job.error_message or _("It did not succeed."))


def _failed(step: Step, reason: str) -> None:
    write(step, state=StepState.FAILED, reason=reason, ended_at=timezone.now())


def write(step: Step, **changes: Any) -> None:
    """Write how far a step is, and tell open pages."""
    for name, value in changes.items():
        setattr(step, name, value)
    step.save(update_fields=[*changes, "target"])
    tell(step.plan_id)
