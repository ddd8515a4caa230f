"""What figures does a simulated host show? libvirt's test driver has none, so a demo makes them up.

Off unless `start` was called: a test host then says "not known", as it should.
"""

import math
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from virt.facts.domain import DomainState
from virt.facts.figures import DomainSample, NodeUsage, ThreadUsage

_GUEST_NOISE = 0.08
SizeOf = Callable[[str], tuple[int, int]]  # uuid -> (vCPUs, memory in bytes)


@dataclass(slots=True)
class _Guest:
    """Counters of one simulated guest, growing with the clock. Units as in DomainSample."""

    seen: float
    vcpus: int
    memory: int
    base: float
    period: float
    phase: float
    memory_share: float
    cpu_ns: float = 0.0
    read: float = 0.0
    written: float = 0.0
    received: float = 0.0
    sent: float = 0.0

    def load(self, now: float) -> float:
        """Return how busy the guest is, 0 to 1."""
        wave = 0.5 + 0.5 * math.sin(2 * math.pi * now / self.period + self.phase)
        return min(0.98, self.base * (0.6 + 0.8 * wave))


@dataclass(slots=True)
class _Simulation:
    """All simulated guests and hosts of this process."""

    random: Random = field(default_factory=lambda: Random(7))
    guests: dict[str, _Guest] = field(default_factory=dict)
    nodes: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    threads: dict[tuple[str, int], tuple[float, float, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_active: _Simulation | None = None


def start() -> None:
    """Make test hosts of this process show moving figures."""
    global _active
    _active = _active or _Simulation()


def samples(plain: list[DomainSample], size_of: SizeOf) -> list[DomainSample]:
    """Return `plain` with figures for the guests that run; as it is while no simulation is on."""
    if _active is None:
        return plain
    with _active.lock:
        return [_filled(_active, sample, size_of) for sample in plain]


def _filled(simulation: _Simulation, sample: DomainSample, size_of: SizeOf) -> DomainSample:
    if sample.state != DomainState.RUNNING:
        simulation.guests.pop(sample.uuid, None)
        return sample
    rng = simulation.random
    guest = simulation.guests.get(sample.uuid)
    if guest is None:
        vcpus, memory = size_of(sample.uuid)
        own = Random(sample.uuid)
        guest = simulation.guests[sample.uuid] = _Guest(
            seen=sample.taken_at - 1.0,
            vcpus=vcpus,
            memory=memory,
            base=min(0.95, own.expovariate(4.0) + 0.02),
            period=own.uniform(60, 600),
            phase=own.uniform(0, 6.28),
            memory_share=own.uniform(0.25, 0.93),
        )
    passed = max(0.0, sample.taken_at - guest.seen)
    guest.seen = sample.taken_at
    load = guest.load(sample.taken_at) * (1 + rng.uniform(-_GUEST_NOISE, _GUEST_NOISE))
    guest.cpu_ns += load * guest.vcpus * passed * 1e9
    guest.read += load * 4e6 * passed * rng.random()
    guest.written += load * 9e6 * passed * rng.random()
    guest.received += load * 6e6 * passed * rng.random()
    guest.sent += load * 12e6 * passed * rng.random()
    share = min(0.97, guest.memory_share + 0.02 * load)
    return DomainSample(
        uuid=sample.uuid,
        taken_at=sample.taken_at,
        state=sample.state,
        vcpus=guest.vcpus,
        memory_max=guest.memory,
        cpu_time_ns=int(guest.cpu_ns),
        memory_used=int(guest.memory * share),
        disk_read_bytes=int(guest.read),
        disk_write_bytes=int(guest.written),
        net_in_bytes=int(guest.received),
        net_out_bytes=int(guest.sent),
    )


def node_usage(key: str, plain: NodeUsage, memory_total: int) -> NodeUsage:
    """Return `plain` with figures for the host `key`; as it is while no simulation is on."""
    if _active is None:
        return plain
    now = time.monotonic()
    with _active.lock:
        seen, busy, idle = _active.nodes.get(key, (now - 1.0, 0.0, 0.0))
        base, load = _node_load(key, now)
        passed = now - seen
        busy += load * passed * 1e9
        idle += (1 - load) * passed * 1e9
        _active.nodes[key] = (now, busy, idle)
    return replace(
        plain,
        busy_ns=int(busy),
        idle_ns=int(idle),
        memory_total=memory_total,
        memory_used=int(memory_total * min(0.9, base + 0.2)),
    )


def _node_load(key: str, now: float) -> tuple[float, float]:
    """Return how busy a host usually is, and how busy it is now, 0 to 1."""
    own = zlib.crc32(key.encode())
    base = 0.3 + (own % 40) / 100
    return base, base * (0.85 + 0.3 * (0.5 + 0.5 * math.sin(now / 90 + own % 7)))


def thread_usage(key: str, threads: Sequence[int]) -> ThreadUsage:
    """Return figures for the threads of the host `key`; none while no simulation is on."""
    if _active is None:
        return ThreadUsage({}, {})
    now = time.monotonic()
    with _active.lock:
        _base, load = _node_load(key, now)
        return ThreadUsage(
            {number: _thread(_active, key, number, load, now) for number in threads}, {}
        )


def _thread(simulation: _Simulation, key: str, number: int, load: float, now: float) -> NodeUsage:
    """Move the counters of one thread on: some are busy, some idle, all together like the host."""
    seen, busy, idle = simulation.threads.get((key, number), (now - 1.0, 0.0, 0.0))
    own = zlib.crc32(f"{key}/{number}".encode()) % 1000 / 1000
    wave = 0.5 + 0.5 * math.sin(now / (20 + 40 * own) + 6.28 * own)
    part = min(1.0, max(0.0, load * (0.2 + 1.2 * own + 0.6 * wave)))
    busy += part * (now - seen) * 1e9
    idle += (1 - part) * (now - seen) * 1e9
    simulation.threads[key, number] = (now, busy, idle)
    return NodeUsage(taken_at=now, busy_ns=int(busy), idle_ns=int(idle))
