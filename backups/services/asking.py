"""Ask for a backup, for its deletion, and for the place where backups go."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from backups.models import PLACE, UNSETTLED, Backup, has_place
from hosts.models import Host
from jobs.models import Job
from jobs.services import asked_before, create_job
from quotas.models import Resource
from quotas.services import Line, preview, reserve
from vms.busy import attach_jobs
from vms.models import VM
from vms.names import BadName, check_text
from vms.rules import check
from vms.services.refusing import refuse_field
from vms.services.work import work_on

LONGEST = 200
WANTED = {Resource.BACKUPS: 1}


def why_not(vm: VM) -> str:
    """Return why the machine cannot be backed up now, "" where it can."""
    if not has_place(vm.host):
        return _("This host has no place for backups yet.")
    if not any(disk.get("device", "disk") == "disk" for disk in vm.disks):
        return _("The machine has no disk that could be backed up.")
    return ""


def quota_lines(vm: VM) -> list[Line]:
    """Return the limits on backups as they would be with one more."""
    return [
        line for line in preview(vm.team, vm.owner, WANTED) if line.resource == Resource.BACKUPS
    ]


def request_backup(vm: VM, by: User, *, description: str = "", idempotency_key: str = "") -> Job:
    """Make the row of a new backup and the job that fills it.

    Raises PermissionDenied, QuotaExceeded (422), or ActionRefused where the machine's state, its
    host or another job stands against it.
    """
    require(by, Capability.VM_BACKUP, vm)
    try:
        text = check_text(description, LONGEST)
    except BadName as error:
        raise refuse_field("description", str(error)) from error
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        attach_jobs([vm])
        check(vm, "backup")
        if reason := why_not(vm):
            raise ActionRefused(reason, code="no-place", status=409)
        reserve(vm.team, vm.owner, WANTED)
        backup = _row(vm, text)
        job = work_on(vm, "backup.make", by, {"backup": backup.pk}, idempotency_key=idempotency_key)
        Backup.objects.filter(pk=backup.pk).update(job=job)
    return job


def request_deletion(backup: Backup, by: User, *, idempotency_key: str = "") -> Job:
    """Ask to delete a backup's files and its row; refused while it is being made."""
    require(by, Capability.VM_BACKUP, backup)
    if not backup.is_made and backup.job is not None and backup.job.is_active:
        raise ActionRefused(_("This backup is being made. Stop that first."), code="busy")
    return create_job(
        "backup.delete",
        target_kind="backup",
        target_id=backup.pk,
        target_name=backup.vm_name,
        host_id=backup.host_id,
        actor=by,
        audiences=backup.audiences,
        idempotency_key=idempotency_key,
    )


def request_place(host: Host, by: User) -> Job:
    """Ask for the pool in which the host's backups go."""
    require(by, Capability.HOST_MANAGE)
    return create_job(
        "backup.place",
        target_kind="host",
        target_id=host.pk,
        target_name=host.name,
        host_id=host.pk,
        actor=by,
        params={"pool": PLACE},
    )


def _row(vm: VM, description: str) -> Backup:
    stale = Backup.objects.filter(vm=vm, made_at=None, files=[]).exclude(job__state__in=UNSETTLED)
    stale.delete()  # asked for, and stopped before anything was done
    return Backup.objects.create(
        key=uuid.uuid4(),
        host=vm.host,
        vm=vm,
        vm_name=vm.name,
        owner=vm.owner,
        team=vm.team,
        description=description,
        size=vm.size,
        vcpus=vm.vcpus,
        memory=vm.memory,
        disk_bytes=vm.disk_bytes,
        firmware=vm.firmware,
        has_tpm=vm.has_tpm,
        os_id=vm.os_id,
        networks=[nic["source"] for nic in vm.nics if nic.get("kind") == "network"],
    )
