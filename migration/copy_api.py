"""Copies of machines in the API: where they are, and ending one."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm

from .services.copies import places_of, request_end

router = Router(tags=["migrations"])


class PlaceOut(Schema):
    """A guest of the machine on one host."""

    host: int
    host_name: str
    state: str
    is_on: bool
    is_home: bool


class EndIn(Schema):
    """Which copy ends, confirmed by the machine's name."""

    host: int
    confirm_name: str


@router.get("/vms/{int:vm_id}/copies", response=list[PlaceOut], summary="List a machine's copies")
@declares(Capability.VM_MIGRATE)
def list_copies(request: SignedInRequest, vm_id: int) -> list[dict[str, Any]]:
    """Return every host that has a guest of the machine; one is as it should be."""
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    return [
        {
            "host": place.host.pk,
            "host_name": place.host.name,
            "state": place.state,
            "is_on": place.is_on,
            "is_home": place.is_home,
        }
        for place in places_of(vm)
    ]


@router.post("/vms/{int:vm_id}/copies/end", response={202: Accepted}, summary="End a copy")
@declares(Capability.VM_MIGRATE)
def end_copy(request: SignedInRequest, response: HttpResponse, vm_id: int, data: EndIn) -> Any:
    """Power off and forget the guest on one host; its disks stay."""
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    job = request_end(
        vm, data.host, request.user, confirm_name=data.confirm_name, idempotency_key=key_of(request)
    )
    return accepted(response, job)
