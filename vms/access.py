"""How is a machine fetched? Fetching is authorising: nothing else reads a tenant's row."""

from django.http import Http404

from accounts.access import Capability, Person, require

from .busy import attach_jobs
from .models import VM, VMQuerySet


def list_vms(user: Person, capability: Capability = Capability.VM_VIEW) -> VMQuerySet:
    """Return the machines on which `user` has `capability`, with host, owner and team."""
    return VM.objects.allowing(user, capability).select_related("host", "owner", "team")


def get_vm(user: Person, pk: int, capability: Capability) -> VM:
    """Return a machine with its active job.

    Raises Http404 for one that `user` may not see, PermissionDenied (403) for one that they see
    but on which they do not have `capability`.
    """
    vm = list_vms(user).filter(pk=pk).first()
    if vm is None:
        raise Http404
    require(user, capability, vm)
    return attach_jobs([vm])[0]
