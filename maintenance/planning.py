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


Places = Callable[[Guest, Mapping[int, int | None]], Sequence[Place] | str]


def assign(
    guests: Iterable[Guest], free_memory: Mapping[int, int], places: Places
) -> list[Assigned]:
    """Give each machine a host: the big ones first, each where most memory is left then.

    `places` returns the hosts that may take a machine, or why it cannot move at all; it is told
    where the machines before it go, and of those after it that this is open. A host without
    enough memory left comes last: machines may share memory, and a person sees it.
    """
    left = dict(free_memory)
    found = []
    in_turn = sorted(guests, key=lambda one: (-one.memory, one.name))
    planned: dict[int, int | None] = {guest.pk: None for guest in in_turn}
    for guest in in_turn:
        options = places(guest, planned)
        if isinstance(options, str):
            del planned[guest.pk]  # it stays
            found.append(Assigned(guest, None, options))
            continue
        best = min(options, key=lambda place: _rank(place, left, guest))
        left[best.pk] = left.get(best.pk, 0) - guest.memory
        planned[guest.pk] = best.pk
        found.append(Assigned(guest, best.pk))
    return found


def _rank(place: Place, left: Mapping[int, int], guest: Guest) -> tuple[bool, int, int, int]:
    remains = left.get(place.pk, 0) - guest.memory
    return (remains < 0, place.soft, -remains, place.pk)
