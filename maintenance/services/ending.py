"""End a host's maintenance, and go on with a plan that stopped on the way."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Duty, Host
from jobs.models import Job
from maintenance.models import CHOICES, Deed, Plan, PlanKind, PlanState, Step, StepState
from vms.states import VMState

from .beginning import Move, begin_return, create_plan_job, refuse_second, set_duty

WAYS_BACK = {Deed.SHUTDOWN: Deed.START, Deed.SAVE: Deed.RESTORE}
FITTING = {Deed.START: VMState.OFF, Deed.RESTORE: VMState.SAVED}


def open_host(host: Host, by: User, *, bring_back: bool = False) -> Job | None:
    """Let machines come to a host again; on wish those come back that left it by the last plan.

    Returns the job that brings them back, None where there is nothing to bring. Raises
    PermissionDenied, or ActionRefused (409) while a plan of the host is under way.
    """
    require(by, Capability.HOST_MANAGE)
    with transaction.atomic():
        refuse_second(PlanKind.RETURN, host)
        set_duty(host, Duty.OPEN, by)
        moves = ways_back(host) if bring_back else []
        if not moves:
            return None
        plan = last_drain(host)
        return begin_return(host, moves, by, at_once=plan.at_once if plan else 2)


def last_drain(host: Host) -> Plan | None:
    """Return the last plan that emptied the host, if nothing was brought back since."""
    plan = host.plans.exclude(kind=PlanKind.BALANCE).first()
    return plan if plan is not None and plan.kind == PlanKind.DRAIN else None


def ways_back(host: Host) -> list[Move]:
    """Return what brings everything back to where, and how, it was before the last plan."""
    plan = last_drain(host)
    if plan is None:
        return []
    steps = plan.steps.filter(state=StepState.DONE, vm__isnull=False)
    found = (_way_back(step, host) for step in steps.select_related("vm__host", "target"))
    return [move for move in found if move is not None]


def _way_back(step: Step, host: Host) -> Move | None:
    """Return how a machine comes back; None where somebody has done something else with it."""
    vm = step.vm
    assert vm is not None
    if step.deed == Deed.MIGRATE:
        is_there = vm.host_id == step.target_id and vm.host_id != host.pk and vm.is_on
        return Move(vm, Deed.MIGRATE, host) if is_there else None
    deed = WAYS_BACK.get(Deed(step.deed))
    if deed is None or vm.host_id != host.pk or vm.state != FITTING[deed]:
        return None
    return Move(vm, deed, host)


def choose(step: Step, deed: str, by: User) -> None:
    """Say what becomes of a machine whose step failed: once more, shut down, save, or leave.

    The plan goes on with it. Raises PermissionDenied, or ActionRefused.
    """
    require(by, Capability.HOST_MANAGE)
    if deed not in {*CHOICES, Deed.MIGRATE}:
        raise ActionRefused(_("This cannot be done with it."), code="invalid", status=400)
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=step.plan_id)
        if step.state != StepState.FAILED:
            raise ActionRefused(_("This step has not failed."), code="wrong-state")
        Step.objects.filter(pk=step.pk).update(
            state=StepState.WAITING, deed=deed, reason="", job=None, tries=step.tries + 1
        )
        go_on(plan, by)


def go_on(plan: Plan, by: User) -> Job | None:
    """Have a worker carry the plan again, unless one does."""
    require(by, Capability.HOST_MANAGE)
    if plan.job is not None and plan.job.is_active:
        return plan.job
    if plan.state == PlanState.CANCELLED:
        raise ActionRefused(_("This plan was cancelled. Begin a new one."), code="cancelled")
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.RUNNING, ended_at=None)
    return create_plan_job(plan, by)
