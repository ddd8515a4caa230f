"""What of the quotas do machines use? One in the recycle bin has its disks still, and only them."""

from django.db.models import Q, Sum

from approvals import capacity
from quotas import counters
from quotas.models import Resource

from .models import VM
from .placement import rooms
from .services.wishes import Wish


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


def room_of(vm: VM) -> dict[Resource, int]:
    """Return what the machine uses when it comes out of the bin, beside its disks."""
    return {Resource.MACHINES: 1, Resource.VCPUS: vm.vcpus, Resource.MEMORY: vm.memory}


def _sum(field: str, *, in_bin: bool = False) -> counters.Counter:
    def total(team_id: int | None, user_id: int | None) -> int:
        rows = VM.objects.filter(_whose(team_id, user_id))
        rows = rows if in_bin else rows.kept()
        return rows.aggregate(total=Sum(field))["total"] or 0

    return total


def _free() -> dict[str, int]:
    """Return what the hosts have free, for those who decide about bigger quotas."""
    return {Resource.MEMORY: sum(max(0, room.free_memory) for room in rooms())}


counters.register(Resource.MACHINES, _machines)
counters.register(Resource.VCPUS, _sum("vcpus"))
counters.register(Resource.MEMORY, _sum("memory"))
counters.register(Resource.DISK, _sum("disk_bytes", in_bin=True))
capacity.register(_free)
