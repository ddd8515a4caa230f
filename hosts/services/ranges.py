"""Which addresses does a new network get? The next free part of the site's pool."""

import ipaddress
from collections.abc import Iterable

from django.conf import settings

from hosts.models import Host, Network

PREFIX = 24
Range = ipaddress.IPv4Network


def free_range(host: Host) -> str:
    """Return a range that no network of the host overlaps, "" when there is none left."""
    taken = list(_taken(host))
    pool = Range(settings.GUESTHOUSE_NETWORK_POOL)
    parts = pool.subnets(new_prefix=PREFIX) if pool.prefixlen < PREFIX else iter([pool])
    for part in parts:
        if not any(part.overlaps(other) for other in taken):
            return str(part)
    return ""


def _taken(host: Host) -> Iterable[Range]:
    for cidrs in Network.objects.filter(host=host).values_list("cidrs", flat=True):
        for cidr in cidrs:
            found = ipaddress.ip_network(cidr, strict=False)
            if isinstance(found, Range):
                yield found
