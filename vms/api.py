"""Machines in the API: the same filters, rights and services as the pages."""

from typing import Annotated, Any

from annotated_types import Ge, Le
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from accounts.access import Capability, is_admin
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import get_team
from accounts.models import Team, User
from accounts.requests import SignedInRequest
from catalogue.services import images_for
from jobs.api import Accepted, accepted, key_of
from live import samples
from live.schemas import MetricsOut
from vms.making.choices import list_images

from . import converters  # noqa: F401 - registers itself
from .access import get_vm, list_vms
from .bin.services import request_recover, request_removal
from .busy import attach_jobs
from .filters import MachineFilter, matching, ordered
from .leases.services import keep_until
from .models import VM
from .rules import POWER_ACTIONS
from .schemas import (
    BulkIn,
    BulkOut,
    ImagesOut,
    VMCreate,
    VMDelete,
    VMDetail,
    VMOut,
    VMPatch,
    VMsAccepted,
)
from .services import bulk, create, extras, labels, lifecycle, many, power
from .services.keeping import end_of_day
from .services.refusing import refuse_field

router = Router(tags=["machines"])
ACTION_PATHS = {action.replace("_", "-"): action for action in sorted(POWER_ACTIONS)}


@router.get("/vms", response=Page[VMOut], summary="List machines")
@declares(Capability.VM_VIEW)
def list_machines(
    request: SignedInRequest,
    paging: Query[Paging],
    search: str = "",
    sort: str = "name",
) -> dict[str, Any]:
    """Return the machines that the caller may see.

    `search` looks in name, address, tag and owner. `state`, `host`, `owner` and `tag` may be given
    several times; a value that starts with "!" means "not"; `use=idle` finds those that nobody
    seems to use. What is in the recycle bin is not among them. `sort` is name, state, cpu, memory,
    host, owner, up or created, with "-" in front for the other way round.
    """
    params = request.GET.copy()
    params["q"] = search
    wanted = MachineFilter.read(params)
    rows = ordered(matching(request.user, wanted), wanted.sort)
    return page_of(rows.select_related("host", "owner", "team").prefetch_related("tags"), paging)


@router.get("/images", response=ImagesOut, summary="List images")
@declares(Capability.VM_CREATE)
def images(request: SignedInRequest, team: str = "") -> dict[str, Any]:
    """Return the images that a machine of `team` can be made from; `source` is `image:<key>`."""
    chosen = get_team(request.user, team, Capability.VM_CREATE) if team else None
    offered = {source.key for source in images_for(request.user, chosen)}
    return {"items": [image for image in list_images() if f"image:{image.key}" in offered]}


@router.get("/vms/{int:vm_id}", response=VMDetail, summary="Read a machine")
@declares(Capability.VM_VIEW)
def read_machine(request: SignedInRequest, vm_id: int) -> VM:
    """Return one machine with its hardware."""
    return get_vm(request.user, vm_id, Capability.VM_VIEW)


@router.get("/vms/{int:vm_id}/metrics", response=MetricsOut, summary="Read a machine's use")
@declares(Capability.VM_VIEW)
def read_metrics(
    request: SignedInRequest, vm_id: int, n: Annotated[int, Ge(1), Le(360)] = 90
) -> Any:
    """Return the last `n` samples, ten seconds apart."""
    vm = get_vm(request.user, vm_id, Capability.VM_VIEW)
    return {"samples": samples.ring(vm.pk, n)}


@router.post("/vms", response={202: VMsAccepted}, summary="Create machines")
@declares(Capability.VM_CREATE)
def create_machine(request: SignedInRequest, response: HttpResponse, data: VMCreate) -> Any:
    """Create a machine and start it; with `count`, so many, or none where not all can be had.

    `count` machines are called name-01, name-02 and so on; a name that ends in a number is the
    first of them. `job` makes the first machine, `jobs` has a job for each.
    """
    jobs = create.request_several(
        _wanted(request, data), data.count, request.user, idempotency_key=key_of(request)
    )
    response["Location"] = f"/api/v1/jobs/{jobs[0].pk}"
    return Status(202, {"job": jobs[0], "jobs": jobs})


def _wanted(request: SignedInRequest, data: VMCreate) -> create.CreateRequest:
    team = get_team(request.user, data.team, Capability.VM_CREATE) if data.team else None
    return create.CreateRequest(
        **data.dict(exclude={"team", "keep_until", "count"}),
        team_id=team.pk if team else None,
        ends_at=end_of_day(data.keep_until),
    )


