"""Plans on their way, in the API: checked before, gone on with, decided step by step."""

from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from hosts.models import Host
from jobs.api import Accepted, accepted

from .access import get_plan, get_step
from .api import PlanDetail
from .models import Plan
from .services.checking import check_all
from .services.ending import choose, go_on

router = Router(tags=["maintenance"])


class CheckedOut(Schema):
    """About how many machines the hosts are asked now."""

    asked: int


class ChoiceIn(Schema):
    """What becomes of a machine whose step failed; "migrate" is once more."""

    deed: Literal["migrate", "shutdown", "save", "leave"]


@router.post(
    "/hosts/{int:host_id}/evacuate/check",
    response={202: CheckedOut},
    summary="Ask the hosts about the machines of one",
)
@declares(Capability.HOST_MANAGE)
def check(request: SignedInRequest, host_id: int) -> Status[dict[str, int]]:
    """Check each running machine of a host against the others, before it is emptied."""
    host = get_object_or_404(Host, pk=host_id)
    return Status(202, {"asked": check_all(host, request.user)})


@router.post(
    "/plans/{int:plan_id}/go-on", response={202: Accepted, 204: None}, summary="Go on with a plan"
)
@declares(Capability.HOST_MANAGE)
def resume(request: SignedInRequest, response: HttpResponse, plan_id: int) -> Any:
    """Have a worker go on with a plan that stopped on the way."""
    job = go_on(get_plan(request.user, plan_id), request.user)
    return Status(204, None) if job is None else accepted(response, job)


@router.post("/plans/steps/{int:step_id}", response=PlanDetail, summary="Decide a step")
@declares(Capability.HOST_MANAGE)
def decide(request: SignedInRequest, step_id: int, data: ChoiceIn) -> Plan:
    """Say what becomes of a machine that did not move; its plan goes on with it."""
    step = get_step(request.user, step_id)
    choose(step, data.deed, request.user)
    return get_plan(request.user, step.plan_id)
