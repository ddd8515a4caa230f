"""Ask for a new machine from a backup: what it is made of has to be offered, and fit the quota."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import Team, User
from backups.inventory import missing_among
from backups.models import Backup
from catalogue.models import Size
from catalogue.services import find_size_for
from jobs.models import Job
from jobs.services import asked_before, create_job
from quotas.services import reserve
from vms.counting import wanted_of
from vms.making.choices import NO_NETWORK, has_network
from vms.making.sizes import CUSTOM
from vms.models import VM
from vms.names import is_free_on
from vms.services.approving import refuse_unapproved_creation
from vms.services.create import free_names
from vms.services.keeping import end_of
from vms.services.refusing import refuse_field
from vms.services.wishes import Wish
from vms.states import VMState


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What a person asked for: the new machine's name, and whether it starts."""

    name: str
    start: bool = False


def request_restore(
    backup: Backup, spec: RestoreRequest, by: User, *, idempotency_key: str = ""
) -> Job:
    """Make a new machine's row in the backup's team and the job that fills it.

    `job.target_id` is the new machine. Raises PermissionDenied, or ActionRefused: 400 for a name,
    409 for a backup that is not there, 422 for what is not offered, needs approval or passes a
    quota, 503 when the host does not answer.
    """
    require(by, Capability.VM_BACKUP, backup)
    require(by, Capability.VM_CREATE, backup)
    _refuse_absent(backup)
    wish = wish_of(backup, spec, by)
    with transaction.atomic():
        if again := asked_before(by.pk, idempotency_key):
            return again
        _refuse_not_offered(wish, by, backup.team)
        refuse_unapproved_creation(wish, by, backup.team)
        owner = backup.owner or by
        reserve(backup.team, owner, wanted_of(wish))
        free_names(wish.name, 1, backup.team, owner)
        if not is_free_on(backup.host, wish.name):
            text = _("The name %(name)s cannot be had. Choose another one.")
            raise refuse_field("name", text % {"name": wish.name})
        vm = _row(backup, wish, owner, by)
        require(by, Capability.VM_CREATE, vm)
        return create_job(
            "backup.restore",
            **vm.about,
            host_id=backup.host_id,
            actor=by,
            params={"backup": backup.pk, "wish": wish.as_params()},
            audiences=vm.audiences,
            idempotency_key=idempotency_key,
        )


def wish_of(backup: Backup, spec: RestoreRequest, by: User) -> Wish:
    """Return what the new machine would be; its network is one that is open to the team."""
    usable = [
        name for name in backup.networks if name and has_network(backup.host, name, by, backup.team)
    ]
    return Wish(
        name=spec.name,
        kind="network",
        image="",
        iso=None,
        vcpus=backup.vcpus,
        memory=backup.memory,
        disk=backup.disk_bytes,
        network=usable[0] if usable else NO_NETWORK,
        firmware=backup.firmware or "bios",
        tpm=backup.has_tpm,
        start=spec.start,
        description="",
        size=_size_of(backup),
        team_id=backup.team_id,
    )


def _size_of(backup: Backup) -> str:
    """Return the size that the machine had, where that is still what it was; else an own one."""
    size = Size.objects.filter(slug=backup.size).first()
    amounts = (backup.vcpus, backup.memory, backup.disk_bytes)
    if size is not None and (size.vcpus, size.memory, size.disk) == amounts:
        return size.slug
    return CUSTOM


def _refuse_absent(backup: Backup) -> None:
    if not backup.is_made:
        raise ActionRefused(_("This backup is not complete."), code="not-made")
    if missing_among([backup]):
        raise ActionRefused(_("The files of this backup are gone from the host."), code="missing")
    if not backup.host.is_online:
        text = _("The host that has this backup does not answer. Try later.")
        raise ActionRefused(text, code="host-unreachable", status=503)
    if backup.host.duty:
        text = _("The host that has this backup is in maintenance. Try later.")
        raise ActionRefused(text, code="maintenance")


def _refuse_not_offered(wish: Wish, by: User, team: Team | None) -> None:
    if find_size_for(by, team, wish.size) is None:
        text = _("A machine of this size is not offered here.")
        raise ActionRefused(text, code="not-offered", status=422, fields={"size": text})


def _row(backup: Backup, wish: Wish, owner: User, by: User) -> VM:
    return VM.objects.create(
        host=backup.host,
        uuid=uuid.uuid4(),
        name=wish.name,
        owner=owner,
        team=backup.team,
        is_made=False,
        state=VMState.OFF,
        size=wish.size,
        ends_at=end_of(None, backup.team, by),
        vcpus=wish.vcpus,
        memory=wish.memory,
        disk_bytes=wish.disk,
        firmware=wish.firmware,
        has_tpm=wish.tpm,
    )
