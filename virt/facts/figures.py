"""What was measured of domains and hosts?"""

from collections.abc import Mapping
from dataclasses import dataclass

from virt.facts.domain import DomainState


@dataclass(frozen=True, slots=True)
class DomainSample:
    """Hold one domain's counters at one moment (``time.monotonic()``); None is "the host does not
    say".

    ``memory_used`` is what the guest's balloon driver reports, ``memory_resident`` what QEMU takes
    on the host. ``is_stuck`` means that the domain's QEMU does not answer libvirt.
    """

    uuid: str
    taken_at: float
    state: DomainState
    cpu_time_ns: int | None = None
    memory_used: int | None = None
    memory_max: int | None = None
    disk_read_bytes: int | None = None
    disk_write_bytes: int | None = None
    disk_read_ops: int | None = None
    disk_write_ops: int | None = None
    net_in_bytes: int | None = None
    net_out_bytes: int | None = None
    vcpus: int | None = None
    memory_resident: int | None = None
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class NodeUsage:
    """Hold the host's own counters; two of them make a percentage (``stats.node_cpu_percent``)."""

    taken_at: float
    busy_ns: int | None = None
    idle_ns: int | None = None
    memory_used: int | None = None
    memory_total: int | None = None


@dataclass(frozen=True, slots=True)
class CellMemory:
    """Hold how much of a NUMA node's memory is free; what is not includes the host's file cache."""

    total: int
    free: int


@dataclass(frozen=True, slots=True)
class ThreadUsage:
    """Hold the counters of a host's threads by number, and its nodes' memory, as far as read."""

    threads: Mapping[int, NodeUsage]
    cells: Mapping[int, CellMemory]
