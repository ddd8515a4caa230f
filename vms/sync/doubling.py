"""Does one machine run on two hosts? Always asked, never settled by killing: people decide."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from jobs import audit
from jobs.notices import notify
from vms.announcing import announce_change
from vms.models import VM, Copy
from vms.states import ARRIVING, VMState

# Two watchers tell of one move, in any order: only what lasts longer is an alarm.
GRACE = timedelta(seconds=4)
ALARMS = frozenset({"two-copies", "lost"})
LOST = "post-copy-failed"


def detect(now: datetime) -> None:
    """Raise an alarm for each machine that runs twice, and lift those that are over."""
    copies = Copy.objects.select_related("vm", "vm__host", "host").order_by("pk")
    found: dict[int, str] = {}
    for copy in copies:
        if copy.since <= now - GRACE and (hold := _hold(copy)):
            found[copy.vm_id] = hold
    for pk, hold in found.items():
        set_hold(pk, hold)
    over = VM.objects.filter(hold__in=ALARMS).exclude(pk__in=list(found))
    for vm in over.select_related("host").prefetch_related("copies"):
        if _is_over(vm):
            set_hold(vm.pk, "")


def set_hold(pk: int, hold: str) -> bool:
    """Hold a machine, or let it go with ""; say whether that is new. Alarms are told once."""
    with transaction.atomic():
        if not VM.objects.filter(pk=pk).exclude(hold=hold).update(hold=hold):
            return False
        vm = VM.objects.select_related("host", "owner").get(pk=pk)
        announce_change(vm)
        audit.record(None, "vm.hold", **vm.about, outcome="done", detail={"hold": hold})
        if hold in ALARMS:
            _alarm(vm)
    return True


def _hold(copy: Copy) -> str:
    """Return the alarm that a copy gives, or ""."""
    vm = copy.vm
    if LOST in {vm.state_reason, copy.reason} and vm.is_on and copy.is_on:
        return "lost"
    is_still = vm.state == VMState.PAUSED and vm.state_reason in ARRIVING
    return "two-copies" if vm.is_on and not is_still and copy.is_running else ""


def _is_over(vm: VM) -> bool:
    """Say whether an alarm has lost its ground: as long as two may run it has not."""
    if vm.hold == "lost":
        return not vm.is_on or (vm.state_reason != LOST and not vm.copies.exists())
    return not any(copy.is_running for copy in vm.copies.all()) or not vm.is_on


def _alarm(vm: VM) -> None:
    places = [vm.host.name, *(copy.host.name for copy in vm.copies.select_related("host"))]
    words = {"name": vm.name, "hosts": ", ".join(places)}
    if vm.hold == "lost":
        subject = _("%(name)s was lost on the way between two hosts") % words
    else:
        subject = _("%(name)s runs on two hosts at once") % words
    notify(
        users=User.objects.filter(is_superuser=True, is_active=True),
        subject=subject,
        text=_("It is on %(hosts)s. Nothing was ended; decide which copy ends.") % words,
        url=reverse("vms:detail", args=[vm.pk]),
        kind="alarm",
    )


def detect_now() -> None:
    """Look at this moment."""
    detect(timezone.now())
