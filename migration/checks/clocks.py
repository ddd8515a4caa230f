"""By how much is one host's clock ahead of another's, as far as they can be asked?

libvirt has no call for it. Hosts on this machine share its clock; over SSH the host is asked.
"""

import time

from hosts.models import Host, Transport
from hosts.ssh import Place, remote_time

HERE = frozenset({Transport.LOCAL, Transport.SESSION})


def clock_ahead(source: Host, target: Host) -> float | None:
    """Return the seconds by which the target's clock is ahead; None where one cannot be asked."""
    here, there = _ahead_of_us(source), _ahead_of_us(target)
    return None if here is None or there is None else there - here


def _ahead_of_us(host: Host) -> float | None:
    if host.transport in HERE:
        return 0.0
    if host.transport != Transport.SSH:
        return None
    before = time.time()
    said = remote_time(Place(host.hostname, host.port, host.username, host.host_key))
    after = time.time()
    return None if said is None else said - (before + after) / 2
