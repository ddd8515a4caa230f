"""Maintenance in the API: the same services as the pages. Administrators only."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from hosts.models import Host
from jobs.api import Accepted, accepted, key_of

from .access import get_plan
from .balance import HostLoad, Proposal
from .loads import Advice
from .models import MOST_AT_ONCE, Balancing, Plan, Step
from .preview import Line, Preview
from .services.balancing import HIGHEST, LOWEST, begin_balance, switch
from .services.beginning import begin_drain
from .services.ending import open_host

router = Router(tags=["maintenance"])
AtOnce = Annotated[int, Field(ge=1, le=MOST_AT_ONCE)]
Left = Literal["shutdown", "save", "leave"]


class PreviewLineOut(Schema):
    """One machine of the preview; `target` is null where it cannot move, and `reason` says why."""

    machine_id: int
    machine: str
    target_id: int | None
    target: str | None
    reason: str


class PreviewOut(Schema):
    """What emptying a host would do; `seconds` is null before the first move of all."""

    lines: list[PreviewLineOut]
    seconds: float | None
    unchecked: int = Field(description="machines about which the hosts were not asked yet")


class EvacuateIn(Schema):
    """How a host is emptied."""

    at_once: AtOnce = 2
    choices: dict[int, Left] = Field(default={}, description="by machine, for what cannot move")
    otherwise: Left | None = Field(default=None, description="for the rest that cannot move")


class MaintenanceIn(EvacuateIn):
    """Maintenance on or off. Off brings the machines back where `bring_back` says so."""

    on: bool
    bring_back: bool = False


class StepOut(Schema):
    """What becomes of one machine."""

    id: int
    machine_id: int | None = Field(alias="vm_id")
    machine: str = Field(alias="vm_name")
    deed: str
    state: str
    reason: str
    source_id: int | None
    target_id: int | None
    job_id: int | None


class PlanOut(Schema):
    """A plan."""

    id: int
    kind: str
    host_id: int | None
    state: str
    at_once: int
    created_at: datetime
    ended_at: datetime | None
    job_id: int | None


class PlanDetail(PlanOut):
    """A plan with its steps in their order."""

    steps: list[StepOut]

    @staticmethod
    def resolve_steps(plan: Plan) -> list[Step]:
        """Return the steps."""
        return list(plan.steps.all())


class EffectOut(Schema):
    """A host before and after a move; per cent."""

    host_id: int
    cpu_before: float
    cpu_after: float
    memory_before: float
    memory_after: float


class ProposalOut(Schema):
    """One move that is proposed."""

    machine_id: int
    machine: str
    source: EffectOut
    target: EffectOut


class BalanceOut(Schema):
    """What is proposed, and from which difference on."""

    spread: float
    threshold: int
    is_automatic: bool
    proposals: list[ProposalOut]


class BalanceIn(Schema):
    """Which of the proposals; null is all."""

    machines: list[int] | None = None


class RuleOut(Schema):
    """Whether proposals are done by themselves, and from which difference on (per cent)."""

    is_automatic: bool
    threshold: int


class RulePatch(Schema):
    """What of the rule is to change."""

    is_automatic: bool | None = None
    threshold: Annotated[int, Field(ge=LOWEST, le=HIGHEST)] | None = None


def _effect(before: HostLoad, after: HostLoad) -> dict[str, Any]:
    return {
        "host_id": before.pk,
        "cpu_before": before.cpu_percent,
        "cpu_after": after.cpu_percent,
        "memory_before": before.memory_percent,
        "memory_after": after.memory_percent,
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "machine_id": one.guest.pk,
        "machine": one.guest.name,
        "source": _effect(one.source, one.source_after),
        "target": _effect(one.target, one.target_after),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "machine_id": line.vm.pk,
        "machine": line.vm.name,
        "target_id": line.target.pk if line.target else None,
        "target": line.target.name if line.target else None,
        "reason": line.reason,
    }


@router.get(
    "/hosts/{int:host_id}/evacuate", response=PreviewOut, summary="See what emptying a host does"
)
@declares(Capability.HOST_MANAGE)
def preview(request: SignedInRequest, host_id: int, at_once: AtOnce = 2) -> dict[str, Any]:
    """Return where each running machine would go, and why some cannot; nothing is changed."""
    found = Preview(get_object_or_404(Host, pk=host_id), at_once)
    lines = [_line(line) for line in found.lines]
    return {"lines": lines, "seconds": found.seconds, "unchecked": found.unchecked}


@router.post("/hosts/{int:host_id}/evacuate", response={202: Accepted}, summary="Empty a host")
@declares(Capability.HOST_MANAGE)
def evacuate(
    request: SignedInRequest, response: HttpResponse, host_id: int, data: EvacuateIn
) -> Any:
    """Let nothing new land on the host and move its machines away; then it is in maintenance."""
    host = get_object_or_404(Host, pk=host_id)
    return accepted(response, _drain(request, host, data))


@router.post(
    "/hosts/{int:host_id}/maintenance",
    response={202: Accepted, 204: None},
    summary="Switch maintenance on or off",
)
@declares(Capability.HOST_MANAGE)
def maintenance(
    request: SignedInRequest, response: HttpResponse, host_id: int, data: MaintenanceIn
) -> Any:
    """Empty a host, or open it again; 204 where nothing has to be moved for that."""
    host = get_object_or_404(Host, pk=host_id)
    if data.on:
        return accepted(response, _drain(request, host, data))
    job = open_host(host, request.user, bring_back=data.bring_back)
    return Status(204, None) if job is None else accepted(response, job)


def _drain(request: SignedInRequest, host: Host, data: EvacuateIn) -> Any:
    return begin_drain(
        host,
        request.user,
        at_once=data.at_once,
        choices=dict(data.choices),
        otherwise=data.otherwise or "",
        idempotency_key=key_of(request),
    )


@router.get("/balance", response=BalanceOut, summary="See what would spread machines")
@declares(Capability.HOST_MANAGE)
def read_balance(request: SignedInRequest) -> dict[str, Any]:
    """Return the proposals, each with both hosts before and after; nothing is changed."""
    advice = Advice()
    return {
        "spread": advice.spread,
        "threshold": advice.rule.threshold,
        "is_automatic": advice.rule.is_automatic,
        "proposals": [_proposal(one) for one in advice.proposals],
    }


@router.post("/balance", response={202: Accepted}, summary="Spread machines")
@declares(Capability.HOST_MANAGE)
def balance(request: SignedInRequest, response: HttpResponse, data: BalanceIn) -> Any:
    """Do what is proposed, or what of it is for the named machines."""
    return accepted(response, begin_balance(Advice(), request.user, data.machines))


@router.patch("/balance", response=RuleOut, summary="Spread machines by themselves")
@declares(Capability.HOST_MANAGE)
def change_rule(request: SignedInRequest, data: RulePatch) -> Balancing:
    """Switch on or off that proposals are done by themselves, and set what counts as uneven."""
    rule = Balancing.get()
    is_on = rule.is_automatic if data.is_automatic is None else data.is_automatic
    return switch(
        request.user,
        is_on=is_on,
        threshold=rule.threshold if data.threshold is None else data.threshold,
    )


@router.get("/plans", response=Page[PlanOut], summary="List plans")
@declares(Capability.HOST_VIEW)
def list_plans(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the plans, the newest first."""
    return page_of(Plan.objects.all(), paging)


@router.get("/plans/{int:plan_id}", response=PlanDetail, summary="Read a plan")
@declares(Capability.HOST_VIEW)
def read_plan(request: SignedInRequest, plan_id: int) -> Plan:
    """Return a plan with each of its steps."""
    return get_plan(request.user, plan_id, Capability.HOST_VIEW)
