"""What does the watcher tell the room above about screens?"""

from collections.abc import Sequence
from typing import Any, Protocol

from hosts.models import Host
from live.looking import Pace


class Eyes(Protocol):
    """Makes something of pictures. Calls for one host never overlap in one method."""

    def read(self, host_id: int, name: str, data: bytes, pace: Pace | None) -> Any:
        """Look at one picture, at the side: no database. Return what `tell` shall hear, or None.

        `name` is as `live.looking` makes it.

        `pace` is None for a picture that nobody looks at. Raises nothing.
        """

    def looked(self, host_id: int, names: Sequence[str]) -> None:
        """Note that these screens were seen just now, changed or not; at the side."""

    def tell(self, host: Host, seen: Sequence[Any]) -> None:
        """Write and announce what `read` returned, in the host's own thread."""


_eyes: Eyes | None = None


def register_eyes(eyes: Eyes) -> None:
    """Make `eyes` the ones that see pictures; called while the apps start."""
    global _eyes
    _eyes = eyes


def get_eyes() -> Eyes | None:
    """Return the registered eyes; without any, no picture is taken."""
    return _eyes
