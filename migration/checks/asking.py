"""Ask for a check, and for what removes a blocker: short transactions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, allows, require
from accounts.models import User
from hosts.models import Host, Transport
from jobs.models import Job
from jobs.services import create_job
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check
from vms.services.work import work_on

KIND = "migration.check"


@dataclass(frozen=True, slots=True)
class Fix:
    """What removes a blocker: its kind of job, what one needs for it, what it changes."""

    kind: str
    capability: Capability
    on_host: bool = False


FIXES: dict[str, Fix] = {
    "cpu": Fix("migration.fix_cpu", Capability.VM_EDIT),
    "eject": Fix("migration.eject", Capability.VM_EDIT),
    "make-pool": Fix("migration.make_pool", Capability.HOST_MANAGE, on_host=True),
    "start-pool": Fix("migration.start_pool", Capability.HOST_MANAGE, on_host=True),
    "start-network": Fix("migration.start_network", Capability.HOST_MANAGE, on_host=True),
}


def targets_for(vm: VM) -> list[Host]:
    """Return every host but the machine's own to which it could go at all, by name."""
    if vm.host.transport == Transport.TEST:
        return []
    return list(Host.objects.exclude(pk=vm.host_id).exclude(transport=Transport.TEST))


def request_check(
    vm: VM,
    by: User,
    targets: Iterable[Host] | None = None,
    *,
    is_anew: bool = False,
    idempotency_key: str = "",
) -> Job:
    """Ask that the machine is checked against `targets`, or all; one check at a time."""
    require(by, Capability.VM_MIGRATE, vm)
    wanted = sorted(host.pk for host in (targets if targets is not None else targets_for(vm)))
    if (going := running_check(vm)) and going.params.get("targets") == wanted and not is_anew:
        return going
    if not vm.host.is_online:
        raise ActionRefused(
            _("%(name)s's host does not answer. Nothing can be checked now.") % {"name": vm.name},
            code="host-unreachable",
            status=503,
            since=vm.host.state_since,
        )
    return work_on(
        vm, KIND, by, {"targets": wanted, "anew": is_anew}, idempotency_key=idempotency_key
    )


def running_check(vm: VM) -> Job | None:
    """Return the check of the machine that waits or runs."""
    jobs = Job.objects.active().filter(kind=KIND, target_kind="vm", target_id=vm.pk)
    return jobs.order_by("-pk").first()


def why_no_fix(vm: VM, name: str, by: User) -> str:
    """Return why the reader cannot have this done; "" when they can."""
    fix = FIXES.get(name)
    if fix is None:
        return _("There is nothing that Guesthouse could do about it.")
    if not allows(by, fix.capability, None if fix.on_host else vm):
        if fix.on_host:
            return _("An administrator of the hosts can do this.")
        return _("You may not change this machine.")
    return ""


def request_fix(vm: VM, target: Host, by: User, name: str, about: str = "") -> Job:
    """Ask for what removes a blocker. Raises PermissionDenied, or ActionRefused."""
    require(by, Capability.VM_MIGRATE, vm)
    fix = FIXES.get(name)
    if fix is None:
        raise ActionRefused(_("Guesthouse has no fix for this."), code="no-fix", status=400)
    require(by, fix.capability, None if fix.on_host else vm)
    if not fix.on_host:
        attach_jobs([vm])
        check(vm, "migrate")
    return create_job(
        fix.kind,
        target_kind="host" if fix.on_host else "vm",
        target_id=target.pk if fix.on_host else vm.pk,
        target_name=target.name if fix.on_host else vm.name,
        host_id=target.pk if fix.on_host else vm.host_id,
        actor=by,
        params={"vm": vm.pk, "target": target.pk, "about": about[:255]},
        audiences=["admins"] if fix.on_host else vm.audiences,
    )
