"""What is kept of the figures of a migration, and how are they thinned?"""

from typing import TypedDict

from virt.moving.migration import MoveProgress

from .models import MOST_SAMPLES


class Sample(TypedDict):
    """The figures at one moment. `t` is seconds since it began; bytes, bytes per second, ms.

    `downtime_ms` is the pause that libvirt expects. None is what libvirt does not say.
    """

    t: float
    total: int
    processed: int
    remaining: int
    memory_remaining: int
    disk_total: int
    disk_remaining: int
    rate: int | None
    dirty_rate: int | None
    iteration: int | None
    downtime_ms: int | None
    throttle: int | None


def sample_of(progress: MoveProgress) -> Sample:
    """Return what is kept of libvirt's figures."""
    return Sample(
        t=round(progress.elapsed_ms / 1000, 1),
        total=progress.total,
        processed=progress.processed,
        remaining=progress.remaining,
        memory_remaining=progress.memory_remaining,
        disk_total=progress.disk_total,
        disk_remaining=progress.disk_remaining,
        rate=progress.rate,
        dirty_rate=progress.dirty_rate,
        iteration=progress.iteration,
        downtime_ms=progress.downtime_ms,
        throttle=progress.throttle,
    )


def thinned(samples: list[Sample]) -> list[Sample]:
    """Return at most MOST_SAMPLES of them: of too many, every second one and the last."""
    while len(samples) > MOST_SAMPLES:
        samples = [*samples[:-1:2], samples[-1]]
    return samples
