"""Which guests are on a host, and what is the host: read in bulk, inside a call slot."""

import time
from dataclasses import replace
from types import TracebackType
from typing import Any

import libvirt

from virt.domains.later import differences
from virt.errors import HostUnreachable, NotFound, Unsupported, VirtError, WrongState, translate
from virt.facts.domain import DiskInfo, DomainInfo
from virt.facts.figures import CellMemory, DomainSample, NodeUsage
from virt.facts.host import HostInfo, Offer
from virt.hosts import stats
from virt.states import reason_of, settled, state_of
from virt.xml import known, read, read_fences, read_host

KIB = 1024
MIB = 1024 * KIB
STUCK_MILLISECONDS = 2000
NOWAIT: int = getattr(libvirt, "VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT", 0)
_SAMPLE_GROUPS: int = (
    libvirt.VIR_DOMAIN_STATS_STATE
    | libvirt.VIR_DOMAIN_STATS_CPU_TOTAL
    | libvirt.VIR_DOMAIN_STATS_BALLOON
    | libvirt.VIR_DOMAIN_STATS_VCPU
    | libvirt.VIR_DOMAIN_STATS_INTERFACE
    | libvirt.VIR_DOMAIN_STATS_BLOCK
)


class skipping:  # noqa: N801 - reads as a statement
    """Leave out what fails in these ways; a lost connection always counts."""

    def __init__(self, *kinds: type[VirtError]) -> None:
        self._kinds = kinds

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, libvirt.libvirtError):
            return False
        ours = translate(error)
        return isinstance(ours, self._kinds) and not isinstance(ours, HostUnreachable)


def dotted(version: int) -> str:
    """Return libvirt's version number as text."""
    return f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"


def bulk_stats(
    raw: Any, groups: int, domains: list[Any] | None = None
) -> list[tuple[Any, dict[str, object]]]:
    """Ask for many domains' statistics at once without waiting for a frozen QEMU.

    A driver or an old daemon that refuses the flag or a group is asked again in plain words.
    """
    for wanted, flags in ((groups, NOWAIT), (groups, 0), (0, 0)):
        try:
            if domains is None:
                return list(raw.getAllDomainStats(wanted, flags))
            return list(raw.domainListGetStats(domains, wanted, flags))
        except libvirt.libvirtError as error:
            if error.get_error_code() not in _REFUSALS:
                raise
    return []


_REFUSALS = {
    libvirt.VIR_ERR_NO_SUPPORT,
    libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED,
    libvirt.VIR_ERR_INVALID_ARG,
}


def samples(raw: Any) -> list[DomainSample]:
    """Return every domain's counters.

    NOWAIT passes over a QEMU that another call waits for, but the first call that meets a frozen
    one hangs on it.
    """
    records = bulk_stats(raw, _SAMPLE_GROUPS)
    taken_at = time.monotonic()
    return [stats.sample(domain.UUIDString(), record, taken_at) for domain, record in records]


def bare_samples(raw: Any) -> list[DomainSample]:
    """Return every domain's state alone, for which no QEMU is asked."""
    records = bulk_stats(raw, libvirt.VIR_DOMAIN_STATS_STATE)
    taken_at = time.monotonic()
    return [
        DomainSample(domain.UUIDString(), taken_at, stats.state_in(record))
        for domain, record in records
    ]


def stuck(raw: Any) -> set[str]:
    """Return the UUIDs of the domains whose QEMU has not answered a request for two seconds."""
    found: set[str] = set()
    for domain in raw.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE):
        with skipping(NotFound, Unsupported, WrongState):
            control, _details, milliseconds = domain.controlInfo()
            is_waiting = control == libvirt.VIR_DOMAIN_CONTROL_OCCUPIED
            if is_waiting and milliseconds > STUCK_MILLISECONDS:
                found.add(domain.UUIDString())
    return found


