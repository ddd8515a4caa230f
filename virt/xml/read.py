"""What does a domain's XML say: tolerant of everything that it does not know."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from virt.errors import InvalidDefinition
from virt.facts.domain import DiskInfo, DomainInfo, GraphicsInfo, NicInfo, VideoInfo
from virt.units import to_bytes
from virt.xml.document import Element, parse
from virt.xml.read_fences import fences

DESKTOP_CHANNEL = "com.redhat.spice.0"
AGENT_CHANNEL = "org.qemu.guest_agent.0"
MOST_CPUS = 4096
_OS_ID = "{http://libosinfo.org/xmlns/libvirt/domain/1.0}os"
_SOURCE_ATTRIBUTES = ("file", "dev", "dir", "name", "volume")


def text_of(root: Element, path: str) -> str:
    """Return the stripped text of the first match, or ""."""
    return (root.findtext(path) or "").strip()


def attr(root: Element, path: str, name: str) -> str:
    """Return an attribute of the first match, or ""."""
    found = root.find(path)
    return "" if found is None else (found.get(name) or "")


def number(text: str | None) -> int | None:
    """Return a whole number, or None."""
    try:
        return int(text or "")
    except ValueError:
        return None


def cpu_set(text: str | None) -> tuple[int, ...]:
    """Return the numbers that libvirt writes as "0-3,^2,8"; none when it makes no sense."""
    found: set[int] = set()
    for part in (text or "").replace(" ", "").split(","):
        first, _dash, last = part.removeprefix("^").partition("-")
        start, end = number(first), number(last or first)
        if start is None or end is None or not 0 <= end - start <= MOST_CPUS:
            continue
        numbers = range(start, end + 1)
        if part.startswith("^"):
            found.difference_update(numbers)
        else:
            found.update(numbers)
    return tuple(sorted(found))


def _pinned_cpus(root: Element) -> tuple[int, ...]:
    """Return the host's threads on which its processors may run; none when on all."""
    common = cpu_set(attr(root, "vcpu", "cpuset"))
    pins = {pin.get("vcpu"): cpu_set(pin.get("cpuset")) for pin in root.iterfind("cputune/vcpupin")}
    if not pins:
        return common
    vcpus = number(attr(root, "vcpu", "current")) or number(text_of(root, "vcpu")) or 0
    each = [pins.get(str(vcpu), common) for vcpu in range(min(vcpus, MOST_CPUS))]
    return tuple(sorted({cpu for found in each for cpu in found}))


def domain(xml: str) -> DomainInfo:
    """Return the facts in a domain's XML; state and the other facts outside it keep their defaults.

    What cannot be parsed at all gives an empty description rather than an error: one odd domain
    must not hide others.
    """
    try:
        root = parse(xml)
    except InvalidDefinition:
        return DomainInfo(uuid="", name="")
    info = DomainInfo(
        uuid=text_of(root, "uuid"),
        name=root.findtext("name") or "",
        id=number(root.get("id")),
        title=text_of(root, "title"),
        description=text_of(root, "description"),
        virt_type=root.get("type") or "",
        arch=attr(root, "os/type", "arch"),
        machine=attr(root, "os/type", "machine"),
        firmware=_firmware(root),
        os_id=_os_id(root),
        pinned_cpus=_pinned_cpus(root),
        fixed=fixed_sizes(root),
    )
    return _with_devices(_with_sizes(info, root), root)


def _with_sizes(info: DomainInfo, root: Element) -> DomainInfo:
    maximum = number(text_of(root, "vcpu")) or 0
    memory = _memory(root, "memory")
    cpu = root.find("cpu")
    return replace(
        info,
        vcpus=number(attr(root, "vcpu", "current")) or maximum,
        max_vcpus=maximum,
        memory=_memory(root, "currentMemory") or memory,
        max_memory=memory,
        cpu_mode=""
        if cpu is None
        else (cpu.get("mode") or ("custom" if cpu.find("model") is not None else "")),
        cpu_model="" if cpu is None else text_of(cpu, "model"),
    )


def fixed_sizes(root: Element) -> str:
    """Return why processors and memory cannot be changed without changing more: "numa" where they
    are spread over cells, "slots" where memory is plugged as modules, else "".
    """
    if root.find("cpu/numa") is not None:
        return "numa"
    has_slots = root.find("maxMemory") is not None or root.find("devices/memory") is not None
    return "slots" if has_slots else ""


def _memory(root: Element, tag: str) -> int:
    found = root.find(tag)
    return 0 if found is None else to_bytes(found.text, found.get("unit"))


def _with_devices(info: DomainInfo, root: Element) -> DomainInfo:
    channel = _agent_channel(root)
    state = "" if channel is None else attr(channel, "target", "state")
    return replace(
        info,
        has_tpm=root.find("devices/tpm") is not None,
        has_serial=root.find("devices/serial") is not None
        or root.find("devices/console") is not None,
        has_agent_channel=channel is not None,
        agent_connected={"connected": True, "disconnected": False}.get(state),
        disks=tuple(_disks(root)),
        nics=tuple(_nics(root)),
        graphics=tuple(_graphics(root)),
        **_clipboard(root),
        video=tuple(_video(root)),
        fences=fences(root),
    )


