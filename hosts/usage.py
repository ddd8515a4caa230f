"""How busy was a host lately? Rings in Redis beside those of machines; empty while it is away."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from live import samples
from live.samples import Sample

POINTS = 48


def _ring_id(host_id: int) -> int:
    """Return where a host's ring is kept: below zero, where no machine is."""
    return -host_id


class Rings(NamedTuple):
    """The last values of one host: per cent, per cent, bytes per second of its guests."""

    cpu: list[float | None]
    memory: list[float | None]
    network: list[float | None]


def push(
    host_id: int,
    cpu: float | None,
    memory_used: int | None,
    memory: int,
    network: float | None = None,
) -> None:
    """Keep one measurement of a host; `network` is what its guests send and receive."""
    one = Sample(
        at=time.time(),
        cpu=cpu,
        memory_used=memory_used,
        memory_max=memory or None,
        net_in=network,
    )
    samples.push({_ring_id(host_id): one})


def forget(host_id: int) -> None:
    """Drop what is kept of a host."""
    samples.forget([_ring_id(host_id)])


def ring(host_id: int, n: int = POINTS) -> list[Sample]:
    """Return the last `n` measurements of one host, oldest first."""
    return samples.ring(_ring_id(host_id), n)


def cpu_rings(host_ids: Iterable[int]) -> dict[int, list[float | None]]:
    """Return the last values of each host's processors, oldest first."""
    ids = list(host_ids)
    rings = samples.rings([_ring_id(pk) for pk in ids], POINTS)
    return {pk: [one.cpu for one in rings[_ring_id(pk)]] for pk in ids}


def rings_of(host_id: int) -> Rings:
    """Return the last values of one host."""
    kept = ring(host_id)
    memory = [
        100.0 * one.memory_used / one.memory_max
        if one.memory_used is not None and one.memory_max
        else None
        for one in kept
    ]
    return Rings([one.cpu for one in kept], memory, [one.net_in for one in kept])
