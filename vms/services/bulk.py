"""Ask for one action on many machines; each gets its own job or its own refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import Job
from vms.models import VM
from vms.rules import BULK_ACTIONS, Refusal

from .asking import ask
from .refusing import refuse_field

MOST = 500


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of one machine: a job, or why not."""

    vm: VM
    job: Job | None
    refusal: Refusal | None


def request_bulk(vms: Sequence[VM], action: str, by: User) -> list[BulkResult]:
    """Ask for `action` (a power action, or delete without disks) on each machine."""
    if action not in BULK_ACTIONS:
        raise refuse_field("action", _("This cannot be done with many machines at once."))
    if len(vms) > MOST:
        raise refuse_field("ids", _("At most %(count)d machines at once.") % {"count": MOST})
    return [_one(vm, action, by) for vm in vms]


def _one(vm: VM, action: str, by: User) -> BulkResult:
    params = {"with_disks": False} if action == "delete" else {}
    try:
        return BulkResult(vm, ask(vm, action, by, params=params), None)
    except ActionRefused as error:
        refusal = Refusal(error.message, error.code, error.status, error.extra)
        return BulkResult(vm, None, refusal)
    except PermissionDenied:
        message = _("You may not do this with %(name)s.") % {"name": vm.name}
        return BulkResult(vm, None, Refusal(message, "forbidden", 403))