def node_usage(raw: Any, *, is_test: bool = False) -> NodeUsage:
    """Return the host's own counters; the test driver's are invented, so there they stay None."""
    usage = NodeUsage(taken_at=time.monotonic())
    if is_test:
        return usage
    with skipping(Unsupported):
        cpu = raw.getCPUStats(libvirt.VIR_NODE_CPU_STATS_ALL_CPUS, 0)
        busy = cpu.get("kernel", 0) + cpu.get("user", 0)
        usage = replace(usage, busy_ns=busy, idle_ns=cpu.get("idle", 0) + cpu.get("iowait", 0))
    with skipping(Unsupported):
        memory = raw.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS, 0)
        total = memory.get("total", 0) * KIB
        unused = sum(memory.get(key, 0) for key in ("free", "buffers", "cached")) * KIB
        usage = replace(usage, memory_total=total, memory_used=max(0, total - unused))
    return usage  # noqa: RET504 - the second look may be skipped


def thread_usage(raw: Any, number: int) -> NodeUsage | None:
    """Return the counters of one thread of the host; None where it has none, or is offline."""
    with skipping(VirtError):
        cpu = raw.getCPUStats(number, 0)
        if not cpu:
            return None
        return NodeUsage(
            taken_at=time.monotonic(),
            busy_ns=cpu.get("kernel", 0) + cpu.get("user", 0),
            idle_ns=cpu.get("idle", 0) + cpu.get("iowait", 0),
        )
    return None


def cell_memory(raw: Any, cell: int) -> CellMemory | None:
    """Return the memory of one NUMA node; None where the driver does not say."""
    with skipping(Unsupported):
        memory = raw.getMemoryStats(cell, 0)
        if "total" in memory and "free" in memory:
            return CellMemory(total=memory["total"] * KIB, free=memory["free"] * KIB)
    return None


def offer(raw: Any) -> Offer:
    """Return what runs on the host, in four calls."""
    offered = read_host.capabilities(raw.getCapabilities())
    return Offer(
        libvirt_version=dotted(raw.getLibVersion()),
        hypervisor=str(raw.getType()),
        hypervisor_version=dotted(raw.getVersion()),
        arch=offered.arch,
        domain_types=offered.domain_types,
    )


def host_info(raw: Any) -> HostInfo:
    """Return what the host is: five to seven calls."""
    model, memory_mib, cpus, mhz, nodes, sockets, cores, threads = raw.getInfo()
    offered = read_host.capabilities(raw.getCapabilities())
    domain_offer = read_host.DomainCapabilities()
    if offered.arch and offered.domain_types:
        kind = "kvm" if "kvm" in offered.domain_types else offered.domain_types[0]
        with skipping(Unsupported, NotFound):
            domain_offer = read_host.domain_capabilities(
                raw.getDomainCapabilities(
                    None, offered.arch, _machine(offered.machine_types), kind, 0
                )
            )
    return HostInfo(
        hostname=raw.getHostname(),
        arch=offered.arch or str(model),
        libvirt_version=dotted(raw.getLibVersion()),
        hypervisor=str(raw.getType()),
        hypervisor_version=dotted(raw.getVersion()),
        cpu_model=offered.cpu_model or str(model),
        cpu_vendor=offered.cpu_vendor,
        sockets=nodes * sockets,
        cores=cores,
        threads=threads,
        cpus=cpus,
        memory=memory_mib * MIB,
        numa=offered.numa,
        machine_types=offered.machine_types,
        domain_types=offered.domain_types,
        firmwares=domain_offer.firmwares,
        tpm=domain_offer.tpm,
        spice=domain_offer.spice,
        mhz=mhz,
        uuid=offered.uuid,
        security_models=offered.security_models,
        guest_user=offered.guest_user,
    )


def _machine(machines: tuple[str, ...]) -> str | None:
    return "q35" if "q35" in machines else None


def _uuids(raw: Any, flag: int) -> set[str]:
    with skipping(Unsupported):
        return {domain.UUIDString() for domain in raw.listAllDomains(flag)}
    return set()


