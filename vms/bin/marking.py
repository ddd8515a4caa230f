"""Write that a machine is in the bin, or that it is not any more."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jobs import audit
from jobs.notices import notify
from vms.announcing import announce_change
from vms.models import VM
from vms.people import concerned

from .rules import until


def lay_in(pk: int, *, actor_id: int | None) -> None:
    """Mark the machine as in the bin since now, and tell its person if somebody else did it."""
    with transaction.atomic():
        vm = _locked(pk)
        if vm is None or vm.is_in_bin:
            return
        vm.recycled_at, vm.reminded_at = timezone.now(), None
        vm.save(update_fields=["recycled_at", "reminded_at"])
        announce_change(vm)
        _tell(vm, but=actor_id)


def take_out(vm: VM, now: datetime) -> None:
    """Mark the machine as out of the bin; its days after the end count anew from `now`."""
    vm.recycled_at, vm.reminded_at = None, now
    vm.save(update_fields=["recycled_at", "reminded_at"])
    announce_change(vm)


def take_out_started(pk: int, now: datetime) -> None:
    """Take a machine out that somebody started on its host, past Guesthouse: it is in use."""
    with transaction.atomic():
        vm = _locked(pk)
        if vm is None or not vm.is_in_bin or not vm.is_on:
            return
        before = vm.recycled_at
        take_out(vm, now)
        audit.record(
            None,
            "vm.came_out",
            **vm.about,
            detail={"before": before, "after": None, "why": "started on its host"},
        )
        notify(
            users=concerned(vm),
            subject=_("%(name)s is out of the recycle bin") % {"name": vm.name},
            text=_("Somebody started it on its host, so it is not deleted."),
            url=reverse("vms:detail", args=[vm.pk]),
            kind="lease",
        )


def _tell(vm: VM, but: int | None) -> None:
    end = until(vm)
    day = date_format(timezone.localtime(end), "j M Y") if end else ""
    words = {"name": vm.name, "date": day}
    text = _("It is off and keeps its disks until somebody deletes it.")
    if end:
        text = _("It is off and keeps its disks. On %(date)s it is deleted for good.") % words
    notify(
        users=[user for user in concerned(vm) if user.pk != but],
        subject=_("%(name)s is in the recycle bin") % words,
        text=text,
        url=reverse("vms:bin"),
        kind="lease",
    )


def _locked(pk: int) -> VM | None:
    machines = VM.objects.select_related("host", "team", "owner")
    return machines.select_for_update(of=("self",)).filter(pk=pk).first()
