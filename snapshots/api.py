"""Snapshots in the API: the same rights and services as the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from vms.access import get_vm

from .access import get_schedule, get_snapshot
from .models import Snapshot, SnapshotSchedule
from .services.asking import (
    LONGEST_NAME,
    LONGEST_TEXT,
    request_deletion,
    request_merge,
    request_revert,
    request_snapshot,
    update_snapshot,
)
from .services.keeping import MOST_KEPT, remove_schedule, set_schedule

router = Router(tags=["snapshots"])
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class SnapshotOut(Schema):
    """A moment of a machine."""

    id: int
    name: str
    description: str
    parent: int | None = Field(alias="parent_id", description="the snapshot that it builds upon")
    is_current: bool = Field(description="whether the present state builds upon it")
    kind: str = Field(description="internal, external, or empty while it is not known")
    state: str = Field(description="libvirt's word: running, paused, shutoff or disk-snapshot")
    has_memory: bool
    is_at_rest: bool = Field(description="whether the guest's file systems were at rest")
    size: int | None = Field(description="bytes of its own files; null inside the disks")
    origin: str = Field(description="person, schedule, revert or outside")
    created_at: datetime
    made_at: datetime | None = Field(description="null while it is being taken")


class SnapshotIn(Schema):
    """A new snapshot; without a name it gets the next number."""

    name: Name = ""
    description: Text = ""
    with_memory: bool = False


class SnapshotPatch(Schema):
    """What a snapshot is called; what is left out stays."""

    name: Name | None = None
    description: Text | None = None


class RevertIn(Schema):
    """How to go back."""

    keep_present: bool = Field(True, description="take a snapshot of the present state first")


class MergeIn(Schema):
    """How many of the newest snapshots before the present state stay."""

    keep: Annotated[int, Field(ge=0)]


class ScheduleOut(Schema):
    """A rule by which snapshots are taken."""

    id: int
    every: str
    keep: int
    with_memory: bool
    next_at: datetime
    problem: str = Field(description="why the last one was not taken, or empty")


class ScheduleIn(Schema):
    """A rule; a machine has one of each pace."""

    every: Literal["hour", "day", "week"]
    keep: Annotated[int, Field(ge=1, le=MOST_KEPT)]
    with_memory: bool = False


@router.get(
    "/vms/{int:vm_id}/snapshots", response=Page[SnapshotOut], summary="List a machine's snapshots"
)
@declares(Capability.VM_VIEW)
def list_all(request: SignedInRequest, vm_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the snapshots, the newest first; `parent` makes the tree."""
    vm = get_vm(request.user, vm_id, Capability.VM_VIEW)
    return page_of(Snapshot.objects.standing().filter(vm=vm), paging)


@router.post("/vms/{int:vm_id}/snapshots", response={202: Accepted}, summary="Take a snapshot")
@declares(Capability.VM_SNAPSHOT)
def take(request: SignedInRequest, response: HttpResponse, vm_id: int, data: SnapshotIn) -> Any:
    """Take a snapshot of a machine, running or off."""
    vm = get_vm(request.user, vm_id, Capability.VM_SNAPSHOT)
    job = request_snapshot(
        vm,
        request.user,
        name=data.name,
        description=data.description,
        with_memory=data.with_memory,
        idempotency_key=key_of(request),
    )
    return accepted(response, job)


@router.post(
    "/vms/{int:vm_id}/snapshots/merge", response={202: Accepted}, summary="Merge old snapshots"
)
@declares(Capability.VM_SNAPSHOT)
def merge(request: SignedInRequest, response: HttpResponse, vm_id: int, data: MergeIn) -> Any:
    """Delete all but the newest snapshots before the present state, and merge their layers."""
    vm = get_vm(request.user, vm_id, Capability.VM_SNAPSHOT)
    job = request_merge(vm, request.user, keep=data.keep, idempotency_key=key_of(request))
    return accepted(response, job)


@router.patch(
    "/vms/{int:vm_id}/snapshots/{int:snapshot_id}",
    response=SnapshotOut,
    summary="Rename a snapshot",
)
@declares(Capability.VM_SNAPSHOT)
def update(request: SignedInRequest, vm_id: int, snapshot_id: int, data: SnapshotPatch) -> Any:
    """Change what a snapshot is called and the note about it."""
    snapshot = get_snapshot(request.user, vm_id, snapshot_id, Capability.VM_SNAPSHOT)
    name = snapshot.name if data.name is None else data.name
    text = snapshot.description if data.description is None else data.description
    update_snapshot(snapshot, request.user, name=name, description=text)
    snapshot.refresh_from_db()
    return snapshot


@router.delete(
    "/vms/{int:vm_id}/snapshots/{int:snapshot_id}",
    response={202: Accepted},
    summary="Delete a snapshot",
)
@declares(Capability.VM_SNAPSHOT)
def delete(
    request: SignedInRequest,
    response: HttpResponse,
    vm_id: int,
    snapshot_id: int,
    children: bool = False,
) -> Any:
    """Delete a snapshot; with `children` everything that builds upon it, too."""
    snapshot = get_snapshot(request.user, vm_id, snapshot_id, Capability.VM_SNAPSHOT)
    key = key_of(request)
    job = request_deletion(snapshot, request.user, with_children=children, idempotency_key=key)
    return accepted(response, job)


@router.post(
    "/vms/{int:vm_id}/snapshots/{int:snapshot_id}/revert",
    response={202: Accepted},
    summary="Revert to a snapshot",
)
@declares(Capability.VM_SNAPSHOT)
def revert(
    request: SignedInRequest, response: HttpResponse, vm_id: int, snapshot_id: int, data: RevertIn
) -> Any:
    """Bring the machine back to the snapshot, once a snapshot of the present state is taken."""
    snapshot = get_snapshot(request.user, vm_id, snapshot_id, Capability.VM_SNAPSHOT)
    key = key_of(request)
    keep = data.keep_present
    job = request_revert(snapshot, request.user, keep_present=keep, idempotency_key=key)
    return accepted(response, job)


@router.get(
    "/vms/{int:vm_id}/snapshot-schedules",
    response=list[ScheduleOut],
    summary="List a machine's schedules of snapshots",
)
@declares(Capability.VM_VIEW)
def list_schedules(request: SignedInRequest, vm_id: int) -> Any:
    """Return the rules by which snapshots of the machine are taken."""
    vm = get_vm(request.user, vm_id, Capability.VM_VIEW)
    return SnapshotSchedule.objects.filter(vm=vm).order_by("pk")


@router.post("/vms/{int:vm_id}/snapshot-schedules", response=ScheduleOut, summary="Set a schedule")
@declares(Capability.VM_SNAPSHOT)
def set_rule(request: SignedInRequest, vm_id: int, data: ScheduleIn) -> Any:
    """Make the machine's rule of this pace, or change it."""
    vm = get_vm(request.user, vm_id, Capability.VM_SNAPSHOT)
    return set_schedule(
        vm, request.user, every=data.every, keep=data.keep, with_memory=data.with_memory
    )


@router.delete(
    "/vms/{int:vm_id}/snapshot-schedules/{int:schedule_id}",
    response={204: None},
    summary="Remove a schedule",
)
@declares(Capability.VM_SNAPSHOT)
def remove_rule(request: SignedInRequest, vm_id: int, schedule_id: int) -> Status[None]:
    """Take no more snapshots by this rule; what it took stays."""
    rule = get_schedule(request.user, vm_id, schedule_id, Capability.VM_SNAPSHOT)
    remove_schedule(rule, request.user)
    return Status(204, None)
