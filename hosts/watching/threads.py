"""How busy is each thread of a host? Read only while somebody looks at the page of that host."""

import time
from functools import partial

from hosts.models import Host
from hosts.threads import tell
from hosts.watching.side import Side
from virt.connection import Hypervisor
from virt.facts.figures import NodeUsage, ThreadUsage
from virt.hosts.stats import node_cpu_percent

EVERY = 2.0
FIRST_AFTER = 0.5  # two looks make the first figures
TURN = 1.0  # seconds after which a round begins no further call; the next one goes on there
MOST = 1024
FORGOTTEN_AFTER = 10.0  # seconds after which old counters say nothing about now
BUSY_WAIT = 5.0  # the end of what is going on is told anyway


class Threads:
    """Take the counters of all threads of one host while a session lasts."""

    def __init__(self, host: Host, side: Side) -> None:
        self._host = host
        self._side = side
        self._started_at = 0.0
        self._rounds = 0
        self._next = 0
        self._before: dict[int, NodeUsage] = {}
        self._loads: dict[int, float] = {}

    def start_if_due(self, *, is_near: bool) -> None:
        """Begin a round when it is time and somebody looks."""
        now = time.monotonic()
        if not is_near or now < self.next_due(is_near=True):
            return
        if now - self._started_at > FORGOTTEN_AFTER:
            self._rounds, self._next = 0, 0
            self._before, self._loads = {}, {}
        cells = [int(cell["id"]) for cell in self._host.numa]
        work = partial(_read, self._ordered(), cells)
        if self._side.start("threads", work):
            self._started_at = now
            self._rounds += 1

    def next_due(self, *, is_near: bool) -> float:
        """Return when (monotonic) the next round begins."""
        if not is_near:
            return float("inf")
        if not self._side.is_free("threads"):
            return time.monotonic() + BUSY_WAIT
        return self._started_at + (FIRST_AFTER if self._rounds == 1 else EVERY)

    def _ordered(self) -> list[int]:
        """Return the threads, first those that the last round did not come to."""
        threads = sorted(int(cpu) for cell in self._host.numa for cpu in cell["cpus"])
        threads = (threads or list(range(self._host.cpus)))[:MOST]
        start = self._next % max(1, len(threads))
        return threads[start:] + threads[:start]

    def take(self, usage: ThreadUsage) -> None:
        """Tell what came of a round; none at all means that the host has no such figures."""
        free = {cell: memory.free for cell, memory in usage.cells.items()}
        if not usage.threads:
            tell(self._host, None, free)
            return
        for number, now in usage.threads.items():
            load = node_cpu_percent(self._before.get(number), now)
            if load is not None:
                self._loads[number] = load
        self._before.update(usage.threads)
        self._next += len(usage.threads)
        if self._loads:
            tell(self._host, self._loads, free)


def _read(threads: list[int], cells: list[int], hypervisor: Hypervisor) -> ThreadUsage:
    return hypervisor.thread_usage(threads, cells, TURN)
