"""What does a host have, and a domain want, when the one is to move to the other? Only reads."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import libvirt

from virt.connection import Hypervisor
from virt.domain import Domain
from virt.errors import NotFound, Unsupported, VirtError
from virt.facts.network import NetworkInfo
from virt.facts.storage import PoolInfo
from virt.hosts import inventory, listing
from virt.hosts.listing import skipping
from virt.moving.cpus import CpuFit, Wanted, cpu_fit
from virt.uri import Transport
from virt.xml.read_moving import Moving, MovingDisk, moving

RATE_SECONDS = 1
RATE_WITHIN = 6.0


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """Describe a domain that is to move. ``saved`` says that it has a saved state, ``next_start``
    what a running one will be then.
    """

    uuid: str
    name: str
    is_active: bool
    is_persistent: bool
    definition: Moving
    snapshots: tuple[str, ...] = ()
    checkpoints: int = 0
    saved: bool = False
    next_start: Moving | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Name a domain that a host has already."""

    uuid: str
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class HostSide:
    """Describe a host to which something moves, or from which; None is "not known".

    ``found`` are the wanted paths that are volumes there. ``links`` are names of its interfaces.
    """

    libvirt_version: str = ""
    hypervisor_version: str = ""
    arch: str = ""
    virt_types: tuple[str, ...] | None = None
    machine_types: tuple[str, ...] | None = None
    firmwares: tuple[str, ...] | None = None
    tpm: bool | None = None
    pools: tuple[PoolInfo, ...] = ()
    networks: tuple[NetworkInfo, ...] = ()
    links: frozenset[str] | None = None
    domains: tuple[Known, ...] = ()
    found: frozenset[str] = frozenset()
    memory: int | None = None
    free_memory: int | None = None
    cpu_fit: CpuFit | None = None


def guest(domain: Domain) -> GuestFacts:
    """Read the domain: as it runs, or as the next start will have it."""
    with domain.raw() as raw:
        is_active = bool(raw.isActive())
        definition = moving(raw.XMLDesc(0))
        facts = GuestFacts(
            uuid=domain.uuid,
            name=raw.name(),
            is_active=is_active,
            is_persistent=bool(raw.isPersistent()),
            definition=replace(
                definition, disks=tuple(_sized(raw, disk) for disk in definition.disks)
            ),
        )
        if is_active and facts.is_persistent:
            later = moving(raw.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
            facts = replace(facts, next_start=later)
        with skipping(Unsupported):
            facts = replace(
                facts, snapshots=tuple(item.getName() for item in raw.listAllSnapshots(0))
            )
        with skipping(Unsupported):
            facts = replace(facts, checkpoints=len(raw.listAllCheckpoints(0)))
        with skipping(Unsupported):
            facts = replace(facts, saved=bool(raw.hasManagedSaveImage(0)))
    return facts


def _sized(raw: Any, disk: MovingDisk) -> MovingDisk:
    """Add the size of a disk's image; one that cannot be looked at keeps None."""
    if disk.source and disk.kind in {"file", "block", "volume"} and disk.device == "disk":
        with skipping(VirtError):
            capacity, _allocation, _physical = raw.blockInfo(disk.target, 0)
            return replace(disk, capacity=capacity)
    return disk


def host(hypervisor: Hypervisor, wanted: GuestFacts, source: Hypervisor | None = None) -> HostSide:
    """Read what a host offers to a domain; with ``source`` also whether its processor fits."""
    definition = wanted.definition
    with hypervisor.calling():
        raw = hypervisor.raw
        info = listing.host_info(raw)
        usage = listing.node_usage(raw)
        side = HostSide(
            libvirt_version=info.libvirt_version,
            hypervisor_version=info.hypervisor_version,
            arch=info.arch,
            virt_types=info.domain_types,
            machine_types=info.machine_types,
            firmwares=info.firmwares,
            tpm=info.tpm,
            domains=tuple(_known(raw)),
            memory=info.memory,
            free_memory=_free(usage.memory_total, usage.memory_used),
        )
        with skipping(Unsupported):
            side = replace(side, pools=tuple(inventory.pools(raw)))
        with skipping(Unsupported):
            side = replace(side, networks=tuple(inventory.networks(raw)))
        with skipping(Unsupported):
            side = replace(side, links=frozenset(_links(raw)))
        paths = {disk.source for disk in definition.disks if disk.source.startswith("/")}
        side = replace(side, found=frozenset(path for path in paths if _has_file(raw, path, side)))
    if source is None:
        return side
    cpus = Wanted(wanted.is_active, definition, wanted.next_start)
    return replace(side, cpu_fit=cpu_fit(source, hypervisor, cpus))


def _free(total: int | None, used: int | None) -> int | None:
    return None if total is None or used is None else max(0, total - used)


def _known(raw: Any) -> list[Known]:
    found = []
    for domain in raw.listAllDomains(0):
        with skipping(NotFound):
            found.append(Known(domain.UUIDString(), domain.name(), bool(domain.isActive())))
    return found


def _links(raw: Any) -> list[str]:
    """Return the names of the host's interfaces, bridges among them."""
    try:
        return [item.name() for item in raw.listAllInterfaces(0)]
    except libvirt.libvirtError:
        return list(raw.listInterfaces())


def _has_file(raw: Any, path: str, side: HostSide) -> bool:
    """Say whether a path is a volume; a pool that may not have seen it yet looks once more."""
    if _is_volume(raw, path):
        return True
    folder = path.rpartition("/")[0]
    pool = next((pool for pool in side.pools if pool.active and pool.path == folder), None)
    if pool is None:
        return False
    with skipping(VirtError):
        raw.storagePoolLookupByName(pool.name).refresh(0)
        return _is_volume(raw, path)
    return False


def _is_volume(raw: Any, path: str) -> bool:
    with skipping(VirtError):
        raw.storageVolLookupByPath(path)
        return True
    return False


def dirty_rate(domain: Domain) -> int | None:
    """Measure for a second how many bytes a second the guest changes; None where QEMU cannot."""
    if not hasattr(libvirt.virDomain, "startDirtyRateCalc"):
        return None
    if domain.hypervisor.addr.transport is Transport.TEST:
        return None
    until = time.monotonic() + RATE_WITHIN
    try:
        with domain.raw() as raw:
            raw.startDirtyRateCalc(RATE_SECONDS, 0)
        while time.monotonic() < until:
            time.sleep(0.25)
            with domain.raw() as raw:
                found = listing.bulk_stats(
                    domain.hypervisor.raw, libvirt.VIR_DOMAIN_STATS_DIRTYRATE, [raw]
                )
            record = found[0][1] if found else {}
            if record.get("dirtyrate.calc_status") == libvirt.VIR_DOMAIN_DIRTYRATE_MEASURED:
                return int(str(record.get("dirtyrate.megabytes_per_second", 0))) * 2**20
    except VirtError:
        return None
    return None
