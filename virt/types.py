"""What is there: facts read from a libvirt host.

Sizes are bytes, times aware UTC, unknown is None or empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from virt.fences import NO_FENCES, Fences
from virt.later import Difference
from virt.sizes import Sizes


class DomainState(StrEnum):
    """Name what a domain does now.

    ``saved`` is off with a managed save image; ``asleep`` is guest power management.
    """

    RUNNING = "running"
    BLOCKED = "blocked"
    PAUSED = "paused"
    SHUTTING_DOWN = "shutting_down"
    OFF = "off"
    CRASHED = "crashed"
    SAVED = "saved"
    ASLEEP = "asleep"
    UNKNOWN = "unknown"

    @property
    def is_active(self) -> bool:
        """Tell whether there is a QEMU process behind this state."""
        return self not in {
            DomainState.OFF,
            DomainState.CRASHED,
            DomainState.SAVED,
            DomainState.UNKNOWN,
        }


@dataclass(frozen=True, slots=True)
class DiskInfo:
    """Describe one disk.

    ``source`` is a path on the host (admins only) or a network address; empty is no medium.
    """

    target: str
    bus: str = ""
    device: str = "disk"
    source: str = ""
    source_kind: str = ""
    pool: str = ""
    volume: str = ""
    format: str = ""
    capacity: int | None = None
    allocation: int | None = None
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class NicInfo:
    """Describe one network card.

    ``kind`` is libvirt's: network, bridge, direct, user, ...; ``source`` its name.
    """

    mac: str
    kind: str = ""
    source: str = ""
    model: str = ""
    link_up: bool = True
    target: str = ""


@dataclass(frozen=True, slots=True)
class GraphicsInfo:
    """Describe one display.

    ``listen`` is none, socket or address; ``port`` is None while nothing listens.
    """

    kind: str
    listen: str = "none"
    address: str = ""
    port: int | None = None
    socket: str = ""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """Describe one graphics card: its model in libvirt's words, and how many screens it has."""

    model: str
    heads: int = 1


@dataclass(frozen=True, slots=True)
class DomainInfo:
    """Describe one domain.

    ``id`` is None while off, ``agent_connected`` when it cannot be known; ``pinned_cpus`` is empty
    where it may run anywhere. ``later`` is the size of a running one after its next start, None
    where that is its own. ``fixed`` says why its size cannot change alone: "numa", "slots" or "".
    """

    uuid: str
    name: str
    id: int | None = None
    state: DomainState = DomainState.UNKNOWN
    state_reason: str = ""
    persistent: bool = True
    autostart: bool = False
    has_managed_save: bool = False
    vcpus: int = 0
    max_vcpus: int = 0
    memory: int = 0
    max_memory: int = 0
    arch: str = ""
    machine: str = ""
    firmware: str = "bios"
    has_tpm: bool = False
    has_agent_channel: bool = False
    agent_connected: bool | None = None
    has_serial: bool = False
    virt_type: str = ""
    cpu_mode: str = ""
    cpu_model: str = ""
    title: str = ""
    description: str = ""
    os_id: str = ""
    disks: tuple[DiskInfo, ...] = ()
    nics: tuple[NicInfo, ...] = ()
    graphics: tuple[GraphicsInfo, ...] = ()
    clipboard: str = ""  # by which display the guest's clipboard goes: vnc, spice, "" none
    clipboard_connected: bool = False  # whether the guest's program for it runs
    video: tuple[VideoInfo, ...] = ()
    started_at: datetime | None = None
    pinned_cpus: tuple[int, ...] = ()
    fences: Fences = NO_FENCES
    later: Sizes | None = None
    differences: tuple[Difference, ...] = ()  # beside `later`
    fixed: str = ""

    @property
    def sizes(self) -> Sizes:
        """Return its processors and memory as they are now."""
        return Sizes(self.vcpus, self.max_vcpus, self.memory, self.max_memory)


@dataclass(frozen=True, slots=True)
class NumaCell:
    """Describe one NUMA node of a host; ``cores`` are its threads, those of one core together."""

    id: int
    memory: int
    cpus: tuple[int, ...] = ()
    cores: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class HostInfo:
    """Describe a host.

    Versions are dotted; ``domain_types`` are what libvirt offers, not what a probe found to work.
    """

    hostname: str
    arch: str = ""
    libvirt_version: str = ""
    hypervisor: str = ""
    hypervisor_version: str = ""
    cpu_model: str = ""
    cpu_vendor: str = ""
    sockets: int = 0
    cores: int = 0
    threads: int = 0
    cpus: int = 0
    memory: int = 0
    numa: tuple[NumaCell, ...] = ()
    machine_types: tuple[str, ...] = ()
    domain_types: tuple[str, ...] = ()
    firmwares: tuple[str, ...] = ()
    tpm: bool = False
    spice: bool = False
    mhz: int = 0
    uuid: str = ""
    security_models: tuple[str, ...] = ()  # apparmor, selinux, dac, none
    guest_user: str = ""  # of QEMU, as libvirt writes it: "+64055:+64055"


