"""What is wished: descriptions from which XML is built.

Names are the server's own; sizes are bytes.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DiskSpec:
    """Wish a disk: a volume of a pool, or a ``path`` on the host; an empty one is a drive without a
    medium.

    ``format`` is always named ("raw" or "qcow2"), never guessed. ``target`` is chosen when empty. A
    ``path`` wins over the volume. Only with ``backing`` may QEMU open the backing file that the
    image names.
    """

    pool: str = ""
    volume: str = ""
    format: str = "qcow2"
    bus: str = "virtio"
    device: str = "disk"
    readonly: bool = False
    path: str = ""
    target: str = ""
    cache: str = ""
    discard: bool = True
    serial: str = ""
    shareable: bool = False
    backing: bool = False


@dataclass(frozen=True, slots=True)
class NicSpec:
    """Wish a network card on a libvirt network or on a bridge of the host (exactly one); empty MAC
    is libvirt's pick.
    """

    network: str = ""
    bridge: str = ""
    mac: str = ""
    model: str = "virtio"
    link_up: bool = True


@dataclass(frozen=True, slots=True)
class GraphicsSpec:
    """Wish a display. ``listen`` is "none" (file descriptor only), "socket" or "address".

    A password is at most 8 characters for VNC (libvirt refuses longer) and only meaningful with
    "address".
    """

    kind: str = "vnc"
    listen: str = "none"
    address: str = "127.0.0.1"
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """Wish a domain.

    ``firmware`` is "bios", "uefi" or "uefi-secure"; ``virt_type`` "kvm", "qemu" or "test".

    ``boot_order`` holds "disk", "cdrom" and "network". ``metadata`` becomes attributes of our own
    metadata element. ``kernel``, ``initrd`` and ``cmdline`` are host paths for direct boot: for
    probes and labs, never from a person.
    """

    name: str
    uuid: str
    vcpus: int
    memory: int
    disks: tuple[DiskSpec, ...] = ()
    nics: tuple[NicSpec, ...] = ()
    firmware: str = "bios"
    tpm: bool = False
    graphics: GraphicsSpec | None = GraphicsSpec()
    second: GraphicsSpec | None = None  # a display of another kind beside it
    clipboard: str = ""  # by which display the guest's clipboard goes: vnc or spice
    virt_type: str = "kvm"
    cpu_mode: str = ""
    cpu_model: str = ""
    cpu_disabled_features: tuple[str, ...] = ()
    cpu_xml: str = ""  # a processor that libvirt computed; the three above do not count then
    boot_order: tuple[str, ...] = ("disk", "cdrom", "network")
    title: str = ""
    description: str = ""
    os_id: str = ""
    serial: bool = True
    agent: bool = True
    rng: bool = True
    metadata: tuple[tuple[str, str], ...] = ()
    arch: str = "x86_64"
    machine: str = "q35"
    video: str = "virtio"
    max_vcpus: int = 0
    max_memory: int = 0
    kernel: str = ""
    initrd: str = ""
    cmdline: str = ""


@dataclass(frozen=True, slots=True)
class VolumeSpec:
    """Wish a volume.

    ``allocation`` 0 is thin; ``backing_path`` and ``backing_format`` make an overlay (qcow2).
    """

    name: str
    capacity: int
    format: str = "qcow2"
    allocation: int = 0
    backing_path: str = ""
    backing_format: str = ""


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """Wish a storage pool; ``kind`` "dir" needs a path, "netfs" also a host and a folder there."""

    name: str
    kind: str = "dir"
    path: str = ""
    source_host: str = ""
    source_dir: str = ""
    source_name: str = ""


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """Wish a network.

    ``mode`` nat, route, open, isolated (with ``cidr``) or bridge (with ``bridge``).
    """

    name: str
    mode: str = "nat"
    cidr: str = ""
    dhcp: bool = True
    bridge: str = ""
    domain: str = ""
    uuid: str = ""
