"""Why did a display or a serial line end by itself?"""

from django.db import connections

from consoles.tickets import Claims
from virt.uri import HostAddress
from vms.busy import active_jobs
from vms.models import VM

from . import target

MIGRATES = "vm.migrate"


def why_it_ended(claims: Claims, host_id: int, address: HostAddress) -> str:
    """Return the key of the reason, seen from the host `host_id` on which the console was."""
    if target.is_running(address, claims.uuid):
        return "display-closed"
    try:
        return "machine-moved" if _has_moved(claims.vm, host_id) else "machine-stopped"
    finally:
        connections.close_all()


def _has_moved(vm_id: int, host_id: int) -> bool:
    """Say whether the machine is on another host by now, or on its way to one."""
    vm = VM.objects.filter(pk=vm_id).first()
    if vm is None:
        return False
    job = active_jobs([vm]).get(vm.pk)
    return vm.host_id != host_id or (job is not None and job.kind == MIGRATES)
