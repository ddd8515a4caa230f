"""Files to and from guests in the API."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted
from vms.access import get_vm

from . import saving
from .access import get_transfer, transfers_of
from .models import Transfer
from .services.asking import request_fetch, request_send, stop
from .staging import BLOCK

router = Router(tags=["files"])
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


class TransferOut(Schema):
    """One file sent or fetched."""

    id: int
    is_sent: bool
    path: str
    name: str
    size: int | None
    sha256: str
    job_id: int | None
    created_at: datetime
    done_at: datetime | None
    can_be_saved: bool = Field(description="whether its content can be had now")
    remains: str = Field(
        description='what a broken transfer left in the guest: "", removed, left or unknown'
    )


class FileAccepted(Accepted):
    """The job that carries the file, and the file."""

    file: TransferOut


class FetchIn(Schema):
    """Which file of the guest is wanted."""

    path: Annotated[str, Field(min_length=1, max_length=1024)]


@router.get("/vms/{int:vm_id}/files", response=Page[TransferOut], summary="List carried files")
@declares(Capability.VM_FILES)
def list_files(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return what was sent to and fetched from a guest, newest first."""
    return page_of(transfers_of(get_vm(request.user, vm_id, Capability.VM_FILES)), paging)


@router.post("/vms/{int:vm_id}/files", response={202: FileAccepted}, summary="Send a file")
@declares(Capability.VM_FILES)
def send_file(
    request: SignedInRequest,
    response: HttpResponse,
    vm_id: int,
    path: str = "",
    name: str = "",
    overwrite: bool = False,
) -> Any:
    """Send a file, which is the body of the call, to the guest through its agent.

    A `path` that ends with / is a folder in the guest, and `name` the file's name there.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_FILES)
    if request.content_type in FORMS:
        text = _("Send the file itself as the body, not a form.")
        raise ActionRefused(text, code="invalid", status=415)
    body = iter(lambda: request.read(BLOCK), b"")
    made = request_send(vm, request.user, path=path, name=name, pieces=body, overwrite=overwrite)
    return _accepted(response, made)


@router.post("/vms/{int:vm_id}/files/fetch", response={202: FileAccepted}, summary="Fetch a file")
@declares(Capability.VM_FILES)
def fetch_file(request: SignedInRequest, response: HttpResponse, vm_id: int, data: FetchIn) -> Any:
    """Fetch a file from the guest; once its job is done it can be saved for an hour."""
    vm = get_vm(request.user, vm_id, Capability.VM_FILES)
    return _accepted(response, request_fetch(vm, request.user, path=data.path))


@router.get("/vms/{int:vm_id}/files/{int:file_id}/content", summary="Save a fetched file")
@declares(Capability.VM_FILES)
def content(request: SignedInRequest, vm_id: int, file_id: int) -> Any:
    """Return the bytes; 410 when they are no longer here."""
    return saving.answer(request, get_transfer(request.user, vm_id, file_id))


@router.delete(
    "/vms/{int:vm_id}/files/{int:file_id}", response={204: None}, summary="Break a transfer off"
)
@declares(Capability.VM_FILES)
def break_off(request: SignedInRequest, vm_id: int, file_id: int) -> Status[None]:
    """Stop a file on its way; one that has arrived stays."""
    stop(get_transfer(request.user, vm_id, file_id))
    return Status(204, None)


def _accepted(response: HttpResponse, made: Transfer) -> Any:
    response["Location"] = f"/api/v1/jobs/{made.job_id}"
    return Status(202, {"job": made.job, "file": made})
