"""Carry a plan: look how far each step is, begin what may begin, until nothing is open.

The rows say everything, so a worker that takes over goes on where the last one died: what was
asked for is found again by its key, and never asked for twice.
"""

import time

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.models import Duty
from jobs.context import JobContext
from jobs.errors import Cancelled
from jobs.services import request_cancel
from maintenance.models import OPEN_STEPS, Plan, PlanKind, PlanState, Step, StepState
from maintenance.services.beginning import set_duty
from maintenance.telling import tell
from virt.errors import NotFound

from .stepping import begin, settle

LOOK_EVERY = 0.2  # seconds
STOP_SECONDS = 90.0  # what is under way may take so long to stop


def run(job: JobContext) -> dict[str, int]:
    """Do all steps of the plan. Raises Cancelled once what was under way has stopped."""
    plan = Plan.objects.select_related("host", "by").filter(pk=job.params["plan"]).first()
    if plan is None:
        raise NotFound(gettext_noop("The plan is no more."))
    try:
        while _turn(job, plan):
            time.sleep(LOOK_EVERY)
    except Cancelled:
        _stop(plan)
        raise
    return _end(plan)


def _turn(job: JobContext, plan: Plan) -> bool:
    """Look at everything once; return whether something is still open."""
    job.check_cancelled()
    steps = list(plan.steps.select_related("vm__host", "target", "job"))
    for step in steps:
        if step.state == StepState.RUNNING:
            settle(step)
    running = sum(step.state == StepState.RUNNING for step in steps)
    for step in steps:
        if running >= plan.at_once:
            break
        if step.state == StepState.WAITING:
            begin(step, plan)
            running += step.state == StepState.RUNNING
    over = sum(not step.is_open for step in steps)
    job.progress(100.0 * over / len(steps) if steps else 100.0, gettext_noop("Moving machines"))
    return over < len(steps)


def _stop(plan: Plan) -> None:
    """Begin nothing more, stop what is under way, and open the host again."""
    plan.steps.filter(state=StepState.WAITING).update(
        state=StepState.CANCELLED, ended_at=timezone.now()
    )
    deadline = time.monotonic() + STOP_SECONDS
    for step in plan.steps.filter(state=StepState.RUNNING).select_related("job"):
        _cancel(step)
    while time.monotonic() < deadline:
        running = plan.steps.filter(state=StepState.RUNNING)
        for step in running.select_related("vm__host", "target", "job"):
            settle(step, is_stopping=True)
        if not running.exists():
            break
        time.sleep(LOOK_EVERY)
    _close(plan, PlanState.CANCELLED)
    if plan.kind == PlanKind.DRAIN and plan.host is not None:
        set_duty(plan.host, Duty.OPEN, plan.by)


def _cancel(step: Step) -> None:
    if step.job is None:
        return
    try:
        request_cancel(step.job, None)
    except ActionRefused:  # over already, or of a kind that goes to its end
        return


def _end(plan: Plan) -> dict[str, int]:
    """Write how the plan ended. A host whose machines did not all go stays in between."""
    found = dict(plan.steps.order_by().values_list("state").annotate(Count("pk")))
    failed = found.get(StepState.FAILED, 0)
    _close(plan, PlanState.PARTLY if failed else PlanState.DONE)
    if plan.kind == PlanKind.DRAIN and plan.host is not None and not failed:
        set_duty(plan.host, Duty.MAINTENANCE, plan.by)
    return {"done": found.get(StepState.DONE, 0), "failed": failed}


def _close(plan: Plan, state: str) -> None:
    if state == PlanState.CANCELLED:
        plan.steps.filter(state__in=OPEN_STEPS).update(
            state=StepState.CANCELLED, ended_at=timezone.now()
        )
    Plan.objects.filter(pk=plan.pk).update(state=state, ended_at=timezone.now())
    tell(plan.pk)
