"""What would a wish do: at once, at the next start, and to the quotas? Told before it is asked."""

from dataclasses import dataclass
from decimal import Decimal

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from catalogue.services import find_size
from quotas.models import Resource
from quotas.services import TEAM, Line, preview
from virt.domains.sizes import Sizes
from vms.counting import counted_of
from vms.models import VM
from vms.placement.rooms import rooms_of
from vms.states import VMState

from .disks import Growth
from .pending import now_of
from .wishes import Resize


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of processors and memory does."""

    before: Sizes
    at_once: Sizes
    wish: Resize
    lines: tuple[Line, ...]
    price: Decimal | None  # per hour, None where the catalogue has none
    hint: str  # what speaks against it without forbidding it, "" for nothing
    frees_later: bool  # whether something that gets smaller counts until the next start

    @property
    def waits(self) -> bool:
        """Whether some of it waits for the next start."""
        return not self.at_once.is_like(self.wish.sizes)

    @property
    def beyond(self) -> list[Line]:
        """What would be more than there may be."""
        return [line for line in self.lines if line.is_over]


def effect_of(vm: VM, wish: Resize) -> Effect:
    """Return what `wish` does to the machine as it is now."""
    now = now_of(vm)
    after = _counted_after(vm, now, wish)
    counted = counted_of(vm)
    more = {resource: after[resource] - counted[resource] for resource in after}
    return Effect(
        before=now,
        at_once=_at_once(vm, now, wish),
        wish=wish,
        lines=tuple(preview(vm.team, vm.owner, more)),
        price=price_of(wish.size),
        hint=_hint(vm, now, wish),
        frees_later=vm.is_on
        and (wish.vcpus < now.vcpus or wish.max_memory < max(now.memory, now.max_memory)),
    )


def lines_with(vm: VM, growth: Growth) -> list[Line]:
    """Return what is limited as it would be with a bigger disk."""
    return preview(vm.team, vm.owner, {Resource.DISK: growth.total - vm.disk_bytes})


def is_beyond_team(lines: list[Line]) -> bool:
    """Say whether the team itself has no more left, which nobody in it can agree to."""
    return any(line.scope == TEAM for line in lines)


def price_of(slug: str) -> Decimal | None:
    """Return what a size costs per hour, None where the catalogue says nothing."""
    size = find_size(slug)
    return size.price_per_hour if size is not None and size.price_per_hour else None


def _at_once(vm: VM, now: Sizes, wish: Resize) -> Sizes:
    """Return what it has once the job has ended, as far as the guest plays along."""
    if not vm.is_on:
        return wish.sizes
    if not wish.live or vm.state != VMState.RUNNING:
        return now
    return Sizes(
        min(wish.vcpus, now.max_vcpus),
        now.max_vcpus,
        min(wish.memory, now.max_memory),
        now.max_memory,
    )


def _counted_after(vm: VM, now: Sizes, wish: Resize) -> dict[Resource, int]:
    """Return what it counts with then: while it is on, never less than it has."""
    if not vm.is_on:
        return {Resource.VCPUS: wish.vcpus, Resource.MEMORY: wish.max_memory}
    return {
        Resource.VCPUS: max(now.vcpus, wish.vcpus),
        Resource.MEMORY: max(now.max_memory, wish.max_memory),
    }


def _hint(vm: VM, now: Sizes, wish: Resize) -> str:
    host = vm.host
    if host.cpus and wish.vcpus > max(host.cpus, now.vcpus):
        words = {"count": host.cpus, "wanted": wish.vcpus}
        return _("Its host has %(count)d threads for %(wanted)d processors.") % words
    free = rooms_of([host])[0].free_memory
    more = wish.memory - (now.memory if vm.is_on else 0)
    if host.memory and more > 0 and free < more:
        left = {"free": filesizeformat(max(0, free))}
        return _("Its host has %(free)s of memory left, so machines would share it.") % left
    return ""
