"""Ask for a snapshot, for a revert, for deletion, and change what a snapshot is called."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Transport
from jobs.audit import record
from jobs.models import Job
from jobs.services import asked_before
from quotas.models import Resource
from quotas.services import Line, preview, reserve
from snapshots.models import UNSETTLED, Origin, Snapshot, SnapshotSchedule
from snapshots.plans import Facts, Plan, plan
from snapshots.reverts import counted_with, wanted_more
from vms.announcing import announce_change
from vms.busy import attach_jobs
from vms.models import VM
from vms.names import BadName, check_text
from vms.resizing.holding import hold
from vms.rules import check
from vms.services.refusing import refuse_field
from vms.services.work import work_on

LONGEST_NAME, LONGEST_TEXT = 80, 200
WANTED = {Resource.SNAPSHOTS: 1}
BEFORE = "before-revert"


def plan_for(vm: VM, *, with_memory: bool) -> Plan:
    """Return how a snapshot of the machine would be kept, by what its row says."""
    kinds = frozenset(vm.snapshots.made().values_list("kind", flat=True))
    facts = Facts(
        disks=vm.disks,
        firmware=vm.firmware,
        memory=vm.memory,
        is_on=vm.is_on,
        kinds=kinds,
        is_simulated=vm.host.transport == Transport.TEST,
    )
    return plan(facts, with_memory=with_memory)


def why_not(vm: VM) -> str:
    """Return why no snapshot of the machine can be taken at all, "" where one can."""
    reasons = [plan_for(vm, with_memory=memory).reason for memory in (True, False)]
    return reasons[0] if all(reasons) else ""


def quota_lines(vm: VM) -> list[Line]:
    """Return the limits on snapshots as they would be with one more."""
    lines = preview(vm.team, vm.owner, WANTED)
    return [line for line in lines if line.resource == Resource.SNAPSHOTS]


def request_snapshot(
    vm: VM,
    by: User | None,
    *,
    name: str = "",
    description: str = "",
    with_memory: bool = False,
    schedule: SnapshotSchedule | None = None,
    idempotency_key: str = "",
) -> Job:
    """Make the row of a new snapshot and the job that takes it; `by` is None for a schedule.

    Raises PermissionDenied, QuotaExceeded (422), or ActionRefused where the machine's state, its
    disks or another job stands against it.
    """
    if by is not None:
        require(by, Capability.VM_SNAPSHOT, vm)
    text = _checked(description, "description", LONGEST_TEXT)
    name = _checked(name, "name", LONGEST_NAME) or _next_name(vm)
    with transaction.atomic():
        if by is not None and (again := asked_before(by.pk, idempotency_key)):
            return again
        attach_jobs([vm])
        check(vm, "snapshot")
        row = _reserve(vm, name, with_memory=with_memory)
        row.description, row.schedule, row.made_by = text, schedule, by
        row.origin = Origin.SCHEDULE if schedule else Origin.PERSON
        row.save()
        job = work_on(
            vm, "snapshot.take", by, {"snapshot": row.pk}, idempotency_key=idempotency_key
        )
        Snapshot.objects.filter(pk=row.pk).update(job=job)
    return job


def request_bulk(vm: VM, by: User) -> Job:
    """Ask for a snapshot of one of many machines: with memory where it is on and can be kept."""
    with_memory = vm.is_on and not plan_for(vm, with_memory=True).reason
    return request_snapshot(vm, by, with_memory=with_memory)


def request_revert(
    snapshot: Snapshot, by: User, *, keep_present: bool = True, idempotency_key: str = ""
) -> Job:
    """Ask to go back to a snapshot; with `keep_present` one of the present state is taken first.

    Raises as `request_snapshot`; QuotaExceeded too where the machine would come back bigger than
    its team or person may have.
    """
    vm = snapshot.vm
    require(by, Capability.VM_SNAPSHOT, vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        attach_jobs([vm])
        check(vm, "revert")
        _refuse_unmade(snapshot)
        if vm.is_protected and not keep_present:
            text = _("%(name)s is protected. Keep the present state first.") % {"name": vm.name}
            raise ActionRefused(text, code="protected", status=409)
        kept = None
        if keep_present:
            kept = _reserve(vm, BEFORE, with_memory=vm.is_on, more_of=snapshot)
            kept.origin, kept.made_by = Origin.REVERT, by
            kept.save()
        else:
            reserve(vm.team, vm.owner, wanted_more(vm, snapshot))
        hold(vm, *counted_with(snapshot))
        params: dict[str, object] = {"snapshot": snapshot.pk, "keep": kept.pk if kept else None}
        job = work_on(vm, "snapshot.revert", by, params, idempotency_key=idempotency_key)
        if kept:
            Snapshot.objects.filter(pk=kept.pk).update(job=job)
    return job


def request_deletion(
    snapshot: Snapshot,
    by: User | None,
    *,
    with_children: bool = False,
    idempotency_key: str = "",
) -> Job:
    """Ask to delete a snapshot; what was taken after it stays, or goes too `with_children`."""
    if by is not None:
        require(by, Capability.VM_SNAPSHOT, snapshot.vm)
    _refuse_unmade(snapshot)
    keys = [snapshot.key]
    if with_children:
        keys = [one.key for one in reversed(below(snapshot))] + keys
    return _ask_to_delete("snapshot.delete", snapshot.vm, keys, by, idempotency_key)


def request_merge(vm: VM, by: User, *, keep: int, idempotency_key: str = "") -> Job:
    """Ask to delete all but the newest `keep` snapshots before the present state.

    Their layers are merged, and those that earlier deletions left. Snapshots on branches stay.
    """
    require(by, Capability.VM_SNAPSHOT, vm)
    keys = [one.key for one in line_of(vm)[max(0, keep) :]]
    return _ask_to_delete("snapshot.merge", vm, keys, by, idempotency_key)


def update_snapshot(snapshot: Snapshot, by: User, *, name: str, description: str) -> None:
    """Call a snapshot something else."""
    vm = snapshot.vm
    require(by, Capability.VM_SNAPSHOT, vm)
    name = _checked(name, "name", LONGEST_NAME)
    if not name:
        raise refuse_field("name", _("A snapshot has a name."))
    text = _checked(description, "description", LONGEST_TEXT)
    with transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(name=name, description=text)
        record(by, "snapshot.describe", **vm.about, detail={"snapshot": name})
        announce_change(vm)


def line_of(vm: VM) -> list[Snapshot]:
    """Return the snapshots from the present state down to the first one."""
    rows = {row.pk: row for row in vm.snapshots.made()}
    found: list[Snapshot] = []
    row = next((one for one in rows.values() if one.is_current), None)
    while row is not None and row not in found:
        found.append(row)
        row = rows.get(row.parent_id or 0)
    return found


def below(snapshot: Snapshot) -> list[Snapshot]:
    """Return everything that was taken after a snapshot and builds upon it, nearest first."""
    rows = list(snapshot.vm.snapshots.made())
    found: list[Snapshot] = []
    level = {snapshot.pk}
    while level:
        nearer = [row for row in rows if row.parent_id in level and row not in found]
        found += nearer
        level = {row.pk for row in nearer}
    return found


def _ask_to_delete(kind: str, vm: VM, keys: Iterable[str], by: User | None, key: str) -> Job:
    with transaction.atomic():
        if by is not None and (again := asked_before(by.pk, key)):
            return again
        attach_jobs([vm])
        check(vm, "merge")
        return work_on(vm, kind, by, {"keys": list(keys)}, idempotency_key=key)


def _reserve(vm: VM, name: str, *, with_memory: bool, more_of: Snapshot | None = None) -> Snapshot:
    """Return the row of a new snapshot, not yet written, once there is room for it."""
    way = plan_for(vm, with_memory=with_memory)
    if way.reason:
        raise ActionRefused(way.reason, code="no-snapshot", status=409)
    reserve(vm.team, vm.owner, WANTED | (wanted_more(vm, more_of) if more_of else {}))
    stale = vm.snapshots.filter(made_at=None).exclude(job__state__in=UNSETTLED)
    stale.delete()  # asked for, and stopped before anything was done
    return Snapshot(vm=vm, key=_key(vm, name), name=name, kind=way.kind, has_memory=way.with_memory)


def _key(vm: VM, name: str) -> str:
    """Return a name for libvirt that no other snapshot of the machine has, and no number is."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60]
    stem = plain if plain[:1].isalpha() else f"snapshot-{plain}".rstrip("-")
    taken = set(vm.snapshots.values_list("key", flat=True))
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def _next_name(vm: VM) -> str:
    return _("snapshot-%(number)d") % {"number": vm.snapshots.count() + 1}


def _checked(text: str, field: str, longest: int) -> str:
    try:
        return check_text(text, longest)
    except BadName as error:
        raise refuse_field(field, str(error)) from error


def _refuse_unmade(snapshot: Snapshot) -> None:
    if not snapshot.is_made:
        raise ActionRefused(_("This snapshot is not complete."), code="not-made", status=409)
