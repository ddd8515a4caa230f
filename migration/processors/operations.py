"""Find the processor that several hosts have, and give it to machines. On a worker."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from hosts.models import Host
from jobs.context import JobContext
from live.publish import announce
from virt.connection import Hypervisor
from virt.errors import HostUnreachable, NotFound, OperationTimeout, VirtError
from virt.moving import compat
from virt.moving.cpus import CommonCpu, CpuKind, common_of, fits, host_model
from virt.pool import pooled
from virt.xml.edit import DomainEdit
from virt.xml.read_moving import model_of
from vms.models import VM
from vms.operations.target import target, virsh

from .models import ProcessorGroup, Verdict
from .services import not_found_yet
from .verdicts import verdict_of

LIVE_KIND = "processors"


def find(job: JobContext) -> dict[str, str]:
    """Compute the common processor of a group, check it on each host, and look at machines."""
    group = _group(job.job.target_id)
    hosts = [one.host for one in group.members.select_related("host")]
    kind = _kind(group, hosts)
    with _open(hosts) as there:
        job.progress(5, gettext_noop("Asking the hosts"))
        models = [host_model(one, kind) for one in there]
        try:
            common = common_of(there[0], kind, models)
        except (HostUnreachable, OperationTimeout):
            raise
        except VirtError as error:
            text = _("The hosts of %(group)s have no processor in common.")
            detail = error.detail or error.message
            raise ActionRefused(
                text % {"group": group.name}, code="no-common", detail=detail
            ) from error
        for host, one in zip(hosts, there, strict=True):
            if not fits(one, kind, common.xml):
                text = _("%(host)s cannot give its guests what libvirt says all hosts have.")
                raise ActionRefused(text % {"host": host.name}, code="no-common")
        verdicts = _look(job, hosts, there)
    found = [(host, model_of(one)) for host, one in zip(hosts, models, strict=True)]
    _keep(group, common, kind, found, verdicts)
    return {"model": common.model}


def _group(pk: int | None) -> ProcessorGroup:
    group = ProcessorGroup.objects.filter(pk=pk or 0).first()
    if group is None:
        raise ActionRefused(_("The group is no more."), code="gone")
    return group


def _kind(group: ProcessorGroup, hosts: Sequence[Host]) -> CpuKind:
    """Return what guests of these hosts are. Raises ActionRefused where that differs."""
    kinds = {(host.arch, bool(host.kvm_works)) for host in hosts}
    if len(kinds) != 1:
        text = _(
            "The hosts of %(group)s are too different: all must have one architecture, and guests "
            "by KVM on all of them or on none."
        )
        raise ActionRefused(text % {"group": group.name}, code="too-different")
    arch, has_kvm = kinds.pop()
    return CpuKind(arch, "kvm" if has_kvm else "qemu")


@contextmanager
def _open(hosts: Sequence[Host]) -> Iterator[list[Hypervisor]]:
    with ExitStack() as stack:
        yield [stack.enter_context(pooled(address_of(host), "ops")) for host in hosts]


def _look(job: JobContext, hosts: Sequence[Host], there: Sequence[Hypervisor]) -> dict[str, str]:
    """Say of each machine on these hosts whether it could go to the others."""
    at = dict(zip((host.pk for host in hosts), there, strict=True))
    machines = list(VM.objects.filter(host__in=hosts, recycled_at=None).order_by("pk"))
    found = {}
    for number, vm in enumerate(machines):
        job.check_cancelled()
        job.progress(20 + 75.0 * number / len(machines), gettext_noop("Looking at machines"))
        own = at[vm.host_id]
        try:
            guest = compat.guest(own.get_domain(str(vm.uuid)))
        except NotFound:
            continue
        others = [one for one in there if one is not own]
        found[str(vm.pk)] = str(verdict_of(guest, own, others))
    return found


@transaction.atomic
def _keep(
    group: ProcessorGroup,
    common: CommonCpu,
    kind: CpuKind,
    models: Sequence[tuple[Host, str]],
    verdicts: dict[str, str],
) -> None:
    """Write what was found. Raises ActionRefused when the group has other hosts by now."""
    ProcessorGroup.objects.select_for_update().filter(pk=group.pk).first()
    members = {member.host_id: member for member in group.members.all()}
    if set(members) != {host.pk for host, _model in models}:
        text = _("%(group)s has other hosts by now. Find its processor again.")
        raise ActionRefused(text % {"group": group.name}, code="changed")
    for (host, model), without in zip(models, common.without, strict=True):
        member = members[host.pk]
        member.model, member.without = model[:80], list(without)
        member.save(update_fields=["model", "without"])
    ProcessorGroup.objects.filter(pk=group.pk).update(
        processor=common.xml,
        model=common.model[:80],
        virt_type=kind.virt_type,
        verdicts=verdicts,
        found_at=timezone.now(),
    )
    tell(group.pk)


def use(job: JobContext) -> None:
    """Give a machine its group's processor; one that runs has it from its next start."""
    group = _group(job.params["group"])
    if not group.processor:
        raise ActionRefused(not_found_yet(group), code="not-found-yet")
    with target(job) as found:
        edit = DomainEdit(found.domain.xml(secure=True, inactive=True))
        edit.set_cpu_xml(group.processor)
        job.command(virsh("define", f"{found.vm.name}.xml"))
        found.hypervisor.define(edit.text)
        is_on = found.observe().state.is_active
        found.record()
    with transaction.atomic():
        row = ProcessorGroup.objects.select_for_update().get(pk=group.pk)
        row.verdicts[str(found.vm.pk)] = Verdict.NEXT_START if is_on else Verdict.FITS
        row.save(update_fields=["verdicts"])
        tell(group.pk)


def tell(group_id: int) -> None:
    """Have open pages of a group fetch it again; the number only has to grow."""
    announce(LIVE_KIND, group_id, time.time_ns() // 1_000_000, {"changed": True}, ["admins"])
