"""Which XML makes a domain of a wish: a modern PC with virtio devices."""

from lxml import etree  # type: ignore[attr-defined]

from virt.specs import DiskSpec, DomainSpec, NicSpec
from virt.units import to_kib
from virt.xml import build_devices as parts
from virt.xml.document import Element, add, clean, parse, render

OSINFO = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
OWN = "urn:guesthouse:domain:1"
SPARE_PORTS = 10
_FIRMWARES = frozenset({"bios", "uefi", "uefi-secure"})


def domain(spec: DomainSpec) -> str:
    """Return the XML of a domain. Raises ValueError for a wish that contradicts itself."""
    if spec.firmware not in _FIRMWARES:
        raise ValueError("The firmware is bios, uefi or uefi-secure.")
    root = etree.Element("domain", type=spec.virt_type)
    add(root, "name", spec.name)
    add(root, "uuid", spec.uuid)
    if spec.title:
        add(root, "title", spec.title)
    if spec.description:
        add(root, "description", spec.description)
    _add_metadata(root, spec)
    _add_sizes(root, spec)
    _add_system(root, spec)
    if spec.virt_type != "test":
        _add_platform(root, spec)
    _add_ends(root)
    _add_devices(root, spec)
    return render(root)


def _add_metadata(root: Element, spec: DomainSpec) -> None:
    if not spec.os_id and not spec.metadata:
        return
    metadata = add(root, "metadata")
    if spec.os_id:
        info = etree.SubElement(metadata, f"{{{OSINFO}}}libosinfo", nsmap={"libosinfo": OSINFO})
        etree.SubElement(info, f"{{{OSINFO}}}os", id=clean(spec.os_id))
    if spec.metadata:
        own = etree.SubElement(metadata, f"{{{OWN}}}machine", nsmap={"guesthouse": OWN})
        for name, value in spec.metadata:
            etree.SubElement(own, f"{{{OWN}}}entry", name=clean(name), value=clean(value))


def _add_sizes(root: Element, spec: DomainSpec) -> None:
    add(root, "memory", str(to_kib(max(spec.memory, spec.max_memory))), unit="KiB")
    add(root, "currentMemory", str(to_kib(spec.memory)), unit="KiB")
    maximum = max(spec.vcpus, spec.max_vcpus)
    add(
        root,
        "vcpu",
        str(maximum),
        placement="static",
        current=spec.vcpus if maximum > spec.vcpus else "",
    )


def _add_system(root: Element, spec: DomainSpec) -> None:
    system = add(root, "os")
    if spec.virt_type == "test":
        add(system, "type", "hvm")
        return
    if spec.firmware != "bios":
        system.set("firmware", "efi")
    add(system, "type", "hvm", arch=spec.arch, machine=spec.machine)
    if spec.firmware != "bios":
        _add_firmware(system, spec.firmware == "uefi-secure")
    for tag, value in (("kernel", spec.kernel), ("initrd", spec.initrd), ("cmdline", spec.cmdline)):
        if value:
            add(system, tag, value)


def _add_firmware(system: Element, is_secure: bool) -> None:
    """Let libvirt choose the firmware file by what it must and must not do."""
    firmware = add(system, "firmware")
    for name in ("enrolled-keys", "secure-boot"):
        add(firmware, "feature", enabled="yes" if is_secure else "no", name=name)


def _add_platform(root: Element, spec: DomainSpec) -> None:
    features = add(root, "features")
    for name in ("acpi", "apic"):
        add(features, name)
    if spec.firmware == "uefi-secure":
        add(features, "smm", state="on")
    if spec.virt_type == "kvm":
        add(features, "vmport", state="off")
    _add_cpu(root, spec)
    clock = add(root, "clock", offset="utc")
    add(clock, "timer", name="rtc", tickpolicy="catchup")
    add(clock, "timer", name="pit", tickpolicy="delay")
    add(clock, "timer", name="hpet", present="no")
    power = add(root, "pm")
    add(power, "suspend-to-mem", enabled="no")
    add(power, "suspend-to-disk", enabled="no")


