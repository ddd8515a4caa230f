"""What does a domain's XML say of what stands between the guest and its host?"""

from collections.abc import Iterator
from dataclasses import replace

from virt.domains.fences import DiskFence, DisplayLock, Fences, Folder, Label
from virt.xml.document import Element, parse

_ARGUMENT = "{http://libvirt.org/schemas/domain/qemu/1.0}arg"
_UNPROTECTED = frozenset({"", "default", "none"})
_FOLDER_SOURCES = ("dir", "file", "dev", "name", "socket")
_PCI = ("domain", "bus", "slot", "function")


def fences(root: Element) -> Fences:
    """Return the facts of a domain's element."""
    return Fences(
        labels=tuple(_labels(root)),
        displays=tuple(_lock(display) for display in _displays(root)),
        disks=tuple(_disks(root)),
        devices=tuple(_devices(root)),
        folders=tuple(_folders(root)),
        arguments=len(root.findall(f".//{_ARGUMENT}")),
    )


def locks(secure: str) -> tuple[DisplayLock, ...]:
    """Return how the displays are locked, from a definition with its secrets; none is kept."""
    return tuple(
        replace(_lock(display), has_password=bool(display.get("passwd")))
        for display in _displays(parse(secure))
    )


def _displays(root: Element) -> list[Element]:
    found: list[Element] = root.findall("devices/graphics")
    return found


def _labels(root: Element) -> Iterator[Label]:
    for found in root.findall("seclabel"):
        kind = found.get("type") or "dynamic"
        label = (found.findtext("label") or "").strip()
        yield Label(found.get("model") or ("none" if kind == "none" else ""), kind, label)


def _lock(display: Element) -> DisplayLock:
    tls_port = display.get("tlsPort") or "-1"
    modes = [channel.get("mode") for channel in display.findall("channel")]
    is_secure = display.get("defaultMode") == "secure" and "insecure" not in modes
    has_tls_port = tls_port not in {"-1", "0"} and (display.get("port") or "-1") in {"-1", "0"}
    is_spice = display.get("type") == "spice"
    return DisplayLock(None, is_spice and (is_secure or has_tls_port))


def _disks(root: Element) -> Iterator[DiskFence]:
    for disk in root.findall("devices/disk"):
        driver, target = disk.find("driver"), disk.find("target")
        cache = "" if driver is None else (driver.get("cache") or "")
        is_shareable = disk.find("shareable") is not None
        if is_shareable or cache not in _UNPROTECTED:
            name = "" if target is None else (target.get("dev") or "")
            yield DiskFence(name, cache, is_shareable)


def _devices(root: Element) -> Iterator[str]:
    for device in root.findall("devices/hostdev"):
        kind = device.get("type") or device.get("mode") or ""
        yield f"{kind} {_place(device)}".strip()
    for nic in root.findall("devices/interface[@type='hostdev']"):
        yield f"pci {_place(nic)}".strip()


def _place(device: Element) -> str:
    """Return the address on the host, or what the device is known by."""
    address = device.find("source/address")
    if address is None:
        vendor, product = device.find("source/vendor"), device.find("source/product")
        ids = [_hex(part.get("id"), 4) for part in (vendor, product) if part is not None]
        return ":".join(ids)
    if address.get("uuid"):
        return address.get("uuid") or ""
    if address.get("slot") is None:
        return f"{address.get('bus') or ''}-{address.get('device') or ''}".strip("-")
    domain, bus, slot, function = (address.get(name) for name in _PCI)
    return f"{_hex(domain, 4)}:{_hex(bus, 2)}:{_hex(slot, 2)}.{_hex(function, 1)}"


def _hex(text: str | None, width: int) -> str:
    return (text or "0").removeprefix("0x").rjust(width, "0")


def _folders(root: Element) -> Iterator[Folder]:
    for folder in root.findall("devices/filesystem"):
        source, target = folder.find("source"), folder.find("target")
        names = [] if source is None else [source.get(name) for name in _FOLDER_SOURCES]
        yield Folder(
            next((name for name in names if name), ""),
            "" if target is None else (target.get("dir") or ""),
            folder.find("readonly") is not None,
        )
