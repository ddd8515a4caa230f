"""Tell of ends, stop what has ended, and give more time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import User
from hosts.models import HostState
from jobs import audit
from jobs.models import Job
from jobs.notices import notify
from vms.bin.rules import binning_is_due, days_after_end
from vms.bin.services import put_in_ended
from vms.models import VM
from vms.people import concerned
from vms.rules import can
from vms.services.keeping import last_end
from vms.services.refusing import refuse_field
from vms.services.work import work_on
from vms.states import VMState

from . import rules

ON = (VMState.RUNNING, VMState.PAUSED, VMState.BLOCKED, VMState.SHUTTING_DOWN, VMState.ASLEEP)


def settle(now: datetime) -> None:
    """Do all that is due at `now`; run twice, or in two places, it does nothing twice."""
    soon = VM.objects.kept().filter(ends_at__lte=now + rules.FIRST_REMINDER, is_made=True)
    for vm in soon.select_related("owner", "team", "host"):
        if rules.reminder_is_due(vm, now):
            _remind(vm, now)
        elif rules.stop_is_due(vm, now) and vm.state in ON:
            _stop(vm, now)
        elif binning_is_due(vm, now) and can(vm, "recycle") is None:
            put_in_ended(vm, now)


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
    with transaction.atomic():
        before = VM.objects.select_for_update().values_list("ends_at", flat=True).get(pk=vm.pk)
        VM.objects.filter(pk=vm.pk).update(ends_at=until, reminded_at=None)
        audit.record(by, "vm.keep_until", **vm.about, detail={"before": before, "after": until})
    vm.ends_at, vm.reminded_at = until, None


def say_after(vm: VM) -> str:
    """Return what becomes of the machine after it was stopped, "" where it just stays."""
    if vm.is_protected:
        return _("It is protected: it is stopped, but never deleted by itself.")
    days = days_after_end(vm.team)
    if days is None:
        return ""
    return ngettext(
        "%(count)d day later it goes into the recycle bin.",
        "%(count)d days later it goes into the recycle bin.",
        days,
    ) % {"count": days}


def _remind(vm: VM, now: datetime) -> None:
    """Tell once; of two that try, the one that changes the row tells."""
    mine = VM.objects.filter(pk=vm.pk, ends_at=vm.ends_at, reminded_at=vm.reminded_at)
    with transaction.atomic():
        if not mine.update(reminded_at=now):
            return
        words = {"name": vm.name, "date": date_format(vm.ends_at or now, "j M Y H:i")}
        kept = _("%(name)s is kept until %(date)s. Then it is stopped; extend it to keep it on.")
        notify(
            users=concerned(vm),
            subject=_("%(name)s ends %(date)s") % words,
            text=" ".join([kept % words, say_after(vm)]).strip(),
            url=reverse("vms:detail", args=[vm.pk]),
            kind="lease",
        )


def _stop(vm: VM, now: datetime) -> None:
    """Ask the guest to shut down, and switch it off when it did not.

    The row is held meanwhile, so that whoever gives it more time comes before or after.
    """
    if vm.host.state == HostState.UNREACHABLE:
        return
    try:
        with transaction.atomic():
            held = VM.objects.select_related("host").select_for_update(of=("self",)).get(pk=vm.pk)
            kind = _next_step(held, now)
            if kind:
                work_on(held, kind, None)
    except (ActionRefused, VM.DoesNotExist):
        return  # somebody works on it, or it is gone; the next round looks again


def _next_step(vm: VM, now: datetime) -> str:
    """Return what is to be done with a machine that is held, "" for nothing now.

    What was asked before the guest was started again says nothing of how it obeys now.
    """
    if not rules.stop_is_due(vm, now) or vm.state not in ON or vm.ends_at is None:
        return ""
    since = max(vm.ends_at, vm.started_at or vm.ends_at)
    asked = Job.objects.filter(
        Q(kind="vm.shutdown") | Q(kind="vm.force_off"),
        target_kind="vm",
        target_id=vm.pk,
        actor=None,
        created_at__gte=since,
    )
    last = asked.order_by("-created_at").first()
    if last is None:
        return "vm.shutdown"
    return "" if now - last.created_at < rules.FORCE_AFTER else "vm.force_off"
