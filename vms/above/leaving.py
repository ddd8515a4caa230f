"""What else goes when a machine is deleted for good? The rooms above say so."""

from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from vms.operations.target import Target

_LEAVERS: list[str] = []


def register_leaver(path: str) -> None:
    """Make known, by its path, what takes the Target of a machine that goes; while apps start."""
    _LEAVERS.append(path)


def leave(it: "Target") -> None:
    """Let every room give back what it holds for the machine, before its definition goes."""
    for path in _LEAVERS:
        import_string(path)(it)
