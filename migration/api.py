"""Migrations in the API: the same rights, checks and services as the pages."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from hosts.models import Host
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm
from vms.models import VM

from .access import get_migration, list_migrations
from .checks.asking import request_check, request_fix, targets_for
from .checks.words import sentence_of
from .models import Migration
from .schemas import (
    BlockerFixIn,
    MigrationCheckIn,
    MigrationIn,
    MigrationOut,
    MigrationTargetsOut,
    MigrationTuneIn,
)
from .services import steering
from .services.starting import start
from .views.offering import Choice, Offer

router = Router(tags=["migrations"])


@router.get(
    "/vms/{int:vm_id}/migrations/targets",
    response=MigrationTargetsOut,
    summary="Where a machine could go",
)
@declares(Capability.VM_MIGRATE)
def list_targets(request: SignedInRequest, vm_id: int) -> dict[str, Any]:
    """Return every other host with what stands against it, the best one first.

    What the rows know is there at once; the rest comes with a check.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    offer = Offer(vm, request.user)
    running = offer.checking
    return {
        "items": [_target_out(offer, choice) for choice in offer.choices],
        "job_id": running.pk if running else None,
    }


@router.post(
    "/vms/{int:vm_id}/migrations/check", response={202: Accepted}, summary="Check a migration"
)
@declares(Capability.VM_MIGRATE)
def check(
    request: SignedInRequest, response: HttpResponse, vm_id: int, data: MigrationCheckIn
) -> Any:
    """Ask both hosts what stands against it, before anything starts. Changes nothing."""
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    targets = None if data.host is None else [_target(vm, data.host)]
    job = request_check(
        vm, request.user, targets, is_anew=data.anew, idempotency_key=key_of(request)
    )
    return accepted(response, job)


@router.post(
    "/vms/{int:vm_id}/migrations/fix", response={202: Accepted}, summary="Remove a blocker"
)
@declares(Capability.VM_MIGRATE)
def fix(request: SignedInRequest, response: HttpResponse, vm_id: int, data: BlockerFixIn) -> Any:
    """Have done what a finding names as its fix; the check follows by itself."""
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    job = request_fix(vm, _target(vm, data.host), request.user, data.fix, data.about)
    return accepted(response, job)


@router.post("/vms/{int:vm_id}/migrations", response={202: Accepted}, summary="Migrate a machine")
@declares(Capability.VM_MIGRATE)
def migrate(request: SignedInRequest, response: HttpResponse, vm_id: int, data: MigrationIn) -> Any:
    """Move a machine to another host: live where it runs, copying the disks it has alone.

    422 with the code of what stands against it; the worker looks once more right before the start.
    """
    vm = get_vm(request.user, vm_id, Capability.VM_MIGRATE)
    job = start(
        vm,
        _target(vm, data.host),
        request.user,
        data.dict(exclude={"host"}),
        idempotency_key=key_of(request),
    )
    return accepted(response, job)


@router.get(
    "/vms/{int:vm_id}/migrations",
    response=Page[MigrationOut],
    summary="List a machine's migrations",
)
@declares(Capability.VM_VIEW)
def list_of_machine(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the migrations of one machine, newest first."""
    vm = get_vm(request.user, vm_id, Capability.VM_VIEW)
    return page_of(list_migrations(request.user).filter(vm=vm), paging)


@router.get("/migrations", response=Page[MigrationOut], summary="List migrations")
@declares(Capability.VM_VIEW)
def list_all(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the migrations of all machines that the caller may see, newest first."""
    return page_of(list_migrations(request.user), paging)


@router.get("/migrations/{int:migration_id}", response=MigrationOut, summary="Follow a migration")
@declares(Capability.VM_VIEW)
def read(request: SignedInRequest, migration_id: int) -> Migration:
    """Return one migration with its newest figures; it is cancelled by its job."""
    return get_migration(request.user, migration_id, Capability.VM_VIEW)


@router.post(
    "/migrations/{int:migration_id}/tune", response=MigrationOut, summary="Tune a migration"
)
@declares(Capability.VM_MIGRATE)
def tune(request: SignedInRequest, migration_id: int, data: MigrationTuneIn) -> Migration:
    """Change the limit of the rate or the longest pause while it runs."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    wishes = {name: value for name, value in data.dict().items() if value is not None}
    steering.tune(row, request.user, **wishes)
    return row


@router.post(
    "/migrations/{int:migration_id}/post-copy",
    response=MigrationOut,
    summary="Switch a migration to post-copy",
)
@declares(Capability.VM_MIGRATE)
def post_copy(request: SignedInRequest, migration_id: int) -> Migration:
    """Let the machine go on at the target at once. From then on there is no way back."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    steering.request_post_copy(row, request.user)
    return row


@router.post(
    "/migrations/{int:migration_id}/pause", response=MigrationOut, summary="Pause and finish"
)
@declares(Capability.VM_MIGRATE)
def pause(request: SignedInRequest, migration_id: int) -> Migration:
    """Pause the machine, so that the rest is copied in one go; it goes on at the target."""
    row = get_migration(request.user, migration_id, Capability.VM_MIGRATE)
    steering.request_pause(row, request.user)
    return row


def _target(vm: VM, host_id: int) -> Host:
    """Return a host to which it could go at all. Raises ActionRefused (400)."""
    found = [host for host in targets_for(vm) if host.pk == host_id]
    if not found:
        text = _("There is no such host to which it could go.")
        raise ActionRefused(text, code="invalid", status=400, fields={"host": text})
    return found[0]


def _target_out(offer: Offer, choice: Choice) -> dict[str, Any]:
    findings = offer.findings_for(choice)
    return {
        "host_id": choice.host.pk,
        "host": choice.host.name,
        "fits": not choice.blockers,
        "checked_at": choice.report.checked_at if choice.report else None,
        "memory_after": choice.memory.after,
        "copied_disks": choice.report.options.get("copy_disks", []) if choice.report else [],
        "findings": [
            {
                "code": one.code,
                "level": str(one.level),
                "about": one.about,
                "text": sentence_of(one),
                "facts": dict(one.facts),
                "fix": one.fix,
            }
            for one in findings
        ],
    }