def domains(raw: Any) -> list[DomainInfo]:
    """Return all domains: four list calls, one for the states, and for each domain one for its XML
    and, where it runs, one for that of its next start.
    """
    records = {
        domain.UUIDString(): record
        for domain, record in bulk_stats(raw, libvirt.VIR_DOMAIN_STATS_STATE)
    }
    transient = _uuids(raw, libvirt.VIR_CONNECT_LIST_DOMAINS_TRANSIENT)  # few, unlike the others
    autostart = _uuids(raw, libvirt.VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
    saved = _uuids(raw, libvirt.VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)
    found: list[DomainInfo] = []
    for domain in raw.listAllDomains(0):
        uuid = domain.UUIDString()
        with skipping(NotFound):
            info = replace(
                known.domain(domain.XMLDesc(0)),
                uuid=uuid,
                name=domain.name(),
                persistent=uuid not in transient,
                autostart=uuid in autostart,
                has_managed_save=uuid in saved,
            )
            info = _with_state(_with_locks(info, domain), domain, records.get(uuid, {}))
            found.append(_with_later(info, domain))
    return found


def _with_locks(info: DomainInfo, domain: Any) -> DomainInfo:
    """Add whether displays that listen have a password; libvirt hides that with the password."""
    if any(display.listen == "address" for display in info.graphics):
        with skipping(VirtError):
            locks = read_fences.locks(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))
            return replace(info, fences=replace(info.fences, displays=locks))
    return info


def _with_state(info: DomainInfo, domain: Any, record: dict[str, object]) -> DomainInfo:
    number, reason = record.get("state.state"), record.get("state.reason")
    if not isinstance(number, int):
        number, reason = domain.state()
    state = state_of(number)
    word = reason_of(state, reason if isinstance(reason, int) else None)
    state = settled(state, word, info.has_managed_save)
    return replace(info, state=state, state_reason=word, id=info.id if state.is_active else None)


def _with_later(info: DomainInfo, domain: Any) -> DomainInfo:
    """Add what a running domain's definition for the next start says otherwise; QEMU is not asked.

    No event tells of a definition that `virsh setvcpus --config` changes, so it is always read.
    """
    if not info.state.is_active or not info.persistent:
        return info
    later = known.domain(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
    sizes = None if later.sizes.is_like(info.sizes) else later.sizes
    return replace(info, later=sizes, differences=differences(info, later))


def domain(domain: Any, *, sizes: bool = True) -> DomainInfo:
    """Return one domain, with the sizes of its disks while it is off; never waits for QEMU."""
    info = _with_locks(read.domain(domain.XMLDesc(0)), domain)
    info = replace(
        info,
        uuid=domain.UUIDString(),
        name=domain.name(),
        persistent=bool(domain.isPersistent()),
        autostart=bool(domain.autostart()),
    )
    with skipping(Unsupported):
        info = replace(info, has_managed_save=bool(domain.hasManagedSaveImage(0)))
    info = _with_later(_with_state(info, domain, {}), domain)
    if info.state.is_active or not sizes:
        return info
    return replace(info, disks=tuple(_with_file_size(domain, disk) for disk in info.disks))


def _with_file_size(domain: Any, disk: DiskInfo) -> DiskInfo:
    """Add the size of an image that no QEMU has open; the host looks at the file."""
    if disk.source and disk.source_kind in {"file", "block", "volume"}:
        with skipping(VirtError):
            capacity, allocation, _physical = domain.blockInfo(disk.target, 0)
            return replace(disk, capacity=capacity, allocation=allocation)
    return disk


def with_live_sizes(raw: Any, uuid: str, info: DomainInfo) -> DomainInfo:
    """Add the sizes that QEMU tells. It may never answer; one that is busy is not waited for."""
    sizes: dict[str, tuple[int, int | None]] = {}
    domains = [raw.lookupByUUIDString(uuid)]
    for _domain, record in bulk_stats(raw, libvirt.VIR_DOMAIN_STATS_BLOCK, domains):
        for index in range(min(int(str(record.get("block.count", 0))), 1024)):
            name, capacity, allocation = (record.get(f"block.{index}.{key}") for key in _SIZE_KEYS)
            if isinstance(name, str) and isinstance(capacity, int):
                sizes[name] = (capacity, allocation if isinstance(allocation, int) else None)
    return replace(info, disks=tuple(_with_size(disk, sizes) for disk in info.disks))


def _with_size(disk: DiskInfo, sizes: dict[str, tuple[int, int | None]]) -> DiskInfo:
    if disk.target not in sizes:
        return disk
    capacity, allocation = sizes[disk.target]
    return replace(disk, capacity=capacity, allocation=allocation)


_SIZE_KEYS = ("name", "capacity", "allocation")
