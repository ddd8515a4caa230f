"""How can a snapshot of this machine be kept, and if it cannot, why? Pure.

Inside the disks is simplest, and everything goes back at once; but only qcow2 files can hold one,
not those of a machine with UEFI, and the guest stands still while its memory is written. Else each
disk gets an overlay file, into which the guest writes from then on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import Kind

# Above this the guest would stand still for long while its memory is written inside a disk.
MOST_MEMORY_INSIDE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Facts:
    """What a machine is like now: its disks as in `VM.disks`, and the kinds of its snapshots."""

    disks: Sequence[Mapping[str, Any]]
    firmware: str
    memory: int
    is_on: bool
    kinds: frozenset[str]
    is_simulated: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How a snapshot is kept; `reason` is why there can be none."""

    kind: str = ""
    with_memory: bool = False
    targets: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    reason: str = ""


def plan(facts: Facts, *, with_memory: bool) -> Plan:
    """Return how a snapshot is kept; memory is kept only of a guest that is on."""
    with_memory = with_memory and facts.is_on
    writable = [disk for disk in facts.disks if _is_writable(disk)]
    targets = tuple(disk["target"] for disk in writable)
    others = tuple(disk["target"] for disk in facts.disks if not _is_writable(disk))
    if reason := _none(facts, writable):
        return Plan(reason=reason)
    inside, outside = _inside(facts, writable, with_memory), _outside(facts, writable)
    if not inside and (outside or _stands_short(facts, with_memory)):
        return Plan(Kind.INTERNAL, with_memory, targets, others)
    if not outside:
        return Plan(Kind.EXTERNAL, with_memory, targets, others)
    return Plan(reason=outside if Kind.INTERNAL not in facts.kinds else inside or outside)


def _is_writable(disk: Mapping[str, Any]) -> bool:
    return disk.get("device", "disk") == "disk" and not disk.get("readonly")


def _none(facts: Facts, writable: Sequence[Mapping[str, Any]]) -> str:
    if facts.is_simulated:
        return _("A simulated host takes no snapshots.")
    if not writable:
        return _("The machine has no disk of which a snapshot could be taken.")
    return ""


def _stands_short(facts: Facts, with_memory: bool) -> bool:
    return not with_memory or facts.memory <= MOST_MEMORY_INSIDE


def _inside(facts: Facts, disks: Iterable[Mapping[str, Any]], with_memory: bool) -> str:
    """Return why it cannot be kept inside the disks, or ""."""
    for disk in disks:
        if disk.get("format") != "qcow2" or disk.get("source_kind", "file") != "file":
            text = _("The earlier snapshots are inside the disks, which %(disk)s cannot hold.")
            return text % {"disk": disk["target"]}
    if facts.firmware not in {"", "bios"}:
        return _("The earlier snapshots are inside the disks, which UEFI does not allow.")
    if Kind.EXTERNAL in facts.kinds:
        return _("The earlier snapshots are in files of their own.")
    if facts.is_on and not with_memory:
        return _(
            "The earlier snapshots are inside the disks, so one of a running machine takes its "
            "memory too."
        )
    return ""


def _outside(facts: Facts, disks: Iterable[Mapping[str, Any]]) -> str:
    """Return why it cannot be kept in files of its own, or ""."""
    for disk in disks:
        if disk.get("source_kind", "file") != "file" or not disk.get("source"):
            text = _("The disk %(disk)s is not a file, so no snapshot of it can be taken.")
            return text % {"disk": disk["target"]}
    if Kind.INTERNAL in facts.kinds:
        return _("The earlier snapshots are inside the disks. Delete them first.")
    return ""
