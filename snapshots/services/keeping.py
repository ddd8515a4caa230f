"""Snapshots by schedule: set the rules, take what is due, delete what is too many."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from jobs.audit import record
from snapshots.models import Every, SnapshotSchedule
from vms.announcing import announce_change
from vms.models import VM
from vms.services.refusing import refuse_field

from .asking import plan_for, request_deletion, request_snapshot

MOST_KEPT = 100
WORDS = {Every.HOUR: "hourly", Every.DAY: "daily", Every.WEEK: "weekly"}


def set_schedule(
    vm: VM, by: User, *, every: str, keep: int, with_memory: bool = False
) -> SnapshotSchedule:
    """Make or change the machine's rule of this pace; the first snapshot is taken at once.

    Raises PermissionDenied, or ActionRefused: 400 for a value, 409 where the machine cannot have
    snapshots.
    """
    require(by, Capability.VM_SNAPSHOT, vm)
    if every not in Every.values:
        raise refuse_field("every", _("Choose how often."))
    if not 1 <= keep <= MOST_KEPT:
        raise refuse_field("keep", _("Keep between 1 and %(most)d.") % {"most": MOST_KEPT})
    if reason := plan_for(vm, with_memory=with_memory).reason:
        raise ActionRefused(reason, code="no-snapshot", status=409)
    with transaction.atomic():
        rule, _made = SnapshotSchedule.objects.update_or_create(
            vm=vm,
            every=every,
            defaults={"keep": keep, "with_memory": with_memory, "made_by": by, "problem": ""},
        )
        _note(rule, by, "snapshot.schedule", every=every, keep=keep)
    return rule


def remove_schedule(rule: SnapshotSchedule, by: User) -> None:
    """Take no more by this rule; what it took stays."""
    require(by, Capability.VM_SNAPSHOT, rule.vm)
    with transaction.atomic():
        _note(rule, by, "snapshot.unschedule", every=rule.every)
        rule.delete()


def settle(now: datetime) -> None:
    """Ask for all that is due at `now`; run twice, or in two places, it asks for nothing twice."""
    rules = SnapshotSchedule.objects.filter(vm__is_made=True, vm__recycled_at=None)
    for rule in rules.select_related("vm__host", "vm__owner", "vm__team").order_by("pk"):
        if rule.next_at <= now:
            _take(rule, now)
        else:
            _prune(rule)


def _take(rule: SnapshotSchedule, now: datetime) -> None:
    """Ask for the next one, once; what stands against it is told on the machine's page."""
    after = rule.after(now)
    mine = SnapshotSchedule.objects.filter(pk=rule.pk, next_at=rule.next_at)
    if not mine.update(next_at=after):
        return
    moment = timezone.localtime(now)
    name = f"{WORDS[Every(rule.every)]}-{moment:%Y-%m-%d-%H%M}"
    try:
        request_snapshot(rule.vm, None, name=name, with_memory=rule.with_memory, schedule=rule)
    except ActionRefused as error:
        problem = str(error.message)[:400]
    else:
        problem = ""
    if problem != rule.problem:
        SnapshotSchedule.objects.filter(pk=rule.pk).update(problem=problem)


def _prune(rule: SnapshotSchedule) -> None:
    """Ask to delete the oldest that is too many; one at a time, as a machine has one job."""
    taken = rule.taken.made().order_by("-created_at", "-pk")
    for old in taken[rule.keep : rule.keep + 1]:
        old.vm = rule.vm
        try:
            request_deletion(old, None)
        except ActionRefused:
            return  # asked again at the next round


def _note(rule: SnapshotSchedule, by: User, action: str, **detail: object) -> None:
    vm = rule.vm
    record(by, action, **vm.about, detail=dict(detail))
    announce_change(vm)
