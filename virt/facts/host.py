"""What is a host, and which devices does it have?"""

from dataclasses import dataclass


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
