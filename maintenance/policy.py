"""May a machine move to a host, as far as placement says? The same rules as for new machines."""

from accounts.models import User
from hosts.models import Host
from maintenance.models import planned_with
from vms.models import VM
from vms.placement import judge
from vms.placement.needs import need_of

# What the checks of migrations look at themselves, more closely.
LEFT_TO_CHECKS = frozenset({"network", "firmware", "tpm", "memory", "iso", "storage"})


def why_not(vm: VM, target: Host, _by: User | None) -> str:
    """Return why the machine is not to go to `target`, "" where it may."""
    for reason in judge(need_of(vm, planned_with(vm)), [target])[0].reasons:
        if reason.is_hard and reason.code not in LEFT_TO_CHECKS:
            return f"{target.name} {reason.text}."
    return ""
