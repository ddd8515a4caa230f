"""How is a snapshot fetched? With its machine, and by the machine's rights."""

from django.http import Http404

from accounts.access import Capability, Person
from vms.access import get_vm
from vms.models import VM

from .models import Snapshot, SnapshotSchedule


def get_snapshot(user: Person, vm_id: int, pk: int, capability: Capability) -> Snapshot:
    """Return a snapshot of the machine.

    Raises Http404 for what is unseen or of another machine, PermissionDenied without `capability`.
    """
    vm = get_vm(user, vm_id, capability)
    found = vm.snapshots.standing().select_related("made_by", "job").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.vm = vm
    return found


def list_snapshots(vm: VM) -> list[Snapshot]:
    """Return the snapshots of a machine that the caller may see, the newest first."""
    return list(vm.snapshots.standing().select_related("made_by", "job"))


def get_schedule(user: Person, vm_id: int, pk: int, capability: Capability) -> SnapshotSchedule:
    """Return a schedule of the machine, by the machine's rights."""
    vm = get_vm(user, vm_id, capability)
    found = vm.snapshot_schedules.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.vm = vm
    return found