def _add_cpu(root: Element, spec: DomainSpec) -> None:
    """Add the processor: the host's own under KVM, all that QEMU can emulate otherwise, or the one
    that is named.
    """
    if spec.cpu_xml:
        root.append(parse(spec.cpu_xml))
        return
    mode = spec.cpu_mode or ("custom" if spec.cpu_model else "")
    mode = mode or ("host-passthrough" if spec.virt_type == "kvm" else "maximum")
    if mode == "custom":
        cpu = add(root, "cpu", mode=mode, match="exact", check="none")
        add(cpu, "model", spec.cpu_model or "qemu64", fallback="allow")
    else:
        cpu = add(root, "cpu", mode=mode, check="none" if mode != "host-model" else "")
    for name in spec.cpu_disabled_features:
        add(cpu, "feature", policy="disable", name=name)


def _add_ends(root: Element) -> None:
    for tag, action in (
        ("on_poweroff", "destroy"),
        ("on_reboot", "restart"),
        ("on_crash", "destroy"),
    ):
        add(root, tag, action)


def _add_devices(root: Element, spec: DomainSpec) -> None:
    devices = add(root, "devices")
    disk_order, nic_order = _boot_orders(spec)
    parts.add_disks(devices, spec.disks, disk_order)
    if spec.virt_type != "test":
        _add_controllers(devices, spec)
    for index, nic in enumerate(spec.nics):
        parts.add_nic(devices, nic, nic_order.get(index))
    if spec.serial:
        parts.add_serial(devices)
    if spec.agent:
        parts.add_agent(devices)
    if spec.clipboard:
        parts.add_clipboard(devices, spec.clipboard)
    _add_displays(devices, spec)
    if spec.tpm:
        parts.add_tpm(devices)
    if spec.rng:
        parts.add_rng(devices)
    parts.add_balloon(devices)


def _add_displays(devices: Element, spec: DomainSpec) -> None:
    """Add the displays, all of which show the same screen, and what a person needs with them."""
    displays = [display for display in (spec.graphics, spec.second) if display is not None]
    if not displays:
        return
    add(devices, "input", type="tablet", bus="usb")
    for display in displays:
        parts.add_graphics(devices, display)
    add(add(devices, "video"), "model", type=spec.video, heads=1, primary="yes")


def _add_controllers(devices: Element, spec: DomainSpec) -> None:
    """Add USB, and on a PCIe board free ports, without which nothing can be plugged in later."""
    if "q35" in spec.machine:
        add(devices, "controller", type="pci", model="pcie-root")
        for _ in range(SPARE_PORTS):
            add(devices, "controller", type="pci", model="pcie-root-port")
    add(devices, "controller", type="usb", model="qemu-xhci")
    if any(parts.bus_of(disk) == "scsi" for disk in spec.disks):
        add(devices, "controller", type="scsi", model="virtio-scsi")


def _boot_orders(spec: DomainSpec) -> tuple[dict[int, int], dict[int, int]]:
    """Return the place in the boot order by disk position and by card position."""
    disks: dict[int, int] = {}
    nics: dict[int, int] = {}
    place = 1
    for kind in spec.boot_order:
        for index in _positions(kind, spec):
            (nics if kind == "network" else disks)[index] = place
            place += 1
    return disks, nics


def _positions(kind: str, spec: DomainSpec) -> list[int]:
    """Return the first disk, every optical drive, or the first card."""
    if kind == "network":
        return [0] if spec.nics else []
    wanted = {"disk": {"disk", "lun"}, "cdrom": {"cdrom"}}.get(kind, set())
    found = [index for index, disk in enumerate(spec.disks) if disk.device in wanted]
    return found[:1] if kind == "disk" else found


def disk(spec: DiskSpec, taken: set[str]) -> str:
    """Return the XML of one disk for plugging in, under a device name that is not taken."""
    holder = etree.Element("devices")
    return render(
        parts.add_disk(holder, spec, spec.target or parts.free_target(parts.bus_of(spec), taken))
    )


def nic(spec: NicSpec) -> str:
    """Return the XML of one network card for plugging in."""
    return render(parts.add_nic(etree.Element("devices"), spec))
