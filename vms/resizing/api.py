"""Sizes and disks of machines in the API. Sizes are bytes."""

from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from approvals.api import RequestOut
from approvals.models import Request
from catalogue.schemas import SizeOut
from catalogue.services import sizes_for
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm
from vms.models import VM

from .approving import why_growth_waits
from .effects import effect_of
from .pending import now_of, pending_of
from .requests import ask_growth, ask_resize
from .rules import find_disk, why_not_grown, why_not_resized
from .services import request_growth, request_resize, request_undo
from .wishes import ResizeRequest, amounts_of, read_resize

router = Router(tags=["machines"])
Bytes = Annotated[int | None, Field(ge=1, le=2**60)]
Count = Annotated[int | None, Field(ge=1, le=4096)]


class SizesNow(Schema):
    """Processors and memory, and how far both can grow while the machine runs."""

    vcpus: int
    max_vcpus: int
    memory: int
    max_memory: int


class DiskNow(Schema):
    """A disk, and why it cannot be made bigger now; "" where it can."""

    disk: str
    capacity: int | None
    why_not: str


class SizingOut(Schema):
    """What a machine has, what waits for its next start (null: nothing), and what is offered."""

    size: str
    now: SizesNow
    next_start: SizesNow | None
    why_not: str
    offered: list[SizeOut]
    disks: list[DiskNow]


class ResizeIn(Schema):
    """Other processors and memory. What is left out is the named size's, else stays."""

    size: Annotated[
        str, Field(max_length=40, description='a size of the catalogue, or "" for own figures')
    ] = ""
    vcpus: Count = None
    memory: Bytes = None
    max_vcpus: Count = None
    max_memory: Bytes = None
    live: Annotated[
        bool, Field(description="do at once what can be done while it runs; the rest waits")
    ] = False


class ResizeAsk(ResizeIn):
    """The same as a request that somebody decides."""

    comment: Annotated[str, Field(max_length=500)] = ""


class GrowIn(Schema):
    """A bigger disk: its name in the machine, and its new size in bytes."""

    disk: Annotated[str, Field(max_length=16)]
    capacity: Annotated[int, Field(ge=1, le=2**60)]


class GrowAsk(GrowIn):
    """The same as a request that somebody decides."""

    comment: Annotated[str, Field(max_length=500)] = ""


class QuotaLine(Schema):
    """A limited resource with the wish. `scope` is team or person."""

    resource: str
    scope: str
    used: int
    wanted: int
    limit: int | None
    left: int | None


class SizeEffectOut(Schema):
    """What a wish would do. `needs_approval` says why somebody has to agree, "" for nobody."""

    size: str
    before: SizesNow
    at_once: SizesNow
    then: SizesNow
    waits_for_next_start: bool
    needs_approval: str
    price_per_hour: Decimal | None
    hint: str
    quotas: list[QuotaLine]


@router.get("/vms/{int:vm_id}/size", response=SizingOut, summary="See a machine's size")
@declares(Capability.VM_EDIT)
def read_size(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return what the machine has, what waits for its next start, and what may be asked for."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    names = [disk["target"] for disk in vm.disks if disk.get("device") == "disk"]
    return {
        "size": vm.size,
        "now": asdict(now_of(vm)),
        "next_start": asdict(later) if (later := pending_of(vm)) else None,
        "why_not": why_not_resized(vm),
        "offered": sizes_for(request.user, vm.team),
        "disks": [_disk(vm, name) for name in names],
    }


def _disk(vm: VM, name: str) -> dict[str, Any]:
    disk = find_disk(vm, name) or {}
    return {"disk": name, "capacity": disk.get("capacity"), "why_not": why_not_grown(vm, disk)}


@router.get(
    "/vms/{int:vm_id}/size/effect", response=SizeEffectOut, summary="What another size would do"
)
@declares(Capability.VM_EDIT)
def read_effect(request: SignedInRequest, vm_id: int, wish: Query[ResizeIn]) -> dict[str, Any]:
    """Return what asking for this would do, at once, at the next start and to the quotas."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    checked = read_resize(vm, _spec(wish), request.user)
    effect = effect_of(vm, checked)
    return {
        "size": checked.size,
        "before": asdict(effect.before),
        "at_once": asdict(effect.at_once),
        "then": asdict(checked.sizes),
        "waits_for_next_start": effect.waits,
        "needs_approval": why_growth_waits(vm, amounts_of(vm, checked), request.user),
        "price_per_hour": effect.price,
        "hint": effect.hint,
        "quotas": [line.as_json() for line in effect.lines],
    }


@router.post(
    "/vms/{int:vm_id}/size", response={202: Accepted}, summary="Make a machine bigger or smaller"
)
@declares(Capability.VM_EDIT)
def change_size(
    request: SignedInRequest, response: HttpResponse, vm_id: int, data: ResizeIn
) -> Any:
    """Change processors and memory: for the next start, and with `live` at once where that can be.

    A restart from within the guest is no such start. Answers 422, `quota`, where there is no room
    for it, and `needs-approval` where somebody has to agree first.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    job = request_resize(vm, _spec(data), request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.delete(
    "/vms/{int:vm_id}/size/next", response={202: Accepted}, summary="Keep the present size"
)
@declares(Capability.VM_EDIT)
def undo_change(request: SignedInRequest, response: HttpResponse, vm_id: int) -> Any:
    """Undo what waits for the next start, whoever defined it."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    return accepted(response, request_undo(vm, request.user, idempotency_key=key_of(request)))


@router.post("/vms/{int:vm_id}/disks/grow", response={202: Accepted}, summary="Grow a disk")
@declares(Capability.VM_EDIT)
def grow_disk(request: SignedInRequest, response: HttpResponse, vm_id: int, data: GrowIn) -> Any:
    """Make a disk bigger, running or off. The guest grows its partition and file system itself."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    key = key_of(request)
    job = request_growth(vm, data.disk, data.capacity, request.user, idempotency_key=key)
    return accepted(response, job)


@router.post(
    "/vms/{int:vm_id}/size/ask", response={201: RequestOut}, summary="Ask for another size"
)
@declares(Capability.VM_EDIT)
def ask_for_size(request: SignedInRequest, vm_id: int, data: ResizeAsk) -> Status[Request]:
    """Ask whoever decides for another size; approving does it."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    return Status(201, ask_resize(vm, _spec(data), request.user, data.comment))


@router.post(
    "/vms/{int:vm_id}/disks/grow/ask", response={201: RequestOut}, summary="Ask for a bigger disk"
)
@declares(Capability.VM_EDIT)
def ask_for_disk(request: SignedInRequest, vm_id: int, data: GrowAsk) -> Status[Request]:
    """Ask whoever decides for a bigger disk; approving does it."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    made = ask_growth(vm, data.disk, data.capacity, request.user, data.comment)
    return Status(201, made)


def _spec(data: ResizeIn) -> ResizeRequest:
    return ResizeRequest(**data.dict(exclude={"comment"}))
