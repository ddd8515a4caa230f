"""One real libvirt host with a guest, registered in a portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.lab import Guest, Lab, LabHost
from tests.portal import Portal


@contextmanager
def portal_with_lab(hosts: int = 1) -> Iterator[tuple[Portal, Lab]]:
    """Start a lab and a portal that watches its hosts over their sockets."""
    with Lab(hosts) as lab, Portal() as portal:
        for host in lab.hosts:
            register(portal, host)
        yield portal, lab


def register(portal: Portal, host: LabHost) -> dict[str, Any]:
    """Add a lab host to a portal and wait until it is online."""
    portal.manage("addhost", "--name", host.name, "--transport", "tcp", "--hostname", host.ip)
    return portal.wait_for_host(host.name)


def vm_id(portal: Portal, guest: Guest) -> int:
    """Return the portal's id of a guest."""
    _status, page = portal.ask("GET", f"/api/v1/vms?search={guest.name}")
    return int(page["items"][0]["id"])
