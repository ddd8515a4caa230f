"""Who reads what machines write on their text consoles?

The gateway hears it, the room of screens reads it. Neither may import the other; they meet here.
"""

from collections.abc import Callable

# The id of a machine, the end of what it wrote lately, and whether that is new or only still true.
Hear = Callable[[int, bytes, bool], None]
_hear: Hear | None = None


def register_ears(hear: Hear) -> None:
    """Make `hear` the one who reads; called while the apps start."""
    global _hear
    _hear = hear


def heard(vm_id: int, tail: bytes, is_new: bool = True) -> None:
    """Tell what a machine wrote lately; from any thread, at most every two seconds for each."""
    if _hear is not None:
        _hear(vm_id, tail, is_new)
