"""Was a machine busy in the last hour? Counted sample by sample, in memory; pure.

A short burst is not use: every system looks for updates once a day. A machine was in use where a
good part of the hour's samples were busy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from live.samples import Sample

from .signs import CPU, NETWORK

HOUR = 3600.0
BUSY_CPU = 5.0  # per cent of all its processors
BUSY_NETWORK = 2048.0  # bytes a second, both ways: above what a network whispers to everybody
BUSY_SHARE = 0.1  # of the hour's samples: six minutes
FEWEST = 6  # samples of which anything can be said


@dataclass(slots=True)
class _Count:
    samples: int = 0
    cpu: int = 0
    network: int = 0


@dataclass(slots=True)
class Hour:
    """What one host's machines did in the hour that runs. `begun` is on a clock of seconds."""

    begun: float
    counts: dict[int, _Count] = field(default_factory=dict)

    def take(self, samples: Mapping[int, Sample]) -> None:
        """Count one round of samples, by the machine's id."""
        for pk, sample in samples.items():
            count = self.counts.setdefault(pk, _Count())
            count.samples += 1
            count.cpu += (sample.cpu or 0.0) >= BUSY_CPU
            count.network += (sample.net_in or 0.0) + (sample.net_out or 0.0) >= BUSY_NETWORK

    def is_over(self, now: float) -> bool:
        """Say whether it is time to draw the line."""
        return now - self.begun >= HOUR

    def busy(self) -> dict[str, list[int]]:
        """Return the machines that were in use, by the sign of it."""
        found: dict[str, list[int]] = {CPU: [], NETWORK: []}
        for pk, count in self.counts.items():
            if count.samples < FEWEST:
                continue
            if count.cpu >= BUSY_SHARE * count.samples:
                found[CPU].append(pk)
            elif count.network >= BUSY_SHARE * count.samples:
                found[NETWORK].append(pk)
        return found
