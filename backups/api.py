"""Backups in the API: the same rights and services as the pages."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm

from .access import get_backup, list_backups
from .inventory import missing_among
from .models import Backup
from .services.asking import request_backup, request_deletion, request_place
from .services.restoring import RestoreRequest, request_restore

router = Router(tags=["backups"])


class BackupOut(Schema):
    """A full copy of a machine."""

    id: int
    machine: str = Field(alias="vm_name")
    machine_id: int | None = Field(alias="vm_id")
    description: str
    created_at: datetime
    made_at: datetime | None = Field(description="null while it is being made")
    consistency: str = Field(description="crash, at-rest or off; empty while it is not known")
    is_missing: bool = Field(description="whether its files are gone from the host")
    disk_bytes: int

    @staticmethod
    def resolve_is_missing(backup: Backup) -> bool:
        """Return whether the host, when it was last read, lacked a file of it."""
        return bool(missing_among([backup]))


class BackupIn(Schema):
    """A word about a new backup."""

    description: Annotated[str, Field(max_length=200)] = ""


class RestoreIn(Schema):
    """The new machine."""

    name: Annotated[str, Field(max_length=63)]
    start: bool = False


@router.get("/backups", response=Page[BackupOut], summary="List backups")
@declares(Capability.VM_VIEW)
def list_all(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the backups that the caller may see, also of machines that are no more."""
    return page_of(list_backups(request.user), paging)


@router.get(
    "/vms/{int:vm_id}/backups", response=Page[BackupOut], summary="List a machine's backups"
)
@declares(Capability.VM_BACKUP)
def list_of_machine(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the backups of one machine."""
    vm = get_vm(request.user, vm_id, Capability.VM_BACKUP)
    return page_of(list_backups(request.user).filter(vm=vm), paging)


@router.post("/vms/{int:vm_id}/backups", response={202: Accepted}, summary="Back a machine up")
@declares(Capability.VM_BACKUP)
def make(request: SignedInRequest, response: HttpResponse, vm_id: int, data: BackupIn) -> Any:
    """Copy all disks of a machine, running or off, to the place for backups of its host."""
    vm = get_vm(request.user, vm_id, Capability.VM_BACKUP)
    job = request_backup(
        vm, request.user, description=data.description, idempotency_key=key_of(request)
    )
    return accepted(response, job)


@router.post(
    "/vms/{int:vm_id}/backups/place", response={202: Accepted}, summary="Make a place for backups"
)
@declares(Capability.HOST_MANAGE)
def make_place(request: SignedInRequest, response: HttpResponse, vm_id: int) -> Any:
    """Make the place for backups on the machine's host, where there is none."""
    vm = get_vm(request.user, vm_id, Capability.VM_BACKUP)
    return accepted(response, request_place(vm.host, request.user))


@router.post(
    "/backups/{int:backup_id}/restore", response={202: Accepted}, summary="Restore a backup"
)
@declares(Capability.VM_CREATE)
def restore(
    request: SignedInRequest, response: HttpResponse, backup_id: int, data: RestoreIn
) -> Any:
    """Make a new machine from a backup; the old one is left alone."""
    backup = get_backup(request.user, backup_id, Capability.VM_CREATE)
    wish = RestoreRequest(data.name, data.start)
    job = request_restore(backup, wish, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.delete("/backups/{int:backup_id}", response={202: Accepted}, summary="Delete a backup")
@declares(Capability.VM_BACKUP)
def delete(request: SignedInRequest, response: HttpResponse, backup_id: int) -> Any:
    """Delete a backup's files and forget it."""
    backup = get_backup(request.user, backup_id, Capability.VM_BACKUP)
    return accepted(
        response, request_deletion(backup, request.user, idempotency_key=key_of(request))
    )