@dataclass(frozen=True, slots=True)
class Offer:
    """Say in short what runs on a host."""

    libvirt_version: str
    hypervisor: str
    hypervisor_version: str
    arch: str
    domain_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """Describe a storage pool; sizes are 0 while it is inactive."""

    uuid: str
    name: str
    kind: str = ""
    path: str = ""
    active: bool = False
    autostart: bool = False
    capacity: int = 0
    allocation: int = 0
    available: int = 0
    persistent: bool = True


@dataclass(frozen=True, slots=True)
class VolumeInfo:
    """Describe a volume. ``path`` and ``key`` are host paths: admins only."""

    pool: str
    name: str
    key: str = ""
    path: str = ""
    format: str = ""
    capacity: int = 0
    allocation: int = 0
    backing_path: str = ""


@dataclass(frozen=True, slots=True)
class LeaseInfo:
    """Describe an address that a network has lent to a card. ``expires_at`` is in Unix seconds,
    0 for never; ``hostname`` is the guest's own claim.
    """

    mac: str
    address: str
    hostname: str = ""
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class FixedAddress:
    """Describe an address that a network keeps for one card."""

    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """Describe a virtual network. ``mode`` is nat, route, open, isolated, bridge, hostdev, ...

    ``gateways`` are the host's own addresses on it. ``leases`` are read only where asked for.
    """

    uuid: str
    name: str
    mode: str = "isolated"
    bridge: str = ""
    active: bool = False
    autostart: bool = False
    cidrs: tuple[str, ...] = ()
    dhcp: bool = False
    domain: str = ""
    persistent: bool = True
    gateways: tuple[str, ...] = ()
    fixed: tuple[FixedAddress, ...] = ()
    leases: tuple[LeaseInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Describe a device of the host. ``kind`` is pci, usb, net, storage, ..."""

    name: str
    kind: str
    label: str = ""
    vendor: str = ""
    product: str = ""
    driver: str = ""
    address: str = ""
    parent: str = ""
    iommu_group: int | None = None


@dataclass(frozen=True, slots=True)
class DomainSample:
    """Hold one domain's counters at one moment (``time.monotonic()``); None is "the host does not
    say".

    ``memory_used`` is what the guest's balloon driver reports, ``memory_resident`` what QEMU takes
    on the host. ``is_stuck`` means that the domain's QEMU does not answer libvirt.
    """

    uuid: str
    taken_at: float
    state: DomainState
    cpu_time_ns: int | None = None
    memory_used: int | None = None
    memory_max: int | None = None
    disk_read_bytes: int | None = None
    disk_write_bytes: int | None = None
    disk_read_ops: int | None = None
    disk_write_ops: int | None = None
    net_in_bytes: int | None = None
    net_out_bytes: int | None = None
    vcpus: int | None = None
    memory_resident: int | None = None
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class NodeUsage:
    """Hold the host's own counters; two of them make a percentage (``stats.node_cpu_percent``)."""

    taken_at: float
    busy_ns: int | None = None
    idle_ns: int | None = None
    memory_used: int | None = None
    memory_total: int | None = None


@dataclass(frozen=True, slots=True)
class CellMemory:
    """Hold how much of a NUMA node's memory is free; what is not includes the host's file cache."""

    total: int
    free: int


@dataclass(frozen=True, slots=True)
class ThreadUsage:
    """Hold the counters of a host's threads by number, and its nodes' memory, as far as read."""

    threads: Mapping[int, NodeUsage]
    cells: Mapping[int, CellMemory]


@dataclass(frozen=True, slots=True)
class AddressInfo:
    """Hold one address of a guest; what the agent says is the guest's own claim."""

    mac: str
    address: str
    family: str = "ipv4"
    source: str = "lease"
    prefix: int | None = None


@dataclass(frozen=True, slots=True)
class GuestFileSystem:
    """Describe one mounted file system of a guest; sizes in bytes, None where it does not say."""

    mount: str
    kind: str = ""
    total: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """Hold what a guest's agent says of its system: its own claims, shortened."""

    hostname: str = ""
    system: str = ""
    kernel: str = ""
    users: tuple[str, ...] = ()
    filesystems: tuple[GuestFileSystem, ...] = ()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Tell how far libvirt's job on a domain is; ``percent`` is None when not known."""

    kind: str = "none"
    operation: str = ""
    elapsed_ms: int = 0
    total: int = 0
    processed: int = 0
    remaining: int = 0
    bandwidth: int | None = None
    dirty_rate: int | None = None
    downtime_ms: int | None = None
    iteration: int | None = None

    @property
    def is_active(self) -> bool:
        """Tell whether a job runs."""
        return self.kind in {"bounded", "unbounded"}

    @property
    def percent(self) -> float | None:
        """Return how much of the data is done, 0 to 100."""
        return min(100.0, 100.0 * self.processed / self.total) if self.total else None
