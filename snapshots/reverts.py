"""What would a revert change? Told before it is asked for, and checked again before it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from quotas.models import Resource
from vms.counting import counted_of
from vms.models import VM

from .models import Kind, Snapshot


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that would change."""

    name: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a revert to one snapshot does to the machine as it is now."""

    lost_since: datetime
    written: int | None  # bytes since then; None where it cannot be known
    runs: str  # "memory", "paused", "boots" or "off"
    back: tuple[str, ...]  # the disks that go back
    stay: tuple[str, ...]  # the disks that stay as they are now
    vcpus: tuple[int, int] | None
    memory: tuple[int, int] | None
    networks: tuple[tuple[str, ...], tuple[str, ...]] | None

    @property
    def lost(self) -> timedelta:
        """How much time is lost."""
        return timezone.now() - self.lost_since


def counted_with(row: Snapshot) -> tuple[int, int]:
    """Return the processors and the memory that the machine would count with after a revert."""
    return max(row.vcpus, row.most_vcpus), max(row.memory, row.most_memory)


def wanted_more(vm: VM, row: Snapshot) -> dict[Resource, int]:
    """Return how much more of what is limited the machine would have after a revert."""
    now, (vcpus, memory) = counted_of(vm), counted_with(row)
    more = {
        Resource.VCPUS: vcpus - now[Resource.VCPUS],
        Resource.MEMORY: memory - now[Resource.MEMORY],
    }
    return {resource: amount for resource, amount in more.items() if amount > 0}


def effect_of(vm: VM, row: Snapshot) -> Effect:
    """Return what a revert to `row` would do."""
    kept = {disk["target"] for disk in row.disks if disk["kind"] != "no"}
    present = [disk["target"] for disk in vm.disks if disk.get("device", "disk") == "disk"]
    networks = tuple(sorted(nic.get("source", "") for nic in vm.nics))
    then = tuple(sorted(row.networks))
    return Effect(
        lost_since=row.created_at,
        written=_written(vm, row),
        runs=_runs(vm, row),
        back=tuple(name for name in present if name in kept),
        stay=tuple(name for name in present if name not in kept),
        vcpus=(vm.vcpus, row.vcpus) if row.vcpus and row.vcpus != vm.vcpus else None,
        memory=(vm.memory, row.memory) if row.memory and row.memory != vm.memory else None,
        networks=(networks, then) if networks != then else None,
    )


def _runs(vm: VM, row: Snapshot) -> str:
    if row.has_memory:
        return "paused" if row.state == "paused" else "memory"
    if row.state == "disk-snapshot" and vm.is_on:
        return "boots"
    return "off"


def _written(vm: VM, row: Snapshot) -> int | None:
    """Return the bytes in the layers above the snapshot, where they are in files of their own."""
    if row.kind != Kind.EXTERNAL:
        return None
    layers = list(vm.layers.all())
    depths = {layer.path: layer.depth for layer in layers}
    total, known = 0, False
    for disk in row.disks:
        depth = depths.get(disk.get("state", ""))
        if disk["kind"] != "external" or depth is None:
            continue
        known = True
        above = [one for one in layers if one.target == disk["target"] and (one.depth or 0) > depth]
        total += sum(one.size or 0 for one in above)
    return total if known else None
