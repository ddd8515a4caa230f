"""Make and end groups of hosts, and ask for the processor that they have in common."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from hosts.models import Host, Transport
from jobs import audit
from jobs.models import Job
from jobs.services import create_job
from vms.affinity.services import read_name
from vms.busy import attach_jobs
from vms.models import VM
from vms.rules import check
from vms.services.refusing import refuse_field
from vms.services.work import work_on

from .models import ProcessorGroup, ProcessorMember

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What a group is to be; `hosts` are ids."""

    name: str
    hosts: frozenset[int]
    is_for_new: bool = True


def candidates() -> list[Host]:
    """Return the hosts that can be in a group: those between which machines move at all."""
    return list(Host.objects.exclude(transport=Transport.TEST))


def create_group(wish: Wish, by: User) -> ProcessorGroup:
    """Make a group. Raises PermissionDenied, or ActionRefused (400) that names the field."""
    return _write(ProcessorGroup(), wish, by, "processors.create")


def edit_group(group: ProcessorGroup, wish: Wish, by: User) -> ProcessorGroup:
    """Change a group; with other hosts what was found for the old ones is forgotten."""
    return _write(group, wish, by, "processors.edit")


def _write(group: ProcessorGroup, wish: Wish, by: User, action: str) -> ProcessorGroup:
    require(by, Capability.HOST_MANAGE)
    group.name, group.is_for_new = _name(group, wish.name), wish.is_for_new
    hosts = _hosts(group, wish.hosts)
    before = set(group.members.values_list("host_id", flat=True)) if group.pk else set()
    if before != set(wish.hosts):
        group.processor = group.model = group.virt_type = ""
        group.verdicts, group.found_at = {}, None
    try:
        with transaction.atomic():
            group.save()
            group.members.exclude(host__in=hosts).delete()
            new = [host for host in hosts if host.pk not in before]
            ProcessorMember.objects.bulk_create(ProcessorMember(group=group, host=h) for h in new)
            detail = {"hosts": [host.name for host in hosts], "for_new": group.is_for_new}
            _record(group, by, action, detail)
    except IntegrityError as error:  # somebody else was quicker
        raise refuse_field("hosts", _("The name or a host was taken meanwhile.")) from error
    return group


def _name(group: ProcessorGroup, text: str) -> str:
    name = read_name(text)
    if ProcessorGroup.objects.filter(name=name).exclude(pk=group.pk).exists():
        raise refuse_field("name", _("There is a group of this name already."))
    return name


def _hosts(group: ProcessorGroup, wanted: Collection[int]) -> list[Host]:
    hosts = [host for host in candidates() if host.pk in wanted]
    if len(hosts) != len(wanted) or len(hosts) < FEWEST:
        raise refuse_field("hosts", _("Choose at least two hosts."))
    others = ProcessorMember.objects.filter(host__in=hosts).exclude(group=group.pk)
    if (other := others.select_related("group", "host").first()) is not None:
        words = {"host": other.host.name, "group": other.group.name}
        raise refuse_field("hosts", _("%(host)s is in the group %(group)s already.") % words)
    return hosts


def delete_group(group: ProcessorGroup, by: User) -> None:
    """End a group; machines keep the processor that they have."""
    require(by, Capability.HOST_MANAGE)
    with transaction.atomic():
        _record(group, by, "processors.delete", {})
        group.delete()


def request_find(group: ProcessorGroup, by: User, *, idempotency_key: str = "") -> Job:
    """Ask for the processor that all hosts of the group have, and for what its machines have.

    Raises ActionRefused: 503 while a host of it is away, 409 while this is done already.
    """
    require(by, Capability.HOST_MANAGE)
    away = [one.host for one in group.members.select_related("host") if not one.host.is_online]
    if away:
        text = _("%(host)s does not answer. Every host of the group has to be asked.")
        raise ActionRefused(text % {"host": away[0].name}, code="host-unreachable", status=503)
    return create_job(
        "processors.find",
        target_kind="processors",
        target_id=group.pk,
        target_name=group.name,
        actor=by,
        idempotency_key=idempotency_key,
    )


def not_found_yet(group: ProcessorGroup) -> str:
    """Return that there is no processor to give."""
    return _("The processor of %(group)s has not been found yet.") % {"group": group.name}


def request_use(group: ProcessorGroup, vm: VM, by: User, *, idempotency_key: str = "") -> Job:
    """Ask that a machine has the group's processor from its next start.

    Raises ActionRefused: `not-found-yet` (409), `other-host` (409), or what the machine's state
    or a job in flight stands against.
    """
    require(by, Capability.HOST_MANAGE)
    require(by, Capability.VM_EDIT, vm)
    if not group.processor:
        raise ActionRefused(not_found_yet(group), code="not-found-yet")
    if not group.members.filter(host=vm.host_id).exists():
        text = _("%(name)s is on no host of %(group)s.")
        raise ActionRefused(text % {"name": vm.name, "group": group.name}, code="other-host")
    attach_jobs([vm])
    check(vm, "migrate")
    return work_on(vm, "processors.use", by, {"group": group.pk}, idempotency_key=idempotency_key)


def _record(group: ProcessorGroup, by: User, action: str, detail: dict[str, object]) -> None:
    audit.record(
        by,
        action,
        target_kind="processors",
        target_id=group.pk,
        target_name=group.name,
        outcome="done",
        detail=detail,
    )
