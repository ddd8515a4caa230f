"""Which XML makes a device: disks, network cards, displays and the small ones."""

from virt.specs import DiskSpec, GraphicsSpec, NicSpec
from virt.xml.document import Element, add, clean

_PREFIXES = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd", "fdc": "fd"}
_REMOVABLE_BUS = {"cdrom": "sata", "floppy": "fdc"}
AGENT_CHANNEL = "org.qemu.guest_agent.0"
DESKTOP_CHANNEL = "com.redhat.spice.0"


def bus_of(disk: DiskSpec) -> str:
    """Return the bus, which for a removable medium cannot be virtio."""
    return _REMOVABLE_BUS.get(disk.device, disk.bus) if disk.bus == "virtio" else disk.bus


def letters(index: int) -> str:
    """Return a, b, ... z, aa, ab, ... for 0, 1, ..."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def free_target(bus: str, taken: set[str]) -> str:
    """Return the first device name of the bus that is not taken."""
    prefix = _PREFIXES.get(bus, "vd")
    index = 0
    while prefix + letters(index) in taken:
        index += 1
    return prefix + letters(index)


def add_disks(devices: Element, disks: tuple[DiskSpec, ...], order: dict[int, int]) -> None:
    """Add all disks; ``order`` maps the position of a disk to its place in the boot order."""
    taken = {disk.target for disk in disks if disk.target}
    for index, disk in enumerate(disks):
        target = disk.target or free_target(bus_of(disk), taken)
        taken.add(target)
        add_disk(devices, disk, target, order.get(index))


def add_disk(
    devices: Element, disk: DiskSpec, target: str, boot_order: int | None = None
) -> Element:
    """Add one disk.

    Its format is always named, and without ``backing`` the image's own backing file is never
    opened.
    """
    kind = "file" if disk.path or not disk.volume else "volume"
    if kind == "file" and disk.path.startswith("/dev/"):
        kind = "block"
    element = add(devices, "disk", type=kind, device=disk.device)
    is_disk = disk.device in {"disk", "lun"}
    add(
        element,
        "driver",
        name="qemu",
        type=disk.format,
        cache=disk.cache,
        discard="unmap" if disk.discard and is_disk and not disk.readonly else "",
    )
    _add_source(element, disk, kind)
    add(element, "target", dev=target, bus=bus_of(disk))
    if disk.readonly or disk.device == "cdrom":
        add(element, "readonly")
    if disk.shareable:
        add(element, "shareable")
    if disk.serial:
        add(element, "serial", disk.serial)
    if boot_order is not None:
        add(element, "boot", order=boot_order)
    return element


def _add_source(element: Element, disk: DiskSpec, kind: str) -> None:
    if kind == "volume":
        add(element, "source", pool=disk.pool, volume=disk.volume)
    elif disk.path:
        add(element, "source", **{"dev" if kind == "block" else "file": disk.path})
    else:
        return
    if not disk.backing:
        add(element, "backingStore")


def add_nic(devices: Element, nic: NicSpec, boot_order: int | None = None) -> Element:
    """Add one network card."""
    if bool(nic.network) == bool(nic.bridge):
        raise ValueError("A network card needs either a network or a bridge.")
    kind = "network" if nic.network else "bridge"
    element = add(devices, "interface", type=kind)
    if nic.mac:
        add(element, "mac", address=nic.mac)
    add(element, "source", **{kind: nic.network or nic.bridge})
    add(element, "model", type=nic.model)
    if not nic.link_up:
        add(element, "link", state="down")
    if boot_order is not None:
        add(element, "boot", order=boot_order)
    return element


def add_graphics(devices: Element, display: GraphicsSpec) -> Element:
    """Add the display: without any listener, on a Unix socket, or on an address."""
    if display.listen not in {"none", "socket", "address"}:
        raise ValueError("A display listens on nothing, a socket or an address.")
    element = add(devices, "graphics", type=display.kind)
    if display.listen == "address":
        element.set("port", "-1")
        element.set("autoport", "yes")
        if display.password:
            element.set("passwd", clean(display.password))
    add(
        element,
        "listen",
        type=display.listen,
        address=display.address if display.listen == "address" else "",
    )
    return element


def add_serial(devices: Element) -> None:
    """Add a serial port and make it the console."""
    add(add(devices, "serial", type="pty"), "target", type="isa-serial", port=0)
    add(add(devices, "console", type="pty"), "target", type="serial", port=0)


def add_agent(devices: Element) -> None:
    """Add the channel of the guest agent."""
    add(add(devices, "channel", type="unix"), "target", type="virtio", name=AGENT_CHANNEL)


def add_clipboard(devices: Element, display: str) -> None:
    """Add the channel of the guest's desktop program, which has its clipboard.

    Over VNC it ends in QEMU (6.1, libvirt 8.4), over SPICE in who looks.
    """
    if display not in {"vnc", "spice"}:
        raise ValueError("A clipboard goes by VNC or by SPICE.")
    channel = add(devices, "channel", type="qemu-vdagent" if display == "vnc" else "spicevmc")
    if display == "vnc":
        source = add(channel, "source")
        add(source, "clipboard", copypaste="yes")
        add(source, "mouse", mode="server")  # the pointer goes through the tablet
    add(channel, "target", type="virtio", name=DESKTOP_CHANNEL)


def add_tpm(devices: Element) -> None:
    """Add an emulated TPM 2.0."""
    add(add(devices, "tpm", model="tpm-crb"), "backend", type="emulator", version="2.0")


def add_rng(devices: Element) -> None:
    """Add a source of randomness."""
    add(add(devices, "rng", model="virtio"), "backend", "/dev/urandom", model="random")


def add_balloon(devices: Element, period: int = 5) -> None:
    """Add the balloon, which reports the guest's memory use every ``period`` seconds."""
    add(add(devices, "memballoon", model="virtio"), "stats", period=period)
