"""How busy are a host and its guests, and which guests do not answer at all?"""

import time
from typing import NamedTuple

from hosts.models import Host
from hosts.watching.guests import Guests
from hosts.watching.mirror import get_mirror
from hosts.watching.report import UseReporter
from hosts.watching.side import PATIENCE, Side
from virt.connection import Hypervisor
from virt.facts.figures import DomainSample, NodeUsage
from virt.hosts.stats import Rates, network_rate, node_cpu_percent, rates


class Measured(NamedTuple):
    """One round of measurements."""

    usage: NodeUsage
    samples: list[DomainSample]


def measure(hypervisor: Hypervisor) -> Measured:
    """Read the counters of the host and of all its guests."""
    return Measured(hypervisor.node_usage(), hypervisor.samples())


class Measuring:
    """Take samples at the side; one frozen QEMU costs one stuck call, the next one goes past it."""

    def __init__(self, host: Host, side: Side, guests: Guests) -> None:
        self._host = host
        self._side = side
        self._guests = guests
        self._reporter = UseReporter(host)
        self._started_at = 0.0
        self._usage: NodeUsage | None = None
        self._samples: dict[str, DomainSample] = {}
        self._silent: frozenset[str] = frozenset()

    def start_if_due(self, interval: float) -> None:
        """Begin a round, unless the last one is still on its way."""
        if time.monotonic() >= self.next_due(interval) and self._side.start("samples", measure):
            self._started_at = time.monotonic()

    def next_due(self, interval: float) -> float:
        """Return when (monotonic) the next round begins; the end of one that runs is told."""
        is_free = self._side.is_free("samples")
        return self._started_at + (interval if is_free else max(interval, PATIENCE))

    def take(self, measured: Measured) -> None:
        """Hand a round of measurements on."""
        current = {sample.uuid: sample for sample in measured.samples}
        found: dict[str, Rates] = {}
        for uuid, sample in current.items():
            rate = rates(self._samples.get(uuid), sample)
            if rate is not None:
                found[uuid] = rate
        self._samples = current
        get_mirror().samples(self._host, measured.samples, found)
        self._guests.compare(measured.samples)
        self._note_silent(measured.samples)
        cpu = node_cpu_percent(self._usage, measured.usage)
        self._usage = measured.usage
        self._reporter.report(cpu, measured.usage.memory_used, network_rate(found.values()))

    def _note_silent(self, samples: list[DomainSample]) -> None:
        """Tell which guests' QEMU does not answer, whenever that changes."""
        silent = frozenset(sample.uuid for sample in samples if sample.is_stuck)
        if silent != self._silent:
            self._silent = silent
            self._guests.note_silent(silent)
            get_mirror().unresponsive(self._host, silent)
