"""End one copy of a machine on one host: the way out of an alarm, and of what was left over."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.addresses import address_of
from hosts.models import Host
from jobs.context import JobContext
from virt.domain import Domain
from virt.errors import NotFound
from virt.pool import pooled
from vms.models import VM
from vms.operations.target import honest, machine_of, virsh
from vms.sync.doubling import detect_now
from vms.sync.rows import Mirror, take_over


def end_copy(job: JobContext) -> None:
    """Power the guest on the host off, and forget its definition there where another has one.

    Its disks stay. The last definition stays too: from it the machine starts again.
    """
    vm = machine_of(job)
    host = Host.objects.filter(pk=job.params["host"]).first()
    if host is None:
        raise ActionRefused(_("The host is no more."), code="gone")
    with honest(vm.name), pooled(address_of(host), "ops") as hypervisor:
        try:
            _end(job, vm, host, hypervisor.get_domain(str(vm.uuid)))
            take_over(host, hypervisor.domain_info(str(vm.uuid), sizes=False))
        except NotFound:
            Mirror().gone(host, str(vm.uuid))
    detect_now()


def _end(job: JobContext, vm: VM, host: Host, domain: Domain) -> None:
    info = domain.info(sizes=False)
    if info.id is not None:
        _check_other(vm, host)
        job.command(virsh("destroy", info.name))
        domain.force_off()
    if info.persistent and _is_defined_elsewhere(vm, host):
        job.command(virsh("undefine", info.name, flags=("--keep-nvram",)))
        domain.undefine(nvram=False)


def _is_defined_elsewhere(vm: VM, host: Host) -> bool:
    vm.refresh_from_db()
    if vm.host_id != host.pk:
        return vm.is_persistent
    copies = vm.copies.exclude(host=host)
    return any(copy.columns.get("is_persistent") for copy in copies)


def _check_other(vm: VM, host: Host) -> None:
    """Refuse to end the last one that runs, unless what is left was lost anyway."""
    vm.refresh_from_db()
    is_elsewhere = vm.host_id != host.pk and vm.is_on
    others = [copy for copy in vm.copies.exclude(host=host) if copy.is_running]
    if vm.hold != "lost" and not others and not is_elsewhere:
        raise ActionRefused(_("This is the only copy that runs."), code="last-copy")
