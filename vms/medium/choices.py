"""Which media may be put into a machine's CD drive, and which are in one? Read from rows only."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import is_source_for
from vms.making.choices import Iso, list_isos
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Drive:
    """A CD drive. `medium` is the name of what is in it, "" when it is empty."""

    target: str
    medium: str


def drives_of(vm: VM) -> list[Drive]:
    """Return the machine's CD drives in the order of its definition."""
    return [
        Drive(disk.get("target", ""), name_of(disk))
        for disk in vm.disks
        if disk.get("device") == "cdrom"
    ]


def media_for(user: User, vm: VM) -> list[Iso]:
    """Return the media on the machine's host that `user` may put into it."""
    return [iso for iso in list_isos(vm.host) if is_source_for(user, vm.team, iso.key)]


def why_no_drive(vm: VM) -> str:
    """Return why nothing can be inserted into a machine as it is, "" where something can."""
    if drives_of(vm) or not vm.is_on:
        return ""
    return _(
        "%(name)s has no CD drive. Shut it down first: a drive is added with the first medium."
    ) % {"name": vm.name}


def name_of(disk: dict[str, str]) -> str:
    """Return the name of the file or volume that a mirrored disk is, without its folder."""
    return disk.get("volume") or PurePosixPath(disk.get("source") or "").name
