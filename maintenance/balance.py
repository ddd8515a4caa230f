"""Which machines would spread the load more evenly, and what comes of it? Pure: figures go in.

A host's load is the worse of processor and memory, in per cent. Each proposal is the one move that
evens out most, as long as the busiest and the idlest host lie further apart than the threshold.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

MOST_MOVES = 5
LEAST_GAIN = 50.0  # of the sum of squared per cent; less is not worth a move


@dataclass(frozen=True, slots=True)
class HostLoad:
    """How busy a host is: threads in use of `cpus`, bytes in use of `memory`."""

    pk: int
    name: str
    cpus: int
    busy: float
    memory: int
    used: int

    @property
    def cpu_percent(self) -> float:
        """The processors in use."""
        return 100.0 * self.busy / self.cpus

    @property
    def memory_percent(self) -> float:
        """The memory in use."""
        return 100.0 * self.used / self.memory

    @property
    def load(self) -> float:
        """What counts: the worse of the two."""
        return max(self.cpu_percent, self.memory_percent)

    def with_guest(self, guest: "GuestLoad", sign: int) -> "HostLoad":
        """Return the host as it is with (1) or without (-1) the machine."""
        return replace(
            self,
            busy=max(0.0, self.busy + sign * guest.busy),
            used=max(0, self.used + sign * guest.used),
        )


@dataclass(frozen=True, slots=True)
class GuestLoad:
    """What a machine uses: threads and bytes."""

    pk: int
    name: str
    host: int
    busy: float
    used: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One move, with both hosts before and after it."""

    guest: GuestLoad
    source: HostLoad
    target: HostLoad

    @property
    def source_after(self) -> HostLoad:
        """The host that it leaves, without it."""
        return self.source.with_guest(self.guest, -1)

    @property
    def target_after(self) -> HostLoad:
        """The host that it goes to, with it."""
        return self.target.with_guest(self.guest, 1)

    @property
    def gain(self) -> float:
        """How much more even it is afterwards; negative where it is less."""
        before = _weight(self.source) + _weight(self.target)
        return before - _weight(self.source_after) - _weight(self.target_after)


Allowed = Callable[[GuestLoad, int], bool]


def _weight(host: HostLoad) -> float:
    return host.cpu_percent**2 + host.memory_percent**2


def propose(
    hosts: Iterable[HostLoad],
    guests: Sequence[GuestLoad],
    allowed: Allowed,
    *,
    threshold: float,
    most: int = MOST_MOVES,
) -> list[Proposal]:
    """Return up to `most` moves, each reckoned with the ones before it; no machine moves twice."""
    now = {host.pk: host for host in hosts}
    left = [guest for guest in guests if guest.host in now]
    found: list[Proposal] = []
    while len(found) < most and spread(now.values()) > threshold:
        busiest = max(now.values(), key=lambda host: (host.load, host.name))
        options = [
            Proposal(guest, busiest, target)
            for guest in left
            if guest.host == busiest.pk
            for target in now.values()
            if target.pk != busiest.pk and target.with_guest(guest, 1).load < busiest.load
        ]
        options = sorted(options, key=lambda one: -one.gain)
        best = next((one for one in options if allowed(one.guest, one.target.pk)), None)
        if best is None or best.gain < LEAST_GAIN:
            break
        found.append(best)
        left.remove(best.guest)
        now[best.source.pk], now[best.target.pk] = best.source_after, best.target_after
    return found


def spread(hosts: Iterable[HostLoad]) -> float:
    """Return how far the busiest and the idlest host lie apart, in per cent."""
    loads = [host.load for host in hosts]
    return max(loads) - min(loads) if loads else 0.0
