"""What do our rows say of a machine and a target? At once, without asking a host."""

from typing import Any

from accounts.models import User
from catalogue.services import networks_for
from hosts.models import Host, Network, StoragePool
from migration.options import Options
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo
from virt.moving.compat import GuestFacts, HostSide, Known
from virt.xml.read_moving import Display, Moving, MovingCard, MovingDisk
from vms.models import VM

from .case import Case
from .proposing import propose


def case_of(vm: VM, target: Host, options: Options | None = None) -> Case:
    """Return the case as far as rows tell it."""
    guest = guest_of(vm)
    source, there = side_of(vm.host), side_of(target)
    shared = shared_paths(vm.host, target)
    return Case(
        guest=guest,
        source=source,
        target=there,
        options=options or propose(guest, source, there, shared),
        shared=shared,
        refused_networks=refused_networks(vm, target),
        kvm_works=target.kvm_works,
    )


def guest_of(vm: VM) -> GuestFacts:
    """Return the machine as its row has it: without what only its host tells."""
    definition = Moving(
        virt_type=vm.virt_type,
        arch=vm.arch,
        machine=vm.machine_type,
        memory=vm.memory,
        vcpus=vm.vcpus,
        cpu_mode=vm.cpu_mode,
        disks=tuple(_disk(disk) for disk in vm.disks),
        cards=tuple(
            MovingCard(nic.get("mac", ""), nic.get("kind", ""), nic.get("source", ""))
            for nic in vm.nics
        ),
        displays=tuple(
            Display(
                item.get("kind", ""),
                item.get("address", "") if item.get("listen") == "address" else "",
            )
            for item in vm.graphics
        ),
        has_tpm=vm.has_tpm,
        has_nvram=vm.firmware.startswith("uefi"),
    )
    return GuestFacts(
        uuid=str(vm.uuid),
        name=vm.name,
        is_active=vm.is_on,
        is_persistent=vm.is_persistent,
        definition=definition,
        saved=vm.has_managed_save,
    )


def _disk(stored: dict[str, Any]) -> MovingDisk:
    return MovingDisk(
        target=stored.get("target", ""),
        device=stored.get("device", "disk"),
        kind=stored.get("source_kind") or "file",
        source=stored.get("source", ""),
        pool=stored.get("pool", "") if stored.get("source_kind") == "volume" else "",
        format=stored.get("format", ""),
        cache="none",  # not in the row: left to the reading on the host
        readonly=bool(stored.get("readonly")),
        capacity=stored.get("capacity"),
    )


def side_of(host: Host) -> HostSide:
    """Return the host as its rows have it."""
    known = host.capabilities
    used = host.memory_used
    return HostSide(
        libvirt_version=host.libvirt_version,
        hypervisor_version=host.hypervisor_version,
        arch=host.arch,
        virt_types=_words(known.get("domain_types")),
        machine_types=_words(known.get("machine_types")),
        firmwares=_words(known.get("firmwares")),
        tpm=known.get("tpm"),
        pools=tuple(_pool(row) for row in host.pools.all()),
        networks=tuple(_network(row) for row in host.networks.all()),
        domains=tuple(
            Known(str(uuid), name, is_active=domain_id is not None)
            for uuid, name, domain_id in host.vms.values_list("uuid", "name", "domain_id")
        ),
        memory=host.memory or None,
        free_memory=None if used is None or not host.memory else max(0, host.memory - used),
    )


def _words(stored: list[str] | None) -> tuple[str, ...] | None:
    return tuple(stored) if stored else None


def _pool(row: StoragePool) -> PoolInfo:
    return PoolInfo(
        uuid=str(row.uuid),
        name=row.name,
        kind=row.kind,
        path=row.path,
        active=row.active,
        capacity=row.capacity,
        allocation=row.allocation,
        available=row.available,
    )


def _network(row: Network) -> NetworkInfo:
    return NetworkInfo(
        uuid=str(row.uuid), name=row.name, mode=row.mode, bridge=row.bridge, active=row.active
    )


def shared_paths(source: Host, target: Host) -> frozenset[str]:
    """Return the paths of pools that are declared shared on both hosts."""
    declared = StoragePool.objects.filter(is_shared=True).exclude(path="")
    here = set(declared.filter(host=source).values_list("path", flat=True))
    return frozenset(here & set(declared.filter(host=target).values_list("path", flat=True)))


def refused_networks(vm: VM, target: Host) -> frozenset[str]:
    """Return the networks of the target that are closed to the machine's people, and not here."""
    wanted = {nic.get("source") for nic in vm.nics if nic.get("kind") == "network"}
    return frozenset((_closed(vm, target) - _closed(vm, vm.host)) & wanted)


def _closed(vm: VM, host: Host) -> set[str]:
    person: User | None = vm.owner
    open_ones = set(networks_for(person, vm.team, host).values_list("name", flat=True))
    return set(Network.objects.filter(host=host).values_list("name", flat=True)) - open_ones
