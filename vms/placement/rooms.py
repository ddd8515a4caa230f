"""How much is left on each host, with what runs there and what is being made?"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Greatest

from hosts.models import Host
from vms.models import VM
from vms.states import ON

PLACES_FOR_DISKS = frozenset({"default", "guesthouse"})


@dataclass(frozen=True, slots=True)
class Room:
    """A host, and how much memory is left on it, in bytes."""

    host: Host
    free_memory: int

    @property
    def free_disk(self) -> int | None:
        """The bytes left in the pools where disks of new machines go; None where there is none."""
        pools = [
            pool
            for pool in self.host.pools.all()
            if pool.active and pool.capacity and pool.name in PLACES_FOR_DISKS
        ]
        return max(pool.available for pool in pools) if pools else None


def rooms() -> list[Room]:
    """Return the hosts that can take machines now, the one with the most free memory first."""
    found = [room for room in rooms_of(Host.objects.all()) if room.host.takes_machines]
    return sorted(found, key=lambda room: (-room.free_memory, room.host.name))


def rooms_of(hosts: Iterable[Host]) -> list[Room]:
    """Return what is left on each of these hosts."""
    promised = (
        VM.objects.filter(Q(state__in=ON) | Q(is_made=False))  # what is being made starts soon
        .order_by()
        .values("host")
        .annotate(promised=Sum(Greatest("memory", "held_memory")))
        .values_list("host", "promised")
    )
    taken = dict(promised)
    return [
        Room(host, host.memory - max(host.memory_used or 0, taken.get(host.pk) or 0))
        for host in hosts
    ]
