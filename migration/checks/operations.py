"""Check a machine against hosts, on a worker; and the small deeds that remove a blocker."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.access import ActionRefused
from hosts.addresses import address_of
from hosts.models import Host
from jobs.context import JobContext
from virt.connection import Hypervisor
from virt.errors import VirtError, WrongState
from virt.hosts import networks, storage
from virt.moving import cpus
from virt.pool import pooled
from virt.xml.edit import DomainEdit
from vms.models import VM
from vms.operations.target import machine_of, target, virsh

from .asking import request_check
from .gathering import Here, gather, measure, read_here
from .keeping import keep, keep_failure, keep_rate


def check(job: JobContext) -> None:
    """Check the machine against each wanted host; what cannot be reached is noted as such."""
    vm = machine_of(job)
    found = {host.pk: host for host in Host.objects.filter(pk__in=job.params["targets"])}
    targets = [found[pk] for pk in job.params["targets"] if pk in found]
    with read_here(vm) as here:
        for number, one in enumerate(targets):
            job.check_cancelled()
            job.progress(90.0 * number / len(targets), gettext_noop("Asking the hosts"))
            _check(here, one, is_anew=bool(job.params.get("anew")))
        job.progress(92.0, gettext_noop("Measuring the memory"))
        keep_rate(vm, targets, measure(here))


def _check(here: Here, one: Host, *, is_anew: bool) -> None:
    if not one.is_online:
        keep_failure(here.vm, one, "host-unreachable")
        return
    try:
        keep(here.vm, one, gather(here, one, is_anew=is_anew))
    except VirtError as error:
        if not here.hypervisor.is_alive():
            raise
        keep_failure(here.vm, one, error.slug)


def eject(job: JobContext) -> None:
    """Take the medium out of a drive, now and for the next start."""
    with target(job) as found:
        drive = job.params["about"]
        xml = DomainEdit(found.domain.xml(secure=True)).set_medium(drive, "")
        found.virsh("change-media", drive, "--eject")
        found.domain.update_device(xml)
        found.record()
    _again(job)


def fix_cpu(job: JobContext) -> None:
    """Give the machine, from its next start, the best processor that both hosts have."""
    vm, there = machine_of(job), _target_of(job)
    with read_here(vm) as here:
        with pooled(address_of(there), "ops") as hypervisor:
            cpu = cpus.common_cpu(here.hypervisor, hypervisor, here.guest.definition)
        edit = DomainEdit(here.domain.xml(secure=True, inactive=True))
        edit.set_cpu_xml(cpu)
        job.command(virsh("define", f"{vm.name}.xml"))
        here.hypervisor.define(edit.text)
    _again(job)


def make_pool(job: JobContext) -> None:
    """Make the pool on the target that the source has: of a folder, of the same name and path."""
    vm, name = _machine_of_fix(job), job.params["about"]
    with pooled(address_of(vm.host), "ops") as source:
        here = storage.get_pool(source, name)
    if here.kind != "dir":
        text = _("Only a pool that is a folder can be made from here.")
        raise ActionRefused(text, code="not-a-folder", status=422)
    with _on_target(job) as there:
        job.command(virsh("pool-define-as", name, "dir", flags=("--target", here.path)))
        if not any(pool.name == name for pool in there.pools()):
            storage.create_dir_pool(there, name, here.path)
    _again(job)


def start_pool(job: JobContext) -> None:
    """Start a pool on the target; one that is active already is as wished."""
    name = job.params["about"]
    with _on_target(job) as there:
        job.command(virsh("pool-start", name))
        with suppress(WrongState):
            storage.start_pool(there, name)
    _again(job)


def start_network(job: JobContext) -> None:
    """Start a network on the target; one that is active already is as wished."""
    name = job.params["about"]
    with _on_target(job) as there:
        job.command(virsh("net-start", name))
        with suppress(WrongState):
            networks.start(there, name)
    _again(job)


@contextmanager
def _on_target(job: JobContext) -> Iterator[Hypervisor]:
    """Open the target, and have its rows read again afterwards."""
    there = _target_of(job)
    with pooled(address_of(there), "ops") as hypervisor:
        yield hypervisor
    Host.objects.filter(pk=there.pk).update(rescan_requested=True)


def _target_of(job: JobContext) -> Host:
    found = Host.objects.filter(pk=job.params["target"]).first()
    if found is None:
        raise ActionRefused(_("The host is no more."), code="gone")
    return found


def _machine_of_fix(job: JobContext) -> VM:
    vm = VM.objects.select_related("host").filter(pk=job.params["vm"]).first()
    if vm is None:
        raise ActionRefused(_("The machine is no more."), code="gone")
    return vm


def _again(job: JobContext) -> None:
    """Check once more what was just mended, for whoever asked."""
    vm = VM.objects.select_related("host").filter(pk=job.params["vm"]).first()
    if vm is not None and job.job.actor is not None:
        request_check(vm, job.job.actor, [_target_of(job)])
