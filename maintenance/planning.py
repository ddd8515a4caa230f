"""Who goes where, in which order? Pure: a list of machines and of hosts with room goes in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guest:
    """A machine that has to go. Memory in bytes."""

    pk: int
    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Place:
    """A host that would take a machine, by the rules; `soft` counts what speaks less for it."""

    pk: int
    soft: int = 0


@dataclass(frozen=True, slots=True)
class Assigned:
    """A machine with its host, or without one and with the reason."""

    guest: Guest
    target: int | None
    reason: str = ""


Places = Callable[[Guest], Sequence[Place] | str]


def assign(
    guests: Iterable[Guest], free_memory: Mapping[int, int], places: Places
) -> list[Assigned]:
    """Give each machine a host: the big ones first, each where most memory is left then.

    `places` returns the hosts that may take a machine, or why it cannot move at all. A host
    without enough memory left comes last: machines may share memory, and a person sees it.
    """
    left = dict(free_memory)
    found = []
    for guest in sorted(guests, key=lambda one: (-one.memory, one.name)):
        options = places(guest)
        if isinstance(options, str):
            found.append(Assigned(guest, None, options))
            continue
        best = min(options, key=lambda place: _rank(place, left, guest))
        left[best.pk] = left.get(best.pk, 0) - guest.memory
        found.append(Assigned(guest, best.pk))
    return found


def _rank(place: Place, left: Mapping[int, int], guest: Guest) -> tuple[bool, int, int, int]:
    remains = left.get(place.pk, 0) - guest.memory
    return (remains < 0, place.soft, -remains, place.pk)
