"""Who drives the console of a machine? Known by the room of consoles, drawn by every page.

Rooms beside consoles may not ask them; they ask here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Driver:
    """Somebody whose keys reach the guest. `face` is what the avatar is drawn from."""

    name: str
    face: User | str


Find = Callable[[Collection[int]], Mapping[int, Driver]]
_find: Find | None = None


def register_drivers(find: Find) -> None:
    """Make `find` the one who knows; called while the apps start."""
    global _find
    _find = find


def drivers_of(machines: Collection[int]) -> Mapping[int, Driver]:
    """Return who drives which of these machines, by their ids; one query. Ask for the allowed."""
    return _find(machines) if _find is not None and machines else {}
