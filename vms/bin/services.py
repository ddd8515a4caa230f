"""Ask for the bin: into it, out of it, or past it; and what becomes of machines at the end."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import HostState
from jobs.models import Job, JobState
from jobs.notices import notify
from jobs.services import asked_before
from quotas.services import reserve
from vms.busy import attach_jobs
from vms.counting import room_of
from vms.models import VM
from vms.people import concerned
from vms.rules import check
from vms.services.asking import ask
from vms.services.lifecycle import request_delete
from vms.services.refusing import refuse_field
from vms.services.work import work_on

from . import rules
from .marking import take_out, take_out_started

TRY_AGAIN = timedelta(hours=6)  # after a deletion, or a way into the bin, that failed


def request_removal(
    vm: VM,
    by: User,
    *,
    for_good: bool = False,
    with_disks: bool = False,
    confirm_name: str = "",
    idempotency_key: str = "",
    is_approved: bool = False,
) -> Job:
    """Ask that the machine goes: into the bin where there is one, else, or `for_good`, at once.

    Past the bin and out of it `confirm_name` has to be the machine's name, and so it has to be
    where disks go. Raises what `asking.ask` raises, and ActionRefused (400, `confirm`).
    """
    if rules.has_bin(vm) and not for_good:
        return ask(vm, "recycle", by, idempotency_key=idempotency_key, is_approved=is_approved)
    refuse_untyped(vm, for_good, with_disks, confirm_name)
    return request_delete(
        vm,
        by,
        with_disks,
        confirm_name,
        idempotency_key=idempotency_key,
        is_approved=is_approved,
    )


def refuse_untyped(vm: VM, for_good: bool, with_disks: bool, confirm_name: str) -> None:
    """Refuse to delete for good without the machine's name."""
    goes_to_bin = rules.has_bin(vm) and not for_good
    must_type = vm.is_in_bin or (rules.has_bin(vm) and for_good) or with_disks
    if must_type and not goes_to_bin and confirm_name != vm.name:
        words = {"name": vm.name}
        raise refuse_field("confirm", _("Type %(name)s to delete it for good.") % words)


def request_recover(vm: VM, by: User, *, idempotency_key: str = "") -> Job:
    """Ask that the machine comes out of the bin, off, as far as the quota has room for it.

    It counts from now on. Raises PermissionDenied, QuotaExceeded (422, `quota`), ActionRefused.
    """
    require(by, Capability.VM_DELETE, vm)
    if again := asked_before(by.pk, idempotency_key):
        return again
    with transaction.atomic():
        reserve(vm.team, vm.owner, room_of(vm))
        now = _locked(vm)
        attach_jobs([now])
        check(now, "recover")
        job = work_on(
            now,
            "vm.recover",
            by,
            {"autostart": _started_with_host(now)},
            idempotency_key=idempotency_key,
        )
        take_out(now, timezone.now())
    return job


def settle(now: datetime) -> None:
    """Tell of what is deleted soon, delete what is due, and let out what somebody started."""
    lying = VM.objects.in_bin().filter(is_made=True)
    for vm in attach_jobs(lying.select_related("host", "owner", "team")):
        if vm.active_job is not None or vm.host.state == HostState.UNREACHABLE:
            continue
        if vm.is_on:
            take_out_started(vm.pk, now)
        elif rules.last_word_is_due(vm, now):
            _give_last_word(vm, now)
        elif rules.deletion_is_due(vm, now):
            _do_unasked(vm, "vm.delete", rules.deletion_is_due, now, {"with_disks": True})


def put_in_ended(vm: VM, now: datetime) -> None:
    """Put a machine into the bin that ended so many days ago."""
    _do_unasked(vm, "vm.recycle", rules.binning_is_due, now, {})


def _do_unasked(
    vm: VM, kind: str, is_due: rules.Due, now: datetime, params: dict[str, bool]
) -> None:
    """Create the job in nobody's name, if it still is due once the row is held."""
    tried = Job.objects.filter(kind=kind, target_kind="vm", target_id=vm.pk, actor=None)
    if tried.filter(created_at__gt=now - TRY_AGAIN).exists():
        return
    try:
        with transaction.atomic():
            held = _locked(vm)
            if not is_due(held, now):
                return
            work_on(held, kind, None, params)
    except (ActionRefused, VM.DoesNotExist):
        return  # somebody works on it, or it is gone; the next round looks again


def _give_last_word(vm: VM, now: datetime) -> None:
    """Tell once; of two that try, the one that changes the row tells."""
    mine = VM.objects.filter(
        pk=vm.pk, recycled_at=vm.recycled_at, reminded_at=vm.reminded_at, is_protected=False
    )
    end = max(rules.until(vm) or now, now + rules.LAST_WORD)
    words = {"name": vm.name, "date": date_format(timezone.localtime(end), "j M Y H:i")}
    with transaction.atomic():
        if not mine.update(reminded_at=now):
            return
        notify(
            users=concerned(vm),
            subject=_("%(name)s is deleted for good %(date)s") % words,
            text=_("Its disks go with it. Restore it from the recycle bin before, to keep it."),
            url=reverse("vms:bin"),
            kind="lease",
        )


def _locked(vm: VM) -> VM:
    machines = VM.objects.select_related("host", "owner", "team")
    return machines.select_for_update(of=("self",)).get(pk=vm.pk)


def _started_with_host(vm: VM) -> bool:
    """Say whether the machine started with its host before it went into the bin."""
    jobs = Job.objects.filter(kind="vm.recycle", target_kind="vm", target_id=vm.pk)
    last = jobs.filter(state=JobState.SUCCEEDED).order_by("-pk").first()
    return bool(last and last.result.get("autostart"))
