"""What can be cleared up among the files behind a machine's disks? Pure.

A file is needed while the guest writes to it, while a snapshot's state is in it, and while another
file is built upon it. One that is needed for the last reason only, by one other, can take that one
into itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: delete `base`, or write `top` into it."""

    target: str
    base: str
    top: str = ""
    is_active: bool = False  # the guest writes to `top`


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files: the machine's own by their disk, what each file is built upon, what is needed.

    `active` is the file to which the guest writes, by disk.
    """

    own: Mapping[str, str]
    below: Mapping[str, str]
    active: Mapping[str, str]
    states: frozenset[str]

    def above(self, path: str) -> list[str]:
        """Return the files that are built upon this one."""
        return [upper for upper, lower in self.below.items() if lower == path]

    def chain(self, target: str) -> list[str]:
        """Return the files behind a disk, the active one first."""
        found: list[str] = []
        path = self.active.get(target, "")
        while path and path not in found:
            found.append(path)
            path = self.below.get(path, "")
        return found


def next_step(shelf: Shelf, *, with_merges: bool = True) -> Step | None:
    """Return what to do next, None when all is clear."""
    for path, target in sorted(shelf.own.items()):
        if path not in shelf.below or path in shelf.states or path in shelf.active.values():
            continue
        above = shelf.above(path)
        if not above:
            return Step(target, path)
        if with_merges and len(above) == 1 and (step := _merge(shelf, target, path, above[0])):
            return step
    return None


def _merge(shelf: Shelf, target: str, base: str, top: str) -> Step | None:
    """Return how `top` goes into `base`; None where it is not in use, or carries branches."""
    chain = shelf.chain(target)
    if top not in shelf.own or top not in chain:
        return None
    above = shelf.above(top)
    if top == shelf.active.get(target):
        return None if above else Step(target, base, top, is_active=True)
    return Step(target, base, top) if _is_plain(above, chain) else None


def _is_plain(above: Iterable[str], chain: Iterable[str]) -> bool:
    found = list(above)
    return len(found) == 1 and found[0] in set(chain)
