"""Which key does an SSH host have? Pinned at the first use when nobody has seen it before."""

import asyncssh

from hosts import ssh
from hosts.models import Host, Transport
from hosts.wishes import address_of_wish, wish_of
from virt.errors import HostUnreachable
from virt.reaching.reach import check_reachable


def pin_first_key(host: Host) -> None:
    """Fetch and keep the key of an SSH host that was added without one, by a command or the API.

    A key that is pinned is never replaced here. Raises HostUnreachable.
    """
    if host.transport != Transport.SSH or host.host_key:
        return
    check_reachable(address_of_wish(wish_of(host)))
    try:
        found = ssh.fetch_host_key(host.hostname, host.port)
    except (OSError, asyncssh.Error) as error:
        raise HostUnreachable(detail=str(error)) from error
    if Host.objects.filter(pk=host.pk, host_key="").update(host_key=found.line):
        host.host_key = found.line
    else:
        host.refresh_from_db()
