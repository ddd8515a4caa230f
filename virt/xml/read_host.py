"""What do a host's capabilities and device descriptions say."""

from dataclasses import dataclass

from virt.errors import InvalidDefinition
from virt.facts.host import DeviceInfo, NumaCell
from virt.units import to_bytes
from virt.xml.document import Element, parse
from virt.xml.read import attr, cpu_set, number, text_of

_KINDS = {
    "usb_device": "usb",
    "scsi_host": "scsi_host",
    "usb": "usb_interface",
    "drm": "gpu",
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Hold what the host's capabilities document says."""

    uuid: str = ""
    arch: str = ""
    cpu_model: str = ""
    cpu_vendor: str = ""
    numa: tuple[NumaCell, ...] = ()
    domain_types: tuple[str, ...] = ()
    machine_types: tuple[str, ...] = ()
    security_models: tuple[str, ...] = ()
    guest_user: str = ""


@dataclass(frozen=True, slots=True)
class DomainCapabilities:
    """Hold what one kind of domain can have on the host."""

    firmwares: tuple[str, ...] = ("bios",)
    tpm: bool = False
    spice: bool = False


def capabilities(xml: str) -> Capabilities:
    """Return the facts of a capabilities document; empty when it cannot be parsed."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return Capabilities()
    arch = text_of(root, "host/cpu/arch")
    guest = _guest_of(root, arch)
    return Capabilities(
        uuid=text_of(root, "host/uuid"),
        arch=arch,
        cpu_model=text_of(root, "host/cpu/model"),
        cpu_vendor=text_of(root, "host/cpu/vendor"),
        numa=tuple(_cell(cell) for cell in root.iterfind("host/topology/cells/cell")),
        domain_types=()
        if guest is None
        else _unique(item.get("type") for item in guest.findall("arch/domain")),
        machine_types=()
        if guest is None
        else _unique(item.text for item in guest.findall("arch/machine")),
        security_models=_unique(item.text for item in root.iterfind("host/secmodel/model")),
        guest_user=_guest_user(root),
    )


def _guest_user(root: Element) -> str:
    """Return as whom QEMU runs, where nothing else is said for a guest."""
    for model in root.iterfind("host/secmodel"):
        if text_of(model, "model") == "dac":
            return text_of(model, "baselabel")
    return ""


def _guest_of(root: Element, arch: str) -> Element | None:
    for guest in root.findall("guest"):
        if text_of(guest, "os_type") == "hvm" and attr(guest, "arch", "name") == arch:
            return guest
    return None


def _unique(values: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if value))  # type: ignore[attr-defined]


def _cell(cell: Element) -> NumaCell:
    memory = cell.find("memory")
    cpus = (number(cpu.get("id")) for cpu in cell.iterfind("cpus/cpu"))
    return NumaCell(
        id=number(cell.get("id")) or 0,
        memory=0 if memory is None else to_bytes(memory.text, memory.get("unit")),
        cpus=tuple(cpu for cpu in cpus if cpu is not None),
        cores=_cores(cell),
    )


def _cores(cell: Element) -> tuple[tuple[int, ...], ...]:
    """Return the threads of each core, as `siblings` says; one that does not say is alone."""
    cores: dict[int, tuple[int, ...]] = {}
    for cpu in cell.iterfind("cpus/cpu"):
        own = number(cpu.get("id"))
        if own is not None:
            siblings = cpu_set(cpu.get("siblings")) or (own,)
            cores.setdefault(siblings[0], siblings)
    return tuple(cores[first] for first in sorted(cores))


def domain_capabilities(xml: str) -> DomainCapabilities:
    """Return which firmwares and whether an emulated TPM and SPICE are offered."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return DomainCapabilities()
    names = {item.text for item in root.iterfind("os/enum[@name='firmware']/value")}
    secure = {item.text for item in root.iterfind("os/loader/enum[@name='secure']/value")}
    firmwares = ["bios"]
    if "efi" in names:
        firmwares.append("uefi")
        if "yes" in secure:
            firmwares.append("uefi-secure")
    backends = {item.text for item in root.iterfind("devices/tpm/enum[@name='backendModel']/value")}
    has_tpm = attr(root, "devices/tpm", "supported") == "yes" and "emulator" in backends
    displays = {item.text for item in root.iterfind("devices/graphics/enum[@name='type']/value")}
    return DomainCapabilities(firmwares=tuple(firmwares), tpm=has_tpm, spice="spice" in displays)


def device(xml: str) -> DeviceInfo | None:
    """Return the facts of a node device; None when it cannot be parsed."""
    try:
        root = parse(xml)
    except InvalidDefinition:
        return None
    name = text_of(root, "name")
    details = root.find("capability")
    raw_kind = "" if details is None else (details.get("type") or "")
    vendor = text_of(root, "capability/vendor") or attr(root, "capability/vendor", "id")
    product = text_of(root, "capability/product") or attr(root, "capability/product", "id")
    return DeviceInfo(
        name=name,
        kind=_KINDS.get(raw_kind, raw_kind),
        label=_label(details, vendor, product) or name,
        vendor=vendor,
        product=product,
        driver=text_of(root, "driver/name"),
        address=_address(details, raw_kind),
        parent=text_of(root, "parent"),
        iommu_group=number(attr(root, "capability/iommuGroup", "number")),
    )


def _label(details: Element | None, vendor: str, product: str) -> str:
    if details is None:
        return ""
    own = text_of(details, "interface") or text_of(details, "block") or text_of(details, "model")
    return own or " ".join(word for word in (vendor, product) if word)


def _address(details: Element | None, kind: str) -> str:
    if details is None:
        return ""
    if kind == "pci":
        parts = [
            number(text_of(details, tag)) or 0 for tag in ("domain", "bus", "slot", "function")
        ]
        return "{:04x}:{:02x}:{:02x}.{:x}".format(*parts)
    if kind == "usb_device":
        return f"{text_of(details, 'bus')}-{text_of(details, 'device')}"
    return text_of(details, "address") or text_of(details, "block")
