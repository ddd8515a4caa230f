"""What of a domain's XML matters when it moves to another host?"""

from dataclasses import dataclass

from lxml import etree  # type: ignore[attr-defined]

from virt.units import to_bytes
from virt.xml.document import Element, parse
from virt.xml.read import attr, graphics, number, text_of

_SOURCES = ("file", "dev", "dir", "volume", "name")


@dataclass(frozen=True, slots=True)
class MovingDisk:
    """Describe a disk; ``source`` is a path or a network name, "" for an empty drive.

    ``cache`` is "" where the definition leaves it to QEMU.
    """

    target: str
    device: str = "disk"
    kind: str = "file"
    source: str = ""
    pool: str = ""
    format: str = ""
    cache: str = ""
    readonly: bool = False
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class MovingCard:
    """Describe a network card: libvirt's kind, and the name of what it is plugged into."""

    mac: str
    kind: str = "network"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """Describe where a display listens; ``address`` is "" for a socket or nothing at all."""

    kind: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Moving:
    """Hold what a definition asks of a host. ``cpu`` is the XML of its processor, or ""."""

    virt_type: str = ""
    arch: str = ""
    machine: str = ""
    memory: int = 0
    vcpus: int = 0
    cpu_mode: str = ""
    cpu_model: str = ""
    cpu: str = ""
    disks: tuple[MovingDisk, ...] = ()
    cards: tuple[MovingCard, ...] = ()
    displays: tuple[Display, ...] = ()
    passed_through: tuple[str, ...] = ()
    shared_folders: tuple[str, ...] = ()
    kernel_files: tuple[str, ...] = ()
    has_shared_memory: bool = False
    has_sealed_memory: bool = False
    has_vnc_clipboard: bool = False
    has_hugepages: bool = False
    has_tpm: bool = False
    tpm_backend: str = ""
    has_nvram: bool = False


def moving(xml: str) -> Moving:
    """Return the facts of a domain's XML, or raise InvalidDefinition."""
    root = parse(xml)
    cpu = root.find("cpu")
    memory = root.find("memory")
    return Moving(
        virt_type=root.get("type") or "",
        arch=attr(root, "os/type", "arch"),
        machine=attr(root, "os/type", "machine"),
        memory=0 if memory is None else to_bytes(memory.text, memory.get("unit")),
        vcpus=number(text_of(root, "vcpu")) or 1,
        cpu_mode="" if cpu is None else _mode(cpu),
        cpu_model="" if cpu is None else text_of(cpu, "model"),
        cpu="" if cpu is None else etree.tostring(cpu, encoding="unicode", with_tail=False),
        disks=tuple(_disk(disk) for disk in root.iterfind("devices/disk")),
        cards=tuple(_card(card) for card in root.iterfind("devices/interface")),
        displays=tuple(_display(item) for item in root.iterfind("devices/graphics")),
        passed_through=tuple(_passed_through(root)),
        shared_folders=tuple(_folder(item) for item in root.iterfind("devices/filesystem")),
        kernel_files=tuple(
            text for tag in ("kernel", "initrd", "dtb") if (text := text_of(root, f"os/{tag}"))
        ),
        has_shared_memory=root.find("devices/shmem") is not None,
        has_sealed_memory=root.find("launchSecurity") is not None,
        has_vnc_clipboard=root.find("devices/channel[@type='qemu-vdagent']") is not None,
        has_hugepages=root.find("memoryBacking/hugepages") is not None,
        has_tpm=root.find("devices/tpm") is not None,
        tpm_backend=attr(root, "devices/tpm/backend", "type"),
        has_nvram=root.find("os/nvram") is not None or root.find("os[@firmware='efi']") is not None,
    )


def _mode(cpu: Element) -> str:
    return cpu.get("mode") or ("custom" if cpu.find("model") is not None else "")


def _disk(disk: Element) -> MovingDisk:
    source = disk.find("source")
    names = () if source is None else [source.get(name) for name in _SOURCES]
    return MovingDisk(
        target=attr(disk, "target", "dev"),
        device=disk.get("device") or "disk",
        kind=disk.get("type") or "file",
        source=next((name for name in names if name), ""),
        pool="" if source is None else (source.get("pool") or ""),
        format=attr(disk, "driver", "type"),
        cache=attr(disk, "driver", "cache"),
        readonly=disk.find("readonly") is not None,
    )


def _card(card: Element) -> MovingCard:
    source = card.find("source")
    names = () if source is None else [source.get(name) for name in ("network", "bridge", "dev")]
    return MovingCard(
        mac=attr(card, "mac", "address").lower(),
        kind=card.get("type") or "",
        source=next((name for name in names if name), ""),
    )


def _display(element: Element) -> Display:
    said = graphics(element)
    return Display(said.kind, said.address if said.listen == "address" else "")


def _passed_through(root: Element) -> list[str]:
    found = [item.get("type") or "device" for item in root.iterfind("devices/hostdev")]
    return found + ["network" for _card in root.iterfind("devices/interface[@type='hostdev']")]


def _folder(element: Element) -> str:
    return attr(element, "target", "dir") or "?"


def cpu_of_capabilities(xml: str) -> tuple[str, bool]:
    """Return the processor that a host's domain capabilities offer as "host-model", as a processor
    of a definition, and whether they offer one; ("", False) otherwise.
    """
    mode = parse(xml).find("cpu/mode[@name='host-model']")
    if mode is None or mode.get("supported") != "yes" or mode.find("model") is None:
        return "", False
    cpu = etree.Element("cpu", mode="custom", match="exact")
    for child in list(mode):
        cpu.append(child)
    return etree.tostring(cpu, encoding="unicode", with_tail=False), True


def switched_off(cpu_xml: str) -> frozenset[str]:
    """Return the features that a processor's XML switches off."""
    return frozenset(
        feature.get("name") or ""
        for feature in parse(cpu_xml).iterfind("feature")
        if feature.get("policy") in {"disable", "forbid"}
    )


def switched_on(cpu_xml: str) -> frozenset[str]:
    """Return the features that a processor's XML asks for."""
    return frozenset(
        feature.get("name") or ""
        for feature in parse(cpu_xml).iterfind("feature")
        if feature.get("policy", "require") in {"require", "force"}
    )


def model_of(cpu_xml: str) -> str:
    """Return the name of a processor's model, "" where it has none."""
    return str(parse(cpu_xml).findtext("model", "")).strip()


def host_cpu(capabilities: str) -> str:
    """Return the host's own processor as its capabilities describe it, or ""."""
    cpu = parse(capabilities).find("host/cpu")
    return "" if cpu is None else etree.tostring(cpu, encoding="unicode", with_tail=False)
