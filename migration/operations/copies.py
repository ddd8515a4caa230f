"""End one copy of a machine on one host: the way out of an alarm, and of what was left over."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from hosts.addresses import address_of
from hosts.models import Host
from jobs.context import JobContext
from virt.errors import NotFound
from virt.pool import pooled
from virt.types import DomainState
from vms.doubling import detect_now
from vms.models import VM
from vms.operations.target import honest, machine_of, virsh
from vms.sync import Mirror


def end_copy(job: JobContext) -> None:
    """Power the guest on the host off and forget its definition there; its disks stay."""
    vm = machine_of(job)
    host = Host.objects.filter(pk=job.params["host"]).first()
    if host is None:
        raise ActionRefused(_("The host is no more."), code="gone")
    uuid = str(vm.uuid)
    with honest(vm.name), pooled(address_of(host), "ops") as hypervisor:
        try:
            domain = hypervisor.get_domain(uuid)
            info = domain.info(sizes=False)
            if info.state.is_active or info.state is DomainState.CRASHED:
                _check_other(vm, host)
                job.command(virsh("destroy", info.name))
                if info.id is not None:
                    domain.force_off()
            if info.persistent:
                job.command(virsh("undefine", info.name, flags=("--keep-nvram",)))
                domain.undefine(nvram=False)
        except NotFound:
            pass
    Mirror().gone(host, uuid)
    detect_now()


def _check_other(vm: VM, host: Host) -> None:
    """Refuse to end the last one that runs, unless what is left was lost anyway."""
    vm.refresh_from_db()
    others = [copy for copy in vm.copies.exclude(host=host) if copy.is_on]
    is_home_elsewhere = vm.host_id != host.pk and vm.is_on
    if vm.hold != "lost" and not others and not is_home_elsewhere:
        raise ActionRefused(_("This is the only copy that runs."), code="last-copy")
