"""How is a transfer fetched? Through its machine; fetching is authorising."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import Capability, Person
from vms.access import get_vm
from vms.models import VM

from .models import Transfer

SHOWN = 20


def transfers_of(vm: VM) -> QuerySet[Transfer]:
    """Return the transfers of a machine, newest first."""
    return Transfer.objects.filter(vm=vm).select_related("job", "by")


def get_transfer(user: Person, vm_pk: int, pk: int) -> Transfer:
    """Return a transfer that `user` may see: of a machine whose files they may carry.

    Raises Http404 for one unseen, PermissionDenied without the right.
    """
    found = transfers_of(get_vm(user, vm_pk, Capability.VM_FILES)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
