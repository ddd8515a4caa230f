"""How busy are hosts and machines, over the last minutes? From samples, else from rows."""

from collections.abc import Iterable
from statistics import fmean

from django.utils.functional import cached_property

from hosts import usage
from hosts.models import Host
from live import samples
from vms.busy import attach_jobs
from vms.models import VM
from vms.placement import judge
from vms.placement.needs import need_of
from vms.placement.rooms import Room, rooms_of
from vms.rules import can
from vms.states import VMState

from .balance import GuestLoad, HostLoad, Proposal, propose, spread
from .models import Balancing

POINTS = 30  # samples ten seconds apart


class Advice:
    """What is proposed now, from the figures of the last five minutes."""

    def __init__(self, rule: Balancing | None = None) -> None:
        self.rule = rule or Balancing.get()

    @cached_property
    def _rooms(self) -> list[Room]:
        hosts = Host.objects.exclude(transport="test").prefetch_related("pools", "kept_for")
        return rooms_of(hosts)

    @cached_property
    def hosts(self) -> list[HostLoad]:
        """The hosts that take machines and of which the use is known."""
        loads = (_host_load(room.host) for room in self._rooms if room.host.takes_machines)
        return [load for load in loads if load is not None]

    @cached_property
    def machines(self) -> dict[int, VM]:
        """The running machines of those hosts that could be moved, by id."""
        rows = VM.objects.filter(host__in=[one.pk for one in self.hosts], state=VMState.RUNNING)
        found = attach_jobs(rows.select_related("host", "team"))
        return {vm.pk: vm for vm in found if can(vm, "migrate") is None}

    @cached_property
    def proposals(self) -> list[Proposal]:
        """The moves, the best first."""
        guests = _guest_loads(self.machines.values())
        return propose(self.hosts, guests, self._allows, threshold=float(self.rule.threshold))

    @property
    def spread(self) -> float:
        """How far the busiest and the idlest host lie apart."""
        return spread(self.hosts)

    def _allows(self, guest: GuestLoad, host_id: int) -> bool:
        """Say whether the rules of placement have nothing at all against it."""
        rooms = [room for room in self._rooms if room.host.pk == host_id]
        return not judge(need_of(self.machines[guest.pk]), rooms=rooms)[0].reasons


def _host_load(host: Host) -> HostLoad | None:
    ring = usage.ring(host.pk, POINTS)
    cpu = _mean([one.cpu for one in ring], host.cpu_percent)
    used = _mean([one.memory_used for one in ring], host.memory_used)
    if cpu is None or used is None or not host.cpus or not host.memory:
        return None
    return HostLoad(host.pk, host.name, host.cpus, cpu / 100 * host.cpus, host.memory, int(used))


def _guest_loads(machines: Iterable[VM]) -> list[GuestLoad]:
    found = list(machines)
    rings = samples.rings([vm.pk for vm in found], POINTS)
    loads = []
    for vm in found:
        cpu = _mean([one.cpu for one in rings[vm.pk]], vm.cpu_percent)
        used = _mean([one.memory_used for one in rings[vm.pk]], vm.memory_used)
        if cpu is not None:
            busy = cpu / 100 * vm.vcpus
            loads.append(GuestLoad(vm.pk, vm.name, vm.host_id, busy, int(used or vm.memory)))
    return loads


def _mean(values: Iterable[float | None], otherwise: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else otherwise
