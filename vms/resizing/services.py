"""Ask that a machine is made bigger or smaller, that a disk grows, or that what waits is undone.

What it will count with is reserved in the transaction that asks, as for a new machine.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from jobs.models import Job
from jobs.services import asked_before
from quotas.services import taking_over
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check
from vms.services.work import work_on

from .approving import refuse_unapproved_growth
from .disks import amounts_with, read_growth
from .pending import pending_of
from .rules import refuse_fixed
from .wishes import ResizeRequest, amounts_of, read_resize


def request_resize(
    vm: VM,
    spec: ResizeRequest,
    by: User,
    *,
    idempotency_key: str = "",
    is_approved: bool = False,
) -> Job:
    """Ask for other processors and memory.

    `is_approved` says that somebody who decides has agreed to these very figures.

    Raises PermissionDenied, QuotaExceeded (422, `quota`), or ActionRefused: what `read_resize`
    raises, 409 where the machine's state, its definition or another job stands against it, 422
    (`needs-approval`) where somebody has to agree first.
    """
    require(by, Capability.VM_EDIT, vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        now = _fresh(vm, "resize")
        refuse_fixed(now.fixed)
        wish = read_resize(now, spec, by)
        if not is_approved:
            refuse_unapproved_growth(now, amounts_of(now, wish), by)
        with taking_over(now.team, now.owner, past_person_limit=is_approved):
            _hold(now, held_vcpus=wish.vcpus, held_memory=wish.max_memory)
        return work_on(now, "vm.resize", by, wish.as_params(), idempotency_key=idempotency_key)


def request_growth(
    vm: VM,
    disk: str,
    capacity: int,
    by: User,
    *,
    idempotency_key: str = "",
    is_approved: bool = False,
) -> Job:
    """Ask that the disk called `disk` grows to `capacity` bytes; raises as `request_resize`."""
    require(by, Capability.VM_EDIT, vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        now = _fresh(vm, "grow")
        growth = read_growth(now, disk, capacity, by)
        if not is_approved:
            refuse_unapproved_growth(now, amounts_with(now, growth), by)
        with taking_over(now.team, now.owner, past_person_limit=is_approved):
            _hold(now, held_disk=growth.total)
        return work_on(now, "vm.grow", by, growth.as_params(), idempotency_key=idempotency_key)


def request_undo(vm: VM, by: User, *, idempotency_key: str = "") -> Job:
    """Ask that the next start gives the machine what it has now.

    Raises PermissionDenied, or ActionRefused (409), `nothing-waits` where nothing is to be undone.
    """
    require(by, Capability.VM_EDIT, vm)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        now = _fresh(vm, "resize")
        refuse_fixed(now.fixed)
        if pending_of(now) is None:
            text = _("Nothing waits for the next start of %(name)s.") % {"name": now.name}
            raise ActionRefused(text, code="nothing-waits")
        return work_on(now, "vm.keep_size", by, idempotency_key=idempotency_key)


def _fresh(vm: VM, action: str) -> VM:
    """Return the machine as it is in this transaction, if `action` can be asked for."""
    now = VM.objects.select_related("host", "owner", "team").get(pk=vm.pk)
    attach_jobs([now])
    check(now, action)
    return now


def _hold(vm: VM, **columns: int) -> None:
    VM.objects.filter(pk=vm.pk).update(**columns)
