"""Ask for a machine to be moved to another host."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host, Transport
from jobs.models import Job
from jobs.services import asked_before
from migration.models import Migration
from migration.options import MOST_BANDWIDTH, MOST_DOWNTIME, MOST_STREAMS, Options
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check
from vms.services.work import work_on

# A guest that just left is seen a little longer; the worker asks the host itself.
FRESH = timedelta(seconds=30)
Policy = Callable[[VM, Host, User | None], str]
_POLICIES: list[Policy] = []


def register_policy(policy: Policy) -> None:
    """Let a room say why a machine may not move to a host: "" where it may. No slow looks."""
    _POLICIES.append(policy)


def why_not(vm: VM, target: Host, by: User | None = None) -> str:
    """Return why the machine may not be moved to `target`, as far as rows can tell; "" if it may.

    The machine's own state is `vms.rules.can(vm, "migrate")`.
    """
    if target.pk == vm.host_id:
        return _("%(name)s is on %(host)s already.") % {"name": vm.name, "host": target.name}
    if Transport.TEST in {target.transport, vm.host.transport}:
        return _("Machines of simulated hosts cannot move.")
    if not target.is_online:
        return _("%(host)s does not answer now.") % {"host": target.name}
    if vm.copies.filter(host=target, since__lt=timezone.now() - FRESH).exists():
        text = _("%(host)s has a definition of %(name)s already. Remove that first.")
        return text % {"host": target.name, "name": vm.name}
    return next((reason for policy in _POLICIES if (reason := policy(vm, target, by))), "")


def request_migration(
    vm: VM,
    target: Host,
    by: User | None,
    options: Options,
    *,
    accepted: Sequence[str] = (),
    idempotency_key: str = "",
) -> Job:
    """Make the row of a migration and the job that carries it; `by` is None for the portal itself.

    `accepted` are the warnings that `by` knows of. Beyond the number that a host takes at once it
    waits in the queue. Raises PermissionDenied, or ActionRefused where the machine is busy (409),
    its state or the target stands against it.
    """
    if by is not None:
        require(by, Capability.VM_MIGRATE, vm)
    _check_options(options)
    with transaction.atomic():
        if again := asked_before(by.pk if by else None, idempotency_key):
            return again
        attach_jobs([vm])
        check(vm, "migrate")
        if reason := why_not(vm, target, by):
            raise ActionRefused(reason, code="target-unfit")
        return _create(vm, target, by, options, accepted, idempotency_key)


def _create(
    vm: VM,
    target: Host,
    by: User | None,
    options: Options,
    accepted: Sequence[str],
    idempotency_key: str,
) -> Job:
    row = Migration.objects.create(
        vm=vm,
        vm_uuid=vm.uuid,
        vm_name=vm.name,
        source=vm.host,
        source_name=vm.host.name,
        target=target,
        target_name=target.name,
        asked_by=by,
        options=options.as_json(),
        accepted=list(accepted),
    )
    job = work_on(
        vm,
        "vm.migrate",
        by,
        {"migration": row.pk, "to": target.name},
        idempotency_key=idempotency_key,
    )
    Migration.objects.filter(pk=row.pk).update(job=job)
    return job


def _check_options(options: Options) -> None:
    bounds = (
        ("bandwidth", options.bandwidth, MOST_BANDWIDTH),
        ("max_downtime_ms", options.max_downtime_ms, MOST_DOWNTIME),
        ("parallel", options.parallel, MOST_STREAMS),
    )
    for name, value, most in bounds:
        if value is not None and not 1 <= value <= most:
            text = _("A number from 1 to %(most)d is wanted here.") % {"most": most}
            raise ActionRefused(text, code="invalid", status=400, fields={name: text})