def _clipboard(root: Element) -> dict[str, Any]:
    """Return by which display the guest's clipboard goes, and whether its program runs."""
    for channel in root.findall("devices/channel"):
        if attr(channel, "target", "name") != DESKTOP_CHANNEL:
            continue
        is_connected = attr(channel, "target", "state") == "connected"
        if channel.get("type") == "spicevmc":
            is_off = attr(root, "devices/graphics/clipboard", "copypaste") == "no"
            return {} if is_off else {"clipboard": "spice", "clipboard_connected": is_connected}
        if attr(channel, "source/clipboard", "copypaste") == "yes":
            return {"clipboard": "vnc", "clipboard_connected": is_connected}
    return {}


def _agent_channel(root: Element) -> Element | None:
    for channel in root.findall("devices/channel"):
        if attr(channel, "target", "name") == AGENT_CHANNEL:
            return channel
    return None


def _firmware(root: Element) -> str:
    """Return bios, uefi or uefi-secure: by the wish for enrolled keys, else by whether the loader
    is a secure one.
    """
    system = root.find("os")
    if system is None:
        return "bios"
    loader = system.find("loader")
    has_pflash = loader is not None and (
        loader.get("type") == "pflash" or "/nvram" in str(system.findtext("nvram"))
    )
    if system.get("firmware") != "efi" and not has_pflash and system.find("nvram") is None:
        return "bios"
    features = {
        item.get("name"): item.get("enabled") == "yes"
        for item in system.findall("firmware/feature")
    }
    is_secure = features.get("enrolled-keys")
    if is_secure is None:
        is_secure = features.get(
            "secure-boot", loader is not None and loader.get("secure") == "yes"
        )
    return "uefi-secure" if is_secure else "uefi"


def _os_id(root: Element) -> str:
    for element in root.iterfind(f"metadata//{_OS_ID}"):
        return element.get("id") or ""
    return ""


def _disks(root: Element) -> Iterator[DiskInfo]:
    for disk in root.findall("devices/disk"):
        source = disk.find("source")
        kind = disk.get("type") or ""
        yield DiskInfo(
            target=attr(disk, "target", "dev"),
            bus=attr(disk, "target", "bus"),
            device=disk.get("device") or "disk",
            source="" if source is None else _source(source),
            source_kind=kind,
            pool="" if source is None else (source.get("pool") or ""),
            volume="" if source is None else (source.get("volume") or ""),
            format=attr(disk, "driver", "type"),
            readonly=disk.find("readonly") is not None or disk.get("device") == "cdrom",
        )


def domain_disks(root: Element) -> tuple[DiskInfo, ...]:
    """Return the disks of a domain's element."""
    return tuple(_disks(root))


def _source(source: Element) -> str:
    for name in _SOURCE_ATTRIBUTES:
        if source.get(name):
            return source.get(name) or ""
    return ""


def _nics(root: Element) -> Iterator[NicInfo]:
    for nic in root.findall("devices/interface"):
        source = nic.find("source")
        yield NicInfo(
            mac=attr(nic, "mac", "address").lower(),
            kind=nic.get("type") or "",
            source="" if source is None else _nic_source(source),
            model=attr(nic, "model", "type"),
            link_up=attr(nic, "link", "state") != "down",
            target=attr(nic, "target", "dev"),
        )


def _nic_source(source: Element) -> str:
    for name in ("network", "bridge", "dev", "name", "path"):
        if source.get(name):
            return source.get(name) or ""
    return ""


def _video(root: Element) -> Iterator[VideoInfo]:
    """Yield the graphics cards; libvirt's "none" stands for no card."""
    for model in root.findall("devices/video/model"):
        kind = model.get("type") or ""
        if kind and kind != "none":
            yield VideoInfo(kind, max(1, number(model.get("heads")) or 1))


def _graphics(root: Element) -> Iterator[GraphicsInfo]:
    for display in root.findall("devices/graphics"):
        yield graphics(display)


def graphics(display: Element) -> GraphicsInfo:
    """Return one display.

    Old XML has no listen element: then a socket, an address or a port tells what it is.
    """
    listen = display.find("listen")
    kind = (listen.get("type") if listen is not None else "") or ""
    socket = (listen.get("socket") if listen is not None else "") or display.get("socket") or ""
    address = (listen.get("address") if listen is not None else "") or display.get("listen") or ""
    if not kind:
        kind = "socket" if socket else ("address" if address or display.get("port") else "none")
    port = number(display.get("port"))
    return GraphicsInfo(
        kind=display.get("type") or "",
        listen="address" if kind == "network" else kind,
        address=address,
        port=port if port is not None and port > 0 and kind in {"address", "network"} else None,
        socket=socket,
    )
