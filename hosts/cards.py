"""What does a host look like on a card: its use, its pools and a mark for each machine?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from django.db.models import QuerySet, Sum
from django.urls import reverse

from hosts.facts import percent
from hosts.models import Host, HostState, StoragePool
from hosts.usage import cpu_rings

MOST_MARKS = 250
UNKNOWN = "unknown"


class Mark(TypedDict):
    """One machine in the row of windows."""

    name: str
    state: str
    url: str


@dataclass(slots=True)
class HostCard:
    """A host with what its card shows. Per cents are None where they are not known."""

    host: Host
    marks: list[Mark] = field(default_factory=list)
    machines: int = 0
    disk_percent: float | None = None
    cpu_ring: list[float | None] = field(default_factory=list)

    @property
    def memory_percent(self) -> float | None:
        """How much of the host's memory is in use."""
        return percent(self.host.memory_used, self.host.memory)

    @property
    def is_stale(self) -> bool:
        """Whether the numbers are old: nobody reads the host."""
        return not self.host.is_online


def cards(hosts: QuerySet[Host] | Iterable[Host] | None = None) -> list[HostCard]:
    """Return a card for each host: three queries and one look into Redis for all of them."""
    found = {host.pk: HostCard(host) for host in (Host.objects.all() if hosts is None else hosts)}
    if not found:
        return []
    _add_marks(found)
    _add_disks(found)
    for pk, ring in cpu_rings(found).items():
        found[pk].cpu_ring = ring
    return list(found.values())


def _add_marks(found: Mapping[int, HostCard]) -> None:
    """Add the machines in the order of their names; their room is above, so by relation."""
    machines = Host._meta.get_field("vms").related_model._default_manager
    rows = machines.filter(host__in=found).order_by("name", "pk")
    place = reverse("vms:detail", args=[0]).replace("0", "{}")
    for host_id, pk, name, state in rows.values_list("host_id", "pk", "name", "state"):
        card = found[host_id]
        card.machines += 1
        if len(card.marks) < MOST_MARKS:
            shown = UNKNOWN if card.host.state == HostState.UNREACHABLE else state
            card.marks.append({"name": name, "state": shown, "url": place.format(pk)})


def _add_disks(found: Mapping[int, HostCard]) -> None:
    """Add how full the active pools of each host are together."""
    pools = StoragePool.objects.filter(host__in=found, active=True).order_by()
    sums = pools.values_list("host_id").annotate(Sum("allocation"), Sum("capacity"))
    for host_id, allocation, capacity in sums:
        found[host_id].disk_percent = percent(allocation, capacity)
