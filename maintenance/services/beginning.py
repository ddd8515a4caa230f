"""Begin a plan: its rows and the job that carries it, in one short transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.facts import announce_inventory
from hosts.models import Duty, Host
from hosts.services.managing import refuse_unless_online
from jobs import audit
from jobs.models import Job
from jobs.services import asked_before, create_job
from maintenance.models import CHOICES, MOST_AT_ONCE, Deed, Plan, PlanKind, PlanState, Step
from maintenance.preview import Line, Preview
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Move:
    """One step as it is wished."""

    vm: VM
    deed: str
    target: Host | None = None
    reason: str = ""


def begin_drain(
    host: Host,
    by: User,
    *,
    at_once: int = 2,
    choices: Mapping[int, str] | None = None,
    otherwise: str = "",
    idempotency_key: str = "",
) -> Job:
    """Let nothing new land on a host, and move its running machines away by plan.

    `choices` says for each machine that cannot move whether it is shut down, saved or left
    running; `otherwise` says it for the rest. Raises PermissionDenied, or ActionRefused: 400
    (`choices`) where nothing is said about one, 409 while a plan of the host is under way, 503
    when it does not answer.
    """
    require(by, Capability.HOST_MANAGE)
    if again := asked_before(by.pk, idempotency_key):
        return again
    refuse_unless_online(host)
    preview = Preview(host, _checked_number(at_once))
    moves = [Move(line.vm, Deed.MIGRATE, line.target) for line in preview.moving]
    said = choices or {}
    moves += [_said(line, said.get(line.vm.pk) or otherwise) for line in preview.staying]
    return _begin(PlanKind.DRAIN, host, moves, by, at_once, idempotency_key)


def _said(line: Line, deed: str) -> Move:
    """Return what a person wants for a machine that cannot move."""
    if deed not in CHOICES:
        text = _("Say what becomes of %(name)s, which cannot move: %(reason)s")
        words = {"name": line.vm.name, "reason": line.reason}
        refusal = text % words
        raise ActionRefused(
            refusal, code="choice-needed", status=400, fields={"choices": refusal}, vm=line.vm.pk
        )
    return Move(line.vm, deed, None, line.reason)


def begin_moves(moves: Iterable[Move], by: User | None, *, at_once: int = 1) -> Job:
    """Begin a plan that spreads machines; `by` is None where it was switched on to go by itself."""
    if by is not None:
        require(by, Capability.HOST_MANAGE)
    found = list(moves)
    if not found:
        raise ActionRefused(_("There is nothing to move."), code="nothing-to-move")
    return _begin(PlanKind.BALANCE, None, found, by, _checked_number(at_once), "")


def begin_return(host: Host, moves: list[Move], by: User, *, at_once: int) -> Job:
    """Begin a plan that fills a host again."""
    return _begin(PlanKind.RETURN, host, moves, by, at_once, "")


def _checked_number(at_once: int) -> int:
    if 1 <= at_once <= MOST_AT_ONCE:
        return at_once
    text = _("From 1 to %(most)d machines at once.") % {"most": MOST_AT_ONCE}
    raise ActionRefused(text, code="invalid", status=400, fields={"at_once": text})


def _begin(
    kind: str, host: Host | None, moves: list[Move], by: User | None, at_once: int, key: str
) -> Job:
    with transaction.atomic():
        refuse_second(kind, host)
        plan = Plan.objects.create(kind=kind, host=host, at_once=at_once, by=by)
        Step.objects.bulk_create(
            Step(
                plan=plan,
                vm=move.vm,
                vm_name=move.vm.name,
                place=place,
                deed=move.deed,
                source=move.vm.host,
                target=move.target,
                reason=move.reason,
            )
            for place, move in enumerate(moves, 1)
        )
        if host is not None and kind == PlanKind.DRAIN:
            set_duty(host, Duty.DRAINING, by)
        return create_plan_job(plan, by, key)


def create_plan_job(plan: Plan, by: User | None, key: str = "") -> Job:
    """Make the job that carries the plan, or goes on with it."""
    job = create_job(
        "plan.run",
        target_kind="plan",
        target_id=plan.pk,
        target_name=plan.host.name if plan.host else str(_("all hosts")),
        host_id=plan.host_id,
        actor=by,
        params={"plan": plan.pk},
        idempotency_key=key,
    )
    Plan.objects.filter(pk=plan.pk).update(job=job)
    return job


def refuse_second(kind: str, host: Host | None) -> None:
    """Raise ActionRefused (409) while a plan of this host, or one that spreads, is under way."""
    if host is not None:
        Host.objects.select_for_update(no_key=True).get(pk=host.pk)
    running = Plan.objects.filter(state=PlanState.RUNNING)
    mine = running.filter(kind=PlanKind.BALANCE) if host is None else running.filter(host=host)
    if (plan := mine.first()) is not None:
        text = _("A plan is under way already. Wait for its end, or cancel it.")
        raise ActionRefused(text, code="busy", job=plan.job)


def set_duty(host: Host, duty: str, by: User | None) -> None:
    """Say what a host is kept from, in the record and on open pages."""
    if host.duty == duty:
        return
    Host.objects.filter(pk=host.pk).update(duty=duty, rescan_requested=True)  # the watcher tells
    host.duty = duty
    audit.record(
        by,
        "host.duty",
        target_kind="host",
        target_id=host.pk,
        target_name=host.name,
        outcome="done",
        detail={"duty": duty or "open"},
    )
    announce_inventory(host)
