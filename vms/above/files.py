"""Which files on its host belong to a machine, beside its disks? Rooms above say so."""

from collections.abc import Callable

from vms.models import VM

Files = Callable[[VM], set[str]]
_FILES: list[Files] = []


def register_files(files: Files) -> None:
    """Let `files` tell the paths that are a machine's own; called while the apps start."""
    _FILES.append(files)


def own_files(vm: VM) -> set[str]:
    """Return the paths of what belongs to the machine alone, as far as it is known."""
    return {path for files in _FILES for path in files(vm)}
