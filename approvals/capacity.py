"""How much have the hosts free? The room of hosts says so, from above."""

from collections.abc import Callable, Mapping

_SOURCES: list[Callable[[], Mapping[str, int]]] = []


def register(source: Callable[[], Mapping[str, int]]) -> None:
    """Ask `source` for what is free, by resource; called while the apps start."""
    _SOURCES.append(source)


def free_capacity() -> dict[str, int]:
    """Return what is free, by resource; what nobody knows is left out."""
    found: dict[str, int] = {}
    for source in _SOURCES:
        found.update(source())
    return found
