"""How big may somebody wish a machine's disk to be? Bigger than it is; the rules are creation's."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from catalogue.services import find_size, find_size_for
from quotas.amounts import shown
from quotas.models import Resource
from vms.counting import counted_of
from vms.making.sizes import CUSTOM, MIB, MOST_DISK
from vms.models import VM
from vms.services.refusing import refuse_field

from .rules import find_disk, pool_of, used_by_others, why_disk_stays
from .wishes import Amounts


@dataclass(frozen=True, slots=True)
class Growth:
    """A checked wish: from how many bytes to how many, and what all disks then come to.

    `size` is the slug of the size that the machine then has.
    """

    disk: str
    before: int
    capacity: int
    total: int
    size: str

    def as_params(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @classmethod
    def of_params(cls, params: dict[str, Any]) -> "Growth":
        """Read it back from JSON."""
        return cls(**{part.name: params[part.name] for part in fields(cls)})


def read_growth(vm: VM, target: str, capacity: int, by: User) -> Growth:
    """Return the checked wish; `capacity` is bytes and rounded up to whole MiB.

    Raises ActionRefused: 400 (`disk`, `capacity`), 409 (`disk-stays`) where the disk cannot grow,
    422 (`not-offered`) beyond the machine's size where own figures are not offered.
    """
    disk = find_disk(vm, target)
    if disk is None:
        raise refuse_field("disk", _("The machine has no such disk."))
    if reason := why_disk_stays(vm, disk, used_by_others(vm, disk)):
        raise ActionRefused(reason, code="disk-stays")
    before = int(disk["capacity"])
    capacity = -(-capacity // MIB) * MIB
    if capacity <= before:
        words = {"size": shown(Resource.DISK, before)}
        raise refuse_field("capacity", _("A disk only grows: more than %(size)s.") % words)
    if capacity > MOST_DISK:
        raise refuse_field("capacity", _("At most 64 TiB of disk."))
    pool = pool_of(vm, disk)
    if pool is not None and pool.capacity and pool.available <= 0:
        raise refuse_field("capacity", _("The pool of this disk has no room left."))
    total = vm.disk_bytes - before + capacity
    return Growth(target, before, capacity, total, _slug(vm, total, by))


def amounts_with(vm: VM, growth: Growth) -> Amounts:
    """Return what the machine comes to with the wish."""
    counted = counted_of(vm)
    return Amounts(growth.size, counted[Resource.VCPUS], counted[Resource.MEMORY], growth.total)


def room_hint(vm: VM, target: str, more: int) -> str:
    """Return what to know of the disk's pool before it grows by `more` bytes, "" for nothing."""
    pool = pool_of(vm, find_disk(vm, target) or {})
    if pool is None or not pool.capacity or pool.available >= more:
        return ""
    words = {"free": shown(Resource.DISK, max(0, pool.available))}
    return _("Its pool has %(free)s left, less than the disk may grow by.") % words


def _slug(vm: VM, total: int, by: User) -> str:
    """Return the size that it comes to: beyond its named size it is one of one's own."""
    size = find_size(vm.next_size or vm.size)
    if size is not None and not size.is_custom and total <= size.disk:
        return size.slug
    if find_size_for(by, vm.team, CUSTOM) is not None:
        return CUSTOM
    text = _("Own figures are not offered here, and this is more disk than the machine’s size has.")
    if size is not None and not size.is_custom:
        words = {"size": size.label, "most": shown(Resource.DISK, size.disk)}
        text = _("The size %(size)s has %(most)s of disk, and own figures are not offered here.")
        text %= words
    raise ActionRefused(text, code="not-offered", status=422, fields={"capacity": text})
