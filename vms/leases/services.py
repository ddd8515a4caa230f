"""Tell of ends, stop what has ended, and give more time."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, require, role_is
from accounts.models import User
from hosts.models import HostState
from jobs import audit
from jobs.models import Job
from jobs.notices import notify
from jobs.services import create_job
from vms.models import VM
from vms.services.keeping import last_end
from vms.services.refusing import refuse_field
from vms.states import VMState

from . import rules

ON = (VMState.RUNNING, VMState.PAUSED, VMState.BLOCKED, VMState.SHUTTING_DOWN, VMState.ASLEEP)


def settle(now: datetime) -> None:
    """Do all that is due at `now`; run twice, or in two places, it does nothing twice."""
    soon = VM.objects.filter(ends_at__lte=now + rules.FIRST_REMINDER, is_made=True)
    for vm in soon.select_related("owner", "team", "host"):
        if rules.reminder_is_due(vm, now):
            _remind(vm, now)
        elif rules.stop_is_due(vm, now) and vm.state in ON:
            _stop(vm, now)


def keep_until(vm: VM, until: datetime | None, by: User) -> None:
    """Give `vm` more time, or less; None is for ever.

    Raises PermissionDenied, or ActionRefused (400, `ends_at`) for a day in the past or past what
    the team allows to who does not manage it.
    """
    require(by, Capability.VM_EDIT, vm)
    last = last_end(vm.team)
    free = last is None or allows(by, Capability.TEAM_MANAGE, vm.team)
    if until is not None and until <= timezone.now():
        raise refuse_field("ends_at", _("Choose a day in the future."))
    if not free and last is not None and (until is None or until > last):
        days = vm.team.longest_lease_days if vm.team else 0
        raise refuse_field("ends_at", _("At most %(count)d days from today.") % {"count": days})
    before = vm.ends_at
    with transaction.atomic():
        VM.objects.filter(pk=vm.pk).update(ends_at=until, reminded_at=None)
        audit.record(
            by,
            "vm.keep_until",
            target_kind="vm",
            target_id=vm.pk,
            target_name=vm.name,
            detail={"before": before, "after": until},
        )
    vm.ends_at, vm.reminded_at = until, None


def _remind(vm: VM, now: datetime) -> None:
    """Tell once; of two that try, the one that changes the row tells."""
    mine = VM.objects.filter(pk=vm.pk, ends_at=vm.ends_at, reminded_at=vm.reminded_at)
    with transaction.atomic():
        if not mine.update(reminded_at=now):
            return
        words = {"name": vm.name, "date": date_format(vm.ends_at or now, "j M Y H:i")}
        notify(
            users=_concerned(vm),
            subject=_("%(name)s ends %(date)s") % words,
            text=_("%(name)s is kept until %(date)s. Then it is stopped; extend it to keep it on.")
            % words,
            url=reverse("vms:detail", args=[vm.pk]),
            kind="lease",
        )


def _stop(vm: VM, now: datetime) -> None:
    """Ask the guest to shut down, and switch it off when it did not."""
    if vm.host.state == HostState.UNREACHABLE:
        return
    asked = Job.objects.filter(
        Q(kind="vm.shutdown") | Q(kind="vm.force_off"),
        target_kind="vm",
        target_id=vm.pk,
        actor=None,
        created_at__gte=vm.ends_at,
    ).order_by("-created_at")
    last = asked.first()
    if last is not None and now - last.created_at < rules.FORCE_AFTER:
        return
    kind = "vm.force_off" if last is not None else "vm.shutdown"
    try:
        create_job(
            kind,
            target_kind="vm",
            target_id=vm.pk,
            target_name=vm.name,
            host_id=vm.host_id,
            actor=None,
            audiences=vm.audiences,
        )
    except ActionRefused:
        return  # somebody works on it; the next round looks again


def _concerned(vm: VM) -> Iterable[User]:
    """Return the machine's person, else who manages its team."""
    if vm.owner is not None:
        return [vm.owner]
    if vm.team is None:
        return []
    managers = vm.team.memberships.filter(role_is(Capability.TEAM_MANAGE)).select_related("user")
    return [row.user for row in managers]
