"""What has which address on a network, as far as one person may see?"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.utils import timezone

from accounts.access import Capability, Person
from hosts.models import Network
from vms.models import VM

from .access import sees_all_of
from .models import Address


@dataclass(frozen=True, slots=True)
class Row:
    """An address in use or kept. `machine` is there only where the reader may see it."""

    address: str
    mac: str
    machine: VM | None = None
    hostname: str = ""
    is_reserved: bool = False
    is_lent: bool = False
    expires_at: datetime | None = None


def rows_of(user: Person, network: Network) -> list[Row]:
    """Return what the network has lent and what it keeps, in the order of the addresses."""
    machines = _machines(user, network)
    sees_all = sees_all_of(user, network)
    found = [
        replace(row, machine=machines.get(row.mac))
        for row in _merged(network)
        if sees_all or row.mac in machines
    ]
    return sorted(found, key=lambda row: ipaddress.ip_address(row.address))


def _merged(network: Network) -> Iterable[Row]:
    """Return one row for each address and card: kept ones, and what is lent now."""
    now = timezone.now()
    kept = {(one["address"], one["mac"]) for one in network.fixed}
    ours = Address.objects.standing().filter(network=network)
    kept |= set(ours.values_list("address", "mac"))
    rows = {key: Row(*key, is_reserved=True) for key in kept}
    for lease in network.leases:
        end = datetime.fromtimestamp(lease["expires_at"], UTC) if lease["expires_at"] else None
        if end is not None and end < now:
            continue
        key = (lease["address"], lease["mac"])
        row = rows.get(key, Row(*key))
        rows[key] = replace(row, hostname=lease["hostname"], is_lent=True, expires_at=end)
    return rows.values()


def _machines(user: Person, network: Network) -> dict[str, VM]:
    """Return by hardware address the machines on the network that `user` may see."""
    seen = VM.objects.allowing(user, Capability.VM_VIEW).filter(host=network.host_id)
    return {
        nic["mac"].lower(): vm
        for vm in seen.select_related("host")
        for nic in vm.nics
        if nic.get("source") == network.name and nic.get("mac")
    }
