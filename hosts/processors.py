"""What does the map of a host's processors show? Nodes, their cores, the threads of each core."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hosts import threads
from hosts.facts import percent
from hosts.models import Host

STEPS = (5, 25, 50, 75)  # per cent from which a thread looks busier; static/js/host_map.js too
NAMED_ON_A_THREAD = 4  # machines that the words on a thread name; the rest is counted


@dataclass(frozen=True, slots=True)
class Guest:
    """A running machine that may run on some threads only."""

    pk: int
    name: str
    cpus: tuple[int, ...]

    @property
    def place(self) -> str:
        """The threads as people write them: "0-3, 8"."""
        return ", ".join(_runs(self.cpus))


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread: how busy it is, if that is known, and which machines are kept to it."""

    number: int
    core: int
    load: int | None
    guests: tuple[str, ...]

    @property
    def level(self) -> int | None:
        """How busy it looks, 0 to 4."""
        return None if self.load is None else sum(self.load >= step for step in STEPS)

    @property
    def name(self) -> str:
        """The thread as people find it."""
        return _("Thread %(number)d, core %(core)d") % {"number": self.number, "core": self.core}

    @property
    def words(self) -> str:
        """All that its colour and edge say."""
        load = "" if self.load is None else f": {self.load}%"
        return f"{self.name}{load}{self.who}"

    @property
    def who(self) -> str:
        """The machines that are kept to it, behind a dot."""
        more = len(self.guests) - NAMED_ON_A_THREAD
        names = ", ".join(self.guests[:NAMED_ON_A_THREAD])
        return f" · {names}{f' +{more}' if more > 0 else ''}" if names else ""


@dataclass(frozen=True, slots=True)
class Node:
    """One NUMA node. `free` is what of its memory is not even file cache, if that is known."""

    id: int
    memory: int
    free: int | None
    cores: tuple[tuple[Thread, ...], ...]
    guests: tuple[Guest, ...]

    @property
    def threads(self) -> int:
        """How many threads it has."""
        return sum(len(core) for core in self.cores)

    @property
    def used(self) -> int | None:
        """The memory that is not free. Bytes."""
        return None if self.free is None else self.memory - self.free

    @property
    def used_percent(self) -> float | None:
        """The memory that is not free, in per cent."""
        return percent(self.used, self.memory)


class ProcessorMap:
    """The processors of one host, with the figures of the last seconds."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @cached_property
    def figures(self) -> threads.Threads:
        """What the watcher told last."""
        return threads.latest(self.host.pk)

    @property
    def has_none(self) -> bool:
        """Whether the host is known to have no figures for each thread."""
        return self.figures.is_known and self.figures.loads is None

    @cached_property
    def guests(self) -> list[Guest]:
        """The running machines that are kept to some threads, whose room is above."""
        rows: Any = self.host.vms
        pinned = rows.exclude(pinned_cpus=[]).filter(domain_id__isnull=False).order_by("name")
        found = pinned.values_list("pk", "name", "pinned_cpus")
        guests = (Guest(pk, name, tuple(cpus)) for pk, name, cpus in found)
        return [guest for guest in guests if not self.numbers <= set(guest.cpus)]

    @cached_property
    def numbers(self) -> set[int]:
        """The numbers of all threads."""
        return {
            number for _id, _memory, cores in self._cells() for core in cores for number in core
        }

    @cached_property
    def nodes(self) -> list[Node]:
        """The nodes in their order."""
        kept = _by_thread(self.guests)
        return [self._node(*cell, kept) for cell in self._cells()]

    def _node(
        self, pk: int, memory: int, cores: Sequence[Sequence[int]], kept: Mapping[int, list[str]]
    ) -> Node:
        loads = self.figures.loads or {}
        drawn = tuple(
            tuple(Thread(n, place, loads.get(n), tuple(kept.get(n, ()))) for n in core)
            for place, core in enumerate(cores)
        )
        own = {number for core in cores for number in core}
        here = tuple(guest for guest in self.guests if own.intersection(guest.cpus))
        return Node(pk, memory, self.figures.free.get(pk), drawn, here)

    def _cells(self) -> Iterator[tuple[int, int, list[list[int]]]]:
        """Yield id, memory and cores of each node; a host that tells none has one of them all."""
        for cell in self.host.numa:
            yield cell["id"], cell["memory"], cell.get("cores") or [[cpu] for cpu in cell["cpus"]]
        if not self.host.numa and self.host.cpus:
            yield 0, self.host.memory, [[number] for number in range(self.host.cpus)]


def _by_thread(guests: Iterable[Guest]) -> dict[int, list[str]]:
    kept: dict[int, list[str]] = defaultdict(list)
    for guest in guests:
        for cpu in guest.cpus:
            kept[cpu].append(guest.name)
    return kept


def _runs(numbers: Iterable[int]) -> Iterator[str]:
    """Yield "0-3" for what follows each other, "8" for what stands alone."""
    run: list[int] = []
    for number in sorted(numbers):
        if run and number != run[-1] + 1:
            yield _written(run)
            run = []
        run.append(number)
    if run:
        yield _written(run)


def _written(run: Sequence[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"
