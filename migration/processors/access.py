"""Who may see groups of hosts: those who may see hosts."""

from django.http import Http404

from accounts.access import Capability, Person, allows

from .models import ProcessorGroup


def get_group(user: Person, pk: int) -> ProcessorGroup:
    """Return a group. Raises Http404 for one that is not there or not to be seen."""
    group = ProcessorGroup.objects.filter(pk=pk).first()
    if group is None or not allows(user, Capability.HOST_VIEW):
        raise Http404
    return group
