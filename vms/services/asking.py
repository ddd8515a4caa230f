"""How is a change of a machine asked for? One job row, announced and sent on commit."""

from typing import Any

from accounts.access import Capability, require
from accounts.models import User
from jobs.models import Job
from jobs.services import asked_before
from vms.affinity.rules import refuse_start
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check

from .approving import refuse_unapproved_deletion
from .work import work_on

NEEDED: dict[str, Capability] = {
    "rename": Capability.VM_EDIT,
    "autostart": Capability.VM_EDIT,
    "medium": Capability.VM_EDIT,
    "delete": Capability.VM_DELETE,
    "recycle": Capability.VM_DELETE,
    "recover": Capability.VM_DELETE,
}
STARTS = frozenset({"start", "restore"})
# What ends a machine, at once or after its days in the bin, may have to be agreed to.
DELETIONS = frozenset({"delete", "recycle"})


def right_for(action: str) -> Capability:
    """Return what a person needs to ask for `action`."""
    return NEEDED.get(action, Capability.VM_OPERATE)


def ask(
    vm: VM,
    action: str,
    by: User,
    *,
    params: dict[str, Any] | None = None,
    idempotency_key: str = "",
    is_approved: bool = False,
) -> Job:
    """Create the job `vm.<action>`.

    `is_approved` says that somebody who decides has agreed to a deletion.

    Raises PermissionDenied without the right, and ActionRefused when the machine's state, its host
    or another job stands against it.
    """
    require(by, right_for(action), vm)
    if again := asked_before(by.pk, idempotency_key):
        return again
    if action in DELETIONS and not is_approved:
        refuse_unapproved_deletion(vm, by)
    attach_jobs([vm])
    check(vm, action)
    if action in STARTS:
        refuse_start(vm)
    return work_on(vm, f"vm.{action}", by, params, idempotency_key=idempotency_key)