@router.patch(
    "/vms/{int:vm_id}", response={200: VMDetail, 202: Accepted}, summary="Change a machine"
)
@declares(Capability.VM_EDIT)
def change_machine(
    request: SignedInRequest, response: HttpResponse, vm_id: int, data: VMPatch
) -> Any:
    """Change labels at once; a new name or autostart answers 202 with its job.

    A name and autostart are changed one at a time, because each is a job of the same machine.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    if data.name is not None and data.autostart is not None:
        raise refuse_field("autostart", _("Change the name and autostart one after the other."))
    _relabel(vm, data, request.user)
    if "keep_until" in data.model_fields_set:
        keep_until(vm, end_of_day(data.keep_until), request.user)
    if data.name is not None:
        return accepted(
            response,
            lifecycle.request_rename(vm, data.name, request.user, idempotency_key=key_of(request)),
        )
    if data.autostart is not None:
        job = lifecycle.request_autostart(
            vm, data.autostart, request.user, idempotency_key=key_of(request)
        )
        return accepted(response, job)
    return Status(200, get_vm(request.user, vm_id, Capability.VM_VIEW))


def _relabel(vm: VM, data: VMPatch, by: Any) -> None:
    if data.tags is not None:
        labels.set_tags(vm, data.tags, by)
    if data.description is not None:
        labels.set_description(vm, data.description, by)
    if data.is_protected is not None:
        labels.set_protected(vm, data.is_protected, by)
    if data.stays_on is not None:
        labels.set_stays_on(vm, data.stays_on, by)


@router.delete("/vms/{int:vm_id}", response={202: Accepted}, summary="Delete a machine")
@declares(Capability.VM_DELETE)
def delete_machine(
    request: SignedInRequest, response: HttpResponse, vm_id: int, how: Query[VMDelete]
) -> Any:
    """Move a machine to the recycle bin; its disks go with it, and both can come back.

    `for_good=true` with `confirm=<its name>` deletes at once, and so does deleting what is in the
    bin. Where the team has no bin, deleting is at once too. Disks then go only with
    `with_disks=true` and `confirm=<its name>`.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_DELETE)
    job = request_removal(
        vm,
        request.user,
        for_good=how.for_good,
        with_disks=how.with_disks,
        confirm_name=how.confirm,
        idempotency_key=key_of(request),
    )
    return accepted(response, job)


@router.get("/vms/bin", response=Page[VMOut], summary="List the recycle bin")
@declares(Capability.VM_VIEW)
def list_bin(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the machines in the recycle bin, the newest first; `deleted_at` is when they go."""
    rows = list_vms(request.user).in_bin().order_by("-recycled_at", "pk")
    return page_of(rows.prefetch_related("tags"), paging)


@router.post(
    "/vms/{int:vm_id}/recover",
    response={202: Accepted},
    summary="Restore a machine from the recycle bin",
)
@declares(Capability.VM_DELETE)
def recover_machine(request: SignedInRequest, response: HttpResponse, vm_id: int) -> Any:
    """Take a machine out of the bin, off. Answers 422, `quota`, where there is no room for it."""
    vm = get_vm(request.user, vm_id, Capability.VM_DELETE)
    return accepted(response, request_recover(vm, request.user, idempotency_key=key_of(request)))


@router.post("/vms/bulk", response={207: BulkOut}, summary="One action for several machines")
@declares(Capability.VM_VIEW)
def act_on_machines(request: SignedInRequest, data: BulkIn) -> Status[dict[str, Any]]:
    """Ask for one action on each machine; those that are not the caller's are left out.

    Beside the power actions, delete and recover: snapshot, migrate, tag, untag, protect,
    unprotect, stay_on, may_stop, listen, no_listen, autostart, no_autostart, keep, and for
    administrators own.
    """
    machines = attach_jobs(list_vms(request.user).filter(pk__in=data.ids))
    action = ACTION_PATHS.get(data.action, data.action)
    if action in extras.EXTRAS:
        posted = {"migrate_to": str(data.host or "")}
        done = extras.request_extra(machines, action, posted, request.user)
    elif action in many.CHANGES:
        done = many.change_many(machines, action, _wish(request.user, data), request.user)
    else:
        done = bulk.request_bulk(machines, action, request.user)
    results = [
        {
            "id": result.vm.pk,
            "name": result.vm.name,
            "job": result.job.pk if result.job else None,
            "refusal": str(result.refusal) if result.refusal else None,
        }
        for result in done
    ]
    return Status(207, {"results": results})


def _wish(user: User, data: BulkIn) -> many.Wish:
    """Read what to change to; whom to hand to is looked up for administrators only."""
    owner = team = None
    if data.action == "own" and is_admin(user):
        owner = User.objects.filter(username=data.owner, is_active=True).first()
        team = Team.objects.filter(slug=data.team).first()
        if data.owner and owner is None:
            raise refuse_field("owner", _("There is nobody of this name."))
        if data.team and team is None:
            raise refuse_field("team", _("There is no such team."))
    return many.Wish(tag=data.tag, ends_on=data.keep_until, owner=owner, team=team)


@router.post(
    "/vms/{int:vm_id}/{power:action}",
    response={202: Accepted},
    summary="Drive a machine",
    description="Actions: " + ", ".join(ACTION_PATHS),
)
@declares(Capability.VM_OPERATE)
def drive_machine(request: SignedInRequest, response: HttpResponse, vm_id: int, action: str) -> Any:
    """Ask for a power action."""
    vm = get_vm(request.user, vm_id, Capability.VM_OPERATE)
    job = power.request_power(vm, action, request.user, idempotency_key=key_of(request))
    return accepted(response, job)
