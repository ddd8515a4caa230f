"""What is a domain, and how far is a job on it?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from virt.domains.fences import NO_FENCES, Fences
from virt.domains.later import Difference
from virt.domains.sizes import Sizes


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
