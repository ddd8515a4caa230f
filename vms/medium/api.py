"""The medium in a machine's CD drive in the API."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm
from vms.medium.choices import drives_of, media_for
from vms.services.medium import MediumWish, request_medium

router = Router(tags=["machines"])


class DriveOut(Schema):
    """A CD drive and what is in it; "" is nothing."""

    target: str
    medium: str


class MediaOut(Schema):
    """The drives of a machine, and what may be put into them."""

    drives: list[DriveOut]
    sources: list[str]


class MediumIn(Schema):
    """What is to be in which drive."""

    source: Annotated[
        str, Field(max_length=600, description='iso:<pool>/<volume>, or "" to take it out')
    ] = ""
    target: Annotated[str, Field(max_length=16, description="the first drive if left out")] = ""
    force: Annotated[bool, Field(description="even if the guest has locked the drive")] = False


@router.get("/vms/{int:vm_id}/medium", response=MediaOut, summary="See the CD drives")
@declares(Capability.VM_EDIT)
def read_medium(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return the CD drives, and the media that the caller may put into them."""
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    return {
        "drives": drives_of(vm),
        "sources": [iso.key for iso in media_for(request.user, vm)],
    }


@router.post("/vms/{int:vm_id}/medium", response={202: Accepted}, summary="Change the CD")
@declares(Capability.VM_EDIT)
def change_medium(
    request: SignedInRequest, response: HttpResponse, vm_id: int, data: MediumIn
) -> Any:
    """Put a medium into a drive or take it out, at once and for the next start.

    A machine without a drive gets one while it is off.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_EDIT)
    wish = MediumWish(data.source, data.target, force=data.force)
    return accepted(
        response, request_medium(vm, wish, request.user, idempotency_key=key_of(request))
    )
