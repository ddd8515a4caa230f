"""Ask for one action on many machines; each gets its own job or its own refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from jobs.models import Job
from vms.bin.services import request_recover, request_removal
from vms.models import VM
from vms.rules import BULK_ACTIONS, Refusal

from .asking import ask
from .refusing import refuse_field

MOST = 500

Ask = Callable[[VM, User], Job]
_MORE: dict[str, Ask] = {}


def register(action: str, request: Ask) -> None:
    """Let `action`, which a room above asks for by `request`, be done with many machines."""
    _MORE[action] = request


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of one machine: a job, or why not."""

    vm: VM
    job: Job | None
    refusal: Refusal | None


def request_bulk(vms: Sequence[VM], action: str, by: User) -> list[BulkResult]:
    """Ask for `action` on each machine: a power action, delete (into the bin), recover,
    or what a room above registered.

    Without a bin a machine is deleted at once, and its disks stay.
    """
    if action not in BULK_ACTIONS | _MORE.keys():
        raise refuse_field("action", _("This cannot be done with many machines at once."))
    if len(vms) > MOST:
        raise refuse_field("ids", _("At most %(count)d machines at once.") % {"count": MOST})
    return [_one(vm, action, by) for vm in vms]


def _one(vm: VM, action: str, by: User) -> BulkResult:
    try:
        return BulkResult(vm, _ask(vm, action, by), None)
    except ActionRefused as error:
        refusal = Refusal(error.message, error.code, error.status, error.extra)
        return BulkResult(vm, None, refusal)
    except PermissionDenied:
        message = _("You may not do this with %(name)s.") % {"name": vm.name}
        return BulkResult(vm, None, Refusal(message, "forbidden", 403))


def _ask(vm: VM, action: str, by: User) -> Job:
    if action == "delete":
        return request_removal(vm, by)
    if action == "recover":
        return request_recover(vm, by)
    if action in _MORE:
        return _MORE[action](vm, by)
    return ask(vm, action, by)
