"""Fetch hosts: fetching is authorising."""

from django.http import Http404

from accounts.access import Capability, Person, require
from hosts.models import Host


def get_host(user: Person, pk: int, capability: Capability = Capability.HOST_VIEW) -> Host:
    """Return a host on which `user` has `capability`. Raises PermissionDenied or Http404."""
    require(user, capability)
    host = Host.objects.filter(pk=pk).first()
    if host is None:
        raise Http404
    return host
