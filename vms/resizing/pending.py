"""What does a machine have, and what waits for its next start? From its row only."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from virt.domains.sizes import Sizes
from vms.models import VM

JUST_STARTED = timedelta(minutes=1)


def now_of(vm: VM) -> Sizes:
    """Return what it has now, and how far it can grow while it runs."""
    most_vcpus, most_memory = max(vm.vcpus, vm.max_vcpus), max(vm.memory, vm.max_memory)
    return Sizes(vm.vcpus, most_vcpus, vm.memory, most_memory)


def pending_of(vm: VM) -> Sizes | None:
    """Return what its next start gives it, None where that is what it has, or soon will have."""
    later = _later_of(vm)
    return None if later is None or _gives_memory_back(vm, later) else later


def _later_of(vm: VM) -> Sizes | None:
    if not vm.next_vcpus:
        return None
    return Sizes(vm.next_vcpus, vm.next_max_vcpus, vm.next_memory, vm.next_max_memory)


def _gives_memory_back(vm: VM, later: Sizes) -> bool:
    """Say whether it was just started and its guest is about to leave the memory above its own.

    A guest starts with all that it may grow to, until its balloon driver is there.
    """
    if vm.started_at is None or vm.started_at < timezone.now() - JUST_STARTED:
        return False
    now = now_of(vm)
    return now.memory == now.max_memory and replace(later, memory=now.memory) == now


def defined_of(vm: VM) -> Sizes:
    """Return what its definition says."""
    return _later_of(vm) or now_of(vm)
