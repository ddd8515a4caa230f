"""What can a machine start from? The room of machines says; the catalogue only offers it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Source:
    """Something to start from; `key` is "image:<key>", "iso" or "network"."""

    key: str
    name: str | Promise
    icon: str = "disc"


_LISTS: list[Callable[[], list[Source]]] = []


def register(listing: Callable[[], list[Source]]) -> None:
    """Make a list of sources known; called while the apps start."""
    _LISTS.append(listing)


def all_sources() -> list[Source]:
    """Return everything there is to start from now."""
    return [source for listing in _LISTS for source in listing()]
