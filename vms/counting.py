"""What of the quotas do machines use? One in the recycle bin has its disks still, and only them.

A machine counts with the most of what it has, what its next start gives it and what a job has
reserved for it; memory with all that it may grow to while it runs, which a guest can take by
itself.
"""

from django.db.models import Q, Sum
from django.db.models.functions import Greatest

from approvals import capacity
from quotas import counters
from quotas.models import Resource

from .models import VM
from .placement import rooms
from .services.wishes import Wish

COUNTED: dict[Resource, tuple[str, ...]] = {
    Resource.VCPUS: ("vcpus", "next_vcpus", "held_vcpus"),
    Resource.MEMORY: ("memory", "max_memory", "next_memory", "next_max_memory", "held_memory"),
    Resource.DISK: ("disk_bytes", "held_disk"),
}


def wanted_of(wish: Wish, count: int = 1) -> dict[Resource, int]:
    """Return what `count` machines like `wish` use."""
    return {
        Resource.MACHINES: count,
        Resource.VCPUS: wish.vcpus * count,
        Resource.MEMORY: wish.memory * count,
        Resource.DISK: wish.disk * count,
    }


def _whose(team_id: int | None, user_id: int | None) -> Q:
    if user_id is None:
        return Q(team=team_id)
    return Q(team=team_id, owner=user_id)


def _machines(team_id: int | None, user_id: int | None) -> int:
    return VM.objects.kept().filter(_whose(team_id, user_id)).count()


def counted_of(vm: VM) -> dict[Resource, int]:
    """Return what the machine counts with, beside itself."""
    return {
        resource: max(getattr(vm, column) for column in columns)
        for resource, columns in COUNTED.items()
    }


def room_of(vm: VM) -> dict[Resource, int]:
    """Return what the machine uses when it comes out of the bin, beside its disks."""
    counted = counted_of(vm)
    del counted[Resource.DISK]
    return {Resource.MACHINES: 1} | counted


def _sum(resource: Resource, *, in_bin: bool = False) -> counters.Counter:
    def total(team_id: int | None, user_id: int | None) -> int:
        rows = VM.objects.filter(_whose(team_id, user_id))
        rows = rows if in_bin else rows.kept()
        most = Greatest(*COUNTED[resource])
        return rows.aggregate(total=Sum(most))["total"] or 0

    return total


def _free() -> dict[str, int]:
    """Return what the hosts have free, for those who decide about bigger quotas."""
    return {Resource.MEMORY: sum(max(0, room.free_memory) for room in rooms())}


counters.register(Resource.MACHINES, _machines)
counters.register(Resource.VCPUS, _sum(Resource.VCPUS))
counters.register(Resource.MEMORY, _sum(Resource.MEMORY))
counters.register(Resource.DISK, _sum(Resource.DISK, in_bin=True))
capacity.register(_free)
