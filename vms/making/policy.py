"""May this definition be given to a host? Asked about the final XML, on every path that makes one.

What is not known to be harmless is refused: the lists say what may be there, not what may not.
A definition may use disks in known pools and known networks; it may not reach the host itself.
"""

import posixpath
from collections.abc import Set
from typing import Final

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from virt.xml.document import Element, parse

TOP: Final = frozenset(
    {
        "name",
        "uuid",
        "title",
        "description",
        "metadata",
        "memory",
        "currentMemory",
        "vcpu",
        "os",
        "features",
        "cpu",
        "clock",
        "pm",
        "on_poweroff",
        "on_reboot",
        "on_crash",
        "devices",
    }
)
SYSTEM: Final = frozenset({"type", "firmware", "boot", "bootmenu", "bios", "smbios"})
DEVICES: Final = frozenset(
    {
        "disk",
        "interface",
        "controller",
        "serial",
        "console",
        "channel",
        "input",
        "graphics",
        "video",
        "tpm",
        "rng",
        "memballoon",
        "sound",
        "audio",
        "watchdog",
    }
)
PORTS: Final = frozenset({"pty", "unix", "spicevmc", "qemu-vdagent"})
VIRT_TYPES: Final = frozenset({"kvm", "qemu", "test"})


class PolicyRefused(ActionRefused):
    """The definition contains something that a machine of ours must not have."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="policy", status=422)


def check_definition(xml: str, *, folders: Set[str], networks: Set[str]) -> None:
    """Raise PolicyRefused unless everything in the definition is allowed.

    `folders` are the paths of the host's active pools, `networks` the names of its networks.
    """
    root = parse(xml)
    _only(root, TOP)
    if root.get("type") not in VIRT_TYPES:
        raise _refused("type")
    system = root.find("os")
    if system is not None:
        _only(system, SYSTEM)
    for devices in root.findall("devices"):
        _only(devices, DEVICES)
        for device in devices:
            _check_device(device, folders, networks)


def _only(parent: Element, allowed: Set[str]) -> None:
    for child in parent:
        if isinstance(child.tag, str) and child.tag not in allowed:
            raise _refused(child.tag.rpartition("}")[2])


def _check_device(device: Element, folders: Set[str], networks: Set[str]) -> None:
    match device.tag:
        case "disk":
            _check_disk(device, folders)
        case "interface":
            _check_card(device, networks)
        case "serial" | "console" | "channel":
            _check_port(device)
        case "rng":
            _only_kind(device.findall("backend"), "model", "random")
        case "tpm":
            _only_kind(device.findall("backend"), "type", "emulator")
        case "audio":
            _only_kind([device], "type", "none")


def _only_kind(elements: list[Element], attribute: str, allowed: str) -> None:
    for element in elements:
        if element.get(attribute) != allowed:
            raise _refused(str(element.tag))


def _check_card(card: Element, networks: Set[str]) -> None:
    source = card.find("source")
    name = None if source is None else source.get("network")
    if card.get("type") != "network" or name not in networks:
        raise _refused("interface")


def _check_disk(disk: Element, folders: Set[str]) -> None:
    """Allow files and devices directly in a pool; the format must be stated."""
    if disk.get("device", "disk") not in {"disk", "cdrom", "floppy"}:
        raise _refused("disk")
    driver = disk.find("driver")
    if driver is None or driver.get("type") not in {"raw", "qcow2"}:
        raise _refused("driver")
    sources = disk.findall("source")
    if not sources and disk.get("device") in {"cdrom", "floppy"}:
        return
    attribute = {"file": "file", "block": "dev"}.get(disk.get("type", ""))
    for source in sources:
        path = source.get(attribute or "") or ""
        folder = posixpath.dirname(path)
        is_plain = posixpath.normpath(path) == path and set(source.attrib) == {attribute}
        if not is_plain or folder not in folders or len(source):
            raise _refused("source")
    if len(sources) != 1 or disk.find(".//backingStore/source") is not None:
        raise _refused("source")


def _check_port(port: Element) -> None:
    """Allow a terminal of the host's own making, and a channel whose socket libvirt names."""
    if port.get("type") not in PORTS or port.find("log") is not None:
        raise _refused(str(port.tag))
    for source in port.findall("source"):
        if source.get("path"):
            raise _refused(str(port.tag))


def _refused(what: str) -> PolicyRefused:
    return PolicyRefused(_("A machine may not have this: %(what)s.") % {"what": what})
